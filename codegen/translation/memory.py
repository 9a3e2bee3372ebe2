"""What pages and catalogues teach: all translations by prose id and by English, and what they propose for a text.

For each text, in this order: the same id and English -> carried; the same but for case, white space, escapes, backticks -> carried
and marked; another English that differs in addresses or a list of values alone -> the common part; an English that is translated
elsewhere, where a person has settled it or most places agree -> reused; an English that is translated elsewhere with other addresses,
for another kind, or without the sentences at its end -> fuzzy, from which pages make what they show; another English -> fuzzy, with the
English that was translated, whatever the likeness; else nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.limits import CANDIDATES_SHOWN
from codegen.core.usage import Wordings
from codegen.findings.diagnostics import Span
from codegen.translation.common_part import (
    has_new_values,
    is_partial,
    missing_values,
    names_its_field,
    predicate,
    with_addresses,
    without_addresses,
)
from codegen.translation.derived import ADDED, OTHER_ADDRESSES, OTHER_KIND, carried, is_carried
from codegen.translation.heads import Heads
from codegen.translation.kinds import Kinds
from codegen.translation.pairs import Pair
from codegen.translation.po import FUZZY, PARTIAL, REUSED, Entry
from codegen.translation.text import URL, agreed, likeness, loose, same, words

# English with fewer words than this is ambiguous without its place: `Name` or `the port` may need a different translation there.
_WORDS_ENOUGH = 3
_NAMES = re.compile(r"[A-Za-z][A-Za-z0-9]+")


class Outcome(StrEnum):
    """What became of an id. `changed`, `several`, `unsure` and `partial` wait for a person; of a partial one pages show what there is."""

    CARRIED = "carried"
    CASE_ONLY = "case_only"
    REUSED = "reused"
    CHANGED = "changed"
    SEVERAL = "several"
    UNSURE = "unsure"
    PARTIAL = "partial"
    UNTRANSLATED = "untranslated"


# A person has answered a question of the catalogue: the answer holds for each place that has this English and no other translation.
CONFIRMED = "confirmed: for all texts with this English that have no translation of their own"
_FUZZY = (Outcome.CHANGED, Outcome.SEVERAL, Outcome.UNSURE)
BY_TEXT = (Outcome.REUSED, Outcome.SEVERAL, Outcome.UNSURE)
AUTOMATIC = "auto-carried:"
MARKS = {
    Outcome.CASE_ONLY: f"{AUTOMATIC} the English differs in case, white space, escapes or backticks only",
    Outcome.CHANGED: "changed: the English is another than that of the translation",
}
_ADDRESSES = f"{AUTOMATIC} only addresses and the last full stop of the English differ; the addresses are the new ones"
_SUBJECT = f"{AUTOMATIC} one English has its field as the subject, the other begins behind that"
_LISTED = f"{AUTOMATIC} the English lists its values now, all of which stand in the translation"
_CANDIDATES = "candidates: the same English has several translations"
CANDIDATE = "candidate:"
_DOUBTFUL = f"{CANDIDATE} the translation has a fault:"
# How marks begin that ask a person for a decision: an entry that has one and is not fuzzy is the answer.
QUESTIONS = ("candidate", "changed", "partial")


class Text(Struct, frozen=True, kw_only=True):
    """A text of the new source: its id, its English, and where that stands as `path:line`."""

    id: str
    english: str
    place: str


class Choice(Struct, frozen=True, kw_only=True, dict=True):
    """The translations of one English, those that differ in punctuation only taken as one: the most used first."""

    groups: tuple[tuple[Pair, ...], ...]

    @cached_property
    def best(self) -> Pair:
        """The first pair with the most used spelling of the most used translation."""
        spellings = Counter(same(pair.translation) for pair in self.groups[0])
        most = max(spellings.values())
        return next(pair for pair in self.groups[0] if spellings[same(pair.translation)] == most)

    @cached_property
    def total(self) -> int:
        """How many translations there are."""
        return sum(map(len, self.groups))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the fields that have the most used translation."""
        return frozenset(name_of(pair.id) for pair in self.groups[0])

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The places of the most used translation, in the spelling that is taken first."""
        return tuple(dict.fromkeys(pair.place for pair in (self.best, *self.groups[0]) if pair.place))

    @cached_property
    def listed(self) -> list[str]:
        """A line for each translation, with how often it is used and by which id first; of very many the number of the others."""
        firsts = [Choice(groups=(group,)).best for group in self.groups[:CANDIDATES_SHOWN]]
        lines = [
            f"{len(group)} × {same(pair.translation)} ({pair.id})"
            for group, pair in zip(self.groups, firsts, strict=False)
        ]
        others = len(self.groups) - len(lines)
        return [*lines, f"... {others} other translations"] if others else lines


def _central(choice: Choice, alike: float) -> tuple[Choice, int]:
    """The translation that most others are alike to, first, and how many places say it in these or like words.

    Several people translated one long sentence: their translations differ in wording, and each is as good. Of very many the most used are
    compared.
    """
    texts = [agreed(group[0].translation) for group in choice.groups[:CANDIDATES_SHOWN]]
    weights = [
        sum(
            len(group)
            for group, other in zip(choice.groups, texts, strict=False)
            if other == text or SequenceMatcher(None, text, other, autojunk=False).ratio() >= alike
        )
        for text in texts
    ]
    best = max(range(len(texts)), key=lambda number: (weights[number], -number))
    groups = (choice.groups[best], *(group for number, group in enumerate(choice.groups) if number != best))
    return Choice(groups=groups), weights[best]


def _choice(pairs: Iterable[Pair]) -> Choice:
    groups: dict[str, list[Pair]] = defaultdict(list)
    every = list(pairs)
    for pair in [pair for pair in every if not pair.fault] or every:
        groups[agreed(pair.translation)].append(pair)
    return Choice(groups=tuple(tuple(group) for group in sorted(groups.values(), key=lambda group: -len(group))))


class Memory:
    """All pairs by id and by English; `wordings` says when two translations of one English agree. Confirmed entries of the catalogue are pairs too, unless a page taught them or they were reused."""

    def __init__(
        self,
        pairs: Sequence[Pair],
        known: Mapping[str, Entry],
        wordings: Wordings | None = None,
        kinds: Collection[str] = (),
    ) -> None:
        self._wordings = wordings
        self._kind_names = kinds
        self.by_id: dict[str, list[Pair]] = defaultdict(list)
        self.by_english: dict[str, list[Pair]] = defaultdict(list)
        settled: dict[str, list[Pair]] = defaultdict(list)
        self.taught = {(pair.id, agreed(pair.translation)) for pair in pairs}
        for pair in _latest(pairs):
            self._add(pair)
        for pair, is_answer in _confirmed(known.values()):
            if (pair.id, agreed(pair.translation)) not in self.taught:
                self._add(pair)
            if is_answer:
                settled[loose(pair.english)].append(pair)
        self.settled = {english: _choice(answers) for english, answers in settled.items()}
        self._choices: dict[str, Choice] = {}
        self._centrals: dict[str, tuple[Choice, int]] = {}

    def _add(self, pair: Pair) -> None:
        self.by_id[pair.id].append(pair)
        self.by_english[loose(pair.english)].append(pair)

    def propose(self, text: Text) -> tuple[Entry, Outcome]:
        """The entry of a text that no catalogue has yet."""
        english = plain(text.english)
        if own := self.by_id.get(text.id):
            return self._by_id(text.id, english, own)
        if (found := self._elsewhere(text.id, english)) is not None:
            return found
        if (part := self._by_head(text.id, english)) is not None:
            return part, Outcome.PARTIAL
        return Entry(id=text.id, english=english, places=(text.place,)), Outcome.UNTRANSLATED

    def _elsewhere(self, prose_id: str, english: str) -> tuple[Entry, Outcome] | None:
        """What other ids teach for an English: the same, with other addresses, or for another kind."""
        if loose(english) in self.by_english:
            return self._by_text(prose_id, english)
        if (same_said := self._predicates.get(_said(prose_id, english))) is not None:
            entry, outcome = self._by_text(prose_id, same_said)
            first, *others = entry.marks.split("\n")
            marks = "\n".join([f"{first}; one has its field as the subject", *others])
            return replace(entry, english=english, marks=marks), outcome
        if (choice := self._but_for_addresses(english)) is not None:
            return self._with_other_addresses(prose_id, english, choice)
        if (other := self._kinds.alike(english)) is not None:
            entry, _ = self._entry(prose_id, other.english, _choice([other]), Outcome.CARRIED, "")
            made = carried(entry, english, OTHER_KIND.format(other.id))
            return None if made is None else (made, Outcome.CHANGED)
        return None

    def _with_other_addresses(self, prose_id: str, english: str, choice: Choice) -> tuple[Entry, Outcome]:
        best = choice.best
        mark = OTHER_ADDRESSES.format(best.id)
        entry, outcome = self._entry(prose_id, english, choice, Outcome.CHANGED, mark.partition(";")[0])
        entry = replace(entry, places=entry.places[:1], previous=plain(best.english))
        is_agreed = 2 * len(choice.groups[0]) > choice.total and not best.fault
        is_sure = is_agreed and _says_only(best.translation, best.english, name_of(prose_id))
        return (carried(entry, english, mark) if is_sure else None) or entry, outcome

    def _by_head(self, prose_id: str, english: str) -> Entry | None:
        """The entry of a text whose first sentences are all of another text; None if those are not translated for sure."""
        head = self._heads.longest(english)
        if head is None or (found := self._elsewhere(prose_id, plain(head))) is None:
            return None
        entry, outcome = found
        is_sure = outcome is Outcome.REUSED or is_carried(entry)
        return carried(entry, english, f"{ADDED}\n{entry.marks.splitlines()[0]}") if is_sure else None

    @cached_property
    def _predicates(self) -> dict[tuple[str, str], str]:
        """The first English that says something of the field of a name, with the field as its subject or without."""
        said: dict[tuple[str, str], str] = {}
        for pair in self._pairs():
            if "#" in pair.id:
                said.setdefault(_said(pair.id, pair.english), pair.english)
        return said

    @cached_property
    def _heads(self) -> Heads:
        return Heads(pair.english for pair in self._pairs())

    @cached_property
    def _kinds(self) -> Kinds:
        return Kinds(self._pairs(), self._kind_names)

    def _pairs(self) -> Iterator[Pair]:
        for pairs in self.by_id.values():
            yield from pairs

    def _but_for_addresses(self, english: str) -> Choice | None:
        """The translations of an English that is this one with other addresses, if it says enough beside them."""
        if "://" not in english or words(URL.sub(" ", english)).total() < _WORDS_ENOUGH:
            return None
        return self._addressed.get(without_addresses(english))

    @cached_property
    def _addressed(self) -> dict[str, Choice]:
        """The translations of all English with addresses, whichever these are."""
        found: dict[str, list[Pair]] = defaultdict(list)
        for pair in self._pairs():
            if "://" in pair.english:
                found[without_addresses(pair.english)].append(pair)
        return {shape: _choice(pairs) for shape, pairs in found.items()}

    def _by_id(self, prose_id: str, english: str, own: list[Pair]) -> tuple[Entry, Outcome]:
        is_same: tuple[tuple[Callable[[str], str], Outcome], ...] = (
            (same, Outcome.CARRIED),
            (loose, Outcome.CASE_ONLY),
        )
        for form, outcome in is_same:
            if fitting := [pair for pair in own if form(pair.english) == form(english)]:
                return self._entry(prose_id, english, _choice(fitting), outcome, MARKS.get(outcome, ""))
        alike = [likeness(pair.english, english) for pair in own]
        nearest = max(alike)
        choice = _choice(pair for pair, near in zip(own, alike, strict=True) if near == nearest)
        return self._changed(prose_id, english, choice)

    def _changed(self, prose_id: str, english: str, choice: Choice) -> tuple[Entry, Outcome]:
        """The entry of an id whose English is another one now: what is common stays, and its new English may be translated elsewhere."""
        best = choice.best
        common = common_part(best.english, english, best.translation, name_of(prose_id))
        if common is not None:
            entry, outcome = self._entry(prose_id, english, choice, common.outcome, common.marks)
            return (entry if entry.fuzzy else replace(entry, translation=common.translation)), outcome
        elsewhere = loose(english) in self.by_english
        if elsewhere:
            entry, outcome = self._by_text(prose_id, english)
            if outcome is Outcome.REUSED:
                return entry, outcome
        if not best.fault:
            entry, _ = self._entry(prose_id, best.english, choice, Outcome.CARRIED, "")
            if (part := carried(replace(entry, english=plain(best.english)), english, ADDED)) is not None:
                return part, Outcome.PARTIAL
        marks = [MARKS[Outcome.CHANGED]]
        if elsewhere:
            marks += ["the English of now is translated elsewhere:", *self.choice(english).listed]
        entry, outcome = self._entry(prose_id, english, choice, Outcome.CHANGED, "\n".join(marks))
        return replace(entry, previous=plain(best.english)), outcome

    def _by_text(self, prose_id: str, english: str) -> tuple[Entry, Outcome]:
        """Reuse across ids. No text is reused with another meaning: the whole English is equal, not alike; a person has settled its
        translation, or more than half of the places that have it agree; the translation names nothing that the English does not (a
        translator who wrote `the name of the Secret` for `name of the referent` looked at the place); and the English is long
        enough to mean the same everywhere, or the field has the same name in both places. A text that fails one of these waits
        for a person, as fuzzy.
        """
        settled = self.settled.get(loose(english))
        choice = settled or self.choice(english)
        total = choice.total
        agreeing = len(choice.groups[0])
        wordings = self._wordings
        if wordings is not None and 2 * agreeing <= total and words(english).total() >= wordings.words:
            key = loose(english)
            if key not in self._centrals:
                self._centrals[key] = _central(choice, wordings.alike)
            choice, agreeing = self._centrals[key]
        best, name = choice.best, name_of(prose_id)
        if 2 * agreeing <= total:
            marks = [_CANDIDATES, *choice.listed]
            return self._entry(prose_id, english, choice, Outcome.SEVERAL, "\n".join(marks))
        is_short = words(english).total() < _WORDS_ENOUGH and not settled
        if not _says_only(best.translation, english, name):
            why = "the translation names what the English does not"
        elif is_short and name not in choice.names:
            why = "the English is short, and no field of this name has it"
        else:
            marks = [f"{REUSED} the same English as {best.id}"]
            if settled:
                marks = [f"{marks[0]}, where it is confirmed"]
            elif len(choice.groups) > 1:
                marks = [
                    f"{marks[0]}; {agreeing} of {total} translations say so, in these or like words",
                    *choice.listed[1:],
                ]
            return self._entry(prose_id, english, choice, Outcome.REUSED, "\n".join(marks))
        return self._entry(prose_id, english, choice, Outcome.UNSURE, f"{CANDIDATE} from {best.id}; {why}")

    def choice(self, english: str) -> Choice:
        """The translations of an English, over all ids."""
        key = loose(english)
        if key not in self._choices:
            self._choices[key] = _choice(self.by_english[key])
        return self._choices[key]

    def _entry(
        self, prose_id: str, english: str, choice: Choice, outcome: Outcome, marks: str
    ) -> tuple[Entry, Outcome]:
        best = choice.best
        if best.fault and outcome not in _FUZZY:
            outcome, marks = Outcome.UNSURE, f"{_DOUBTFUL} {best.fault}"
        own = outcome not in BY_TEXT
        entry = Entry(
            id=prose_id,
            english=english,
            translation=plain(best.translation),
            flags=(FUZZY,) if outcome in _FUZZY else (),
            places=choice.places if own else choice.places[:1],
            marks=marks,
        )
        return entry, outcome


class CommonPart(Struct, frozen=True, kw_only=True):
    """A translation of which the part that did not change is carried."""

    translation: str
    outcome: Outcome
    marks: str


def common_part(old: str, new: str, translation: str, name: str) -> CommonPart | None:
    """The translation of `old` for `new`, if the two differ in addresses, a list of values, or the field `name` as subject alone."""
    if names_its_field(old, new, name):
        return CommonPart(translation=plain(translation), outcome=Outcome.CASE_ONLY, marks=_SUBJECT)
    if (carried := with_addresses(old, new, translation)) is not None:
        return CommonPart(translation=plain(carried), outcome=Outcome.CASE_ONLY, marks=_ADDRESSES)
    if has_new_values(old, new):
        if not missing_values(new, translation):
            return CommonPart(translation=plain(translation), outcome=Outcome.CASE_ONLY, marks=_LISTED)
        return CommonPart(translation=plain(translation), outcome=Outcome.PARTIAL, marks=PARTIAL)
    return None


def best_of(pairs: Iterable[Pair]) -> Pair:
    """The pair with the most used translation."""
    return _choice(pairs).best


def plain(text: str) -> str:
    """A text without white space around it, which msgfmt wants alike in both, and without tabs, which tools show in many ways."""
    return text.strip().replace("\t", "    ")


def _latest(pairs: Sequence[Pair]) -> list[Pair]:
    """Of the pairs for one English of one id those of the last source that has it: it corrects the sources before it."""
    last: dict[tuple[str, str], int] = defaultdict(int)
    for pair in pairs:
        key = (pair.id, loose(pair.english))
        last[key] = max(last[key], pair.source)
    return [pair for pair in pairs if pair.source == last[pair.id, loose(pair.english)]]


def _confirmed(entries: Iterable[Entry]) -> Iterable[tuple[Pair, bool]]:
    """What a catalogue teaches, and whether it is a person's answer to a question of the catalogue."""
    for entry in sorted(entries, key=lambda entry: entry.id):
        if entry.translation and not entry.fuzzy and not entry.marks.startswith(REUSED) and not is_partial(entry):
            pair = Pair(id=entry.id, english=entry.english, translation=entry.translation, place="", span=Span(path=""))
            yield pair, entry.marks.startswith((CONFIRMED, *QUESTIONS))


def name_of(prose_id: str) -> str:
    """The name of the field or parameter of an id; that of the type for a definition."""
    return re.split(r"[#. ]", prose_id)[-1].lower()


def _said(prose_id: str, english: str) -> tuple[str, str]:
    """The name of a field, and what an English text says of it; for other ids nothing, since `PlotList is ...` names more than a field."""
    name = name_of(prose_id)
    return (name, predicate(english, name)) if "#" in prose_id else ("", "")


def _says_only(translation: str, english: str, name: str) -> bool:
    """Whether every Latin name in a translation is in its English or is the name of the field."""
    lower = english.lower()
    return all(latin.lower() in lower or latin.lower() == name for latin in _NAMES.findall(_without_paths(translation)))


def _without_paths(translation: str) -> str:
    """A translation without its addresses: a site has a path of its own for each language."""
    return re.sub(r"https?://[!-~]+", " ", translation)
