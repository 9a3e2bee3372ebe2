"""The limits in SECURITY.md are those of the code, and the files that it names exist."""

from __future__ import annotations

import re

from codegen.core.limits import PAGE_ROWS
from codegen.core.opening import MAX_BYTES
from codegen.endpoint.application import LIMIT
from codegen.outputs.output import MAX_TEMPLATE
from codegen.readers.documents.document import MAX_DEPTH
from codegen.readers.documents.yaml_reader import MAX_ALIASED, MAX_YAML
from support.corpus import ROOT

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_the_limits_are_those_of_the_code() -> None:
    stated = [int(number.replace(",", "")) for number in re.findall(r"^\|.* \| ([\d,]+) \|$", PAGE, re.MULTILINE)]
    assert stated == [MAX_BYTES, MAX_YAML, MAX_DEPTH, MAX_ALIASED, MAX_TEMPLATE, PAGE_ROWS, LIMIT]


def test_the_folders_that_it_names_are_there() -> None:
    named = re.findall(r"`((?:codegen|tests)/[a-z_/.]+|[a-z]+\.toml)`", PAGE)
    assert {name.partition("/")[0] for name in named} >= {"codegen", "tests"}
    assert all((ROOT / name).exists() for name in named)
