"""Carries translations to another source: a merge by prose id first, by text second, never by likeness across ids.

What a person wrote in the catalogue stays, whatever pages teach.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.usage import Wordings
from codegen.model import is_category
from codegen.translation.common_part import is_partial
from codegen.translation.derived import ADDED, carried, is_added, is_carried
from codegen.translation.heads import head_of
from codegen.translation.memory import (
    AUTOMATIC,
    BY_TEXT,
    CANDIDATE,
    CONFIRMED,
    MARKS,
    QUESTIONS,
    CommonPart,
    Memory,
    Outcome,
    Text,
    best_of,
    common_part,
    name_of,
    plain,
)
from codegen.translation.pairs import Pair
from codegen.translation.po import FUZZY, REUSED, Entry
from codegen.translation.text import agreed, loose, same


class Carried(Struct, frozen=True, kw_only=True):
    """The entries of the new catalogue, what became of each id of the new source, and the ids whose entries were left as a person wrote them."""

    entries: tuple[Entry, ...]
    outcomes: Mapping[str, Outcome]
    kept: frozenset[str]


def carry(
    pairs: Sequence[Pair], texts: Iterable[Text], known: Mapping[str, Entry], wordings: Wordings | None = None
) -> Carried:
    """Merge what pages teach and what the catalogue has into entries for all texts; ids that are gone become obsolete.

    `wordings` are those of the language's usage.
    """
    texts = list(texts)
    ids = [text.id for text in texts] + [pair.id for pair in pairs]
    kinds = {name for prose_id in ids if (name := _kind_of(prose_id))}
    memory = Memory(pairs, known, wordings, kinds)
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


def _kind_of(prose_id: str) -> str:
    """The name of the type that an id is of; empty for other ids."""
    return "" if "#" in prose_id or " " in prose_id else prose_id.rpartition(".")[2]


def _merged(proposal: Entry, outcome: Outcome, old: Entry, memory: Memory) -> tuple[Entry, Outcome, bool]:
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
        is_settled = old.fuzzy and outcome is Outcome.REUSED and loose(proposal.english) in memory.settled
        if not memory.taught and not is_settled:  # nothing new is learnt, so no count of before has changed
            return *_kept(old, proposal), not old.marks.startswith(REUSED)
        is_generated = is_taught or outcome in BY_TEXT or (bool(old.marks) and old.marks == proposal.marks)
        is_guess = (
            old.fuzzy
            and old.marks
            and not proposal.fuzzy
            and proposal.translation
            and (is_settled or _is_taught(old, memory))
        )
        if is_guess or (is_generated and (old.translation, old.fuzzy) == (proposal.translation, proposal.fuzzy)):
            return proposal, outcome, False
        return *_kept(old, proposal), not old.marks.startswith(REUSED)
    if outcome in (Outcome.CARRIED, Outcome.CASE_ONLY) and is_taught:
        return proposal, outcome, False
    if (
        not old.fuzzy
        and (common := common_part(old.english, proposal.english, old.translation, name_of(old.id))) is not None
    ):
        return *_carried_in_part(old, proposal.english, common), False
    if (part := _with_new_sentences(old, proposal.english)) is not None:
        return part, Outcome.PARTIAL, False
    if outcome is Outcome.CASE_ONLY and not old.fuzzy:
        return *_kept(old, proposal), not old.marks.startswith(REUSED)
    previous = old.previous if old.fuzzy and old.previous is not None else old.english
    marks = [MARKS[Outcome.CHANGED]]
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


def _with_new_sentences(old: Entry, english: str) -> Entry | None:
    """The entry for an English that got sentences behind it, if what it has is right: a confirmed translation, or one made here."""
    if old.fuzzy and not is_carried(old):
        return None
    translated = old.english if old.previous is None else old.previous
    return carried(old, english, ADDED) if head_of(translated, english) is not None else None


def _carried_in_part(old: Entry, english: str, common: CommonPart) -> tuple[Entry, Outcome]:
    entry = replace(old, english=english, translation=common.translation, marks=common.marks, obsolete=False)
    return entry, common.outcome


def _flags(proposal: Entry, old: Entry) -> tuple[str, ...]:
    return (*proposal.flags, *(flag for flag in old.flags if flag != FUZZY))


def _is_taught(old: Entry, memory: Memory) -> bool:
    """Whether a translation of the catalogue is one that a page has, for this id or for this English."""
    if (old.id, agreed(old.translation)) in memory.taught:
        return True
    known = memory.by_english.get(loose(old.english), ())
    return any(agreed(pair.translation) == agreed(old.translation) for pair in known if pair.id != old.id)


def _kept(old: Entry, proposal: Entry) -> tuple[Entry, Outcome]:
    """An entry as a person left it, with the new English, which differs in nothing that a reader notices.

    If it is confirmed, marks that ask for a choice are answered: the answer holds for other texts too, so it keeps a mark.
    """
    stays = replace(old, english=proposal.english, obsolete=False)
    if is_added(old):
        return stays, Outcome.PARTIAL
    if old.fuzzy:
        unsure = Outcome.UNSURE if old.marks.startswith(CANDIDATE) else Outcome.SEVERAL
        return stays, Outcome.CHANGED if old.previous is not None else unsure
    if old.marks.startswith(REUSED):
        return stays, Outcome.REUSED
    if is_partial(old):
        return stays, Outcome.PARTIAL
    if old.marks.startswith(AUTOMATIC):
        return stays, Outcome.CASE_ONLY
    if same(old.english) != same(proposal.english):
        return replace(stays, marks=MARKS[Outcome.CASE_ONLY]), Outcome.CASE_ONLY
    return replace(stays, marks=_answer(old)), Outcome.CARRIED


def _answer(old: Entry) -> str:
    return CONFIRMED if not old.fuzzy and old.marks.startswith((CONFIRMED, *QUESTIONS)) else ""


def _gone(memory: Memory, known: Mapping[str, Entry], living: Mapping[str, Entry]) -> dict[str, Entry]:
    """What the new source no longer has, as obsolete entries: those of the catalogue, and translations that only pages have.

    Headings above fields stay where the source has none at all, as an OpenAPI document: the table of contents of the pages names them.
    """
    gone: dict[str, Entry] = {}
    has_categories = any(is_category(prose_id) for prose_id in living)
    for prose_id, old in known.items():
        if is_category(prose_id) and not has_categories:
            gone[prose_id] = old
        elif prose_id not in living and (old.obsolete or old.translation or old.comment):
            gone[prose_id] = replace(old, obsolete=True, places=(), marks=_answer(old))
    for prose_id, pairs in memory.by_id.items():
        if prose_id not in living and prose_id not in gone:
            best = best_of(pairs)
            gone[prose_id] = Entry(
                id=prose_id,
                english=plain(best.english),
                translation=plain(best.translation),
                obsolete=has_categories or not is_category(prose_id),
            )
    return gone
