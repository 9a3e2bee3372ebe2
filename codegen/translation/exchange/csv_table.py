"""CSV tables for spreadsheets, one row a text.

The translator fills in the column `translation`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from codegen.core.diagnostics import Span, failure
from codegen.core.escaping.controls import visible
from codegen.translation.exchange.translation_unit import TranslationUnit

_COLUMNS = ("id", "english", "translation", "context")
# A cell that begins so is a formula to a spreadsheet, to some in full width too; a quotation mark before it makes it text.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")

# What stands between cells; some spreadsheets say so in a line of its own before the head.
_SEPARATORS = (",", ";", "\t")
_DECLARED = re.compile(r"sep=([,;\t])\s*", re.IGNORECASE)


def write(units: Iterable[TranslationUnit], _locale: str) -> str:
    """Format a table with a byte order mark, so that spreadsheets read it as UTF-8."""
    stream = io.StringIO()
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for unit in units:
        rows.writerow([_escape_cell(visible(text)) for text in (unit.id, unit.english, unit.translation, unit.context)])
    return f"\ufeff{stream.getvalue()}"


def read(text: str, path: str) -> list[TranslationUnit]:
    """Read the rows of a table with the columns `id`, `english` and `translation`.

    Spreadsheets save it with commas, semicolons or tabs. Raises `CodegenError` for any other file, with the line of the unreadable row.
    """
    lines = io.StringIO(text.removeprefix("\ufeff"), newline=None)
    declared = _DECLARED.fullmatch(lines.readline())
    begin = lines.tell() if declared else 0
    lines.seek(begin)
    head = lines.readline()
    separator = declared[1] if declared else max(_SEPARATORS, key=head.count)
    lines.seek(begin)
    rows = csv.reader(lines, delimiter=separator, strict=True)
    units: list[TranslationUnit] = []
    first = 1 if declared else 0
    line = first + 1
    try:
        columns = _find_columns(next(rows, []), path, line)
        while True:
            line = first + rows.line_num + 1
            if (row := next(rows, None)) is None:
                return units
            cells = {name: _unescape_cell(row[at]) if at < len(row) else "" for name, at in columns.items()}
            if any(cells.values()):
                units.append(TranslationUnit(**cells, line=line))
    except csv.Error as error:
        raise failure(
            "exchange-unreadable",
            f"this row cannot be read: {error}",
            Span(path=path, line=line, column=1),
            "close each quotation mark, and write one inside of a cell twice; or save the table as CSV with commas and UTF-8",
        ) from None


def _find_columns(head: list[str], path: str, line: int) -> dict[str, int]:
    """Find the columns by their names in any case."""
    names = [name.strip().casefold() for name in head]
    lacking = [name for name in _COLUMNS[:3] if name not in names]
    if lacking:
        raise failure(
            "exchange-unreadable",
            f"the table has no column {lacking[0]!r}",
            Span(path=path, line=line, column=1),
            f"keep the columns of the exported table: {', '.join(_COLUMNS)}",
        )
    return {name: names.index(name) for name in _COLUMNS[:3]}


def _escape_cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) or text.startswith("'") else text


def _unescape_cell(cell: str) -> str:
    """Remove the added mark of a cell. Quotation marks of a person stay."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell
