"""Scanning of pages for tables and their cells.

Nothing here knows what a table says. Line breaks, blanks and attributes do not matter; a tag that lacks its partner is
reported, and what it opened ends where the next tag shows that it must have ended.
"""

from __future__ import annotations

import itertools
import re

from msgspec import Struct, field

from codegen.core.diagnostics import Report
from codegen.core.source import Source

Cell = tuple[int, int]  # the offsets of a cell's content

# `\<td>` is text: the generator escapes what is no markup. A cell without other tags of tables in it is one token.
_TAGS = r"/?t(?:d|r|h|able|head|body)\b"
_TOKEN = re.compile(
    rf"<(?<!\\<)(?:(?P<cell>t[dh])\b[^<>]*+>(?P<content>[^<]*+(?:<(?!{_TAGS})[^<]*+)*+)</(?P=cell)\s*+>"
    rf"|(?P<tag>{_TAGS})[^<>]*+>)",
    re.IGNORECASE,
)
_RULER = frozenset("|:- \t")
_PIPE = re.compile(r"(?<!\\)\|")


class Table(Struct, kw_only=True):
    """A table with its extent, head cells and rows. `piped` if it is one of Markdown."""

    start: int
    end: int = 0
    piped: bool = False
    heads: list[Cell] = field(default_factory=list)
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)


class TableScanner:
    """A scanner for the tables of one page."""

    def __init__(self, source: Source, text: str, report: Report) -> None:
        self.source = source
        self.text = text
        self.report = report

    def tables(self, start: int, end: int) -> list[Table]:
        """Find the HTML tables between two offsets, in order. A table that is still open at `end` ends there."""
        reading = _TableState(self)
        for token in _TOKEN.finditer(self.text, start, end):
            if token.lastgroup == "tag":
                self._tag(reading, token, token["tag"].lower())
            elif reading.row is not None and reading.cell_start < 0:
                reading.row.append(token.span("content"))
                reading.has_heads |= self.text[token.start() + 2] in "hH"
            elif reading.table is None:
                self.stray(token)
            else:
                reading.cell_opens(token, token["cell"].lower(), token.start("content"))
                reading.cell_closes(token.end("content"))
        reading.table_ends(end, end, closed=False)
        return reading.found

    def _tag(self, reading: _TableState, tag: re.Match[str], name: str) -> None:
        if reading.table is None and name != "table":
            self.stray(tag)
        elif name == "tr":
            reading.row_ends(tag.start(), closed=False)
            reading.row, reading.row_start = [], tag.start()
        elif name == "/tr":
            if reading.row is None:
                self.stray(tag)
            reading.row_ends(tag.start(), closed=True)
        elif name == "table":
            reading.table_ends(tag.start(), tag.start(), closed=False)
            reading.table = Table(start=tag.start())
        elif name == "/table":
            reading.table_ends(tag.start(), tag.end(), closed=True)
        elif name in ("td", "th"):
            reading.cell_opens(tag, name, tag.end())
        elif name in ("/td", "/th"):
            if reading.cell_start < 0:
                self.stray(tag)
            else:
                reading.cell_closes(tag.start())

    def pipe_tables(self, start: int, end: int) -> list[Table]:
        """Find the Markdown tables between two offsets, by lines with bars."""
        found: list[Table] = []
        table: Table | None = None
        offset = start
        for line in self.text[start:end].splitlines(keepends=True):
            stripped = line.strip()
            if not stripped.startswith("|"):
                table = None
            elif table is None:
                table = Table(start=offset, end=offset + len(line), piped=True, heads=_pipe_cells(line, offset))
                found.append(table)
            else:
                if "-" not in stripped or not _RULER.issuperset(stripped):
                    table.rows.append((offset, _pipe_cells(line, offset)))
                table.end = offset + len(line)
            offset += len(line)
        return found

    def stray(self, tag: re.Match[str]) -> None:
        """Report a tag without a partner."""
        self.warn(
            "tag-unexpected",
            f"{tag[0][:20]!r} has nothing to open or close here",
            tag.start(),
            "remove it, or put back the tag that belongs to it; a < that opens no tag is written \\<",
        )

    def warn(self, rule: str, message: str, offset: int, hint: str) -> None:
        """Report something at an offset."""
        self.report.warning(rule, message, self.source.span(offset), hint)


class _TableState:
    """The open table, row and cell during scanning."""

    __slots__ = ("cell_start", "cell_tag", "found", "has_heads", "row", "row_start", "scanner", "table")

    def __init__(self, scanner: TableScanner) -> None:
        self.scanner = scanner
        self.found: list[Table] = []
        self.table: Table | None = None
        self.row: list[Cell] | None = None
        self.has_heads = False
        self.cell_start = -1  # where the content of the open cell begins
        self.cell_tag = self.row_start = 0

    def cell_opens(self, tag: re.Match[str], name: str, content: int) -> None:
        if self.row is None:
            self.row, self.row_start = [], tag.start()
            self.scanner.warn("row-unopened", "this cell is outside a row", tag.start(), "write <tr> before it")
        elif self.cell_start >= 0:
            self._cell_unclosed(self.row, tag.start())
        self.cell_start, self.cell_tag = content, tag.start()
        if name == "th":
            self.has_heads = True

    def cell_closes(self, offset: int) -> None:
        """End the open cell."""
        if self.row is not None:
            self.row.append((self.cell_start, offset))
        self.cell_start = -1

    def row_ends(self, offset: int, *, closed: bool) -> None:
        if self.row is None or self.table is None:
            return
        if self.cell_start >= 0:
            self._cell_unclosed(self.row, offset)
        if not closed:
            self.scanner.warn(
                "row-unclosed", "the row is not closed", self.row_start, "write </tr> after its last cell"
            )
        if self.has_heads and not self.table.heads and not self.table.rows:
            self.table.heads = self.row
        else:
            self.table.rows.append((self.row_start, self.row))
        self.row, self.has_heads = None, False

    def table_ends(self, offset: int, end: int, *, closed: bool) -> None:
        if self.table is None:
            return
        self.row_ends(offset, closed=False)
        if not closed:
            self.scanner.warn(
                "table-unclosed",
                "the table is not closed",
                self.table.start,
                "write </table> after its last row, or check whether the page is cut off here",
            )
        self.table.end = end
        self.found.append(self.table)
        self.table = None

    def _cell_unclosed(self, row: list[Cell], offset: int) -> None:
        self.scanner.warn("cell-unclosed", "the cell is not closed", self.cell_tag, "write </td> after its text")
        row.append((self.cell_start, offset))
        self.cell_start = -1


def _pipe_cells(line: str, offset: int) -> list[Cell]:
    """Find the cells of a row such as `| a | b |`."""
    bars = [bar.start() for bar in _PIPE.finditer(line)]
    last = len(line.rstrip())
    if bars[-1] != last - 1:
        bars.append(last)
    return [(offset + left + 1, offset + right) for left, right in itertools.pairwise(bars)]
