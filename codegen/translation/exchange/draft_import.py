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

from codegen.core.locales import Locale
from codegen.findings.diagnostics import Diagnostic, Report, Span, failure
from codegen.translation import po, provenance
from codegen.translation.adaptation import compose_page_text
from codegen.translation.exchange.translation_unit import TranslationUnit
from codegen.translation.glossary import Glossary
from codegen.translation.lint.linter import lint_segment
from codegen.translation.lint.segments import Segment
from codegen.translation.normalization import fold_markup, trim_text

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
    findings: tuple[Diagnostic, ...]


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
    gone = (entry for entry in catalog.entries.values() if entry.obsolete)
    name = PurePath(origin).name
    by_english: dict[str, list[str]] = {}
    for known in entries.values():
        by_english.setdefault(fold_markup(known.english), []).append(known.id)
    count: Counter[str] = Counter()
    drafts: dict[str, tuple[str, int]] = {}
    for unit in units:
        entry = entries.get(unit.id)
        draft = trim_text(unit.translation)
        if not draft:
            count["empty"] += 1
        elif why := _find_refusal(unit, entry, draft, drafts):
            count["refused"] += 1
            report.warning("draft-refused", why[0], _locate_unit(origin, unit), why[1])
        elif entry is not None and draft in (trim_text(entry.translation), trim_text(compose_page_text(entry))):
            count["same"] += 1
        elif entry is not None:
            english, place = fold_markup(unit.english), _locate_unit(origin, unit)
            # A second draft for an English is the first one again, which the other entries have.
            ids = [unit.id] if english in drafts else by_english[english]
            drafts[english] = draft, unit.line
            origin_of_draft = provenance.mark_draft(name, _lint_draft(unit, draft, locale, terms, place, report))
            for prose_id in ids:
                known = entries[prose_id]
                if draft in (known.translation, compose_page_text(known)):
                    continue
                if not known.translation or known.fuzzy:
                    entries[prose_id] = replace(
                        known,
                        translation=draft,
                        flags=po.add_fuzzy(known.flags),
                        provenance=origin_of_draft,
                        previous=None,
                    )
                    count["taken"] += 1
                elif prose_id == unit.id:
                    report.warning(
                        "draft-of-confirmed",
                        f"{prose_id!r} has a confirmed translation, which stays",
                        place,
                        "mark it fuzzy if the draft is better",
                    )
    return ImportResult(
        entries=(*entries.values(), *gone),
        taken=count["taken"],
        same=count["same"],
        empty=count["empty"],
        refused=count["refused"],
        findings=report.diagnostics,
    )


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
        return f"the catalogue has no text {unit.id!r}", "export again: it may have moved or gone"
    if fold_markup(entry.english) != fold_markup(unit.english):
        return f"the English of {unit.id!r} is another one now", "export again, and translate the new English"
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
