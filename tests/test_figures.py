"""Figures in docs/ match the output of commands and are equal in both languages."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from codegen.core import limits
from support.corpus import ROOT
from support.limits import LIMITS
from tools import figures, update_example


@pytest.mark.slow
@pytest.mark.skipif(
    figures.find_releases() is None,
    reason="the releases of the figures are not here: set CODEGEN_CORPUS",
)
def test_figures_are_up_to_date(tmp_path: Path) -> None:
    assert list(figures.find_stale_pages(figures.measure_blocks(tmp_path))) == [], (
        "run make figures"
    )


@pytest.mark.slow
@pytest.mark.skipif(
    not update_example.is_here(),
    reason="the releases of the example are not here: set CODEGEN_CORPUS",
)
def test_update_report_is_up_to_date() -> None:
    written = update_example.REPORT.read_text(encoding="utf-8")
    assert update_example.make_report() == written, "run make figures"


def test_example_of_update_has_fifty_manifests() -> None:
    assert len(update_example.list_manifests()) == 50


def test_figures_exist_in_both_languages() -> None:
    for stem, names in {
        "compare-releases": ["drift"],
        "linter": ["linter", "planted"],
        "translate": ["rows", "translation"],
    }.items():
        for file in figures.pages_of(stem).values():
            text = file.read_text(encoding="utf-8")
            assert sorted(found["name"] for found in figures.BLOCK.finditer(text)) == names, file


def test_limits_match_code() -> None:
    assert list(figures.find_stale_pages({"limits": figures.format_limits()})) == [], (
        "run make figures"
    )


def test_every_limit_is_documented() -> None:
    """Limits of libraries and of the run time have no row."""
    told = {limit.most for limit in LIMITS}
    stated = re.compile(r"^(?:MAX_[A-Z_]+|MOST(?:_[A-Z]+)?) = (\d[\d_ *]*)", re.MULTILINE)
    others = {"dialects.py", "addresses.py"}
    found = {
        f"{file.name}: {number}"
        for file in (ROOT / "codegen").rglob("*.py")
        if file.name not in others and "runtime" not in file.parts
        for number in stated.findall(file.read_text(encoding="utf-8"))
        if math.prod(int(part) for part in number.strip().split("*") if part.strip()) not in told
    }
    own = {
        name: value for name, value in vars(limits).items() if name.isupper() and value not in told
    }
    assert (found, own) == (set(), {})


@pytest.mark.parametrize("files", figures.BILINGUAL, ids=lambda files: files[0].stem)
def test_both_languages_have_same_numbers(files: tuple[Path, Path]) -> None:
    numbers = [
        sorted(
            re.findall(
                r"\d[\d.,]*\d|\d",
                re.sub(
                    r"```.*?```|\(http\S+\)", "", file.read_text(encoding="utf-8"), flags=re.DOTALL
                ),
            )
        )
        for file in files
    ]
    assert numbers[0] == numbers[1]
