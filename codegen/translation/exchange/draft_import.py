"""Import of translations into the catalog, as fuzzy entries unless a person confirmed them.

Each is checked, and the entry of a draft names the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Report, Span
from codegen.core.locales import Locale
from codegen.translation import po
from codegen.translation.adaptation import compose_page_text
from codegen.translation.completeness import find_missing_sentences
from codegen.translation.confirm import (
    confirm_entry,
    describe_missing,
    find_same,
    group_ids,
    is_open,
)
from codegen.translation.exchange.translation_unit import TranslationUnit
from codegen.translation.glossary import Glossary
from codegen.translation.lint.linter import lint_segment
from codegen.translation.normalization import fold_markup, trim_text
from codegen.translation.provenance import Origin, Provenance
from codegen.translation.segments import Segment


class ImportResult(Struct, frozen=True, kw_only=True):
    """The new entries of the catalog, the counts, and the findings about drafts.

    `taken` entries have a new draft, `confirmed` ones a translation that a person confirmed in the
    file. Of the imported texts, `same` were unchanged, `empty` had no translation, and `refused`
    were rejected.
    """

    entries: tuple[po.Entry, ...]
    counts: Counter[str]
    findings: tuple[Finding, ...]


def import_drafts(
    units: Sequence[TranslationUnit],
    catalog: po.Catalog,
    locale: Locale,
    terms: Glossary,
    origin: str,
    *,
    accepts_incomplete: bool = False,
) -> ImportResult:
    """Add translations to all open entries that an imported unit settles, fuzzy ones unless a
    person confirmed them.

    Confirmed translations, unchanged drafts and other drafts of the same English stay. A confirmed
    text that lacks sentences is refused unless `accepts_incomplete`. `origin` is the name of the
    file in messages.
    Raises `CodegenError` for a file of another language.
    """
    po.check_language(
        next((unit.language for unit in units if unit.language), ""), locale.tag, origin
    )
    report = Report()
    entries = dict(catalog.entries)
    by_english = group_ids(entries.values())
    count: Counter[str] = Counter()
    drafts: dict[str, TranslationUnit] = {}
    translated, settled = {unit.id for unit in units if unit.translation.strip()}, set[str]()
    for unit in units:
        entry, draft, english = (
            entries.get(unit.id),
            trim_text(unit.translation),
            fold_markup(unit.english),
        )
        if unit.line:
            span = Span(path=origin, line=unit.line, column=1)
        else:
            span = Span(path=origin)
        if not draft:
            count["empty"] += 1
        elif refusal := _find_refusal(
            unit, entry, drafts.get(unit.id), accepts_incomplete=accepts_incomplete
        ):
            count["refused"] += 1
            report.warning("draft-refused", refusal[0], span, refusal[1], arguments=(unit.id,))
        elif entry is None or (_has_text(entry, draft) and not (unit.confirmed and entry.fuzzy)):
            count["same"] += 1
        else:
            drafts[unit.id] = unit
            segment = Segment(
                id=unit.id, text=draft, english=unit.english, span=span, locale=locale
            )
            notes = _lint_draft(segment, terms, report)
            provenance = Provenance(
                origin=Origin.DRAFT, reason=f"from {PurePath(origin).name}", details=notes
            )
            for same in find_same(entry, draft, entries, by_english):
                if same.id != unit.id and (same.id in translated or english in settled):
                    continue  # it has its own translation, or one of the same English before
                if unit.confirmed:
                    entries[same.id] = confirm_entry(same, draft)
                elif not _has_text(same, draft):
                    flags = po.add_fuzzy(same.flags)
                    entries[same.id] = replace(
                        same, translation=draft, flags=flags, provenance=provenance, previous=None
                    )
                count["confirmed" if unit.confirmed else "taken"] += entries[same.id] is not same
            settled.add(english)
            if not is_open(entry):
                report.warning(
                    "draft-of-confirmed",
                    f"{unit.id!r} has a confirmed translation, which stays",
                    span,
                    "mark it fuzzy if the draft is better",
                    arguments=(unit.id,),
                )
    return ImportResult(entries=tuple(entries.values()), counts=count, findings=report.diagnostics)


def _has_text(entry: po.Entry, draft: str) -> bool:
    return draft in (trim_text(entry.translation), trim_text(compose_page_text(entry)))


def _find_refusal(
    unit: TranslationUnit,
    entry: po.Entry | None,
    earlier: TranslationUnit | None,
    *,
    accepts_incomplete: bool,
) -> tuple[str, str] | None:
    """Return the reason to reject a draft with its fix, or None.

    `earlier` is the draft for the same id before it.
    """
    if entry is None or entry.obsolete:
        return f"the catalog has no text {unit.id!r}", "export again: it may have moved or gone"
    if fold_markup(entry.english) != fold_markup(unit.english):
        return (
            f"the English of {unit.id!r} has changed",
            "export again, and translate the new English",
        )
    if earlier is not None and trim_text(earlier.translation) != trim_text(unit.translation):
        at = f" in line {earlier.line}" if earlier.line else ""
        return f"the file has another draft for {unit.id!r} before{at}", "leave one of them"
    missing = find_missing_sentences(entry, unit.translation)
    if unit.confirmed and missing and not accepts_incomplete:
        return (
            describe_missing(unit.id, missing),
            "translate them, or accept the text as it is with --incomplete",
        )
    return None


def _lint_draft(segment: Segment, terms: Glossary, report: Report) -> tuple[str, ...]:
    """Lint a draft, and return the findings as notes for the entry."""
    findings = list(lint_segment(segment, terms))
    for finding in findings:
        message = f"in the draft of {segment.id!r}: {finding.message}"
        report.warning(finding.rule, message, segment.span, finding.repair, arguments=(segment.id,))
    return tuple(f"{finding.rule}: {finding.message}" for finding in findings)
