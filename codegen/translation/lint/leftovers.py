"""Rules for unclosed Markdown and text left in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.core.diagnostics import Finding, Level, identify
from codegen.core.escaping.controls import shorten
from codegen.core.scripts import DENSE
from codegen.translation.lint.findings import LintFinding
from codegen.translation.normalization import fold_markup, is_only_names
from codegen.translation.segments import BLOT, Segment

_LATIN_RUN = re.compile(r"(?<![\w.\"'“‘-])[a-z]+(?:[ \n]+[A-Za-z]+){4,}(?![\w-])", re.ASCII)
_SMALL = frozenset(
    (
        "the",
        "of",
        "is",
        "to",
        "a",
        "an",
        "in",
        "for",
        "that",
        "be",
        "this",
        "by",
        "with",
        "are",
        "if",
        "not",
    )
)
_QUOTED = re.compile(rf"\"[^\"\n{DENSE}]*\"|“[^“”\n{DENSE}]*”|'[^'\n{DENSE}]*'|‘[^‘’\n{DENSE}]*’")


def find_unbalanced_emphasis(segment: Segment) -> Iterator[LintFinding]:
    """Find unclosed marks of Markdown."""
    for mark, name in (("**", "strong emphasis"), ("`", "code")):
        unclosed = segment.prose
        if mark in unclosed and unclosed.count(mark) % 2:
            yield LintFinding(
                rule="emphasis-unbalanced",
                shown=mark,
                message=f"{mark} opens {name} that is not closed",
                at=unclosed.find(mark),
                repair=f"write {mark} on both sides, or on none",
            )


def find_leftover_english(segment: Segment) -> Iterator[LintFinding]:
    """Find runs of English words in a text of another script."""
    if segment.locale.letters is None:
        return
    for match in _LATIN_RUN.finditer(
        _QUOTED.sub(lambda quoted: BLOT * len(quoted[0]), segment.prose)
    ):
        if any(word.lower() in _SMALL for word in match[0].split()):
            yield LintFinding(
                rule="english-left",
                shown=" ".join(match[0].split())[:60],
                message=f"English is left in the text: {' '.join(match[0].split())[:60]!r}",
                at=match.start(),
                repair="translate it, or mark it as code if it is a value",
            )


def find_translated_comment(segment: Segment) -> Finding | None:
    """Find a comment with letters of the language, where the English belongs."""
    if segment.locale.letters is None or not segment.locale.letters.search(segment.english):
        return None
    return Finding(
        level=Level.WARN,
        rule="comment-wrong",
        message=f"the comment of {segment.id!r} is not English: {shorten(segment.english, 60)!r}",
        span=segment.english_span,
        id=identify(segment.span, segment.id),
        hint="write the words of the English page there",
        arguments=(
            segment.id,
            shorten(segment.english, 60),
        ),
    )


def find_untranslated(segment: Segment) -> LintFinding | None:
    """Find a text without a letter of the language, or equal to its English."""
    letters = segment.locale.letters
    if letters is not None:
        is_english = letters.search(segment.text) is None
    else:
        is_english = bool(segment.english) and fold_markup(segment.text) == fold_markup(
            segment.english
        )
    if not is_english or is_only_names(segment.text):
        return None
    return LintFinding(
        rule="translation-english",
        shown=shorten(segment.text, 60),
        message="the text is still English",
        at=0,
        repair=f"translate it into {segment.locale.name}",
    )
