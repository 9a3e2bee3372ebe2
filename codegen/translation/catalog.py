"""Translations of descriptions: PO files, one for each language, keyed by prose id.

`msgctxt` is the prose id, `msgid` the English, `msgstr` the translation. A page has moved and its English has changed a comma:
the id stays, so the translation is found, and the English beside it tells whether it is still one of this text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.locales import ENGLISH
from codegen.core.source import load as load_source
from codegen.findings.diagnostics import CodegenError, Diagnostic, Report, Span, failure
from codegen.model import Prose, Reference, category_id, common_parameter_id, field_id, parameter_id

PROJECT = "apiref"
# Up to so many texts that a language lacks are named one by one.
MANY = 8
# What a line can be; polib takes an unfinished string for a shorter one.
_LINE = re.compile(r'(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?"(?:[^"\\]|\\.)*")?')
_POLIB_PLACE = re.compile(r"line (\d+)")


class Entry(Struct, frozen=True, kw_only=True):
    """One translation. `english` and `translation` may be empty; `references` are places as `path:line`."""

    id: str
    english: str
    translation: str
    fuzzy: bool = False
    references: tuple[str, ...] = ()
    span: Span


class Catalog(Struct, frozen=True, kw_only=True):
    """One PO file: its entries by prose id, and what is wrong with it."""

    locale: str
    path: str
    entries: MappingProxyType[str, Entry]
    diagnostics: tuple[Diagnostic, ...] = ()


def parsed(file: Path, shown: str = "") -> Any:
    """A PO file as polib has it. Raises `CodegenError` for one that is unreadable or no PO, with the line where it stops to be one."""
    import polib

    source = load_source(file, shown)
    for number, line in enumerate(source.text.split("\n"), start=1):
        if not _LINE.fullmatch(line.strip()):
            raise _no_catalog(source.path, number)
    try:
        # The newline tells polib that this is a text and no file name, whatever it says.
        return polib.pofile(source.text + "\n", check_for_duplicates=False, wrapwidth=0)
    except (OSError, ValueError, IndexError) as error:
        found = _POLIB_PLACE.search(str(error))
        raise _no_catalog(source.path, int(found[1]) if found else 1) from None


def load(file: Path, locale: str, shown: str = "") -> Catalog:
    """The translations of a PO file, an obsolete entry left out. Raises `CodegenError` as `parsed` does."""
    path = shown or str(file)
    report = Report()
    entries: dict[str, Entry] = {}
    for each in parsed(file, shown):
        span = Span(path=path, line=each.linenum, column=1)
        if each.obsolete:
            continue
        if not each.msgctxt:
            report.warning(
                "translation-without-id",
                "an entry has no msgctxt, so it belongs to nothing",
                span,
                'add msgctxt "PROSE ID"',
            )
        elif (known := entries.get(each.msgctxt)) is not None:
            report.warning(
                "translation-twice",
                f"{each.msgctxt!r} stands here again; the first is at {known.span}",
                span,
                "remove one of the two",
            )
        else:
            entries[each.msgctxt] = Entry(
                id=each.msgctxt,
                english=each.msgid,
                translation=each.msgstr,
                fuzzy=each.fuzzy,
                references=tuple(":".join(filter(None, place)) for place in each.occurrences),
                span=span,
            )
    return Catalog(locale=locale, path=path, entries=MappingProxyType(entries), diagnostics=report.diagnostics)


def _no_catalog(path: str, line: int) -> CodegenError:
    return failure(
        "catalog-syntax",
        "this is no line of a PO file, or it does not belong here",
        Span(path=path, line=line, column=1),
        'each entry is msgctxt "PROSE ID", msgid "English", msgstr "translation"; msgfmt --check says more',
    )


def empty(locale: str) -> Any:
    """A PO file of a language without entries, as polib has it: no wrapping, no date, no host."""
    import polib

    made = polib.POFile(wrapwidth=0)
    made.header = f"Descriptions of an API reference in {locale}. msgctxt is the prose id."
    made.metadata = {
        "Project-Id-Version": PROJECT,
        "PO-Revision-Date": "",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": _posix(locale),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return made


def text_of(catalog: Catalog) -> str:
    """The catalog as a PO file: sorted by id, a text on one line for each of its own lines, no date, no host."""
    import polib

    written = empty(catalog.locale)
    for entry in sorted(catalog.entries.values(), key=lambda each: each.id):
        written.append(
            polib.POEntry(
                msgctxt=entry.id,
                msgid=entry.english,
                msgstr=entry.translation,
                flags=["fuzzy"] if entry.fuzzy else [],
                occurrences=[occurrence(place) for place in entry.references],
            )
        )
    return f"{written}\n" if not str(written).endswith("\n") else str(written)


def occurrence(place: str) -> tuple[str, str]:
    """`path:line` as polib has it. A blank would end the path."""
    path, _, line = place.replace(" ", "%20").rpartition(":")
    return (path, line) if path and line.isdigit() else (place.replace(" ", "%20"), "")


def complete(reference: Reference, catalogs: Sequence[Catalog], locales: Sequence[str]) -> Reference:
    """The reference with the texts that its sources lack taken from catalogs, and what does not fit added to its findings.

    A text of a source always counts more than one of a catalog. A fuzzy or empty entry translates nothing, and neither does one
    whose English is no longer that of the source; its English counts all the same where there is no other.
    """
    report = Report()
    known = frozenset(_ids(reference))
    prose = {locale: dict(texts) for locale, texts in reference.prose.items()}
    for catalog in catalogs:
        report.extend(catalog.diagnostics)
        for entry in catalog.entries.values():
            if entry.id in known:
                _use(entry, catalog, prose, report)
            else:
                report.warning(
                    "translation-unused",
                    f"the reference has no text {entry.id!r}",
                    entry.span,
                    "remove the entry, or correct its msgctxt; `codegen inspect` prints all ids",
                )
    _say_missing(catalogs, locales, prose, report)
    return replace(
        reference,
        prose=MappingProxyType({locale: MappingProxyType(texts) for locale, texts in prose.items()}),
        diagnostics=tuple(dict.fromkeys((*reference.diagnostics, *report.diagnostics))),
    )


def _use(entry: Entry, catalog: Catalog, prose: dict[str, dict[str, Prose]], report: Report) -> None:
    """Fill what the reference lacks of one entry's two texts, and say where both have one and they differ."""
    english = prose.setdefault(ENGLISH, {})
    translated = prose.setdefault(catalog.locale, {})
    outdated = False
    if (given := english.get(entry.id)) is None:
        if entry.english:
            english[entry.id] = Prose(text=entry.english, span=entry.span)
    elif outdated := bool(entry.english) and _squashed(given.text) != _squashed(entry.english):
        report.warning(
            "translation-outdated",
            f"the English of {entry.id!r} is another at {given.span}",
            entry.span,
            "translate it anew, and take the new English as msgid; until then the page shows English",
        )
    if entry.fuzzy or outdated or not entry.translation or catalog.locale == ENGLISH:
        return
    if (given := translated.get(entry.id)) is None:
        translated[entry.id] = Prose(text=entry.translation, span=entry.span)
    elif agreed(given.text) != agreed(entry.translation):
        report.warning(
            "translation-differs",
            f"the page says otherwise ({given.span}): {_short(given.text)!r}, here {_short(entry.translation)!r}",
            entry.span,
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
        entry = catalog.entries.get(missing[0])
        report.warning(
            "untranslated",
            f"{len(missing)} of {len(texts)} texts have no translation in {catalog.locale}, first {missing[0]!r}; English stands there instead",
            entry.span if entry else Span(path=catalog.path),
            "translate them; `check: {untranslated: ...}` in codegen.yaml sets a limit that `codegen check` holds",
        )
        return
    for prose_id in missing:
        entry = catalog.entries.get(prose_id)
        report.warning(
            "untranslated",
            f"{prose_id!r} has no text in {catalog.locale}",
            entry.span if entry else Span(path=catalog.path),
            "translate its msgstr, or remove the fuzzy mark" if entry else f'add an entry with msgctxt "{prose_id}"',
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


def merged(entries: Iterable[Entry], locale: str, path: str) -> Catalog:
    """A catalog of these entries; of two with one id the first counts."""
    found: dict[str, Entry] = {}
    for entry in entries:
        found.setdefault(entry.id, entry)
    return Catalog(locale=locale, path=path, entries=MappingProxyType(found))


def _posix(locale: str) -> str:
    """The name that gettext has for a locale: `zh-cn` -> zh_CN."""
    language, _, region = locale.partition("-")
    return f"{language}_{region.upper()}" if region else language


def agreed(text: str) -> str:
    """A translation as compared with that of a page: white space and the width of marks do not count."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _squashed(text: str) -> str:
    return " ".join(text.split())


def _short(text: str) -> str:
    text = _squashed(text)
    return text if len(text) <= 40 else f"{text[:39]}…"
