"""What a translation says otherwise than its English, as far as it can be seen without understanding it: word against word.

Texts are compared sentence by sentence where they have as many. The words of a language are those of its `Usage`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property

from msgspec import Struct

from codegen.core.locales import Locale
from codegen.translation.lint.english import HARMLESS, NEGATIONS
from codegen.translation.lint.text import LintFinding, Piece
from codegen.translation.lint.units import Unit

_QUOTES = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|“[^“”\n]*”|(?<!\w)'[^'\n]*'(?!\w)")
# Whatever may be translated by a negation.
_NEGATIVE = re.compile(
    r"\b(?:no|not|none|never|nor|neither|nothing|nobody|cannot|without|un(?!it|til|der|ion|iq|iver)\w+|non\w*"
    r"|dis(?!k|play|patch|cover|trib|cuss|tan[ct]|rupt|cret|pos|semin)\w+"
    r"|im(?:mutabl|possib|balanc|prop|perfect|practic|precis)\w*"
    r"|in(?:valid|active|compatible|complete|correct|sufficient|consistent|accessible|eligible|dependent|definite|visible)\w*"
    r"|ir(?:relevant|regular|reversible)\w*|except\w*|unless|only|fail\w*|prevent\w*|forb\w+|prohibit\w*|den(?:y|ied|ies)|reject\w*"
    r"|refus\w*|ignor\w*|lack\w*|miss\w*|absen\w+|exclu\w+|avoid\w*|unique\w*|distinct|other than|rather than|less|fewer|exceed\w*|opaque"
    r"|silent\w*|instead|stop\w*|ceas\w*"
    r"|too|read-only|readonly|omit\w*|skip\w*|regardless|duplicat\w*|until|no-op|mutually|conflict\w*)\b|n't\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:not|no|never)\b[^.;]*\buntil\b", re.IGNORECASE)
# `allowed or not`, but nothing behind it: `true or not present` denies.
_OR_NOT = re.compile(r"\bor not\b(?!\s+[\w\"'`(])", re.IGNORECASE)

# So many letters of its beginning tell that a text stands there twice.
_START = 80


class _Told(Struct, frozen=True, kw_only=True):
    """Words of English, and those by which a language tells them: with a negation, and without one."""

    english: re.Pattern[str]
    own: re.Pattern[str]
    plain: re.Pattern[str]
    needed: re.Pattern[str] | None


class _Negations(Struct, frozen=True, kw_only=True, dict=True):
    """The negations of a language among words that hold one and deny nothing, and those that only tell words of English."""

    all: re.Pattern[str]
    harmless: frozenset[str]
    implied: tuple[_Told, ...]

    @cached_property
    def _telling(self) -> frozenset[str]:
        """The harmless words that tell words of English."""
        return frozenset(word for word in self.harmless if any(told.own.fullmatch(word) for told in self.implied))

    def found(self, text: str, behind: int = 0) -> list[str]:
        """The words that deny something, each with so many letters behind it."""
        return [
            text[found.start() : found.end() + behind]
            for found in self.all.finditer(text)
            if found[0].casefold() not in self.harmless
        ]

    def count(self, text: str, english: str, enough: int, *, pairs: bool = False) -> int:
        """How many negations a text has beyond those that tell a word of the English; counting stops when there are enough.

        With `pairs` two that tell one word together (`只有 ... 才`) are one, and harmless words deny nothing. Without it those of them that
        tell a word which the English does not have may deny (`位于不同位置`, not co-located).
        """
        count = 0
        blank = self.harmless if pairs else self.harmless - self._telling
        text = self.all.sub(lambda word: " " * len(word[0]) if word[0].casefold() in blank else word[0], text)
        for told in self.implied:
            words = Counter(told.own.findall(text))
            if words:
                own = max(words.values()) if pairs else words.total()
                count += max(own - sum(not _stands_in(word, text) for word in told.english.findall(english)), 0)
                text = told.own.sub(lambda word: " " * len(word[0]), text)
        return count if count >= enough else count + len(self.found(text))

    def tells(self, word: str, english: str) -> bool:
        """Whether a negation only tells a word that the English has."""
        return any(told.own.fullmatch(word) and told.english.search(english) for told in self.implied)

    def needed(self, text: str, english: str) -> int:
        """How many words of the English need a negation, since no other word tells them."""
        count = 0
        for told in self.implied:
            if told.needed is not None and (words := len(told.needed.findall(english))):
                count += max(words - len(told.own.findall(text)) - len(told.plain.findall(text)), 0)
        return count

    def told_plainly(self, words: Sequence[str], text: str) -> int:
        """How many words of English a text tells by words that deny nothing."""
        count = 0
        for told in self.implied:
            if meant := sum(told.english.fullmatch(word) is not None for word in words):
                count += min(meant, len(told.plain.findall(text)))
        return count

    def has_until(self, text: str) -> bool:
        """Whether a text may tell `not ... until` by what is so only then; of a language that says nothing of it, it may."""
        told = [each for each in self.implied if each.english.fullmatch("until")]
        return not told or any(each.own.search(text) for each in told)

    def left(self, words: Iterable[str], text: str) -> int:
        """Of words of English that may be told by a negation, how many the text does not tell by a word of another kind."""
        open_words = [word for word in words if not _stands_in(word, text)]
        for told in self.implied:
            if meant := [word for word in open_words if told.english.fullmatch(word)]:
                others = len(told.own.findall(text)) + len(told.plain.findall(text))
                for word in meant[:others]:
                    open_words.remove(word)
        return len(open_words)


def lost_negation(piece: Piece) -> Iterator[LintFinding]:
    """A sentence of the English with more negations than its translation has."""
    own, of_english = negations_of(piece.locale), _of_english()
    if own is None or not (of_english.all.search(piece.english) or own.needed("", piece.english)):
        return
    if piece.english.find(piece.english[:_START], 1) > 0:  # a comment that has its text twice
        return
    for unit in piece.units:
        text = _unquoted(piece, unit)
        count = _count_of_english(unit, of_english, piece.text, own, text) + own.needed(text, unit.english)
        if count and own.count(text, unit.english, count) < count:
            yield LintFinding(
                rule="negation-lost",
                message=f"the English has a negation that the translation does not have: {_short(unit.english)!r}",
                at=unit.start,
                repair="compare the sense of the two",
            )


def _count_of_english(unit: Unit, negations: _Negations, whole: str, own: _Negations, text: str) -> int:
    """How many negations of the English a part of a translation has to have: not those that are values in the whole of it, or that words
    without one tell, nor that of `not ... until` where it says what is so only then.
    """
    english = _OR_NOT.sub(" ", _QUOTES.sub(" ", unit.english))
    words = [word for word in negations.found(english) if not _stands_in(word, whole)]
    if not words:
        return 0
    count = len(words) - own.told_plainly(words, text)
    return max(count - len(_UNTIL.findall(english)), 0) if own.has_until(text) else count


def _unquoted(piece: Piece, unit: Unit) -> str:
    """A part of the translation without what it quotes from the English."""
    letters = piece.locale.letters
    text = piece.text[unit.start : unit.end]
    return _QUOTES.sub(lambda found: found[0] if letters is not None and letters.search(found[0]) else " ", text)


@cache
def _whole(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", re.IGNORECASE)


def _stands_in(word: str, text: str) -> bool:
    return word.casefold() in text.casefold() and _whole(word).search(text) is not None


def added_negation(piece: Piece) -> Iterator[LintFinding]:
    """A sentence that denies what its English does not."""
    denials, own = _denials(piece.locale), negations_of(piece.locale)
    if denials is None or own is None or not piece.english:
        return
    for unit in piece.units:
        found = next(
            (
                each
                for each in denials.finditer(piece.prose, unit.start, unit.end)
                if not own.tells(each[0], unit.english)
            ),
            None,
        )
        if found is not None and _denies_more(piece, unit, found.start(), own):
            yield LintFinding(
                rule="negation-added",
                message=f"{found[0]!r} denies what the English does not: {_short(unit.english)!r}",
                at=found.start(),
                repair="compare the sense of the two",
            )


def _denies_more(piece: Piece, unit: Unit, denial: int, own: _Negations) -> bool:
    """Whether a part of a translation, which has a denial at an offset, has more negations than its English has words that may be told by one.

    One that is repeated, as for each of several things that are not allowed, is one.
    """
    words = _NEGATIVE.findall(unit.english)
    if not words:
        return True
    text = _unquoted(piece, unit)
    allowed = own.left(words, piece.text[unit.start : unit.end])
    if own.all.search(piece.prose, max(denial - 1, 0), denial):  # what denies a denial is another fault
        return False
    return own.count(text, unit.english, allowed + 1, pairs=True) > allowed and len(set(own.found(text, 1))) > allowed


def _short(english: str) -> str:
    plain = " ".join(english.split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"


@cache
def negations_of(locale: Locale) -> _Negations | None:
    """The negations of a language; None if it states none."""
    usage = locale.usage
    if not usage.negations:
        return None
    return _Negations(
        all=words_of((*usage.negations, *usage.harmless), re.IGNORECASE),
        harmless=frozenset(usage.harmless),
        implied=tuple(
            _Told(
                english=words_of(each.english, re.IGNORECASE),
                own=_any_of(each.own),
                plain=_any_of(each.plain),
                needed=words_of(each.needed, re.IGNORECASE) if each.needed else None,
            )
            for each in usage.implied
        ),
    )


@cache
def _of_english() -> _Negations:
    """The negations of English."""
    return _Negations(all=words_of((*NEGATIONS, *HARMLESS), re.IGNORECASE), harmless=frozenset(HARMLESS), implied=())


@cache
def _denials(locale: Locale) -> re.Pattern[str] | None:
    return words_of(locale.usage.denials, re.IGNORECASE) if locale.usage.denials else None


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Any of some words of a language; nothing if there are none."""
    return words_of(words) if words else re.compile("(?!)")


def words_of(words: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    """Any of some words; those of English letters as whole words."""
    ordered = sorted(words, key=len, reverse=True)
    return re.compile(
        "|".join(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in ordered), re.ASCII | flags
    )


SENSE_RULES: tuple[Callable[[Piece], Iterator[LintFinding]], ...] = (lost_negation, added_negation)
