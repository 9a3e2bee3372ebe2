"""Learned pairs and the entries carried from them."""

from __future__ import annotations

from collections.abc import Iterable

from codegen.core.diagnostics import Span
from codegen.core.locales import SHIPPED
from codegen.translation.carry import Carried, carry
from codegen.translation.memory import SourceText
from codegen.translation.pairs import Pair
from codegen.translation.po import Entry


def pair(prose_id: str, english: str, translation: str, place: str = "plot.md:7") -> Pair:
    """Make a pair as a page teaches it."""
    return Pair(id=prose_id, english=english, translation=translation, place=place, span=Span(path="plot.md", line=7))


def carried(
    pairs: Iterable[Pair], texts: dict[str, str], known: Iterable[Entry] = ()
) -> tuple[dict[str, Entry], Carried]:
    """Carry pairs to English texts by id, and return the entries with the whole result."""
    merged = carry(
        list(pairs),
        [SourceText(id=prose_id, english=english, place="new.json:1") for prose_id, english in texts.items()],
        {entry.id: entry for entry in known},
        SHIPPED.get("zh-cn").usage.wordings,
    )
    return {entry.id: entry for entry in merged.entries}, merged
