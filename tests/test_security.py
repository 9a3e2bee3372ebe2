"""The files and tests named in SECURITY.md exist."""

from __future__ import annotations

import re

from support.corpus import ROOT

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_named_folders_exist() -> None:
    named = re.findall(r"`((?:codegen|tests)/[a-z_/.]+|[a-z]+\.toml)`", PAGE)
    assert {name.partition("/")[0] for name in named} >= {"codegen", "tests"}
    assert all((ROOT / name).exists() for name in named)


def test_named_tests_exist() -> None:
    named = re.findall(r"`(?:(tests/[\w/]+)/)?(test_\w+\.py)::(test_\w+)`", PAGE)
    assert len(named) > 25
    for folder, file, test in named:
        assert f"def {test}(" in (ROOT / (folder or "tests/endpoint") / file).read_text(
            encoding="utf-8"
        )
