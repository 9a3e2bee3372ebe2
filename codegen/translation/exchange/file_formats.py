"""The file formats of the exchange by name and file extension."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from codegen.core.diagnostics import Span, failure
from codegen.core.source import load
from codegen.translation.exchange import csv_table, gettext, xliff
from codegen.translation.exchange.translation_unit import TranslationUnit


class FileFormat(Struct, frozen=True, kw_only=True):
    """A file format with its extensions, its writer and its reader."""

    endings: tuple[str, ...]
    write: Callable[[Iterable[TranslationUnit], str], str]
    read: Callable[[str, str], list[TranslationUnit]]


# By the names of `codegen translate export --format`.
FILE_FORMATS = {
    "xliff": FileFormat(endings=(".xlf", ".xliff"), write=xliff.write, read=xliff.read),
    "po": FileFormat(endings=(".po",), write=gettext.write, read=gettext.read),
    "csv": FileFormat(endings=(".csv",), write=csv_table.write, read=csv_table.read),
}


def read_units(file: Path, shown: str) -> list[TranslationUnit]:
    """Read the texts of an imported file. Raises `CodegenError` for an unknown or unreadable file."""
    for form in FILE_FORMATS.values():
        if file.suffix.lower() in form.endings:
            return form.read(load(file, shown).text, shown)
    endings = ", ".join(ending for form in FILE_FORMATS.values() for ending in form.endings)
    raise failure(
        "exchange-unreadable",
        f"files of the ending {file.suffix!r} are not exchanged",
        Span(path=shown),
        f"one of {endings}",
    )
