"""The pictures of the READMEs exist in both colour schemes, are small and match the current output."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from tools import figures, pictures

# The pages that show each picture, by language, and its format.
PAGES = {
    "site": (figures.READMES, "png"),
    "terminal": (figures.pages_of("get-started"), "svg"),
}
LIMIT = 200_000  # bytes: GitHub shows a picture at once


@pytest.mark.parametrize("language", pictures.LANGUAGES)
@pytest.mark.parametrize("kind", ["site", "terminal"])
def test_pages_have_pictures_in_both_colour_schemes(language: str, kind: str) -> None:
    page, ending = PAGES[kind]
    text = page[language].read_text(encoding="utf-8")
    named = re.findall(r'(?:src|srcset)="(?:docs/)?pictures/([^"]+)"', text)
    assert sorted(named) == sorted(
        f"{kind}-{language}-{scheme}.{ending}" for scheme in pictures.SCHEMES
    )
    assert all(0 < (pictures.FOLDER / name).stat().st_size < LIMIT for name in named)


def words(svg: str) -> str:
    """Return the text of a drawing without spaces."""
    return "".join(unescape(each) for each in re.findall(r"<text [^>]*>(.*?)</text>", svg)).replace(
        " ", ""
    )


@pytest.mark.slow
@pytest.mark.parametrize("language", pictures.LANGUAGES)
def test_terminal_picture_matches_command_output(language: str) -> None:
    session = pictures.record_session(language)
    for scheme in pictures.SCHEMES:
        file: Path = pictures.FOLDER / f"terminal-{language}-{scheme}.svg"
        made = pictures.draw_terminal(session, scheme)
        assert words(made) == words(file.read_text(encoding="utf-8")), "run make pictures"
