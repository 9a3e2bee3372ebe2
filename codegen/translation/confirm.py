"""Confirmation of fuzzy translations in a catalog: one decision for all entries with the same
English.

A translation that names something else than its English, such as a kind, is confirmed for its own
entry alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Report
from codegen.translation.adaptation import NAME, SLOT, fits_everywhere, fold_template, is_partial
from codegen.translation.normalization import fold_markup
from codegen.translation.po import FUZZY, Catalog, Entry
from codegen.translation.provenance import CONFIRMED


class Confirmation(Struct, frozen=True, kw_only=True):
    """The entries of the new catalog, the number of confirmed ones, and the findings about refused
    ids.
    """

    entries: Mapping[str, Entry]
    confirmed: int
    findings: tuple[Finding, ...]


def confirm_entry(entry: Entry, translation: str) -> Entry:
    """Give an entry a person's translation."""
    flags = tuple(flag for flag in entry.flags if flag != FUZZY)
    return replace(entry, translation=translation, flags=flags, previous=None, provenance=CONFIRMED)


def confirm_drafts(catalog: Catalog, ids: Iterable[str]) -> Confirmation:
    """Confirm the drafts of some ids, each for all open entries that it settles."""
    report, entries, confirmed = Report(), dict(catalog.entries), 0
    by_english = group_ids(entries.values())
    for prose_id in ids:
        entry = entries.get(prose_id)
        if entry is None or entry.obsolete:
            report.warning(
                "draft-refused",
                f"the catalog has no text {prose_id!r}",
                catalog.span(prose_id),
                "`codegen translate status --format json` lists the ids of drafts",
            )
        elif is_partial(entry):
            report.warning(
                "draft-refused",
                f"the draft of {prose_id!r} lacks new sentences of the English",
                catalog.span(prose_id),
                "translate them and remove `fuzzy`",
            )
        elif entry.fuzzy and entry.translation:
            same = find_same(entry, entry.translation, entries, by_english)
            entries.update({each.id: confirm_entry(each, entry.translation) for each in same})
            confirmed += len(same)
    return Confirmation(entries=entries, confirmed=confirmed, findings=report.diagnostics)


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
    """Find the open entries with the English of an entry, or itself alone if its translation names
    something else.
    """
    is_general = fits_everywhere(translation, entry.english, entry.id)
    ids = by_english[fold_markup(entry.english)] if is_general else [entry.id]
    return [entries[prose_id] for prose_id in ids if is_open(entries[prose_id])]


def list_drafts(catalog: Catalog) -> list[tuple[Entry, int]]:
    """List the confirmable drafts with their number of entries, the most used first."""
    drafts: dict[str, list[Entry]] = {}
    for entry in catalog.entries.values():
        if entry.fuzzy and entry.translation and not entry.obsolete and not is_partial(entry):
            is_general = fits_everywhere(entry.translation, entry.english, entry.id)
            drafts.setdefault(fold_markup(entry.english) if is_general else entry.id, []).append(
                entry
            )
    return sorted(
        ((entries[0], len(entries)) for entries in drafts.values()), key=lambda draft: -draft[1]
    )


def find_like(catalog: Catalog, prose_id: str) -> Iterator[str]:
    """Yield this id, and the ids of drafts whose English and translation differ from its own in
    names alone.
    """
    yield prose_id
    if (entry := catalog.entries.get(prose_id)) is not None:
        wanted = _make_template(entry)
        yield from (
            each.id
            for each, _ in list_drafts(catalog)
            if each.id != prose_id and _make_template(each) == wanted
        )


def _make_template(entry: Entry) -> tuple[str, str]:
    english, translation = (
        fold_template(NAME.sub(SLOT, text)) for text in (entry.english, entry.translation)
    )
    return english, translation
