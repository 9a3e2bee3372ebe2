"""Detects the language of a page by its letters, and by its path if letters are ambiguous."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from itertools import islice
from pathlib import PurePath

from codegen.core.scripts import Script

UNDETERMINED = "und"  # the tag of BCP 47 for an undetermined language
_LONGEST = 200_000  # characters of a page that are examined
_OWN_SHARE = 100  # a page has one character of its script per so many
_FOREIGN_SHARE = 300  # accented letters of languages with Latin letters are rarer
_ENGLISH_WORDS = frozenset(
    (
        "the",
        "of",
        "is",
        "to",
        "and",
        "be",
        "that",
        "this",
        "are",
        "for",
        "not",
        "or",
        "if",
        "it",
        "by",
        "with",
        "as",
    )
)
_LEAST_ENGLISH = (
    0.05  # of the words of an English page; one of little but parameters and types may have fewer
)
_LEAST_WORDS = 20
_WORD = re.compile(r"\b[^\W\d_]{2,}\b")


def language_of_path(path: str, tags: Collection[str]) -> str:
    """Return the language in a path, such as `content/zh-cn/...` or `page.zh-cn.txt`, or an empty
    string.
    """
    pure = PurePath(path)
    parts = {*pure.parent.parts, *pure.name.split(".")[1:-1]}
    return next((tag for tag in tags if tag in parts), "")


def strip_comments(text: str) -> str:
    """Return the beginning of a page without comments, whose language may differ."""
    shown, *commented = text[:_LONGEST].split("<!--")
    return shown + "".join(part.partition("-->")[2] for part in commented)


def language_of_letters(text: str, scripts: Mapping[str, Script]) -> str:
    """Return the first language with the script of a text, or an empty string."""
    for tag, script in scripts.items():
        if (
            next(islice(script.sign.finditer(text), len(text) // _OWN_SHARE, None), None)
            is not None
        ):
            return tag
    return ""


def is_foreign(text: str) -> bool:
    """Return whether a text without a script of a known language is not English."""
    letters = (char for char in text if char > "\x7f" and char.isalpha())
    names = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in letters)
    if not names:
        return False
    name, count = names.most_common(1)[0]
    if name != "LATIN":
        return count > len(text) // _OWN_SHARE
    words = [word for word in _WORD.findall(text) if word.islower()]
    common = sum(word in _ENGLISH_WORDS for word in words)
    return (
        len(words) >= _LEAST_WORDS
        and count > len(text) // _FOREIGN_SHARE
        and common < _LEAST_ENGLISH * len(words)
    )
