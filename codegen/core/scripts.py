"""Letters by script, as ranges for the brackets of a regular expression, and where full-width text needs no space."""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

_HAN = (("\u3400", "\u4dbf"), ("\u4e00", "\u9fff"), ("\uf900", "\ufaff"))
HAN = "".join(f"{first}-{last}" for first, last in _HAN)
# Characters that are set full-width: Han, kana, their punctuation and the forms of Latin letters as wide.
_WIDE = (("\u2e80", "\u303f"), ("\u3040", "\u30ff"), *_HAN, ("\uff00", "\uff60"))
_WIDE_MARKS = "、。！（），：；？"
KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc\u30fd-\u30ff"
# Letters that words are written in without blanks between them.
DENSE = HAN + KANA


class Script(Struct, frozen=True, kw_only=True):
    """The letters of a script, those among them by which a text is known to be written in it, and whether words have no blanks between them."""

    letter: re.Pattern[str]
    sign: re.Pattern[str]
    is_dense: bool = False


class _Letters(Struct, frozen=True, kw_only=True):
    letter: str
    sign: str = ""
    is_dense: bool = False


# By the name that a language gives to its script; one that is not here is written with the letters of English.
SCRIPTS = {
    "Arabic": _Letters(letter="\u0620-\u064a\u0671-\u06d3"),
    "Bengali": _Letters(letter="\u0980-\u09ff"),
    "Cyrillic": _Letters(letter="\u0400-\u052f"),
    "Devanagari": _Letters(letter="\u0900-\u097f"),
    "Greek": _Letters(letter="\u0370-\u03ff"),
    "Han": _Letters(letter=HAN, is_dense=True),
    "Hangul": _Letters(letter="\uac00-\ud7a3"),
    "Hebrew": _Letters(letter="\u05d0-\u05ea"),
    "Japanese": _Letters(letter=DENSE, sign=KANA, is_dense=True),
    "Thai": _Letters(letter="\u0e01-\u0e4e"),
}


@cache
def script_named(name: str) -> Script | None:
    """Return the script of a name, or None for one that is not known."""
    if (found := SCRIPTS.get(name)) is None:
        return None
    letter = re.compile(f"[{found.letter}]")
    return Script(letter=letter, sign=re.compile(f"[{found.sign}]") if found.sign else letter, is_dense=found.is_dense)


def is_han(letter: str) -> bool:
    """Return whether this is a single letter of Han."""
    return any(first <= letter <= last for first, last in _HAN)


def is_joint(before: str, behind: str) -> bool:
    """Return whether a line break between two texts does not count as a space."""
    if not before or not behind:
        return False
    ends = before[-1], behind[0]
    return any(end in _WIDE_MARKS for end in ends) or all(map(_is_wide, ends))


def _is_wide(letter: str) -> bool:
    return any(first <= letter <= last for first, last in _WIDE)
