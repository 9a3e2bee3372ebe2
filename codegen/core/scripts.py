"""Letters of scripts as ranges for regular expressions, and full-width characters."""

from __future__ import annotations

import re
from functools import cached_property

from msgspec import Struct

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Full-width characters: Han, kana, their punctuation and wide forms of Latin letters.
_WIDE = f"\u2e80-\u30ff{HAN}\uff00-\uff60"
_WIDE_MARKS = "、。！（），：；？"
KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff"
# Letters of words without spaces between them.
DENSE = HAN + KANA


class Script(Struct, frozen=True, dict=True):
    """The letters of a script as ranges.

    `signs` are letters of no other script, `is_dense` means no spaces between words.
    """

    letters: str
    signs: str = ""
    is_dense: bool = False

    def __contains__(self, letter: str) -> bool:
        return _is_within(letter, self.letters)

    @cached_property
    def letter(self) -> re.Pattern[str]:
        """An expression for a letter."""
        return re.compile(f"[{self.letters}]")

    @cached_property
    def sign(self) -> re.Pattern[str]:
        """An expression for a letter that only this script has."""
        return re.compile(f"[{self.signs or self.letters}]")


# The scripts that a language can name. A language without one is written with the letters of
# English.
SCRIPTS = {
    "Arabic": Script("\u0620-\u064a\u0671-\u06d3"),
    "Bengali": Script("\u0980-\u09ff"),
    "Cyrillic": Script("\u0400-\u052f"),
    "Devanagari": Script("\u0900-\u097f"),
    "Greek": Script("\u0370-\u03ff"),
    "Han": Script(HAN, is_dense=True),
    "Hangul": Script("\uac00-\ud7a3"),
    "Hebrew": Script("\u05d0-\u05ea"),
    "Japanese": Script(DENSE, KANA, is_dense=True),
    "Thai": Script("\u0e01-\u0e4e"),
}


def is_joint(before: str, behind: str) -> bool:
    """Return whether a line break between two texts is dropped instead of becoming a space."""
    if not before or not behind:
        return False
    ends = before[-1], behind[0]
    return any(end in _WIDE_MARKS for end in ends) or all(_is_within(end, _WIDE) for end in ends)


def _is_within(letter: str, ranges: str) -> bool:
    """Return whether a letter is in ranges such as `a-z0-9`."""
    return any(
        first <= letter <= last for first, last in zip(ranges[::3], ranges[2::3], strict=True)
    )
