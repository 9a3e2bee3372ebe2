"""CSV tables for spreadsheets, one row a text.

The translator fills in the column `translation`, and writes `yes` in `confirmed` for a final text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from codegen.core.diagnostics import Span, failure
from codegen.core.escaping.controls import visible
from codegen.translation.exchange.translation_unit import TranslationUnit

_COLUMNS = ("id", "english", "translation", "confirmed", "context")
_READ = _COLUMNS[:3]
_YES = ("yes", "y", "true", "x", "1", "是")
# A cell that begins so is a formula to a spreadsheet, to some in full width too; a quotation mark
# before it makes it text. One that begins with such a mark itself gets another one.
_FORMULA = r"['=+\-@＝＋－＠\t\r\n]"
_ESCAPED = re.compile(rf"\A'(?={_FORMULA})")
_SEPARATORS = (",", ";", "\t")
# Some spreadsheets name the separator in a line of its own before the head.
_DECLARED = re.compile(r"sep=([,;\t])\s*?(?:\r\n?|\n)", re.IGNORECASE)


def write(units: Iterable[TranslationUnit], _locale: str) -> str:
    """Format a table with a byte order mark, so that spreadsheets read it as UTF-8."""
    stream = io.StringIO()
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for unit in units:
        cells = map(visible, (unit.id, unit.english, unit.translation, "", unit.context))
        rows.writerow([f"'{text}" if re.match(_FORMULA, text) else text for text in cells])
    return f"\ufeff{stream.getvalue()}"


def read(text: str, path: str) -> list[TranslationUnit]:
    """Read the rows of a table with the columns `id`, `english` and `translation`.

    Spreadsheets save it with commas, semicolons or tabs. Raises `CodegenError` for any other file,
    with the line of the unreadable row.
    """
    text = text.removeprefix("\ufeff")
    declared = _DECLARED.match(text)
    table = text[declared.end() :] if declared else text
    if declared:
        separator = declared[1]
    else:
        separator = max(_SEPARATORS, key=table.partition("\n")[0].count)
    rows = csv.DictReader(
        io.StringIO(table, newline=None), restval="", delimiter=separator, strict=True
    )
    first = line = 2 if declared else 1
    units = []
    try:
        rows.fieldnames = [name.strip().casefold() for name in rows.fieldnames or ()]
        if lacking := [name for name in _READ if name not in rows.fieldnames]:
            raise failure(
                "exchange-unreadable",
                f"the table has no column {lacking[0]!r}",
                Span(path=path, line=line, column=1),
                f"keep the columns of the exported table: {', '.join(_COLUMNS)}",
                arguments=(lacking[0],),
            )
        line = first + rows.line_num
        for row in rows:
            # Quotation marks of a person stay.
            cells = {name: _ESCAPED.sub("", row[name]) for name in _READ}
            confirmed = (row.get("confirmed") or "").strip().casefold() in _YES
            if any(cells.values()):
                units.append(TranslationUnit(**cells, line=line, confirmed=confirmed))
            line = first + rows.line_num
    except csv.Error as error:
        raise failure(
            "exchange-unreadable",
            f"this row cannot be read: {error}",
            Span(path=path, line=line, column=1),
            "close each quotation mark, and double those inside a cell; or save the table as CSV with commas in UTF-8",
            arguments=(str(error),),
        ) from None
    return units
