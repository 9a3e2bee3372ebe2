"""Completion of a reference with the texts of catalogs.

The id of a text stays when a page moves or a comma of its English changes. The translation is found
by the id, and the English beside it shows whether it still fits.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain
from types import MappingProxyType

from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span, count_noun
from codegen.core.escaping.controls import on_one_line, shorten
from codegen.core.locales import ENGLISH, SHIPPED, Languages, Locale
from codegen.core.name_lists import list_first
from codegen.model import Prose, Reference, category_id, common_parameter_id, field_id, is_category
from codegen.model.kubernetes import LISTED_VALUES
from codegen.translation.adaptation import compose_page_text
from codegen.translation.po import Catalog, Entry, adopt_bundled

# So many missing texts of a language are named.
MANY = 3


def complete(
    reference: Reference,
    catalogs: Sequence[Catalog],
    locales: Sequence[str],
    languages: Languages = SHIPPED,
    written: Sequence[Reference] = (),
) -> Reference:
    """Fill in missing texts of a reference from catalogs.

    Entries that do not fit are reported. A text of a source takes precedence over one of a catalog.
    An entry that is fuzzy, empty or outdated translates nothing, unless pages can make their text
    from it (`adaptation`). Its English is used if the source has none. Other fuzzy translations
    become `drafts`. Missing texts are reported for the `written` parts of the reference, by default
    for all of it.
    """
    report = Report()
    known_ids = frozenset(_list_ids(reference))
    has_categories = any(is_category(prose_id) for prose_id in known_ids)
    prose = {locale: dict(texts) for locale, texts in reference.prose.items()}
    drafts: dict[str, dict[str, Prose]] = {}
    for catalog in catalogs:
        _report_unusable(catalog, report)
        for entry in catalog.entries.values():
            if entry.obsolete:
                continue
            # The table of contents has them.
            if entry.id in known_ids or (is_category(entry.id) and not has_categories):
                _apply_entry(entry, catalog, languages.get(catalog.locale), prose, drafts, report)
            else:
                report.warning(
                    "translation-unused",
                    f"the reference has no text {entry.id!r}",
                    catalog.span(entry.id),
                    "remove the entry, or correct its msgctxt; `codegen inspect` prints all ids",
                    arguments=(entry.id,),
                    locale=catalog.locale,
                )
    all_ids: set[str] = set().union(*prose.values())
    if written:
        all_ids &= set(chain.from_iterable(map(_list_ids, written)))
    _report_missing(catalogs, locales, prose, all_ids, report)
    return replace(
        reference,
        prose=MappingProxyType(
            {locale: MappingProxyType(texts) for locale, texts in prose.items()}
        ),
        drafts=MappingProxyType(
            {locale: MappingProxyType(texts) for locale, texts in drafts.items()}
        ),
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
                arguments=(entry.msgid,),
                locale=catalog.locale,
            )
        elif entry.msgctxt in catalog.entries:
            report.warning(
                "translation-twice",
                f"{entry.msgctxt!r} is repeated here; the first entry is at {catalog.span(entry.msgctxt)}",
                span,
                "remove one of the two",
                mentions=(catalog.span(entry.msgctxt),),
                arguments=(entry.msgctxt,),
                locale=catalog.locale,
            )


def _apply_entry(
    entry: Entry,
    catalog: Catalog,
    language: Locale,
    texts: dict[str, dict[str, Prose]],
    drafts: dict[str, dict[str, Prose]],
    report: Report,
) -> None:
    """Fill in missing texts from one entry, and report differences from the reference."""
    english = texts.setdefault(ENGLISH, {})
    translated = texts.setdefault(catalog.locale, {})
    span = catalog.span(entry.id)
    outdated = False
    if entry.id in english:
        entry = adopt_bundled(entry, english[entry.id].text)
    if (given_text := english.get(entry.id)) is None:
        if entry.english:
            english[entry.id] = Prose(text=entry.english, span=span)
    elif outdated := bool(entry.english) and on_one_line(given_text.text) != on_one_line(
        entry.english
    ):
        report.warning(
            "translation-outdated",
            f"the English of {entry.id!r} differs from that at {given_text.span}",
            span,
            "translate it again and use the new English as msgid; until then the page shows English",
            mentions=(given_text.span,),
            id=entry.id,
            locale=catalog.locale,
            arguments=(entry.id,),
        )
    if outdated or not entry.translation or catalog.locale == ENGLISH:
        return
    if not (text := compose_page_text(entry)):
        if entry.id not in translated:
            drafts.setdefault(catalog.locale, {})[entry.id] = Prose(
                text=entry.translation, span=span
            )
        return
    if text != entry.translation:
        text = text.replace(LISTED_VALUES, language.labels["listed_values"], 1)
    if (given_text := translated.get(entry.id)) is None:
        translated[entry.id] = Prose(text=text, span=span)
    elif fold_width(given_text.text) != fold_width(text):
        report.warning(
            "translation-differs",
            f"the translation on the page ({given_text.span}) is {shorten(given_text.text, 40)!r}, here it is {shorten(text, 40)!r}",
            span,
            "the text of the page is used; correct msgstr or the page",
            mentions=(given_text.span,),
            arguments=(entry.id,),
            locale=catalog.locale,
        )


def _report_missing(
    catalogs: Sequence[Catalog],
    locales: Sequence[str],
    prose: dict[str, dict[str, Prose]],
    counted: set[str],
    report: Report,
) -> None:
    """Report the missing texts of each language of the outputs with a catalog, in one finding with
    the first ids.
    """
    first: dict[str, Prose] = {}
    for texts in reversed(prose.values()):
        first.update((text_id, texts[text_id]) for text_id in texts.keys() & counted)
    if ENGLISH in locales:
        missing = sorted(first.keys() - prose.get(ENGLISH, {}).keys())
    else:
        missing = []
    if missing:
        report.warning(
            "english-missing",
            f"English is missing for {len(missing)} of {count_noun(len(first), 'text')}: {list_first(map(repr, missing), MANY)}",
            first[missing[0]].span,
            "add their English as msgid to a catalog, or add a source in English",
            id=first[missing[0]].span.path,
            arguments=tuple(missing),
        )
    for catalog in catalogs:
        missing = sorted(first.keys() - prose.get(catalog.locale, {}).keys())
        if missing and catalog.locale != ENGLISH and catalog.locale in locales:
            report.warning(
                "untranslated",
                f"the {catalog.locale} translation is missing for {len(missing)} of {count_noun(len(first), 'text')}, so English is used: {list_first(map(repr, missing), MANY)}",
                catalog.span(missing[0]),
                "translate them, or remove the fuzzy marks; `check: {untranslated: ...}` in codegen.yaml sets a limit for `codegen check`",
                id=catalog.span(missing[0]).path,
                arguments=tuple(missing),
                locale=catalog.locale,
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
            yield (
                common_parameter_id(parameter.name)
                if parameter.common
                else operation.parameter_id(parameter)
            )


def fold_width(text: str) -> str:
    """Normalize a translation without white space and full-width forms, to compare it with a page."""
    return "".join(unicodedata.normalize("NFKC", text).split())
