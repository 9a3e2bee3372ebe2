"""Search for tables and their cells, in HTML and in Markdown.

Line breaks, blanks and attributes do not matter. A tag without its partner is reported. An unclosed element ends at the next tag that cannot
be inside it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from msgspec import Struct, field

from codegen.readers.shared.page import Page

Cell = tuple[int, int]  # the offsets of a cell's content

# `\<td>` is text: the generator escapes every `<` that opens no tag.
_TAG = re.compile(r"<(?<!\\<)(?P<name>/?t(?:d|r|h|able)\b)[^<>]*+>", re.IGNORECASE)
_RULER = frozenset("|:- \t")
_PIPE = re.compile(r"(?<!\\)\|")


class Table(Struct, kw_only=True):
    """A table with its extent, head cells and rows. `piped` marks one in Markdown."""

    start: int
    end: int = 0
    piped: bool = False
    heads: list[Cell] = field(default_factory=list)
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)


def find_tables(page: Page, start: int, end: int) -> list[Table]:
    """Find the HTML tables between two offsets. An open table ends at `end`."""
    return _TableScan(page).scan(start, end)


class _TableScan:
    """A scan with the table, row and cell that are open."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[Table] = []
        self.table: Table | None = None
        self.row: list[Cell] | None = None
        self.row_start = 0
        self.cell: re.Match[str] | None = None  # the tag that opened the cell
        self.has_heads = False

    def scan(self, start: int, end: int) -> list[Table]:
        for tag in _TAG.finditer(self.page.text, start, end):
            self._read_tag(tag, tag["name"].lower())
        self._end_table(end, end)
        return self.found

    def _read_tag(self, tag: re.Match[str], name: str) -> None:
        if name == "table":
            self._end_table(tag.start(), tag.start())
            self.table = Table(start=tag.start())
        elif (
            self.table is None or (name == "/tr" and self.row is None) or (name in ("/td", "/th") and self.cell is None)
        ):
            self.page.warn(
                "tag-unexpected",
                f"{tag[0][:20]!r} has nothing to open or close here",
                tag.start(),
                "remove it, or put back the tag that belongs to it; a < that opens no tag is written \\<",
            )
        elif name == "/table":
            self._end_table(tag.start(), tag.end(), closed=True)
        elif name == "tr":
            self._end_row(tag.start())
            self.row, self.row_start = [], tag.start()
        elif name == "/tr":
            self._end_row(tag.start(), closed=True)
        elif name in ("td", "th"):
            self._open_cell(tag, name)
        elif name in ("/td", "/th"):
            self._end_cell(tag.start(), closed=True)

    def _open_cell(self, tag: re.Match[str], name: str) -> None:
        if self.row is None:
            self.row, self.row_start = [], tag.start()
            self.page.warn("row-unopened", "this cell is outside a row", tag.start(), "write <tr> before it")
        self._end_cell(tag.start())
        self.cell = tag
        self.has_heads |= name == "th"

    def _end_cell(self, offset: int, *, closed: bool = False) -> None:
        if self.row is None or self.cell is None:
            return
        if not closed:
            self.page.warn("cell-unclosed", "the cell is not closed", self.cell.start(), "write </td> after its text")
        self.row.append((self.cell.end(), offset))
        self.cell = None

    def _end_row(self, offset: int, *, closed: bool = False) -> None:
        if self.row is None or self.table is None:
            return
        self._end_cell(offset)
        if not closed:
            self.page.warn("row-unclosed", "the row is not closed", self.row_start, "write </tr> after its last cell")
        if self.has_heads and not self.table.heads and not self.table.rows:
            self.table.heads = self.row
        else:
            self.table.rows.append((self.row_start, self.row))
        self.row, self.has_heads = None, False

    def _end_table(self, offset: int, end: int, *, closed: bool = False) -> None:
        if self.table is None:
            return
        self._end_row(offset)
        if not closed:
            self.page.warn(
                "table-unclosed",
                "the table is not closed",
                self.table.start,
                "write </table> after its last row, or check whether the page is cut off here",
            )
        self.table.end = end
        self.found.append(self.table)
        self.table = None


def find_pipe_tables(page: Page, start: int, end: int) -> list[Table]:
    """Find the Markdown tables between two offsets, by lines with bars."""
    found: list[Table] = []
    table: Table | None = None
    offset = start
    for line in page.text[start:end].splitlines(keepends=True):
        stripped = line.strip()
        if not stripped.startswith("|"):
            table = None
        elif table is None:
            table = Table(start=offset, end=offset + len(line), piped=True, heads=_find_pipe_cells(line, offset))
            found.append(table)
        else:
            if "-" not in stripped or not _RULER.issuperset(stripped):
                table.rows.append((offset, _find_pipe_cells(line, offset)))
            table.end = offset + len(line)
        offset += len(line)
    return found


def _find_pipe_cells(line: str, offset: int) -> list[Cell]:
    """Find the cells of a row such as `| a | b |`."""
    bars = [bar.start() for bar in _PIPE.finditer(line)]
    last = len(line.rstrip())
    if bars[-1] != last - 1:
        bars.append(last)
    return [(offset + left + 1, offset + right) for left, right in pairwise(bars)]
