"""What catalogues say of a reference: its texts that the sources lack, and what does not fit.

A page has moved and its English has changed a comma: the id stays, so the translation is found, and the English beside it tells
whether it is still one of this text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from codegen.core.locales import ENGLISH
from codegen.findings.diagnostics import Report, Span
from codegen.model import Prose, Reference, category_id, common_parameter_id, field_id, parameter_id
from codegen.translation.po import Catalog, Entry

# Up to so many texts that a language lacks are named one by one.
MANY = 8


def complete(reference: Reference, catalogs: Sequence[Catalog], locales: Sequence[str]) -> Reference:
    """The reference with the texts that its sources lack taken from catalogs, and what does not fit added to its findings.

    A text of a source always counts more than one of a catalog. A fuzzy or empty entry translates nothing, and neither does one
    whose English is no longer that of the source; its English counts all the same where there is no other.
    """
    report = Report()
    known = frozenset(_ids(reference))
    prose = {locale: dict(texts) for locale, texts in reference.prose.items()}
    for catalog in catalogs:
        _say_unusable(catalog, report)
        for entry in catalog.entries.values():
            if entry.obsolete:
                continue
            if entry.id in known:
                _use(entry, catalog, prose, report)
            else:
                report.warning(
                    "translation-unused",
                    f"the reference has no text {entry.id!r}",
                    catalog.span(entry.id),
                    "remove the entry, or correct its msgctxt; `codegen inspect` prints all ids",
                )
    _say_missing(catalogs, locales, prose, report)
    return replace(
        reference,
        prose=MappingProxyType({locale: MappingProxyType(texts) for locale, texts in prose.items()}),
        diagnostics=tuple(dict.fromkeys((*reference.diagnostics, *report.diagnostics))),
    )


def _say_unusable(catalog: Catalog, report: Report) -> None:
    """Entries that belong to no text, or to one that has an entry already."""
    for each in catalog.others:
        span = Span(path=catalog.path, line=each.linenum, column=1)
        if each.obsolete:
            continue
        if not each.msgctxt:
            report.warning(
                "translation-without-id",
                "an entry has no msgctxt, so it belongs to nothing",
                span,
                'add msgctxt "PROSE ID"',
            )
        elif each.msgctxt in catalog.entries:
            report.warning(
                "translation-twice",
                f"{each.msgctxt!r} stands here again; the first is at {catalog.span(each.msgctxt)}",
                span,
                "remove one of the two",
            )


def _use(entry: Entry, catalog: Catalog, prose: dict[str, dict[str, Prose]], report: Report) -> None:
    """Fill what the reference lacks of one entry's two texts, and say where both have one and they differ."""
    english = prose.setdefault(ENGLISH, {})
    translated = prose.setdefault(catalog.locale, {})
    span = catalog.span(entry.id)
    outdated = False
    if (given := english.get(entry.id)) is None:
        if entry.english:
            english[entry.id] = Prose(text=entry.english, span=span)
    elif outdated := bool(entry.english) and _squashed(given.text) != _squashed(entry.english):
        report.warning(
            "translation-outdated",
            f"the English of {entry.id!r} is another at {given.span}",
            span,
            "translate it anew, and take the new English as msgid; until then the page shows English",
        )
    if entry.fuzzy or outdated or not entry.translation or catalog.locale == ENGLISH:
        return
    if (given := translated.get(entry.id)) is None:
        translated[entry.id] = Prose(text=entry.translation, span=span)
    elif agreed(given.text) != agreed(entry.translation):
        report.warning(
            "translation-differs",
            f"the page says otherwise ({given.span}): {_short(given.text)!r}, here {_short(entry.translation)!r}",
            span,
            "the text of the page is used; correct msgstr, or the page",
        )


def _say_missing(
    catalogs: Sequence[Catalog],
    locales: Sequence[str],
    prose: dict[str, dict[str, Prose]],
    report: Report,
) -> None:
    """The texts that a language of the outputs lacks. A language without a catalog is not asked for its translations.

    A few are named each; of many, one finding says how many there are, since nobody reads a thousand.
    """
    first = {prose_id: text for texts in reversed(prose.values()) for prose_id, text in texts.items()}
    if ENGLISH in locales:
        missing = sorted(first.keys() - prose.get(ENGLISH, {}).keys())
        if len(missing) > MANY:
            report.warning(
                "english-missing",
                f"{len(missing)} of {len(first)} texts have no English, first {missing[0]!r}: {_short(first[missing[0]].text)!r}",
                first[missing[0]].span,
                "add them as msgid to a catalog, or a source in English",
            )
        for prose_id in missing if len(missing) <= MANY else ():
            report.warning(
                "english-missing",
                f"{prose_id!r} has no English: {_short(first[prose_id].text)!r}",
                first[prose_id].span,
                "add it as msgid to a catalog",
            )
    for catalog in catalogs:
        if catalog.locale != ENGLISH and catalog.locale in locales:
            _say_untranslated(catalog, first, sorted(first.keys() - prose.get(catalog.locale, {}).keys()), report)


def _say_untranslated(catalog: Catalog, texts: Mapping[str, Prose], missing: Sequence[str], report: Report) -> None:
    if len(missing) > MANY:
        report.warning(
            "untranslated",
            f"{len(missing)} of {len(texts)} texts have no translation in {catalog.locale}, first {missing[0]!r}; English stands there instead",
            catalog.span(missing[0]),
            "translate them; `check: {untranslated: ...}` in codegen.yaml sets a limit that `codegen check` holds",
        )
        return
    for prose_id in missing:
        entry = catalog.entries.get(prose_id)
        there = entry is not None and not entry.obsolete
        report.warning(
            "untranslated",
            f"{prose_id!r} has no text in {catalog.locale}",
            catalog.span(prose_id),
            "translate its msgstr, or remove the fuzzy mark" if there else f'add an entry with msgctxt "{prose_id}"',
        )


def _ids(reference: Reference) -> Iterator[str]:
    """All ids under which this reference can have a text."""
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
                common_parameter_id(parameter.name) if parameter.common else parameter_id(operation.id, parameter.name)
            )


def agreed(text: str) -> str:
    """A translation as compared with that of a page: white space and the width of marks do not count."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _squashed(text: str) -> str:
    return " ".join(text.split())


def _short(text: str) -> str:
    text = _squashed(text)
    return text if len(text) <= 40 else f"{text[:39]}…"
