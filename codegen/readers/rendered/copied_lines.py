"""The lines of a copied text, and its first ones."""

from __future__ import annotations

import re
from typing import NamedTuple

_MARK = re.compile(r"\s*+(?:[-*+•◦▪‣·∙●○■□o][ \t\u00a0]++)?")
_MARK_ALONE = re.compile(r"[-*+•◦▪‣·∙●○■□]")
_RULE = re.compile(r"[-=_─━—*]{4,}")  # a line across the page, or below a heading
# A PDF has two or three letters in one character.
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"})


def ends_sentence(text: str) -> bool:
    """Return whether a line ends with the end of a sentence, which may be in brackets."""
    return text.endswith(("。", ".", "！", "？", "）", ")"))


class Line:
    """A line. `text` has single blanks and no mark of a bullet, `raw` has its tabs."""

    def __init__(self, number: int, written: str) -> None:
        """Separate a line from the mark of its bullet."""
        self.number = number
        written = written.translate(_LIGATURES)
        mark = _MARK.match(written)
        self.raw = written
        self.text = " ".join(written[mark.end() if mark else 0 :].split())
        if _MARK_ALONE.fullmatch(self.text):
            self.text = ""  # a bullet whose first paragraph is below it
        if _RULE.fullmatch(self.text):
            self.text = ""
        self.column = mark.end() + 1 if mark else 1

    def cells(self) -> list[str]:
        """Return the cells of a line of a table, which are apart by tabs."""
        return [" ".join(cell.split()) for cell in self.raw.split("\t")]


class CopiedHead(NamedTuple):
    """The lines above the parts of a page. `end` is the index of the line behind them."""

    title: str
    api_version: str
    import_path: str
    end: int
