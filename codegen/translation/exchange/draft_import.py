"""Import of drafts as fuzzy entries of the catalog.

Each draft is checked, and its entry names the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Report, Span, failure
from codegen.core.locales import Locale
from codegen.translation import po, provenance
from codegen.translation.adaptation import compose_page_text
from codegen.translation.exchange.translation_unit import TranslationUnit
from codegen.translation.glossary import Glossary
from codegen.translation.lint.linter import lint_segment
from codegen.translation.normalization import fold_markup, trim_text
from codegen.translation.provenance import Provenance
from codegen.translation.segments import Segment

_SUBTAG = re.compile("[-_@.]")


class ImportResult(Struct, frozen=True, kw_only=True):
    """The new entries of the catalog, the counts, and the findings about drafts.

    `taken` entries have a new draft. Of the imported texts, `same` were unchanged, `empty` had no translation, and `refused` were rejected.
    """

    entries: tuple[po.Entry, ...]
    taken: int
    same: int
    empty: int
    refused: int
    findings: tuple[Finding, ...]


def import_drafts(
    units: Sequence[TranslationUnit], catalog: po.Catalog, locale: Locale, terms: Glossary, origin: str
) -> ImportResult:
    """Add drafts to all open entries with the English of an imported unit.

    Confirmed translations and unchanged texts stay. `origin` is the name of the file in messages. Raises `CodegenError` for a file of another
    language.
    """
    _check_language(units, locale, origin)
    report = Report()
    entries = {prose_id: entry for prose_id, entry in catalog.entries.items() if not entry.obsolete}
    obsolete = (entry for entry in catalog.entries.values() if entry.obsolete)
    by_english: dict[str, list[str]] = {}
    for known in entries.values():
        by_english.setdefault(fold_markup(known.english), []).append(known.id)
    count: Counter[str] = Counter()
    drafts: dict[str, tuple[str, int]] = {}
    for unit in units:
        entry, draft, span = entries.get(unit.id), trim_text(unit.translation), _locate_unit(origin, unit)
        if not draft:
            count["empty"] += 1
        elif refusal := _find_refusal(unit, entry, draft, drafts):
            count["refused"] += 1
            report.warning("draft-refused", refusal[0], span, refusal[1])
        elif entry is None or draft in (trim_text(entry.translation), trim_text(compose_page_text(entry))):
            count["same"] += 1
        else:
            english = fold_markup(unit.english)
            # A second draft for an English is the first one again, which the other entries have.
            ids = [unit.id] if english in drafts else by_english[english]
            drafts[english] = draft, unit.line
            notes = _lint_draft(unit, draft, locale, terms, span, report)
            count["taken"] += _add_draft(entries, ids, draft, provenance.mark_draft(PurePath(origin).name, notes))
            if entry.translation and not entry.fuzzy:
                report.warning(
                    "draft-of-confirmed",
                    f"{unit.id!r} has a confirmed translation, which stays",
                    span,
                    "mark it fuzzy if the draft is better",
                )
    return ImportResult(
        entries=(*entries.values(), *obsolete),
        taken=count["taken"],
        same=count["same"],
        empty=count["empty"],
        refused=count["refused"],
        findings=report.diagnostics,
    )


def _add_draft(entries: dict[str, po.Entry], ids: Sequence[str], draft: str, origin: Provenance) -> int:
    """Add a draft to the open entries of these ids, and return their number."""
    taken = 0
    for prose_id in ids:
        known = entries[prose_id]
        is_open = not known.translation or known.fuzzy
        if is_open and draft not in (known.translation, compose_page_text(known)):
            flags = po.add_fuzzy(known.flags)
            entries[prose_id] = replace(known, translation=draft, flags=flags, provenance=origin, previous=None)
            taken += 1
    return taken


def _check_language(units: Sequence[TranslationUnit], locale: Locale, origin: str) -> None:
    """Reject a file of another language. Tools spell one in many ways (`zh_CN`, `zh-Hans`)."""
    language = next((unit.language for unit in units if unit.language), "")
    if language and _SUBTAG.split(language.lower())[0] != _SUBTAG.split(locale.tag.lower())[0]:
        raise failure(
            "catalog-language",
            f"the file is for the language {language!r}, not for {locale.tag!r}",
            Span(path=origin, line=1, column=1),
            "name the file or the --locale of this language, or correct its head",
        )


def _locate_unit(origin: str, unit: TranslationUnit) -> Span:
    return Span(path=origin, line=unit.line, column=1) if unit.line else Span(path=origin)


def _find_refusal(
    unit: TranslationUnit, entry: po.Entry | None, draft: str, drafts: Mapping[str, tuple[str, int]]
) -> tuple[str, str] | None:
    """Return the reason to reject a draft with its fix, or None."""
    if entry is None:
        return f"the catalog has no text {unit.id!r}", "export again: it may have moved or gone"
    if fold_markup(entry.english) != fold_markup(unit.english):
        return f"the English of {unit.id!r} has changed", "export again, and translate the new English"
    before, line = drafts.get(fold_markup(unit.english), (draft, 0))
    if before != draft:
        at = f" in line {line}" if line else ""
        return f"the file has another draft for the English of {unit.id!r} before{at}", "leave one of them"
    return None


def _lint_draft(
    unit: TranslationUnit, draft: str, locale: Locale, terms: Glossary, place: Span, report: Report
) -> list[str]:
    """Lint a draft, and return the findings as notes for the entry."""
    segment = Segment(id=unit.id, text=draft, english=unit.english, span=place, locale=locale)
    notes = []
    for finding in lint_segment(segment, terms):
        notes.append(f"{finding.rule}: {finding.message}")
        report.warning(finding.rule, f"in the draft of {unit.id!r}: {finding.message}", place, finding.repair)
    return notes
