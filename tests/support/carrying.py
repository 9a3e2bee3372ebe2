"""Learned translations and the entries carried from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from codegen.core.locales import SHIPPED
from codegen.translation.carry import CarryResult, carry
from codegen.translation.po import FUZZY, Entry
from codegen.translation.provenance import Origin, Provenance


def learned_entry(
    prose_id: str, english: str, translation: str, place: str = "plot.md:7", fault: str = ""
) -> Entry:
    """Make an entry as learned from a page, optionally with a fault in the translation."""
    entry = Entry(id=prose_id, english=english, translation=translation, places=(place,))
    return (
        replace(entry, flags=(FUZZY,), provenance=Provenance(origin=Origin.CANDIDATE, reason=fault))
        if fault
        else entry
    )


def carry_entries(
    learned: Iterable[Entry],
    texts: dict[str, str],
    known: Iterable[Entry] = (),
    corrections: Iterable[Entry] = (),
) -> tuple[Mapping[str, Entry], CarryResult]:
    """Carry translations and later corrections to English texts by id.

    Return the entries and the result.
    """
    merged = carry(
        [list(learned), list(corrections)],
        [
            Entry(id=prose_id, english=english, places=("new.json:1",))
            for prose_id, english in texts.items()
        ],
        {entry.id: entry for entry in known},
        SHIPPED.get("zh-cn").usage.wordings,
    )
    return merged.entries, merged
