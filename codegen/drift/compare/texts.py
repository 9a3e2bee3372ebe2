"""Texts compared by what they mean: case, white space and escapes make no difference."""

from __future__ import annotations

import difflib
import html
import unicodedata
from functools import lru_cache

from codegen.core.patterns import lazy_pattern

_ESCAPE = lazy_pattern(r"\\([!-/:-@\[-`{-~])")
# What a server puts after a description where it also writes the list as `enum`.
LISTED_VALUES = "\n\nPossible enum values:\n"
_ENUM = lazy_pattern(LISTED_VALUES + r"(?: - .*(?:\n|\Z))+")
_MARKS = lazy_pattern(r"[`*_]+")
_SPACE = lazy_pattern(r"\s+")


@lru_cache(maxsize=65536)
def normalised(text: str) -> str:
    """A text without case, white space, width, escapes and marks of emphasis: what two sources of the same text share."""
    plain = _ESCAPE.sub(r"\1", html.unescape(_ENUM.sub("", text)))
    return _SPACE.sub("", _MARKS.sub("", unicodedata.normalize("NFKC", plain))).casefold()


def similarity(first: str, second: str) -> float:
    """How alike two texts are, 0 to 1, word by word."""
    left, right = first.casefold().split(), second.casefold().split()
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= 0.5 else 0.0


def name_similarity(first: str, second: str) -> float:
    """How alike two names are, 0 to 1, letter by letter."""
    return difflib.SequenceMatcher(None, first.casefold(), second.casefold(), autojunk=False).ratio()
