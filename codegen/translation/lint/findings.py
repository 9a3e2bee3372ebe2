"""Findings of the linter, with helpers for its rules."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

from msgspec import Struct

from codegen.translation.segments import Segment

MAX_COMPARED = 2_000  # pairs of words of one text that are compared for slips


class LintFinding(Struct, frozen=True, kw_only=True):
    """A fault at an offset of the text.

    `correct` replaces `written` at that offset if the repair is certain: it changes blanks, or the
    marks and names of code, and never a sentence. `shown` are the words of the page that the
    message is about, `suggestion` what to write if a person has to decide.
    """

    rule: str
    message: str
    at: int
    repair: str
    written: str = ""
    correct: str = ""
    shown: str = ""
    suggestion: str = ""


def squeeze(text: str) -> str:
    """Remove blanks, quotes, code marks and commas from a text."""
    return re.sub(r"[\s`\\\"'“”‘’*,，、]", "", text).casefold()


def belongs_to_word(text: str, at: int, part: str, words: Iterable[str]) -> bool:
    """Return whether a part of a text belongs to one of these words there, as `特性门` to `特性门控`."""
    return any(part in word and text.startswith(word, at - word.find(part)) for word in words)


def quote_finding(
    segment: Segment,
    rule: str,
    problem: str,
    span: tuple[int, int],
    repair: str,
    written: str = "",
    correct: str = "",
) -> LintFinding:
    """Make a finding that quotes a range of the text with a few characters around it, on one line."""
    at, end = span
    context = " ".join(segment.text[max(at - 8, 0) : end + 8].split())
    message = f"{problem}: {context!r}"
    return LintFinding(
        rule=rule,
        message=message,
        at=at,
        repair=repair,
        written=written,
        correct=correct,
        shown=context,
    )


def match_misspellings(
    words: Collection[str], others: Collection[str], similarity: float
) -> dict[str, str] | None:
    """Map each word to the most similar one of others, if one has this likeness.

    Case does not count.

    Returns None if these are more than `MAX_COMPARED` pairs.
    """
    if len(words) * len(others) > MAX_COMPARED:
        return None
    folded = {candidate.casefold(): candidate for candidate in others}
    nearest_words = (
        (word, difflib.get_close_matches(word.casefold(), folded, 1, similarity)) for word in words
    )
    return {word: folded[nearest[0]] for word, nearest in nearest_words if nearest}
