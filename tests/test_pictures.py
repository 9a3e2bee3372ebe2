"""The pictures of the READMEs: they are there in both schemes, small, and the terminal shows what the commands print now."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

import figures
import pictures

LIMIT = 200_000  # bytes: GitHub shows a picture at once


@pytest.mark.parametrize("language", pictures.LANGUAGES)
def test_a_readme_shows_the_site_and_the_terminal_in_both_schemes(language: str) -> None:
    text = figures.READMES[language].read_text(encoding="utf-8")
    named = re.findall(r'(?:src|srcset)="docs/pictures/([^"]+)"', text)
    kinds = (("site", "png"), ("terminal", "svg"))
    assert sorted(named) == sorted(
        f"{kind}-{language}-{scheme}.{end}" for kind, end in kinds for scheme in pictures.SCHEMES
    )
    assert all(0 < (pictures.FOLDER / name).stat().st_size < LIMIT for name in named)


def words(svg: str) -> str:
    """The text of a drawing, without blanks."""
    return "".join(unescape(each) for each in re.findall(r"<text [^>]*>(.*?)</text>", svg)).replace(" ", "")


@pytest.mark.slow
@pytest.mark.parametrize("language", pictures.LANGUAGES)
def test_the_terminal_shows_what_the_commands_print(language: str) -> None:
    session = pictures.record_session(language)
    for scheme in pictures.SCHEMES:
        file: Path = pictures.FOLDER / f"terminal-{language}-{scheme}.svg"
        made = pictures.draw_terminal(session, scheme)
        assert words(made) == words(file.read_text(encoding="utf-8")), "run make pictures"
