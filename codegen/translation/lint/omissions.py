"""Numbers, negations and sentences of the English that a translation lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.translation.lint.findings import LintFinding
from codegen.translation.segments import Segment

# Code, quoted values, addresses, tags, shortcodes and the targets of links.
_NO_PROSE = re.compile(
    r"`[^`]*`|https?://\S+|\"[^\"]*\"|'[^'\s]*'|“[^”]*”|<[^>]*>|\{\{.*?\}\}|\]\([^)]*\)"
)
_NUMBER = re.compile(r"(?<![\w.,\-/:#+])\d+(?:\.\d+)*(?![\w\-/]|[.,]\w)", re.ASCII)
_ANY_NUMBER = re.compile(r"\d+(?:\.\d+)*", re.ASCII)
_NEGATION = re.compile(r"\b(?:not|never|[Cc]annot|\w+n't)\b", re.ASCII)
_ENGLISH_END = re.compile(r"(?<=[a-z)`\"'0-9#])[.!?](?=\s+[A-Z`\"#]|\s*\Z)")
_END = re.compile(r"[。！？]|\.(?=\s*\Z)")
_ENGLISH_WORD = re.compile(r"[A-Za-z]+")
_SMALL = 12  # numbers up to this one may be written as words
_FEWEST_WORDS = 12  # of an English text whose sentences are counted
_FEWEST_WORDS_OF_SENTENCE = 4  # shorter ones are often joined to their neighbours
_SHORT = 1.1  # letters and words of a whole translation for each English word; the median is 1.5


def find_lost_numbers(segment: Segment) -> Iterator[LintFinding]:
    """Find a number of the English that the translation does not have."""
    if segment.is_outdated:
        return
    numbers = list(_NUMBER.finditer(_mask(segment.text)))
    original = set(_ANY_NUMBER.findall(segment.english))
    written = set(_ANY_NUMBER.findall(segment.text))
    strange = [number for number in numbers if number[0] not in original]
    for number in _NUMBER.findall(_mask(segment.english)):
        is_small = number.isdigit() and int(number) <= _SMALL
        if number in written or (is_small and not strange):
            continue
        yield LintFinding(
            rule="value-lost",
            shown=number,
            message=f"the English has the number {number!r}, but the translation does not",
            at=strange[0].start() if strange else 0,
            repair=f"write {number}",
            suggestion=number,
        )
        return


def find_lost_negation(segment: Segment) -> Iterator[LintFinding]:
    """Find a sentence without a negation of its English.

    Texts with another number of sentences are compared as a whole.
    """
    words = segment.locale.usage.negations
    if not words or segment.is_outdated:
        return
    pattern = re.compile("|".join(map(re.escape, words)))
    whole = _mask(segment.english)
    if len(_NEGATION.findall(whole)) <= len(pattern.findall(segment.text)):
        return
    english = _split(whole, _ENGLISH_END)
    own = _split(segment.text, _END)
    if len(english) != len(own):
        english, own = [whole], [segment.text]
    at = 0
    for sentence, translation in zip(english, own, strict=True):
        if len(_NEGATION.findall(sentence)) > len(pattern.findall(translation)):
            negation = _NEGATION.findall(sentence)[0]
            shown = " ".join(translation.split())
            yield LintFinding(
                rule="negation-lost",
                shown=shown[:60],
                message=f"the English has a negation ({negation}), but the translation has none",
                at=at + len(translation) - len(translation.lstrip()),
                repair="compare the sense with the English",
            )
            return
        at += len(translation)


def find_lost_sentence(segment: Segment) -> Iterator[LintFinding]:
    """Find a translation with fewer sentences than its English, and too short for it."""
    if not segment.locale.is_dense or segment.is_outdated:
        return
    english, text = _mask(segment.english), _mask(segment.text)
    words = len(_ENGLISH_WORD.findall(english))
    size = len(_ENGLISH_WORD.findall(text))
    if segment.locale.letters is not None:
        size += len(segment.locale.letters.findall(text))
    sentences = 0
    for sentence in _split(english, _ENGLISH_END):
        sentences += len(_ENGLISH_WORD.findall(sentence)) >= _FEWEST_WORDS_OF_SENTENCE
    own_sentences = len(_END.findall(text.strip()))
    if words < _FEWEST_WORDS or not 0 < own_sentences < sentences or size >= _SHORT * words:
        return
    yield LintFinding(
        rule="sentence-lost",
        message=f"the English has {sentences} sentences, the translation {own_sentences}, and it is short",
        at=len(segment.text.rstrip()) - 1,
        repair="translate the missing sentence",
    )


def _split(text: str, end: re.Pattern[str]) -> list[str]:
    """Split a text behind the ends of its sentences. The parts are the whole text."""
    parts = []
    begin = 0
    for match in end.finditer(text):
        parts.append(text[begin : match.end()])
        begin = match.end()
    if text[begin:].strip():
        parts.append(text[begin:])
    return parts


def _mask(text: str) -> str:
    """Replace what is no prose by signs of the same length."""
    return _NO_PROSE.sub(lambda match: "#" * len(match[0]), text)
