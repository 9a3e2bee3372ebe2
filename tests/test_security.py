"""The files that SECURITY.md names exist."""

from __future__ import annotations

import re

from support.corpus import ROOT

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_the_folders_that_it_names_are_there() -> None:
    named = re.findall(r"`((?:codegen|tests)/[a-z_/.]+|[a-z]+\.toml)`", PAGE)
    assert {name.partition("/")[0] for name in named} >= {"codegen", "tests"}
    assert all((ROOT / name).exists() for name in named)
