"""Texts as far as they mean something: case, blanks and escapes are no difference."""

from __future__ import annotations

import difflib
import html
import unicodedata
from functools import lru_cache

from codegen.core.patterns import lazy_pattern

_ESCAPE = lazy_pattern(r"\\([!-/:-@\[-`{-~])")
# What a server puts behind a description where it also writes the list as `enum`.
LISTED_VALUES = "\n\nPossible enum values:\n"
_ENUM = lazy_pattern(LISTED_VALUES + r"(?: - .*(?:\n|\Z))+")
_MARKS = lazy_pattern(r"[`*_]+")
_SPACE = lazy_pattern(r"\s+")


@lru_cache(maxsize=65536)
def normalised(text: str) -> str:
    """A text without case, blanks, width, escapes and the marks of emphasis: what two sources of one text share."""
    plain = _ESCAPE.sub(r"\1", html.unescape(_ENUM.sub("", text)))
    return _SPACE.sub("", _MARKS.sub("", unicodedata.normalize("NFKC", plain))).casefold()


def similarity(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1, word by word."""
    left, right = one.casefold().split(), other.casefold().split()
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= 0.5 else 0.0


def name_similarity(one: str, other: str) -> float:
    """How alike two names are, 0 to 1, letter by letter."""
    return difflib.SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()
