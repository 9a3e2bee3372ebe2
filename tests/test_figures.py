"""The READMEs and docs/: their figures are those that the commands print, and both languages have the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import figures


@pytest.mark.slow
@pytest.mark.skipif(not figures.is_here(), reason="the releases of the figures are not here: set CODEGEN_CORPUS")
def test_the_figures_are_measured(tmp_path: Path) -> None:
    blocks = figures.measured(tmp_path)
    for language in figures.READMES:
        files = [file for tag, file in figures.PAGES if tag == language]
        shown = [found["name"] for file in files for found in figures.BLOCK.finditer(file.read_text(encoding="utf-8"))]
        assert sorted(shown) == sorted(blocks), language
        for file in files:
            text = file.read_text(encoding="utf-8")
            assert text == figures.written(text, language, blocks), f"{file.name} is stale: run make figures"


@pytest.mark.slow
@pytest.mark.skipif(not figures.is_here(), reason="the pages of the figures are not here: set CODEGEN_CORPUS")
def test_the_table_of_the_linter_is_what_it_finds() -> None:
    tables = figures.linter()
    for language, file in figures.LOCALISED.items():
        text = file.read_text(encoding="utf-8")
        assert figures.written(text, language, {"linter": tables}) == text, f"{file.name} is stale: run make figures"


def test_each_slip_of_the_linter_has_a_name_in_chinese() -> None:
    import slips

    assert {kind for kind, *_ in slips.KINDS} <= set(figures.SLIPS)


def test_the_table_of_peers_is_what_was_measured() -> None:
    for language, file in figures.PYTHON.items():
        blocks = {found["name"]: found[0] for found in figures.BLOCK.finditer(file.read_text(encoding="utf-8"))}
        assert figures.peers()[language] in blocks["peers"], f"{file.name} is stale: run make figures"


def test_the_ratios_are_those_that_were_recorded() -> None:
    text = figures.BENCHMARKS.read_text(encoding="utf-8")
    assert figures.written(text, "en", {"bench": {"en": figures.bench()}}) == text, "stale: run make bench"


@pytest.mark.parametrize("files", figures.BILINGUAL, ids=lambda files: files[0].stem)
def test_both_languages_have_the_same_numbers(files: tuple[Path, Path]) -> None:
    numbers = [
        sorted(
            re.findall(
                r"\d[\d.,]*\d|\d",
                re.sub(r"```.*?```|\(http\S+\)", "", file.read_text(encoding="utf-8"), flags=re.DOTALL),
            )
        )
        for file in files
    ]
    assert numbers[0] == numbers[1]
