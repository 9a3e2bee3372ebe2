"""Search for tables and their cells, in HTML and in Markdown.

Line breaks, blanks and attributes do not matter. A tag without its partner is reported. An unclosed
element ends at the next tag that cannot be inside it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from msgspec import Struct, field

from codegen.readers.shared.page import PageText

Cell = tuple[int, int]  # the offsets of a cell's content

# `\<td>` is text: the generator escapes every `<` that opens no tag.
_TAG = re.compile(r"<(?<!\\<)(?P<close>/?)(?P<name>t(?:d|r|h|able)\b)[^<>]*+>", re.IGNORECASE)
_LEVELS = {"table": 0, "tr": 1, "td": 2, "th": 2}
_RULER = frozenset("|:- \t")
_PIPE = re.compile(r"(?<!\\)\|")


class Table(Struct, kw_only=True):
    """A table with its extent, head cells and rows. `piped` marks one in Markdown."""

    start: int
    end: int = 0
    piped: bool = False
    heads: list[Cell] = field(default_factory=list)
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)


def find_tables(page: PageText, start: int, end: int) -> list[Table]:
    """Find the HTML tables between two offsets. An open table ends at `end`."""
    return _TableScan(page).scan(start, end)


class _TableScan:
    """A scan with the tags of the open table, row and cell.

    A row without a tag has that of its first cell.
    """

    def __init__(self, page: PageText) -> None:
        self.page = page
        self.found: list[Table] = []
        self.opened: list[re.Match[str]] = []
        self.cells: list[Cell] = []
        self.has_heads = False

    def scan(self, start: int, end: int) -> list[Table]:
        for tag in _TAG.finditer(self.page.text, start, end):
            level = _LEVELS[tag["name"].lower()]
            is_open = level < len(self.opened)
            if (tag["close"] and not is_open) or (not tag["close"] and level > len(self.opened)):
                self.page.warn(
                    "tag-unexpected",
                    f"{tag[0][:20]!r} has nothing to open or close here",
                    tag.start(),
                    "remove it, or put back the tag that belongs to it; a < that opens no tag is written \\<",
                    arguments=(tag[0],),
                )
            if tag["close"]:
                self._close(level, tag.start(), tag)
            elif self.opened or level == 0:
                self._close(level, tag.start())
                self.opened += [tag] * (level + 1 - len(self.opened))
                if level == 0:
                    self.found.append(Table(start=tag.start()))
                self.has_heads |= tag["name"].lower() == "th"
        if self.opened and self.page.ends_at(end):
            self._report_cut_page()
        self._close(0, end)
        return self.found

    def _report_cut_page(self) -> None:
        """Report a page that ends inside a table."""
        self.page.error(
            "page-cut",
            f"the page ends inside a <{self.opened[-1]['name'].lower()}>",
            self.opened[-1].start(),
            "get the whole page again from its source",
            is_cut=True,
            arguments=(self.opened[-1]["name"].lower(),),
        )

    def _close(self, level: int, offset: int, tag: re.Match[str] | None = None) -> None:
        """Close all elements from a level on, the outermost of them by a tag."""
        while len(self.opened) > level:
            opened = self.opened.pop()
            if tag is None or len(self.opened) > level:
                name = opened["name"].lower()
                self.page.warn(
                    "tag-unclosed",
                    f"the <{name}> is not closed",
                    opened.start(),
                    f"write </{name}> at its end, or check whether the page is cut off here",
                    arguments=(name,),
                )
            if len(self.opened) == 2:
                self.cells.append((opened.end(), offset))
            elif len(self.opened) == 1:
                self._end_row(opened.start())
            else:
                self.found[-1].end = offset if tag is None else tag.end()

    def _end_row(self, start: int) -> None:
        table = self.found[-1]
        if self.has_heads and not table.heads and not table.rows:
            table.heads = self.cells
        else:
            table.rows.append((start, self.cells))
        self.cells, self.has_heads = [], False


def find_pipe_tables(page: PageText, start: int, end: int) -> list[Table]:
    """Find the Markdown tables between two offsets, by lines with bars."""
    tables: list[Table] = []
    table: Table | None = None
    offset = start
    for line in page.text[start:end].splitlines(keepends=True):
        stripped = line.strip()
        if not stripped.startswith("|"):
            table = None
        elif table is None:
            table = Table(
                start=offset,
                end=offset + len(line),
                piped=True,
                heads=_find_pipe_cells(line, offset),
            )
            tables.append(table)
        else:
            if "-" not in stripped or not _RULER.issuperset(stripped):
                table.rows.append((offset, _find_pipe_cells(line, offset)))
            table.end = offset + len(line)
        offset += len(line)
    return tables


def _find_pipe_cells(line: str, offset: int) -> list[Cell]:
    """Find the cells of a row such as `| a | b |`."""
    bars = [bar.start() for bar in _PIPE.finditer(line)]
    last = len(line.rstrip())
    if bars[-1] != last - 1:
        bars.append(last)
    return [(offset + left + 1, offset + right) for left, right in pairwise(bars)]
