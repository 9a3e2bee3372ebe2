"""A table for a spreadsheet (CSV): one row a text; the column `translation` is filled in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from codegen.core.escaping.controls import visible
from codegen.findings.diagnostics import Span, failure
from codegen.translation.exchange.unit import Unit

_COLUMNS = ("id", "english", "translation", "context")
# A cell that begins so is a formula to a spreadsheet, to some in full width too; a quotation mark before it makes it text.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def write(units: Iterable[Unit], _locale: str) -> str:
    """The table, with a byte order mark, by which spreadsheets know that it is UTF-8."""
    stream = io.StringIO()
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for unit in units:
        rows.writerow([_cell(visible(text)) for text in (unit.id, unit.english, unit.translation, unit.context)])
    return f"\ufeff{stream.getvalue()}"


def read(text: str, path: str) -> list[Unit]:
    """The rows of a table whose head names `id` and `translation`. Raises `CodegenError` for any other file."""
    try:
        rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
        lacking = [name for name in _COLUMNS[:3] if name not in (rows.fieldnames or ())]
        if lacking:
            raise failure(
                "exchange-unreadable",
                f"the table has no column {lacking[0]!r}",
                Span(path=path, line=1, column=1),
                f"keep the columns of the exported table: {', '.join(_COLUMNS)}",
            )
        return [
            Unit(id=_text(row["id"]), english=_text(row["english"]), translation=_text(row["translation"]))
            for row in rows
        ]
    except csv.Error as error:
        raise failure(
            "exchange-unreadable",
            f"this is not a valid CSV table: {error}",
            Span(path=path),
            "save it as CSV with commas and UTF-8",
        ) from None


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) or text.startswith("'") else text


def _text(cell: str | None) -> str:
    text = cell or ""
    return text.removeprefix("'")
