"""The file formats of the exchange by name and file extension."""

from __future__ import annotations

from pathlib import Path

from codegen.core.diagnostics import Span, failure
from codegen.core.source import load
from codegen.translation.exchange import csv_table, gettext, xliff
from codegen.translation.exchange.translation_unit import TranslationUnit

# The modules by the names of `codegen translate export --format`. Each can `write` units and `read`
# them.
FILE_FORMATS = {"xliff": xliff, "po": gettext, "csv": csv_table}
_READERS = {".xlf": xliff.read, ".xliff": xliff.read, ".po": gettext.read, ".csv": csv_table.read}


def read_units(file: Path, display_path: str) -> list[TranslationUnit]:
    """Read the texts of an imported file.

    Raises `CodegenError` for an unknown or unreadable file.
    """
    if (read := _READERS.get(file.suffix.lower())) is None:
        raise failure(
            "exchange-unreadable",
            f"cannot import a file with the extension {file.suffix!r}",
            Span(path=display_path),
            f"name a file with one of the extensions {', '.join(_READERS)}",
            arguments=(file.suffix,),
            choices=tuple(_READERS),
        )
    return read(load(file, display_path).text, display_path)
