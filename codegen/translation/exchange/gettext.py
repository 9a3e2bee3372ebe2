"""PO files with the open texts of a catalog."""

from __future__ import annotations

from collections.abc import Iterable

from codegen.translation import po
from codegen.translation.exchange.translation_unit import TranslationUnit
from codegen.translation.provenance import decode_comment


def write(units: Iterable[TranslationUnit], locale: str) -> str:
    """Format a PO file with fuzzy drafts, and the context as extracted comments."""
    entries = [
        po.Entry(
            id=unit.id,
            english=unit.english,
            translation=unit.translation,
            flags=(po.FUZZY,) if unit.translation else (),
            provenance=decode_comment(unit.context),
            previous=unit.previous or None,
        )
        for unit in units
    ]
    return po.format_catalog(entries, locale, po.Catalog(locale=locale))


def read(text: str, path: str) -> list[TranslationUnit]:
    """Read the texts of a PO file. Raises `CodegenError` with the first invalid line."""
    catalog = po.parse_catalog(text, "", path)
    language = str(catalog.header.metadata.get("Language", ""))
    return [
        TranslationUnit(
            id=entry.msgctxt,
            english=entry.msgid,
            translation=entry.msgstr,
            line=entry.linenum,
            language=language,
            confirmed=not entry.fuzzy,
        )
        for entry in catalog.header
        if entry.msgctxt and not entry.obsolete
    ]
