"""English that says what a translated text says and goes on: the translation of its head, and what is new behind it.

A release often adds sentences to a description (`Deprecated: ...`). The translation of all before them is still right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from codegen.model.kubernetes import LISTED_VALUES
from codegen.translation.common_part import without_addresses
from codegen.translation.text import sentence_spans, words

# A head or a tail with fewer words than this says too little by itself.
WORDS_ENOUGH = 3
# What stays as it is in a translation, and the words of a sentence: no name, and no function of a formula.
_QUOTED = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|(?<![\w+.-])[\w+.-]++://\S+")
_PROSE = re.compile(r"(?<![\w.])[A-Za-z][a-z]+(?![\w.]*[\w(])")
_OPEN_ENDS = (":", ",", ";", "：", "，", "；")


def head_of(old: str, new: str) -> str | None:
    """The part of `new` that says what `old` says, if whole sentences of `new` follow it; addresses and a last full stop do not count."""
    whole = [key for _, key in _keys(old)][-1:]
    return next((new[:end] for end in _ends(new, set(whole))), None)


class Heads:
    """Finds the longest head of a text that is an English of some pairs."""

    def __init__(self, english: Iterable[str]) -> None:
        self._known: set[int] = set()
        for text in english:
            if words(text).total() >= WORDS_ENOUGH:
                self._known.update([key for _, key in _keys(text)][-1:])

    def longest(self, english: str) -> str | None:
        """The longest part of an English text, up to the end of a sentence and not all of it, that is translated."""
        ends = list(_ends(english, self._known))
        return english[: ends[-1]] if ends else None


def _ends(english: str, keys: set[int]) -> Iterator[int]:
    """Where the heads of a text end that have one of these keys, with a whole sentence behind it and before it."""
    last = len(english.rstrip())
    for end, key in _keys(english):
        if key in keys and end < last and not english.endswith(_OPEN_ENDS, 0, end):
            yield end


def _keys(english: str) -> Iterator[tuple[int, int]]:
    """For each sentence where it ends, and a number for all that the text says up to there."""
    key = 0
    for start, end in sentence_spans(english):
        key = hash((key, without_addresses(english[start:end])))
        yield end, key


def without_english_tail(english: str, translation: str, listed_values: str) -> tuple[str, str]:
    """An English text and its translation without the last sentences if they stand in the translation in English: pages show them so.

    `listed_values` is what the language writes before a list of values.
    """
    shared = 0
    for one, other in zip(_backwards(english), _backwards(translation), strict=False):
        if one != other:
            break
        shared += 1
    if not shared:
        return english, translation
    start = _before_last(english, shared)
    begins = next((begin for begin, _ in sentence_spans(english) if begin >= start), len(english))
    tail = english[begins:]
    if not english[:begins].strip() or len(_PROSE.findall(_QUOTED.sub(" ", tail))) < WORDS_ENOUGH:
        return english, translation
    ends = _before_last(translation, sum(1 for _ in _backwards(tail)))
    head, translated = english[:begins].strip(), translation[:ends].strip()
    if head.endswith(LISTED_VALUES) and translated.endswith(listed_values):
        head, translated = (
            head.removesuffix(LISTED_VALUES).strip(),
            translated.removesuffix(listed_values).strip(),
        )
    return (head, translated) if head and translated else (english, translation)


def _backwards(text: str) -> Iterator[str]:
    """The signs of a text from its end, without white space."""
    return (sign for sign in reversed(text) if not sign.isspace())


def _before_last(text: str, count: int) -> int:
    """Where the last so many signs of a text begin, white space not counted."""
    position = len(text)
    while count:
        position -= 1
        count -= not text[position].isspace()
    return position
