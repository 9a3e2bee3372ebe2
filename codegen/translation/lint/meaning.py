"""What a translation says otherwise than its English, as far as it can be seen without understanding it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from codegen.core.patterns import lazy_pattern
from codegen.translation.lint.text import LintFinding, Piece
from codegen.translation.text import URL

_CODE = lazy_pattern(r"`[^`\n]*`")
_NUMBER = lazy_pattern(r"(?<![\w.,/:-])\d++(?:\.\d++)*+(?![\w/:-])", re.ASCII)
_QUOTES = lazy_pattern(r"`[^`\n]*`|\"[^\"\n]*\"|“[^“”\n]*”|'[^'\n]*'")
_QUOTED = lazy_pattern(r"(?<![\w])[\"“]([A-Za-z][A-Za-z0-9]*[A-Z][A-Za-z0-9]*|[A-Z][a-z0-9]{2,})[\"”](?!\w)", re.ASCII)
_NOT = lazy_pattern(r"\b(?:[Nn]ot|NOT|never|[Cc]annot|[Ww]ithout|nor)\b|n't\b")
_UNTIL = lazy_pattern(r"\buntil\b", re.IGNORECASE)
_NOT_HAN = lazy_pattern(r"[不没無无未非勿否免禁别拒]|缺|除外|以外|之外|排除|忽略|互斥|除了|除非")
_LOW = (r"\b(?:minimum|lowest|smallest|at least)\b", r"最[小少低]|至少|下限|不少于|不低于|不小于")
_HIGH = (r"\b(?:maximum|highest|largest|at most)\b", r"最[大多高]|至多|上限|不多于|不超过|不高于|不大于")


def changed_numbers(piece: Piece) -> Iterator[LintFinding]:
    """A number of two digits and more that the translation does not have."""
    known = set(re.findall(r"\d+(?:\.\d+)*", piece.text.replace(",", "").replace("，", "")))
    for found in _NUMBER.finditer(_CODE.sub(" ", URL.sub(" ", piece.english))):
        number = found[0]
        if len(number) > 1 and number not in known and not any(number in other for other in known):
            known.add(number)
            yield LintFinding(
                rule="number-differs",
                message=f"the English has the number {number}, but the translation does not",
                at=0,
                repair=f"write {number}, or correct the number that stands for it",
            )


def changed_values(piece: Piece) -> Iterator[LintFinding]:
    """A quoted value that the translation does not have."""
    text = piece.text.casefold()
    seen: set[str] = set()
    for found in _QUOTED.finditer(piece.english):
        value = found[1]
        if value.casefold() not in text and value not in seen:
            seen.add(value)
            yield LintFinding(
                rule="value-lost",
                message=f"the English has the value {value!r}, but the translation does not",
                at=0,
                repair=f"values are not translated: write {value}",
            )


def lost_negation(piece: Piece) -> Iterator[LintFinding]:
    """A negation in English and none in the translation."""
    english = _QUOTES.sub(" ", piece.english)
    if _NOT.search(english) and not _UNTIL.search(english) and not _NOT_HAN.search(piece.text):
        yield LintFinding(
            rule="negation-lost",
            message="the English has a negation, but the translation does not",
            at=0,
            repair="compare the sense of the two",
        )


def swapped_bounds(piece: Piece) -> Iterator[LintFinding]:
    """A least value in English that is the greatest in the translation, or the other way round."""
    for (word, own), (_, other) in ((_LOW, _HIGH), (_HIGH, _LOW)):
        opposite_word = (_HIGH if word == _LOW[0] else _LOW)[0]
        if not re.search(word, piece.english, re.IGNORECASE) or re.search(opposite_word, piece.english, re.IGNORECASE):
            continue
        found = re.search(other, piece.prose)
        if found is not None and not re.search(own, piece.prose):
            yield LintFinding(
                rule="bound-swapped",
                message=f"{found[0]!r} is the opposite of the English",
                at=found.start(),
                repair="compare the sense of the two",
            )


VALUE_RULES: tuple[Callable[[Piece], Iterator[LintFinding]], ...] = (changed_numbers, changed_values)
# These look for words of Chinese.
SENSE_RULES: tuple[Callable[[Piece], Iterator[LintFinding]], ...] = (lost_negation, swapped_bounds)
