"""Completion of a reference with the texts of catalogs.

The id of a text stays when a page moves or a comma of its English changes. The translation is found by the id, and the English beside it
shows whether it still fits.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span
from codegen.core.escaping.controls import on_one_line, shorten
from codegen.core.locales import ENGLISH, SHIPPED, Languages, Locale
from codegen.model import Prose, Reference, category_id, common_parameter_id, field_id, is_category
from codegen.model.kubernetes import LISTED_VALUES
from codegen.translation.adaptation import compose_page_text
from codegen.translation.po import Catalog, Entry, adopt_bundled

# Up to this many missing texts of a language are reported one by one.
MANY = 8


def complete(
    reference: Reference, catalogs: Sequence[Catalog], locales: Sequence[str], languages: Languages = SHIPPED
) -> Reference:
    """Fill in missing texts of a reference from catalogs.

    Entries that do not fit are reported. A text of a source takes precedence over one of a catalog. An entry that is fuzzy, empty or outdated translates nothing, unless pages can
    make their text from it (`adaptation`). Its English is used if the source has none. Other fuzzy translations become `drafts`.
    """
    report = Report()
    known = frozenset(_list_ids(reference))
    has_categories = any(is_category(prose_id) for prose_id in known)
    prose = {locale: dict(texts) for locale, texts in reference.prose.items()}
    drafts: dict[str, dict[str, Prose]] = {}
    for catalog in catalogs:
        _report_unusable(catalog, report)
        for entry in catalog.entries.values():
            if entry.obsolete:
                continue
            if entry.id in known or (is_category(entry.id) and not has_categories):  # the table of contents has them
                _apply_entry(entry, catalog, languages.get(catalog.locale), prose, drafts, report)
            else:
                report.warning(
                    "translation-unused",
                    f"the reference has no text {entry.id!r}",
                    catalog.span(entry.id),
                    "remove the entry, or correct its msgctxt; `codegen inspect` prints all ids",
                )
    _report_missing(catalogs, locales, prose, report)
    return replace(
        reference,
        prose=MappingProxyType({locale: MappingProxyType(texts) for locale, texts in prose.items()}),
        drafts=MappingProxyType({locale: MappingProxyType(texts) for locale, texts in drafts.items()}),
        diagnostics=tuple(dict.fromkeys((*reference.diagnostics, *report.diagnostics))),
    )


def _report_unusable(catalog: Catalog, report: Report) -> None:
    """Report entries without an id, and second entries for one id."""
    for entry in catalog.others:
        span = Span(path=catalog.path, line=entry.linenum, column=1)
        if entry.obsolete:
            continue
        if not entry.msgctxt:
            report.warning(
                "translation-without-id",
                "the entry has no msgctxt, so it translates no text",
                span,
                'add msgctxt "PROSE ID"',
            )
        elif entry.msgctxt in catalog.entries:
            report.warning(
                "translation-twice",
                f"{entry.msgctxt!r} is repeated here; the first entry is at {catalog.span(entry.msgctxt)}",
                span,
                "remove one of the two",
            )


def _apply_entry(
    entry: Entry,
    catalog: Catalog,
    language: Locale,
    prose: dict[str, dict[str, Prose]],
    drafts: dict[str, dict[str, Prose]],
    report: Report,
) -> None:
    """Fill in missing texts from one entry, and report differences from the reference."""
    english = prose.setdefault(ENGLISH, {})
    translated = prose.setdefault(catalog.locale, {})
    span = catalog.span(entry.id)
    outdated = False
    if entry.id in english:
        entry = adopt_bundled(entry, english[entry.id].text)
    if (given := english.get(entry.id)) is None:
        if entry.english:
            english[entry.id] = Prose(text=entry.english, span=span)
    elif outdated := bool(entry.english) and on_one_line(given.text) != on_one_line(entry.english):
        report.warning(
            "translation-outdated",
            f"the English of {entry.id!r} differs from that at {given.span}",
            span,
            "translate it again and use the new English as msgid; until then the page shows English",
        )
    if outdated or not entry.translation or catalog.locale == ENGLISH:
        return
    if not (text := compose_page_text(entry)):
        if entry.id not in translated:
            drafts.setdefault(catalog.locale, {})[entry.id] = Prose(text=entry.translation, span=span)
        return
    if text != entry.translation:
        text = text.replace(LISTED_VALUES, language.labels["listed_values"], 1)
    if (given := translated.get(entry.id)) is None:
        translated[entry.id] = Prose(text=text, span=span)
    elif fold_width(given.text) != fold_width(text):
        report.warning(
            "translation-differs",
            f"the translation on the page ({given.span}) is {shorten(given.text, 40)!r}, here it is {shorten(text, 40)!r}",
            span,
            "the text of the page is used; correct msgstr or the page",
        )


def _report_missing(
    catalogs: Sequence[Catalog],
    locales: Sequence[str],
    prose: dict[str, dict[str, Prose]],
    report: Report,
) -> None:
    """Report missing texts of each language of the outputs with a catalog.

    A few are reported one by one. Many are counted in one finding, since nobody reads a thousand.
    """
    first = {prose_id: text for texts in reversed(prose.values()) for prose_id, text in texts.items()}
    if ENGLISH in locales:
        missing = sorted(first.keys() - prose.get(ENGLISH, {}).keys())
        if len(missing) > MANY:
            report.warning(
                "english-missing",
                f"{len(missing)} of {len(first)} texts have no English; the first is {missing[0]!r}: {shorten(first[missing[0]].text, 40)!r}",
                first[missing[0]].span,
                "add their English as msgid to a catalog, or add a source in English",
            )
        for prose_id in missing if len(missing) <= MANY else ():
            report.warning(
                "english-missing",
                f"{prose_id!r} has no English: {shorten(first[prose_id].text, 40)!r}",
                first[prose_id].span,
                "add its English as msgid to a catalog",
            )
    for catalog in catalogs:
        if catalog.locale != ENGLISH and catalog.locale in locales:
            _report_untranslated(catalog, first, sorted(first.keys() - prose.get(catalog.locale, {}).keys()), report)


def _report_untranslated(catalog: Catalog, texts: Mapping[str, Prose], missing: Sequence[str], report: Report) -> None:
    if len(missing) > MANY:
        report.warning(
            "untranslated",
            f"{len(missing)} of {len(texts)} texts have no translation in {catalog.locale}, so English is used; the first is {missing[0]!r}",
            catalog.span(missing[0]),
            "translate them; `check: {untranslated: ...}` in codegen.yaml sets a limit that `codegen check` enforces",
        )
        return
    for prose_id in missing:
        entry = catalog.entries.get(prose_id)
        there = entry is not None and not entry.obsolete
        report.warning(
            "untranslated",
            f"{prose_id!r} has no translation in {catalog.locale}",
            catalog.span(prose_id),
            "translate its msgstr, or remove the fuzzy mark" if there else f'add an entry with msgctxt "{prose_id}"',
        )


def _list_ids(reference: Reference) -> Iterator[str]:
    """List all ids of texts of a reference."""
    for texts in reference.prose.values():
        yield from texts
    for definition in reference.definitions.values():
        yield definition.key
        for field in definition.fields:
            yield field_id(definition.key, field.name)
            if field.category:
                yield category_id(field.category)
    for operation in reference.operations.values():
        yield operation.id
        for parameter in operation.parameters:
            yield common_parameter_id(parameter.name) if parameter.common else operation.parameter_id(parameter)


def fold_width(text: str) -> str:
    """Normalize a translation without white space and full-width forms, to compare it with a page."""
    return "".join(unicodedata.normalize("NFKC", text).split())
