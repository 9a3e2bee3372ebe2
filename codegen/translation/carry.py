"""Carries translations to another source: a merge by prose id first, by text second, never by likeness across ids.

For each id of the new source, in this order: the same English -> carried; the same but for case, white space, escapes, backticks
-> carried and marked; another English -> fuzzy, with the English that was translated, whatever the likeness; an id that is new
and whose English stands elsewhere -> reused; else empty.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.patterns import lazy_pattern
from codegen.findings.diagnostics import Span
from codegen.translation.pairs import Pair
from codegen.translation.po import FUZZY, Entry
from codegen.translation.text import agreed, likeness, loose, same, words

# English with fewer words than this is ambiguous without its place: `Name` or `the port` may need a different translation there.
_WORDS_ENOUGH = 3
_NAMES = lazy_pattern(r"[A-Za-z][A-Za-z0-9]+")


class Outcome(StrEnum):
    """What became of an id. `changed`, `several` and `unsure` are the kinds of fuzzy."""

    CARRIED = "carried"
    CASE_ONLY = "case_only"
    REUSED = "reused"
    CHANGED = "changed"
    SEVERAL = "several"
    UNSURE = "unsure"
    UNTRANSLATED = "untranslated"


_REUSED = "reused:"
_FUZZY = (Outcome.CHANGED, Outcome.SEVERAL, Outcome.UNSURE)
_BY_TEXT = (Outcome.REUSED, Outcome.SEVERAL, Outcome.UNSURE)
_MARKS = {
    Outcome.CASE_ONLY: "auto-carried: the English differs in case, white space, escapes or backticks only",
    Outcome.CHANGED: "changed: the English is another than that of the translation",
}


class Text(Struct, frozen=True, kw_only=True):
    """A text of the new source: its id, its English, and where that stands as `path:line`."""

    id: str
    english: str
    place: str


class Carried(Struct, frozen=True, kw_only=True):
    """The entries of the new catalogue, what became of each id of the new source, and the ids whose entries were left as a person wrote them."""

    entries: tuple[Entry, ...]
    outcomes: Mapping[str, Outcome]
    kept: frozenset[str]


def carry(pairs: Sequence[Pair], texts: Iterable[Text], known: Mapping[str, Entry]) -> Carried:
    """Merge what pages teach and what the catalogue has into entries for all texts; ids that are gone become obsolete."""
    memory = _Memory(pairs, known)
    entries: dict[str, Entry] = {}
    outcomes: dict[str, Outcome] = {}
    kept: set[str] = set()
    for text in texts:
        entry, outcome = memory.propose(text)
        old = known.get(text.id)
        if old is not None:
            entry, outcome, is_kept = _merged(entry, outcome, old, memory)
            if is_kept:
                kept.add(text.id)
        entries[text.id], outcomes[text.id] = entry, outcome
    entries.update(_gone(memory, known, entries))
    return Carried(entries=tuple(entries.values()), outcomes=outcomes, kept=frozenset(kept))


# ------------------------------------------------------------------------------------------------ what is known


class _Choice(Struct, frozen=True, kw_only=True):
    """The translations of one English, those that differ in punctuation only taken as one: the most used first."""

    groups: tuple[tuple[Pair, ...], ...]

    @property
    def best(self) -> Pair:
        """The first pair with the most used spelling of the most used translation."""
        spellings = Counter(same(pair.translation) for pair in self.groups[0])
        most = max(spellings.values())
        return next(pair for pair in self.groups[0] if spellings[same(pair.translation)] == most)

    @property
    def places(self) -> tuple[str, ...]:
        """The places of the most used translation, in the spelling that is taken first."""
        return tuple(dict.fromkeys(pair.place for pair in (self.best, *self.groups[0]) if pair.place))

    @property
    def listed(self) -> list[str]:
        """A line for each translation, with how often it is used and by which id first."""
        firsts = [_Choice(groups=(group,)).best for group in self.groups]
        return [
            f"{len(group)} × {same(pair.translation)} ({pair.id})"
            for group, pair in zip(self.groups, firsts, strict=True)
        ]


def _choice(pairs: Iterable[Pair]) -> _Choice:
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[agreed(pair.translation)].append(pair)
    return _Choice(groups=tuple(tuple(group) for group in sorted(groups.values(), key=lambda group: -len(group))))


class _Memory:
    """All pairs by id and by English. Confirmed entries of the catalogue are pairs too, unless a page taught them or they were reused."""

    def __init__(self, pairs: Sequence[Pair], known: Mapping[str, Entry]) -> None:
        self.by_id: dict[str, list[Pair]] = defaultdict(list)
        self.by_english: dict[str, list[Pair]] = defaultdict(list)
        self.taught = {(pair.id, agreed(pair.translation)) for pair in pairs}
        for pair in pairs:
            self.by_id[pair.id].append(pair)
            self.by_english[loose(pair.english)].append(pair)
        for pair in _confirmed(known.values()):
            if (pair.id, agreed(pair.translation)) not in self.taught:
                self.by_id[pair.id].append(pair)
                self.by_english[loose(pair.english)].append(pair)
        self._choices: dict[str, _Choice] = {}

    def propose(self, text: Text) -> tuple[Entry, Outcome]:
        """The entry of a text that no catalogue has yet."""
        english = _plain(text.english)
        if own := self.by_id.get(text.id):
            return self._by_id(text.id, english, own)
        if loose(english) in self.by_english:
            return self._by_text(text.id, english)
        return Entry(id=text.id, english=english, places=(text.place,)), Outcome.UNTRANSLATED

    def _by_id(self, prose_id: str, english: str, own: list[Pair]) -> tuple[Entry, Outcome]:
        is_same: tuple[tuple[Callable[[str], str], Outcome], ...] = (
            (same, Outcome.CARRIED),
            (loose, Outcome.CASE_ONLY),
        )
        for form, outcome in is_same:
            if fitting := [pair for pair in own if form(pair.english) == form(english)]:
                return self._entry(prose_id, english, _choice(fitting), outcome, _MARKS.get(outcome, ""))
        nearest = max(likeness(pair.english, english) for pair in own)
        choice = _choice(pair for pair in own if likeness(pair.english, english) == nearest)
        marks = [_MARKS[Outcome.CHANGED]]
        if loose(english) in self.by_english:
            marks += ["the English of now is translated elsewhere:", *self.choice(english).listed]
        entry, outcome = self._entry(prose_id, english, choice, Outcome.CHANGED, "\n".join(marks))
        return replace(entry, previous=_plain(choice.best.english)), outcome

    def _by_text(self, prose_id: str, english: str) -> tuple[Entry, Outcome]:
        """Reuse across ids. No text is reused with another meaning: the whole English is equal, not alike; all places that have
        it agree on its translation; the translation names nothing that the English does not (a translator who wrote
        `the name of the Secret` for `name of the referent` looked at the place); and the English is long enough to mean the same
        everywhere, or the field has the same name in both places. A text that fails one of these waits for a person, as fuzzy.
        """
        choice = self.choice(english)
        if len(choice.groups) > 1:
            marks = ["candidates: the same English has several translations", *choice.listed]
            return self._entry(prose_id, english, choice, Outcome.SEVERAL, "\n".join(marks))
        best, name = choice.best, _name(prose_id)
        if not _says_only(best.translation, english, name):
            why = "the translation names what the English does not"
        elif words(english).total() < _WORDS_ENOUGH and all(_name(pair.id) != name for pair in choice.groups[0]):
            why = "the English is short, and no field of this name has it"
        else:
            return self._entry(prose_id, english, choice, Outcome.REUSED, f"{_REUSED} the same English as {best.id}")
        return self._entry(prose_id, english, choice, Outcome.UNSURE, f"candidate: from {best.id}; {why}")

    def choice(self, english: str) -> _Choice:
        """The translations of an English, over all ids."""
        key = loose(english)
        if key not in self._choices:
            self._choices[key] = _choice(self.by_english[key])
        return self._choices[key]

    def _entry(
        self, prose_id: str, english: str, choice: _Choice, outcome: Outcome, marks: str
    ) -> tuple[Entry, Outcome]:
        entry = Entry(
            id=prose_id,
            english=english,
            translation=_plain(choice.best.translation),
            flags=(FUZZY,) if outcome in _FUZZY else (),
            places=choice.places
            if outcome in (Outcome.CARRIED, Outcome.CASE_ONLY, Outcome.CHANGED)
            else choice.places[:1],
            marks=marks,
        )
        return entry, outcome


def _plain(text: str) -> str:
    """A text without white space around it, which msgfmt wants alike in both, and without tabs, which tools show in many ways."""
    return text.strip().replace("\t", "    ")


def _confirmed(entries: Iterable[Entry]) -> Iterable[Pair]:
    for entry in sorted(entries, key=lambda entry: entry.id):
        if entry.translation and not entry.fuzzy and not entry.marks.startswith(_REUSED):
            yield Pair(id=entry.id, english=entry.english, translation=entry.translation, place="", span=Span(path=""))


def _name(prose_id: str) -> str:
    """The name of the field or parameter of an id; that of the type for a definition."""
    return re.split(r"[#. ]", prose_id)[-1].lower()


def _says_only(translation: str, english: str, name: str) -> bool:
    """Whether every Latin name in a translation is in its English or is the name of the field."""
    lower = english.lower()
    return all(latin.lower() in lower or latin.lower() == name for latin in _NAMES.findall(_without_paths(translation)))


def _without_paths(translation: str) -> str:
    """A translation without its addresses: a site has a path of its own for each language."""
    return re.sub(r"https?://[!-~]+", " ", translation)


# -------------------------------------------------------------------------------------------- what a person wrote


def _merged(proposal: Entry, outcome: Outcome, old: Entry, memory: _Memory) -> tuple[Entry, Outcome, bool]:
    """The entry of the catalogue or the proposal for it: what a person wrote stays.

    Only a generated translation gives way: one that carries a mark of this program, is still fuzzy, and is taught by a page or the
    catalogue. The last value is whether a person wrote the entry. Comments of translators and flags other than fuzzy
    always stay; an empty translation takes the proposal.
    """
    proposal = replace(proposal, comment=old.comment, flags=_flags(proposal, old))
    if not old.translation:
        return proposal, outcome, False
    is_taught = (old.id, agreed(old.translation)) in memory.taught
    if loose(old.english) == loose(proposal.english):
        is_generated = is_taught or outcome in _BY_TEXT
        is_guess = old.fuzzy and old.marks and not proposal.fuzzy and proposal.translation and _is_taught(old, memory)
        if is_guess or (is_generated and (old.translation, old.fuzzy) == (proposal.translation, proposal.fuzzy)):
            return proposal, outcome, False
        return *_kept(old, proposal), not old.marks.startswith(_REUSED)
    if outcome in (Outcome.CARRIED, Outcome.CASE_ONLY) and is_taught:
        return proposal, outcome, False
    if outcome is Outcome.CASE_ONLY and not old.fuzzy:
        return *_kept(old, proposal), not old.marks.startswith(_REUSED)
    previous = old.previous if old.fuzzy and old.previous is not None else old.english
    marks = [_MARKS[Outcome.CHANGED]]
    if proposal.translation and proposal.translation != old.translation:
        marks.append(f"1 × {same(proposal.translation)} (from the pages)")
    kept = replace(
        old,
        english=proposal.english,
        flags=(FUZZY, *(flag for flag in old.flags if flag != FUZZY)),
        previous=previous,
        marks="\n".join(marks),
        obsolete=False,
    )
    return kept, Outcome.CHANGED, not is_taught


def _flags(proposal: Entry, old: Entry) -> tuple[str, ...]:
    return (*proposal.flags, *(flag for flag in old.flags if flag != FUZZY))


def _is_taught(old: Entry, memory: _Memory) -> bool:
    """Whether a translation of the catalogue is one that a page has, for this id or for this English."""
    if (old.id, agreed(old.translation)) in memory.taught:
        return True
    known = memory.by_english.get(loose(old.english), ())
    return any(agreed(pair.translation) == agreed(old.translation) for pair in known if pair.id != old.id)


def _kept(old: Entry, proposal: Entry) -> tuple[Entry, Outcome]:
    """An entry as a person left it, with the new English, which differs in nothing that a reader notices.

    If it is confirmed, marks that ask for a choice are answered and go.
    """
    stays = replace(old, english=proposal.english, obsolete=False)
    if old.fuzzy:
        return stays, Outcome.CHANGED if old.previous is not None else Outcome.SEVERAL
    if old.marks.startswith(_REUSED):
        return stays, Outcome.REUSED
    if same(old.english) != same(proposal.english) or old.marks == _MARKS[Outcome.CASE_ONLY]:
        return replace(stays, marks=_MARKS[Outcome.CASE_ONLY]), Outcome.CASE_ONLY
    return replace(stays, marks=""), Outcome.CARRIED


def _gone(memory: _Memory, known: Mapping[str, Entry], living: Mapping[str, Entry]) -> dict[str, Entry]:
    """What the new source no longer has, as obsolete entries: those of the catalogue, and translations that only pages have."""
    gone: dict[str, Entry] = {}
    for prose_id, old in known.items():
        if prose_id not in living and (old.obsolete or old.translation or old.comment):
            gone[prose_id] = replace(old, obsolete=True, places=(), marks="")
    for prose_id, pairs in memory.by_id.items():
        if prose_id not in living and prose_id not in gone:
            best = _choice(pairs).best
            gone[prose_id] = Entry(
                id=prose_id, english=_plain(best.english), translation=_plain(best.translation), obsolete=True
            )
    return gone
