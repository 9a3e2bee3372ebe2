"""Rule for English comments that differ from the English page, at the words that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.core.diagnostics import Finding, Level, Span, identify
from codegen.core.escaping.controls import shorten
from codegen.translation.normalization import fold_markup, split_sentences
from codegen.translation.segments import Segment
from codegen.translation.signals import SentenceChange, Signal, compare_sentences

_WORD = re.compile(r"\w+")


def find_outdated_english(segment: Segment) -> Iterator[Finding]:
    """Find an English comment that lacks a sentence of the English page, or has another one.

    Samples of code are no sentences. Translators leave them out of comments. A deprecation begins
    with a word and a colon.
    """
    if not segment.page or fold_markup(segment.page.rstrip(".")) == fold_markup(
        segment.english.rstrip(".")
    ):
        return
    for change in compare_sentences(segment.english, segment.page):
        sentence = change.new or change.old
        if change.signal is Signal.STRONG and _is_sentence(sentence):
            yield Finding(
                level=Level.WARN,
                rule="translation-outdated",
                message=f"the English of {segment.id!r} has changed since it was translated: {shorten(sentence, 60)!r}",
                span=_locate_change(segment, change),
                id=identify(segment.span, segment.id),
                hint=f"translate the English of now: {shorten(segment.page, 60)!r}",
                extra=(("text", shorten(sentence, 60)),),
                arguments=(
                    segment.id,
                    shorten(sentence, 60),
                ),
            )
            return


def _is_sentence(text: str) -> bool:
    return text.endswith((".", "eprecated:")) and "{" not in text


def _locate_change(segment: Segment, change: SentenceChange) -> Span:
    """Return the location of the first word of a comment that differs from the English page."""
    if change.old:
        sentence = change.old
        count = _count_common_words(change.old, change.new)
    else:
        sentence = _find_sentence_before(segment, change.new)
        count = len(_WORD.findall(sentence))
    words = _WORD.findall(sentence)
    if not words:
        return segment.english_span
    last = min(count, len(words) - 1)
    pattern = r"\b" + r"\W+".join(words[: last + 1]) + r"\b"
    # Of two sentences that begin alike, the whole one decides.
    whole = re.search(r"\b" + r"\W+".join(words) + r"\b", segment.english_written)
    start = whole.start() if whole is not None else 0
    match = re.compile(pattern).search(segment.english_written, start)
    if match is None:
        return segment.english_span
    return _offset_span(segment, match.end() - len(words[last]))


def _count_common_words(old: str, new: str) -> int:
    """Count the words with which two sentences begin alike."""
    count = 0
    for old_word, new_word in zip(_WORD.findall(old), _WORD.findall(new), strict=False):
        if old_word != new_word:
            break
        count += 1
    return count


def _find_sentence_before(segment: Segment, added: str) -> str:
    """Return the sentence of the comment behind which the English page has another one."""
    written = {fold_markup(sentence): sentence for sentence in split_sentences(segment.english)}
    before = ""
    for sentence in split_sentences(segment.page):
        if sentence == added:
            break
        before = written.get(fold_markup(sentence), before)
    return before


def _offset_span(segment: Segment, at: int) -> Span:
    """Return the location of a character of the comment as its file has it."""
    first = segment.english_span
    before = segment.english_written[:at]
    line_start = before.rfind("\n") + 1
    column = at - line_start + 1
    if not line_start:
        column = at + first.column
    return Span(path=first.path, line=first.line + before.count("\n"), column=column)
