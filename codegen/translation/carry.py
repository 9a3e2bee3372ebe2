"""Carrying of translations to another source, as a merge of a catalog with the translation memory.

Whatever a person wrote in the catalog stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.escaping.controls import on_one_line
from codegen.core.usage import Wordings
from codegen.model import is_category
from codegen.translation import provenance
from codegen.translation.adaptation import (
    adapt_entry,
    adapt_translation,
    find_head,
    has_new_sentences,
    is_adapted,
    lacks_new_values,
)
from codegen.translation.memory import SourceText, TranslationMemory, rank_candidates
from codegen.translation.normalization import fold_markup, fold_punctuation, trim_text
from codegen.translation.pairs import Pair
from codegen.translation.po import FUZZY, Entry, add_fuzzy
from codegen.translation.prose_ids import ReferencePart, classify_id, last_name
from codegen.translation.provenance import Origin, Provenance


class Outcome(StrEnum):
    """The result for one id. `changed`, `several`, `unsure` and `partial` wait for a person; pages show the partial ones."""

    CARRIED = "carried"
    CASE_ONLY = "case_only"
    REUSED = "reused"
    CHANGED = "changed"
    SEVERAL = "several"
    UNSURE = "unsure"
    PARTIAL = "partial"
    UNTRANSLATED = "untranslated"


_OUTCOMES = {
    Origin.AUTO_CARRIED: Outcome.CASE_ONLY,
    Origin.REUSED: Outcome.REUSED,
    Origin.CHANGED: Outcome.CHANGED,
    Origin.NEW_VALUES: Outcome.PARTIAL,
    Origin.NEW_SENTENCES: Outcome.PARTIAL,
    Origin.CANDIDATE: Outcome.UNSURE,
    Origin.CANDIDATES: Outcome.SEVERAL,
}
_FROM_OTHER_IDS = (Outcome.REUSED, Outcome.SEVERAL, Outcome.UNSURE)


class Carried(Struct, frozen=True, kw_only=True):
    """The entries of the new catalog, the outcome of each id of the new source, and the ids left as a person wrote them."""

    entries: tuple[Entry, ...]
    outcomes: Mapping[str, Outcome]
    kept: frozenset[str]


def carry(
    pairs: Sequence[Pair], texts: Iterable[SourceText], known: Mapping[str, Entry], wordings: Wordings | None = None
) -> Carried:
    """Merge learned pairs and the entries of a catalog into entries for all texts.

    Ids without a text become obsolete. `wordings` says when two translations of the language agree.
    """
    texts = list(texts)
    ids = [text.id for text in texts] + [pair.id for pair in pairs]
    kinds = {last_name(prose_id) for prose_id in ids if classify_id(prose_id) is ReferencePart.DEFINITIONS}
    memory = TranslationMemory(pairs, known, wordings, kinds)
    entries: dict[str, Entry] = {}
    outcomes: dict[str, Outcome] = {}
    kept: set[str] = set()
    for text in texts:
        entry = memory.propose(text)
        outcome, is_kept = _classify_proposal(entry), False
        if (old := known.get(text.id)) is not None:
            entry, outcome, is_kept = _merge(entry, outcome, old, memory)
        if is_kept:
            kept.add(text.id)
        entries[text.id], outcomes[text.id] = entry, outcome
    entries.update(_make_obsolete(memory, known, entries))
    return Carried(entries=tuple(entries.values()), outcomes=outcomes, kept=frozenset(kept))


def _classify_proposal(proposal: Entry) -> Outcome:
    if not proposal.translation:
        return Outcome.UNTRANSLATED
    return _OUTCOMES.get(proposal.provenance.origin, Outcome.CARRIED)


def _merge(proposal: Entry, outcome: Outcome, old: Entry, memory: TranslationMemory) -> tuple[Entry, Outcome, bool]:
    """Merge a proposal into an entry of the catalog.

    Returns the entry, its outcome, and whether the entry of a person stays. Comments of translators and flags other than fuzzy always stay.
    An entry without a translation takes the proposal.
    """
    flags = (*proposal.flags, *(flag for flag in old.flags if flag != FUZZY))
    proposal = replace(proposal, comment=old.comment, flags=flags)
    if not old.translation:
        return proposal, outcome, False
    if fold_markup(old.english) == fold_markup(proposal.english):
        if _replaces(proposal, outcome, old, memory):
            return proposal, outcome, False
        return _keep(old, proposal)
    is_taught = (old.id, fold_punctuation(old.translation)) in memory.taught
    if outcome in (Outcome.CARRIED, Outcome.CASE_ONLY) and is_taught:
        return proposal, outcome, False
    if (adapted := _adapt(old, proposal.english)) is not None:
        return adapted, _classify_proposal(adapted), False
    if outcome is Outcome.CASE_ONLY and not old.fuzzy:
        return _keep(old, proposal)
    other = proposal.translation if proposal.translation != old.translation else ""
    changed = replace(
        old,
        english=proposal.english,
        flags=add_fuzzy(old.flags),
        previous=old.translated_english,
        provenance=provenance.mark_changed((f"1 × {on_one_line(other)} (from the pages)",) if other else ()),
        obsolete=False,
    )
    return changed, Outcome.CHANGED, not is_taught


def _replaces(proposal: Entry, outcome: Outcome, old: Entry, memory: TranslationMemory) -> bool:
    """Return whether a proposal replaces an entry with the same English.

    Only a generated translation gives way: one that has a provenance, is still fuzzy, and is taught by a page or the catalog.
    """
    is_answered = old.fuzzy and outcome is Outcome.REUSED and fold_markup(proposal.english) in memory.answers
    if not memory.taught and not is_answered:  # nothing new is learnt, so no count has changed
        return False
    is_marked = old.provenance != Provenance()
    is_guess = old.fuzzy and is_marked and not proposal.fuzzy and proposal.translation
    if is_guess and (is_answered or _is_taught(old, memory)):
        return True
    is_generated = (
        (old.id, fold_punctuation(old.translation)) in memory.taught
        or outcome in _FROM_OTHER_IDS
        or (is_marked and old.provenance == proposal.provenance)
    )
    return is_generated and (old.translation, old.fuzzy) == (proposal.translation, proposal.fuzzy)


def _adapt(old: Entry, english: str) -> Entry | None:
    """Adapt an entry of the catalog to a new English, if its translation is confirmed or was adapted before."""
    if not old.fuzzy:
        common = adapt_translation(old.english, english, old.translation, last_name(old.id))
        if common is not None:
            translation, origin = common
            return replace(old, english=english, translation=translation, provenance=origin, obsolete=False)
    elif not is_adapted(old):
        return None
    if find_head(old.translated_english, english) is None:
        return None
    return adapt_entry(old, english, provenance.mark_new_sentences())


def _is_taught(old: Entry, memory: TranslationMemory) -> bool:
    """Return whether a page has the translation of an entry, for its id or for its English."""
    if (old.id, fold_punctuation(old.translation)) in memory.taught:
        return True
    known = memory.by_english.get(fold_markup(old.english), ())
    return any(
        fold_punctuation(pair.translation) == fold_punctuation(old.translation) for pair in known if pair.id != old.id
    )


def _keep(old: Entry, proposal: Entry) -> tuple[Entry, Outcome, bool]:
    """Keep an entry of the catalog with the new spelling of its English.

    A confirmed entry answers the question of its provenance. The answer holds for other texts, so it is recorded.
    """
    entry = replace(old, english=proposal.english, obsolete=False)
    is_own = old.provenance.origin is not Origin.REUSED
    if has_new_sentences(old):
        return entry, Outcome.PARTIAL, is_own
    if old.fuzzy:
        unsure = Outcome.UNSURE if old.provenance.origin is Origin.CANDIDATE else Outcome.SEVERAL
        return entry, Outcome.CHANGED if old.previous is not None else unsure, is_own
    if not is_own:
        return entry, Outcome.REUSED, is_own
    if lacks_new_values(old):
        return entry, Outcome.PARTIAL, is_own
    if old.provenance.origin is Origin.AUTO_CARRIED:
        return entry, Outcome.CASE_ONLY, is_own
    if on_one_line(old.english) != on_one_line(proposal.english):
        return replace(entry, provenance=provenance.CASE_DIFFERS), Outcome.CASE_ONLY, is_own
    return replace(entry, provenance=_answer(old)), Outcome.CARRIED, is_own


def _answer(old: Entry) -> Provenance:
    """Return the provenance of an entry that a person may have confirmed."""
    return provenance.CONFIRMED if not old.fuzzy and old.provenance.is_answerable else Provenance()


def _make_obsolete(
    memory: TranslationMemory, known: Mapping[str, Entry], current: Mapping[str, Entry]
) -> dict[str, Entry]:
    """Make obsolete entries of translations without a text in the new source.

    Headings of categories stay if the source has none at all, as an OpenAPI document. The table of contents names them.
    """
    obsolete: dict[str, Entry] = {}
    has_categories = any(is_category(prose_id) for prose_id in current)
    for prose_id, old in known.items():
        if is_category(prose_id) and not has_categories:
            obsolete[prose_id] = old
        elif prose_id not in current and (old.obsolete or old.translation or old.comment):
            obsolete[prose_id] = replace(old, obsolete=True, places=(), provenance=_answer(old))
    for prose_id, pairs in memory.by_id.items():
        if prose_id not in current and prose_id not in obsolete:
            best = rank_candidates(pairs).best
            obsolete[prose_id] = Entry(
                id=prose_id,
                english=trim_text(best.english),
                translation=trim_text(best.translation),
                obsolete=has_categories or not is_category(prose_id),
            )
    return obsolete
