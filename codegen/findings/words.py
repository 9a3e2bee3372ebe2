"""Differences of two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum

from msgspec import Struct

_WORD = re.compile(r"[一-鿿]|[^\s一-鿿]+")
_MOST = 4_000_000  # pairs of words to compare; longer texts are replaced as a whole


class DiffState(StrEnum):
    """Whether a piece of text is unchanged, added or removed."""

    SAME = "same"
    OLD = "old"
    NEW = "new"


MARKS = {DiffState.SAME: ("", ""), DiffState.OLD: ("[-", "-]"), DiffState.NEW: ("{+", "+}")}


class DiffPiece(Struct, frozen=True, kw_only=True):
    """Consecutive words that are all unchanged, all added or all removed."""

    part: DiffState
    text: str


def are_descriptions(old: str | None, new: str | None) -> bool:
    """Return whether two values are texts of several words, too long to compare at a glance."""
    return all(value is not None and len(_WORD.findall(value)) > 2 for value in (old, new))


def word_changes(old: str, new: str, context: int = 6) -> Iterator[DiffPiece]:
    """Compare two texts.

    Unchanged words are kept within `context` words of a change, others become an ellipsis.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    codes = [("replace", 0, len(before), 0, len(after))]
    if len(before) * len(after) <= _MOST:
        codes = list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())
    for number, (kind, start, end, new_start, new_end) in enumerate(codes):
        if kind == "equal":
            yield _shorten_unchanged(
                before[start:end], context, first=number == 0, last=number == len(codes) - 1
            )
            continue
        if end > start:
            yield DiffPiece(part=DiffState.OLD, text=_join_words(before[start:end]))
        if new_end > new_start:
            yield DiffPiece(part=DiffState.NEW, text=_join_words(after[new_start:new_end]))


def mark_changes(old: str, new: str) -> str:
    """Mark removed and added words as `git diff --word-diff` does."""
    return " ".join(
        f"{MARKS[piece.part][0]}{piece.text}{MARKS[piece.part][1]}"
        for piece in word_changes(old, new)
    )


def _shorten_unchanged(words: list[str], context: int, *, first: bool, last: bool) -> DiffPiece:
    head = [] if first else words[:context]
    tail = [] if last else words[-context:]
    if len(words) <= len(head) + len(tail):
        return DiffPiece(part=DiffState.SAME, text=_join_words(words))
    return DiffPiece(
        part=DiffState.SAME, text=" … ".join((_join_words(head), _join_words(tail))).strip()
    )


def _join_words(words: list[str]) -> str:
    """Join words with spaces, except between Chinese characters."""
    text = " ".join(words)
    return re.sub(r"(?<=[一-鿿]) (?=[一-鿿])", "", text)
