"""Drafts that come back: each is checked, and becomes a fuzzy entry of the catalogue that says where it is from."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.locales import Locale
from codegen.findings.diagnostics import Diagnostic, Report, Span
from codegen.translation import po
from codegen.translation.derived import shown
from codegen.translation.exchange.unit import Unit
from codegen.translation.glossary import Glossary
from codegen.translation.lint.linter import findings_of_piece
from codegen.translation.lint.text import Piece
from codegen.translation.memory import plain
from codegen.translation.text import loose

_DRAFT = "candidate: a draft from"


class Imported(Struct, frozen=True, kw_only=True):
    """The entries of the catalogue with all drafts, how many texts of it got one, and what is against drafts or refused."""

    entries: tuple[po.Entry, ...]
    taken: int
    findings: tuple[Diagnostic, ...]


def take(units: Sequence[Unit], catalog: po.Catalog, locale: Locale, terms: Glossary, origin: str) -> Imported:
    """The catalogue with drafts for all open entries that have the English of a unit. What a person has confirmed stays."""
    report = Report()
    entries = dict(catalog.entries)
    by_english: dict[str, list[str]] = {}
    for known in entries.values():
        if not known.obsolete:
            by_english.setdefault(loose(known.english), []).append(known.id)
    taken = 0
    for unit in units:
        if not unit.translation.strip():
            continue
        entry = entries.get(unit.id)
        place = catalog.span(unit.id) if entry is not None else Span(path=origin)
        if entry is None or loose(entry.english) != loose(unit.english):
            _refuse(unit, entry, origin, report)
            continue
        draft = plain(unit.translation)
        notes = _notes(unit, draft, locale, terms, place, report)
        marks = "\n".join([f"{_DRAFT} {origin}", *notes])
        for prose_id in by_english[loose(entry.english)]:
            known = entries[prose_id]
            if known.translation and not known.fuzzy:
                if prose_id == unit.id and known.translation != draft:
                    report.warning(
                        "draft-of-confirmed",
                        f"{prose_id!r} has a confirmed translation, which stays",
                        catalog.span(prose_id),
                        "mark it fuzzy if the draft is better",
                    )
                continue
            if draft in (known.translation, shown(known)):  # a draft of ours that nobody touched
                continue
            taken += 1
            flags = (po.FUZZY, *(flag for flag in known.flags if flag != po.FUZZY))
            entries[prose_id] = replace(known, translation=draft, flags=flags, marks=marks, previous=None)
    return Imported(entries=tuple(entries.values()), taken=taken, findings=report.diagnostics)


def _refuse(unit: Unit, entry: po.Entry | None, origin: str, report: Report) -> None:
    if entry is None:
        message, hint = f"the catalogue has no text {unit.id!r}", "export again: it may have moved or gone"
    else:
        message, hint = f"the English of {unit.id!r} is another one now", "export again, and translate the new English"
    report.warning("draft-refused", message, Span(path=origin), hint)


def _notes(unit: Unit, draft: str, locale: Locale, terms: Glossary, place: Span, report: Report) -> list[str]:
    """What the linter says of a draft, for the entry, and as findings."""
    piece = Piece(id=unit.id, text=draft, english=unit.english, span=place, locale=locale)
    notes = []
    for finding in findings_of_piece(piece, terms):
        notes.append(f"{finding.rule}: {finding.message}")
        report.warning(finding.rule, f"in the draft of {unit.id!r}: {finding.message}", place, finding.repair)
    return notes
