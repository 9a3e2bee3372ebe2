"""Texts compared by what they mean: case, white space and escapes make no difference."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from codegen.model import kubernetes

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# What a server puts after a description where it also writes the list as `enum`. Pages lay the list out in their own way.
LISTED_VALUES = f"\n\n{kubernetes.LISTED_VALUES}\n"
_LISTED = re.compile(rf"(?<!\s)\s*+\b{kubernetes.LISTED_VALUES}\s+(?=[-*]\s)")
_ITEM = re.compile(r"(?:\A|\s)[-*]\s+(?=`?\")")
_VALUE = re.compile(r"`?\"((?:[^\"\\]|\\.)*)\"`?\s*")
_MARKS = re.compile(r"[`*_]+")
_SPACE = re.compile(r"\s+")


def alike(first: str, second: str) -> bool:
    """Whether two sources say the same.

    A list of values after the text is compared by what it says of the values that both have: which values there are is told as a
    change of the enumeration, and where only one side writes the list, it is the habit of a server and no change.
    """
    (text, values), (other, others) = _parted(first), _parted(second)
    if normalised(text) != normalised(other):
        return False
    return all(normalised(values[value]) == normalised(others[value]) for value in values.keys() & others.keys())


@lru_cache(maxsize=4096)
def _parted(text: str) -> tuple[str, Mapping[str, str]]:
    """The text without a list of values at its end, and what the list says of each value."""
    found = _LISTED.search(text) if kubernetes.LISTED_VALUES in text else None
    if found is None:
        return text, {}
    items = [item for item in _ITEM.split(text[found.end() :]) if item.strip()]
    heads = [_VALUE.match(item) for item in items]
    if not all(heads):
        return text, {}  # something else under the same words
    return text[: found.start()], {head[1]: item[head.end() :] for head, item in zip(heads, items, strict=True) if head}


@lru_cache(maxsize=65536)
def normalised(text: str) -> str:
    """A text without case, white space, width, escapes and marks of emphasis: what two sources of the same text share."""
    plain = _ESCAPE.sub(r"\1", html.unescape(text))
    return _SPACE.sub("", _MARKS.sub("", unicodedata.normalize("NFKC", plain))).casefold()
