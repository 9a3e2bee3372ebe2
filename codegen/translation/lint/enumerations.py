"""Commas between the members of an enumeration, where a language has a mark of its own for that: `Pod，Service 和 Node` for `Pod、Service 和 Node`.

The English of the sentence decides: members that it has in a row, or a list of which the translation has too few of its marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from msgspec import Struct

from codegen.core.locales import Locale
from codegen.translation.lint.text import BLOT, LintFinding, Piece, around
from codegen.translation.lint.units import Unit

_COMMA = "，"
# Characters on either side that are looked at: a member of an enumeration is shorter.
_REACH = 60
_LEFT_NAME = re.compile(r"([A-Za-z0-9_.*/'<>\[\]-]+)[”\"'’`）)\]]*(?:\s*（[^（）]*）)?\s*\Z", re.ASCII)
_LEFT_QUOTE = re.compile("[”\"'`’]\\s*\\Z")
_RIGHT_QUOTE = re.compile("\\s*[“\"'`‘]")
_ENGLISH_QUOTES = re.compile("[\"'”’`],\\s*[\"'“‘`]")
# What ends a list of English, and what stands between its members: few words each, the last joined by `and` or `or`.
_CLAUSE = re.compile(r"[;\n]|(?=:)|(?<!\.)(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bex)[.!?](?=\s|\Z)", re.IGNORECASE)
_BETWEEN = re.compile(r",\s+")
_HEAD = re.compile(
    r":|\b(?:one of|including|includes?|such as|e\.g\.|i\.e\.|ex\.|like|for example|either)(?!\w)", re.IGNORECASE
)
_LAST = re.compile(r"(?:and|or|etc)\b")
_PLURAL = re.compile(r"\((?:e?s|ies)\)")
_REST = re.compile(r"(?:\s+etc\.?|\.\.\.|…)\s*\Z")
_JOINED = re.compile(r"\b(?:and|or|etc)\b")
_WORDS, _WORDS_OF_JOINED = 5, 9
_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)")
_ENGLISH_BRACKETS = re.compile(r"\(([^()]*)\)")
_MARKS = "，。；：、（）\n"
_BEFORE = re.compile(rf"[^{_MARKS}]+\Z")
_SHORT = 4


class _Words(Struct, frozen=True, kw_only=True):
    """The expressions of a language: what stands behind a comma that is one of an enumeration."""

    right_name: re.Pattern[str]
    quoted: re.Pattern[str]
    member: re.Pattern[str]
    chained: re.Pattern[str]
    chain: re.Pattern[str]
    attribute: re.Pattern[str] | None
    copulas: re.Pattern[str]
    members: re.Pattern[str]
    apart: re.Pattern[str] | None
    binder: str
    frame: str


def enumeration_commas(piece: Piece) -> Iterator[LintFinding]:
    """Commas where the language has its mark between the members of an enumeration."""
    words, pause = _words(piece.locale), piece.locale.usage.pause
    if words is None or not piece.english or _COMMA not in piece.prose:
        return
    for unit in piece.units:
        for found in re.finditer(_COMMA, piece.prose[unit.start : unit.end]):
            at = unit.start + found.start()
            if _is_one(piece, unit, at, words):
                yield LintFinding(
                    rule="enumeration-comma",
                    message=f"a comma in an enumeration: {around(piece.text, at)!r}",
                    at=at,
                    repair=f"write {pause}",
                    written=_COMMA,
                    correct=pause,
                )


def _is_one(piece: Piece, unit: Unit, at: int, words: _Words) -> bool:
    return (
        _is_between_quotes(piece, unit, at, words)
        or _is_between_names(piece, unit, at, words)
        or _is_between_members(piece, unit, at, words)
        or _is_between_attributes(piece, unit, at, words)
    )


def _is_between_quotes(piece: Piece, unit: Unit, at: int, words: _Words) -> bool:
    text = piece.text
    is_chained = words.chain.search(text, max(at - _REACH, unit.start), at) is not None
    if words.quoted.match(text, at + 1) is not None and is_chained:
        return True
    if not (_LEFT_QUOTE.search(text, max(at - 3, unit.start), at) and _RIGHT_QUOTE.match(text, at + 1)):
        return False
    return (
        is_chained or words.quoted.match(text, at + 1) is not None or _ENGLISH_QUOTES.search(unit.english) is not None
    )


def _is_between_names(piece: Piece, unit: Unit, at: int, words: _Words) -> bool:
    """Whether two names stand beside a comma that the English has in a row, the second followed by another one or by nothing."""
    left = _LEFT_NAME.search(piece.text, max(at - _REACH, unit.start), at)
    right = words.right_name.match(piece.text, at + 1)
    if left is None or right is None:
        return False
    first, second = left[1].strip(".<>[]'*"), right[1].rstrip(".")
    return bool(first and second) and _in_a_row(first, second).search(unit.english) is not None


@cache
def _in_a_row(first: str, second: str) -> re.Pattern[str]:
    quotes = r"[\"'`”’\])>.]*(?: \([^()]*\))?"
    end = r"s?(?:[^\S\n]+[\w-]+){0,3}?[\"'’”`\])]*(?:,|\s*\(|\s+(?:and|or)\b|\.?\s*\Z|\.\s|\)|\s+etc)"
    return re.compile(
        rf"(?<![A-Za-z]){re.escape(first)}s?{quotes}(?:,\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+)[\"'`“‘\[(]*{re.escape(second)}{end}",
        re.IGNORECASE,
    )


def _is_between_members(piece: Piece, unit: Unit, at: int, words: _Words) -> bool:
    """Whether a short member follows a comma, and another one or its mark that, and the English has more of them, or marks stand on both sides;
    or one precedes it, and the English has more of them.
    """
    if words.apart is not None and words.apart.search(piece.prose, unit.start, at):
        return False
    brackets = list(_BRACKETS.finditer(piece.prose, unit.start, unit.end))
    own = next((found for found in brackets if found.start() < at < found.end()), None)
    pause, text = piece.locale.usage.pause, piece.unwrapped
    expected = _marks_expected(unit.english, inside=True) if own is not None else 0
    if expected:
        count = sum(found[0].count(pause) for found in brackets)
    else:
        expected = _marks_expected(unit.english, inside=False)
        text = _BRACKETS.sub(lambda found: found[0] if found.start() < at < found.end() else BLOT * len(found[0]), text)
        count = text.count(pause, unit.start, unit.end)
    has_more = expected > count
    is_chained = words.chain.search(text, max(at - _REACH, unit.start), at) is not None
    member = words.member.match(text, at + 1)
    if member is not None and not _is_introduced(text[at - 1], item := member["item"].strip(), unit.english):
        is_amid = is_chained and bool(member["pause"])
        is_short = bool(expected and member["pause"]) and len(item) <= _SHORT
        if has_more or is_amid or is_short or (expected and is_chained):
            return True
    return has_more and is_chained and words.chained.match(text, at + 1) is not None


def _is_introduced(before: str, member: str, english: str) -> bool:
    """Whether a comma only introduces a list of names, which the English has behind none: `的状态，True、False 之一`."""
    if not member.isascii() or before.isascii() or before in f"{BLOT}”":
        return False
    return re.search(rf",\s+(?:(?:and|or)\s+)?(?:(?:the|an?)\s+)?{re.escape(member)}\b", english) is None


def _is_between_attributes(piece: Piece, unit: Unit, at: int, words: _Words) -> bool:
    """Whether what precedes a comma describes what follows, as that does: both have the binder of the language, and no clause begins."""
    text = piece.prose
    if not words.binder or not text.endswith(words.binder, unit.start, at) or words.attribute is None:
        return False
    following = words.attribute.match(text, at + 1)
    if following is None or words.binder not in following[0]:
        return False
    if not following["preposition"] and words.copulas.search(following[0]) is None:
        return True
    before = _BEFORE.search(text, unit.start, at)
    is_framed = bool(words.frame) and before is not None and words.frame in before[0]
    return not is_framed and words.copulas.search(words.members.sub("", following[0])) is None


@cache
def _marks_expected(english: str, *, inside: bool) -> int:
    """How many marks a translation has for the lists of an English text: one less than its commas, where the last member is joined.

    Of those inside of its brackets, or of those outside.
    """
    english = _PLURAL.sub("", english)
    if inside:
        return sum(
            _marks_in(clause, bare=1)
            for found in _ENGLISH_BRACKETS.finditer(english)
            for clause in _CLAUSE.split(found[1])
        )
    return sum(_marks_in(clause, bare=2) for clause in _CLAUSE.split(_ENGLISH_BRACKETS.sub(BLOT, english)))


def _marks_in(clause: str, *, bare: int) -> int:
    """How many marks a clause has whose members stand between commas; `bare` is taken from the number of those of which none is joined."""
    count = 0
    members: list[str] = []
    joined: list[str] = []  # those that may be a list whose last member is joined, which may have more words
    is_new = True

    def of_list() -> int:
        is_joined = bool(members) and _JOINED.search(members[-1]) is not None
        has_head = bool(members) and _HEAD.search(members[0]) is not None
        least = 1 if is_joined or has_head else bare
        return max(len(members) - least, 0) if len(members) > 2 or is_joined or has_head else 0

    for member in _BETWEEN.split(clause):
        if not member.strip():
            continue
        number = len(_REST.sub("", member).split())
        is_head = _HEAD.search(member) is not None
        if _LAST.match(member):
            count += max(len(joined) - 1, 0)
            members, joined, is_new = [member], [member], False
            continue
        if is_head or number > _WORDS_OF_JOINED:
            joined = []
        joined.append(member)
        if is_head or number > _WORDS:
            count += (of_list() if _is_phrase(members) else len(members)) if is_new else 0
            members, is_new = [member], True
        else:
            members.append(member)
    return count + (of_list() if is_new else 0)


def _is_phrase(members: Sequence[str]) -> bool:
    """Whether members before a long one are no words that describe it: `Unique, one-word, ...`."""
    return len(members) < 2 or any(len(member.split()) > 1 for member in members)


@cache
def _words(locale: Locale) -> _Words | None:
    """The expressions of a language that states how its enumerations look."""
    usage = locale.usage
    if not (usage.pause and usage.joints and usage.lists is not None) or usage.pause == _COMMA:
        return None
    lists = usage.lists
    joints = _any((*usage.joints, *lists.rests))
    opens = rf"(?!(?!{_any(lists.members)})(?:{_any((*lists.openings, *usage.joints))}))"
    inside = f"(?:{BLOT}++|[A-Za-z0-9_.-]++|{_any(lists.members)}|[^{_MARKS}“”{BLOT}A-Za-z0-9{re.escape(lists.verbs)}])"
    return _Words(
        right_name=re.compile(rf"\s*(?:{_any(usage.joints)})?\s*\\?[“\"'‘`\[(（]*([A-Za-z0-9_.*/-]+)", re.ASCII),
        quoted=re.compile(rf"\s*([\"'`]|[“‘])[^\n“”\"'`]{{1,40}}(?:\1|[”’])\s*(?:{re.escape(usage.pause)}|{joints})"),
        member=re.compile(rf"\s*+{opens}(?P<item>{inside}{{1,9}}?)\s*(?:(?P<pause>{re.escape(usage.pause)})|{joints})"),
        chained=re.compile(rf"\s*+{opens}{inside}{{1,14}}?[^\S\n]*(?:[{_MARKS}]|\Z|{joints})"),
        chain=re.compile(rf"{re.escape(usage.pause)}[^{_MARKS}]{{1,12}}\Z"),
        attribute=re.compile(rf"\s*+(?:(?P<preposition>{_any(lists.prepositions)})|{opens})[^{_MARKS}]{{2,30}}"),
        copulas=re.compile(_any(lists.copulas)),
        members=re.compile(_any(lists.members)),
        apart=re.compile(rf"(?:{_any(lists.endings)})\Z") if lists.endings else None,
        binder=lists.binder,
        frame=lists.frame,
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"


ENUMERATION_RULES: tuple[Callable[[Piece], Iterator[LintFinding]], ...] = (enumeration_commas,)
