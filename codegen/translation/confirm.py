"""Confirmation of fuzzy translations in a catalog: one decision for all entries with the same
English and the same draft.

Entries of this English without a translation take it, too. Other drafts stay. A translation that
names something else than its English, such as a kind, is confirmed for its own entry alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Report
from codegen.translation.adaptation import NAME, SLOT, fits_everywhere, fold_template
from codegen.translation.completeness import find_missing_sentences
from codegen.translation.normalization import fold_markup, trim_text
from codegen.translation.po import FUZZY, Catalog, Entry
from codegen.translation.provenance import CONFIRMED


class Confirmation(Struct, frozen=True, kw_only=True):
    """The entries of the new catalog, the number of confirmed ones, and the findings about refused
    ids.

    `other_drafts` are the ids with the same English and another draft, which stays.
    """

    entries: Mapping[str, Entry]
    confirmed: int
    findings: tuple[Finding, ...]
    other_drafts: tuple[str, ...] = ()


def confirm_entry(entry: Entry, translation: str) -> Entry:
    """Give an entry a person's translation."""
    flags = tuple(flag for flag in entry.flags if flag != FUZZY)
    return replace(entry, translation=translation, flags=flags, previous=None, provenance=CONFIRMED)


def confirm_drafts(
    catalog: Catalog,
    ids: Iterable[str],
    *,
    accepts_incomplete: bool = False,
    edited: Mapping[str, str] = MappingProxyType({}),
) -> Confirmation:
    """Confirm the drafts of some ids, each for all open entries that it settles.

    `edited` has a person's text in place of a draft, by id. A draft that lacks sentences of its
    English is refused unless `accepts_incomplete`.
    """
    report, entries, confirmed = Report(), dict(catalog.entries), 0
    by_english = group_ids(entries.values())
    chosen = list(ids)
    for prose_id in chosen:
        entry = entries.get(prose_id)
        if entry is None or entry.obsolete:
            report.warning(
                "draft-refused",
                f"the catalog has no text {prose_id!r}",
                catalog.span(prose_id),
                "`codegen translate status --format json` lists the ids of drafts",
                arguments=(prose_id,),
            )
            continue
        if not entry.fuzzy or not entry.translation:
            continue
        translation = edited.get(prose_id, entry.translation)
        missing = find_missing_sentences(entry, translation)
        if missing and not accepts_incomplete:
            report.warning(
                "draft-refused",
                describe_missing(prose_id, missing),
                catalog.span(prose_id),
                "translate them, or accept the draft as it is with --incomplete",
                arguments=(prose_id,),
            )
            continue
        for same in find_same(entry, translation, entries, by_english):
            is_whole = accepts_incomplete or not find_missing_sentences(same, translation)
            if is_whole:
                entries[same.id] = confirm_entry(same, translation)
                confirmed += 1
    return Confirmation(
        entries=entries,
        confirmed=confirmed,
        findings=report.diagnostics,
        other_drafts=_find_other_drafts(chosen, catalog, entries, by_english),
    )


def describe_missing(prose_id: str, missing: Iterable[str]) -> str:
    """Name the sentences that a draft lacks."""
    return f"the draft of {prose_id!r} lacks new sentences of the English: {' '.join(missing)}"


def _find_other_drafts(
    ids: Iterable[str],
    before: Catalog,
    entries: Mapping[str, Entry],
    by_english: Mapping[str, list[str]],
) -> tuple[str, ...]:
    """Find the ids that are open with the English of a confirmed entry."""
    other_drafts: list[str] = []
    for english in dict.fromkeys(_list_confirmed(ids, before, entries)):
        for prose_id in by_english[english]:
            entry = entries[prose_id]
            if entry.fuzzy and entry.translation and not entry.obsolete:
                other_drafts.append(prose_id)
    return tuple(other_drafts)


def _list_confirmed(
    ids: Iterable[str], before: Catalog, entries: Mapping[str, Entry]
) -> Iterator[str]:
    """Yield the folded English of each of these ids that was confirmed."""
    for prose_id in ids:
        old = before.entries.get(prose_id)
        if old is not None and old.fuzzy and not entries[prose_id].fuzzy:
            yield fold_markup(old.english)


def is_open(entry: Entry) -> bool:
    """Return whether an entry has no confirmed translation."""
    return not entry.obsolete and (entry.fuzzy or not entry.translation)


def group_ids(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """Group the ids of entries by their English."""
    ids: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        ids[fold_markup(entry.english)].append(entry.id)
    return ids


def find_same(
    entry: Entry,
    translation: str,
    entries: Mapping[str, Entry],
    by_english: Mapping[str, list[str]],
) -> list[Entry]:
    """Find the open entries that a translation of an entry settles.

    They have its English, and its draft, this translation or none. Another draft is another
    decision. A translation that names something else than the English settles its entry alone.
    """
    if not fits_everywhere(translation, entry.english, entry.id):
        if is_open(entry):
            return [entry]
        return []
    settled = {"", trim_text(entry.translation), trim_text(translation)}
    same = [entries[prose_id] for prose_id in by_english[fold_markup(entry.english)]]
    return [
        candidate
        for candidate in same
        if is_open(candidate) and trim_text(candidate.translation) in settled
    ]


class Draft(Struct, frozen=True, kw_only=True):
    """A question to a person: an entry with a draft, and the number of entries that have it."""

    entry: Entry
    count: int


def list_drafts(catalog: Catalog, *, accepts_incomplete: bool = False) -> list[Draft]:
    """List the confirmable drafts, the most used first."""
    drafts: dict[tuple[str, str], list[Entry]] = {}
    for entry in catalog.entries.values():
        if not entry.fuzzy or not entry.translation or entry.obsolete:
            continue
        if not accepts_incomplete and find_missing_sentences(entry, entry.translation):
            continue
        is_general = fits_everywhere(entry.translation, entry.english, entry.id)
        text = fold_markup(entry.english) if is_general else entry.id
        drafts.setdefault((text, trim_text(entry.translation)), []).append(entry)
    questions = [Draft(entry=entries[0], count=len(entries)) for entries in drafts.values()]
    return sorted(questions, key=lambda draft: -draft.count)


def find_like(catalog: Catalog, prose_id: str) -> Iterator[str]:
    """Yield this id, and the ids of drafts whose English and translation differ from its own in
    names alone.
    """
    yield prose_id
    if (entry := catalog.entries.get(prose_id)) is not None:
        wanted = _make_template(entry)
        for draft in list_drafts(catalog):
            if draft.entry.id != prose_id and _make_template(draft.entry) == wanted:
                yield draft.entry.id


def _make_template(entry: Entry) -> tuple[str, str]:
    english, translation = (
        fold_template(NAME.sub(SLOT, text)) for text in (entry.english, entry.translation)
    )
    return english, translation
