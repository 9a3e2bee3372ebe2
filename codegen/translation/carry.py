"""Carrying of translations to another source.

A catalog is merged with the translation memory. Whatever a person wrote in the catalog stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.escaping.controls import on_one_line
from codegen.core.usage import WordingSimilarity
from codegen.model import is_category
from codegen.translation import provenance
from codegen.translation.adaptation import adapt_translation, is_partial, make_partial
from codegen.translation.memory import (
    FlawFinder,
    TranslationMemory,
    is_never_flawed,
    rank_candidates,
)
from codegen.translation.normalization import fold_markup, fold_punctuation, trim_text
from codegen.translation.po import FUZZY, Entry, add_fuzzy, adopt_bundled
from codegen.translation.prose_ids import ReferencePart, classify_id, last_name
from codegen.translation.provenance import Origin, Provenance


class CarriedText(StrEnum):
    """The result for one id.

    `changed`, `several`, `unsure` and `partial` wait for a person; pages show the partial ones.
    """

    CARRIED = "carried"
    CASE_ONLY = "case_only"
    REUSED = "reused"
    CHANGED = "changed"
    SEVERAL = "several"
    UNSURE = "unsure"
    PARTIAL = "partial"
    UNTRANSLATED = "untranslated"


_OUTCOMES = {Origin.AUTO_CARRIED: CarriedText.CASE_ONLY, Origin.REUSED: CarriedText.REUSED}


class CarryResult(Struct, frozen=True, kw_only=True):
    """The new catalog entries after carrying translations, by id.

    `current` are the ids of the new source. The others are obsolete. `kept` are the ids left as a
    person wrote them.
    """

    entries: Mapping[str, Entry]
    current: frozenset[str]
    kept: frozenset[str]

    @property
    def choices(self) -> int:
        """The number of reused translations that were chosen among several."""
        count = 0
        for prose_id in self.current:
            origin = self.entries[prose_id].provenance
            if origin.origin is Origin.REUSED and origin.details:
                count += 1
        return count

    @property
    def outcomes(self) -> dict[str, CarriedText]:
        """The outcome of each id of the new source."""
        return {
            prose_id: find_outcome(entry)
            for prose_id, entry in self.entries.items()
            if prose_id in self.current
        }


def find_outcome(entry: Entry) -> CarriedText:
    """Return the outcome of carrying that the state of an entry shows."""
    if not entry.translation:
        return CarriedText.UNTRANSLATED
    if is_partial(entry):
        return CarriedText.PARTIAL
    if entry.fuzzy:
        if entry.previous is not None:
            return CarriedText.CHANGED
        if entry.provenance.origin is Origin.CANDIDATES:
            return CarriedText.SEVERAL
        return CarriedText.UNSURE
    return _OUTCOMES.get(entry.provenance.origin, CarriedText.CARRIED)


def carry(
    learned: Sequence[Sequence[Entry]],
    texts: Sequence[Entry],
    known: Mapping[str, Entry],
    wordings: WordingSimilarity | None = None,
    has_flaw: FlawFinder = is_never_flawed,
) -> CarryResult:
    """Make the entries of a new catalog for the texts of a source.

    They come from the learned entries of each source and the old catalog, whose entries are
    `known`. Ids without a text become obsolete. `wordings` says when two translations of the
    language agree, and `has_flaw` whether a translation has findings of the linter.
    """
    ids = {entry.id for entry in chain(texts, *learned)}
    kinds = {
        last_name(prose_id)
        for prose_id in ids
        if classify_id(prose_id) is ReferencePart.DEFINITIONS
    }
    memory = TranslationMemory(learned, known, wordings, kinds, has_flaw)
    entries: dict[str, Entry] = {}
    kept: set[str] = set()
    for text in texts:
        entry, is_kept = memory.propose(text), False
        if text.id in known:
            entry, is_kept = _merge_proposal(
                entry, adopt_bundled(known[text.id], text.english), memory
            )
        entries[text.id] = entry
        if is_kept:
            kept.add(text.id)
    current = frozenset(entries)
    entries.update(_make_obsolete(memory, known, entries))
    return CarryResult(entries=entries, current=current, kept=frozenset(kept))


class _MergedEntry(NamedTuple):
    """A merged entry of the catalog. It is kept if the entry of a person stays."""

    entry: Entry
    is_kept: bool = False


def _merge_proposal(proposal: Entry, old: Entry, memory: TranslationMemory) -> _MergedEntry:
    """Merge a proposal into an entry of the catalog.

    Comments of translators and flags other than fuzzy always stay. An entry without a translation
    takes the proposal.
    """
    flags = (*proposal.flags, *(flag for flag in old.flags if flag != FUZZY))
    proposal = replace(proposal, comment=old.comment, flags=flags)
    if not old.translation:
        return _MergedEntry(proposal)
    if fold_markup(old.english) == fold_markup(proposal.english):
        if _is_replaced(proposal, old, memory):
            return _MergedEntry(proposal)
        return _keep_entry(old, proposal)
    outcome = find_outcome(proposal)
    is_learned_from_source = memory.is_learned_from_source(old)
    if outcome in (CarriedText.CARRIED, CarriedText.CASE_ONLY) and is_learned_from_source:
        return _MergedEntry(proposal)
    if (adapted := _adapt_known(old, proposal.english)) is not None:
        return _MergedEntry(adapted)
    if outcome is CarriedText.CASE_ONLY and not old.fuzzy:
        return _keep_entry(old, proposal)
    if proposal.translation != old.translation:
        proposed = proposal.translation
    else:
        proposed = ""
    changed = replace(
        old,
        english=proposal.english,
        flags=add_fuzzy(old.flags),
        previous=old.translated_english,
        provenance=provenance.mark_changed(
            (f"1 × {on_one_line(proposed)} (from the pages)",) if proposed else ()
        ),
        obsolete=False,
    )
    return _MergedEntry(changed, is_kept=not is_learned_from_source)


def _is_replaced(proposal: Entry, old: Entry, memory: TranslationMemory) -> bool:
    """Return whether a proposal replaces an entry with the same English.

    Only a generated translation gives way: a draft that a page taught for this id, or one from
    another id that has an answer, or that a page or the catalog has. A person's draft stays.
    """
    outcome = find_outcome(proposal)
    is_answered = (
        old.fuzzy and outcome is CarriedText.REUSED and memory.is_answered(proposal.english)
    )
    if not memory.has_learned and not is_answered:  # without new translations no count has changed
        return False
    is_marked = old.provenance != Provenance()
    is_guess = old.fuzzy and is_marked and proposal.translation
    if is_guess and memory.is_learned_from_source(old):
        return True
    is_other_guess = is_guess and old.provenance.is_of_another_id
    if is_other_guess and (is_answered or _is_known(old, memory)):
        return True
    is_generated = (
        memory.is_learned_from_source(old)
        or outcome in (CarriedText.REUSED, CarriedText.SEVERAL, CarriedText.UNSURE)
        or (is_marked and old.provenance == proposal.provenance)
    )
    return is_generated and (old.translation, old.fuzzy) == (proposal.translation, proposal.fuzzy)


def _adapt_known(old: Entry, english: str) -> Entry | None:
    """Adapt a confirmed or earlier adapted entry of the catalog to a new English."""
    if not old.fuzzy:
        common = adapt_translation(old.english, english, old.translation, last_name(old.id))
        if common is not None:
            translation, origin = common
            return replace(
                old, english=english, translation=translation, provenance=origin, obsolete=False
            )
    elif not is_partial(old):
        return None
    return make_partial(old, english)


def _is_known(old: Entry, memory: TranslationMemory) -> bool:
    """Return whether a page has the translation of an entry, also for another id."""
    same_english = memory.by_english.get(fold_markup(old.english), ())
    translation = fold_punctuation(old.translation)
    return memory.is_learned_from_source(old) or any(
        entry.id != old.id and fold_punctuation(entry.translation) == translation
        for entry in same_english
    )


def _keep_entry(old: Entry, proposal: Entry) -> _MergedEntry:
    """Keep an entry of the catalog with the new spelling of its English.

    A confirmed entry answers the question of its provenance. The answer holds for other texts, so
    it is recorded.
    """
    entry = replace(old, english=proposal.english, obsolete=False)
    origin = old.provenance.origin
    if origin is Origin.REUSED:
        return _MergedEntry(entry)
    if old.fuzzy or origin is Origin.AUTO_CARRIED:
        return _MergedEntry(entry, is_kept=True)
    is_same = on_one_line(old.english) == on_one_line(proposal.english)
    confirmed = replace(
        entry, provenance=_record_confirmation(old) if is_same else provenance.CASE_DIFFERS
    )
    return _MergedEntry(confirmed, is_kept=True)


def _record_confirmation(old: Entry) -> Provenance:
    """Return the provenance of an entry that a person may have confirmed."""
    if not old.fuzzy and old.provenance.is_answerable:
        return provenance.CONFIRMED
    return Provenance()


def _make_obsolete(
    memory: TranslationMemory, known: Mapping[str, Entry], current: Mapping[str, Entry]
) -> dict[str, Entry]:
    """Make obsolete entries of translations without a text in the new source.

    Headings of categories stay if the source has none at all, as an OpenAPI document. The table of
    contents names them.
    """
    obsolete: dict[str, Entry] = {}
    has_categories = any(is_category(prose_id) for prose_id in current)
    for prose_id, old in known.items():
        if is_category(prose_id) and not has_categories:
            obsolete[prose_id] = old
        elif prose_id not in current and (old.obsolete or old.translation or old.comment):
            obsolete[prose_id] = replace(
                old, obsolete=True, places=(), provenance=_record_confirmation(old)
            )
    for prose_id, entries in memory.by_id.items():
        if prose_id not in current and prose_id not in obsolete:
            best = rank_candidates(entries).best
            obsolete[prose_id] = Entry(
                id=prose_id,
                english=trim_text(best.english),
                translation=trim_text(best.translation),
                obsolete=has_categories or not is_category(prose_id),
            )
    return obsolete
