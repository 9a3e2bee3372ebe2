"""Words of a translation that say the opposite of its English: the words of two senses are counted in each sentence of both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from msgspec import Struct

from codegen.core.locales import Locale
from codegen.core.usage import Opposites
from codegen.translation.lint.meaning import negations_of, words_of
from codegen.translation.lint.text import LintFinding, Piece
from codegen.translation.lint.units import Unit

_LITERALS = Opposites(english=(("true",), ("false",)), own=(("true",), ("false",)))
# How many words before a word of English a negation may deny it.
_NEAR = 4
# How many characters of the language.
_BEFORE = 3
_CLAUSE = re.compile(r"[.,;:()，。；：、（）]|\b(?:if|when|but|which|that|unless|because)\b", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:not|never|no|none|cannot|nor|neither|without)\b|n't\b", re.IGNORECASE)


class _Pair(Struct, frozen=True, kw_only=True):
    """Two senses, the words of English and of the language for each, and where neither text lets a reader be sure.

    Of contrary senses the one denied is the other.
    """

    rule: str
    english: re.Pattern[str]
    own: re.Pattern[str]
    either: re.Pattern[str]
    first_english: frozenset[str]
    first_own: frozenset[str]
    unsure: re.Pattern[str] | None
    is_contrary: bool


class _Count(Struct, frozen=True, kw_only=True):
    """The words of a sentence for each of two senses."""

    first: tuple[re.Match[str], ...]
    second: tuple[re.Match[str], ...]

    def swapped(self) -> _Count:
        return _Count(first=self.second, second=self.first)


def swapped_senses(piece: Piece) -> Iterator[LintFinding]:
    """A word that is the opposite of the English one: of the one sense the translation has fewer words, of the other one more."""
    for pair in _pairs(piece.locale):
        if not pair.english.search(piece.english) or not pair.own.search(piece.prose):
            continue
        for unit in piece.units:
            english = _in_english(unit.english, pair)
            if english is None or (pair.unsure is not None and _is_unsure(piece, unit, pair.unsure)):
                continue
            own = _in_own(piece, unit, pair)
            for wanted, written in ((english, own), (english.swapped(), own.swapped())):
                if len(written.first) < len(wanted.first) and len(written.second) > len(wanted.second):
                    word, found = wanted.first[0], written.second[0]
                    yield LintFinding(
                        rule=pair.rule,
                        message=f"{found[0]!r} is the opposite of the English {word[0]!r}",
                        at=found.start(),
                        repair="compare the sense of the two",
                    )


def _is_unsure(piece: Piece, unit: Unit, unsure: re.Pattern[str]) -> bool:
    return bool(unsure.search(unit.english) or unsure.search(piece.prose, unit.start, unit.end))


def _in_english(english: str, pair: _Pair) -> _Count | None:
    """The words of the English; None if one is denied whose denial is not the other sense."""
    first: list[re.Match[str]] = []
    second: list[re.Match[str]] = []
    for found in pair.english.finditer(english):
        is_first = found[0].casefold() in pair.first_english
        if _is_denied(english[: found.start()]):
            if not pair.is_contrary:
                return None
            is_first = not is_first
        (first if is_first else second).append(found)
    return _Count(first=tuple(first), second=tuple(second)) if first or second else None


def _is_denied(before: str) -> bool:
    clause = _CLAUSE.split(before)[-1]
    return _DENIES.search(" ".join(clause.split()[-_NEAR:])) is not None


def _in_own(piece: Piece, unit: Unit, pair: _Pair) -> _Count:
    """The words of the translation; those of English that it keeps are of the same sense."""
    negations = negations_of(piece.locale)
    first: list[re.Match[str]] = []
    second: list[re.Match[str]] = []
    for found in pair.either.finditer(piece.prose, unit.start, unit.end):
        is_first = found[0] in pair.first_own or found[0].casefold() in pair.first_english
        if pair.is_contrary and negations is not None:
            before = _CLAUSE.split(piece.prose[max(found.start() - _BEFORE, unit.start) : found.start()])[-1]
            is_first ^= bool(negations.found(before))
        (first if is_first else second).append(found)
    return _Count(first=tuple(first), second=tuple(second))


@cache
def _pairs(locale: Locale) -> tuple[_Pair, ...]:
    usage = locale.usage
    pairs = [("value-swapped", _LITERALS)]
    pairs += (("bound-swapped", pair) for pair in usage.bounds)
    pairs += (("opposite-written", pair) for pair in usage.opposites)
    return tuple(_pair(rule, pair) for rule, pair in pairs)


def _pair(rule: str, pair: Opposites) -> _Pair:
    return _Pair(
        rule=rule,
        english=words_of((*pair.english[0], *pair.english[1]), re.IGNORECASE),
        own=words_of((*pair.own[0], *pair.own[1])),
        either=words_of((*pair.english[0], *pair.english[1], *pair.own[0], *pair.own[1]), re.IGNORECASE),
        first_english=frozenset(pair.english[0]),
        first_own=frozenset(pair.own[0]),
        unsure=words_of(pair.unsure, re.IGNORECASE) if pair.unsure else None,
        is_contrary=pair.contrary,
    )


OPPOSITE_RULES: tuple[Callable[[Piece], Iterator[LintFinding]], ...] = (swapped_senses,)
