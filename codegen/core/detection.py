"""Finds the language of a page by its letters, and by its path where letters cannot tell."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from itertools import islice
from pathlib import PurePath

from codegen.core.scripts import Script

UNDETERMINED = "und"  # the tag of BCP 47 for a language that cannot be told
_LONGEST = 200_000  # characters of a page that are examined
_OWN_SHARE = 100  # of a page in a script, one character of so many is of it
_FOREIGN_SHARE = 300  # accented letters of languages that are written in Latin ones are rarer
_ENGLISH_WORDS = frozenset(
    ("the", "of", "is", "to", "and", "be", "that", "this", "are", "for", "not", "or", "if", "it", "by", "with", "as")
)
_LEAST_ENGLISH = 0.05  # of the words of an English page; one of little but parameters and types may have fewer
_LEAST_WORDS = 20
_WORD = re.compile(r"\b[^\W\d_]{2,}\b")


def language_of_path(path: str, tags: Collection[str]) -> str:
    """The language that a part of a path names (`content/zh-cn/...`, `page.zh-cn.txt`), or an empty string."""
    pure = PurePath(path)
    parts = {*pure.parent.parts, *pure.name.split(".")[1:-1]}
    return next((tag for tag in tags if tag in parts), "")


def strip_comments(text: str) -> str:
    """The beginning of a page without its comments, which may hold the page in another language."""
    shown, *commented = text[:_LONGEST].split("<!--")
    return shown + "".join(part.partition("-->")[2] for part in commented)


def language_of_letters(prose: str, scripts: Mapping[str, Script]) -> str:
    """The first language in whose script a text is written, or an empty string."""
    for tag, script in scripts.items():
        if next(islice(script.sign.finditer(prose), len(prose) // _OWN_SHARE, None), None) is not None:
            return tag
    return ""


def is_foreign(prose: str, scripts: Collection[Script]) -> bool:
    """Whether a text is in a language that has none of these scripts and is not English."""
    letters = Counter(char for char in prose if char > "\x7f" and char.isalpha())
    names = Counter[str]()
    for letter, count in letters.items():
        if not any(script.letter.match(letter) for script in scripts):
            names[unicodedata.name(letter, "").partition(" ")[0]] += count
    if not names:
        return False
    name, count = names.most_common(1)[0]
    if name != "LATIN":
        return count > len(prose) // _OWN_SHARE
    words, share = _english(prose)
    return words >= _LEAST_WORDS and count > len(prose) // _FOREIGN_SHARE and share < _LEAST_ENGLISH


def is_english(prose: str) -> bool:
    """Whether a text has enough words to tell that it is English. A page of names and types alone has not."""
    words, share = _english(prose)
    return words >= _LEAST_WORDS and share >= _LEAST_ENGLISH


def _english(prose: str) -> tuple[int, float]:
    """Count the words of a text, and tell the share of those that most English sentences have."""
    words = [word for word in _WORD.findall(prose) if word.islower()]
    return len(words), sum(word in _ENGLISH_WORDS for word in words) / max(len(words), 1)
