"""Reading of fields, parameters and responses from table rows.

What does not fit is reported at its place, and the reading goes on with the next cell or row.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from codegen.core.diagnostics import Fact, Report, Span
from codegen.core.locales import ENGLISH, Locale
from codegen.core.source import Source
from codegen.model import Prose
from codegen.readers.page_tree import (
    NO_ANNOTATIONS,
    NO_TEXTS,
    Annotations,
    FieldRow,
    ParameterRow,
    ResponseRow,
    Texts,
    TypeName,
)
from codegen.readers.shared.comments import FILLER, Comments, remove_filler, restore_shortcodes
from codegen.readers.shared.tokens import NAME
from codegen.readers.table.cells import NameCell, cell_text, name_cell, patch_note, section_text, type_cell, type_name
from codegen.readers.table.table_scanner import Cell, Table, TableScanner

Clean = Callable[[str, bool], str]

RULE = re.compile(r"<hr\s*+/?>", re.IGNORECASE)
_STATUS = re.compile(r"[1-5][0-9X]{2}|default")
_ATTRIBUTES = re.compile(r"\{[^{}\n]*+\}")

_FIELD = ("field", "description")
_PARAMETER = ("name", "type", "description")
_RESPONSE = ("status", "description", "response")


class TableRows:
    """A reader of one page's tables."""

    def __init__(self, source: Source, comments: Comments, locale: Locale, report: Report) -> None:
        self.source = source
        self.report = report
        self.comments = comments
        self.text = comments.shown
        self.words = locale
        self.hand_made = locale.tag != ENGLISH
        self.scanner = TableScanner(source, self.text, report)
        self._columns: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._spellings = {
            word: frozenset(spelling.casefold() for spelling in spellings)
            for word, spellings in self.words.spellings.items()
        }

    def is_spelling(self, text: str, word: str) -> bool:
        """Return whether a text is a spelling of one of the layout's words."""
        return " ".join(text.split()).casefold() in self._spellings[word]

    # ------------------------------------------------------------------------------------------- rows of fields

    def field_rows(self, table: Table) -> list[FieldRow]:
        """Read a table of fields in order, keeping dots in names."""
        rows: dict[str, FieldRow] = {}
        columns = self._find_columns(table, _FIELD)
        for start, cells in table.rows if columns else ():
            name_at, text_at = self._cells(start, cells, columns, table)
            if name_at is None:
                continue
            cell = name_cell(self._raw(name_at, table))
            if not (span := self._locate_name(cell.name, name_at, "field")):
                continue
            if cell.name in rows:
                self.report.warning(
                    "field-twice",
                    f"{cell.name!r} appears here a second time; the first one is used",
                    span,
                    f"the first is at {rows[cell.name].span}",
                )
                continue
            if cell.odd:
                self.report.warning(
                    "name-cell-odd",
                    f"the cell of {cell.name!r} holds {cell.odd[:60]!r} besides its name, type and patch strategy",
                    span,
                    "write <code>name</code>&nbsp;<strong>*</strong><br/><em>type</em>, the mark if it is required",
                )
            rows[cell.name] = FieldRow(
                path=cell.name,
                type=self._field_type(cell, span),
                required=cell.required,
                annotations=self._annotations(cell, span),
                texts=self.texts(text_at, self._cell_text, piped=table.piped),
                span=span,
            )
        return list(rows.values())

    def _locate_name(self, name: str, cell: Cell, what: str) -> Span | None:
        """Find the place of a name, or None where there is no usable name."""
        text = self.text[cell[0] : cell[1]]
        offset = text.find(name) if name else -1
        span = self.source.span(cell[0] + max(offset, 0))
        if not name:
            self.report.warning(
                "row-without-name",
                f"this row does not name a {what}; it is left out",
                span,
                "write <code>name</code> in its first cell",
            )
        elif not NAME.fullmatch(name):
            self.report.warning(
                "name-unreadable",
                f"{name[:60]!r} is not a {what} name; it is left out",
                span,
                "names are never translated; take the name from the English page",
            )
        else:
            return span
        return None

    def _field_type(self, cell: NameCell, span: Span) -> TypeName:
        if cell.type is None:
            self.report.warning(
                "type-missing", f"the field {cell.name!r} has no type", span, "write <br/><em>type</em> after the name"
            )
            return TypeName(name="", lost=True)
        return self._check_type(type_name(cell.type), cell.type, cell.name, span)

    def _check_type(self, found: TypeName | None, raw: str, what: str, span: Span) -> TypeName:
        if found is None:
            self.report.warning(
                "type-unreadable",
                f"the type of {what!r} cannot be read: {' '.join(raw.split())[:60]!r}",
                span,
                "expected string, integer, number, boolean, object or a definition; followed by `array` for a list",
            )
            return TypeName(name="", lost=True)
        return found

    def _annotations(self, cell: NameCell, span: Span) -> Annotations:
        if cell.patch is None:
            return NO_ANNOTATIONS
        note = patch_note(cell.patch[:500], self.words.spellings["patch"])
        if note is None:
            self.report.warning(
                "annotation-unreadable",
                f"the patch strategy of {cell.name!r} cannot be read: {' '.join(cell.patch.split())[:60]!r}",
                span,
                "write <em>patch strategy: merge on key <code>name</code></em>, as in the English page",
                facts=((Fact.PATCH_STRATEGY, ""),),
            )
            return NO_ANNOTATIONS
        return note

    # ------------------------------------------------------------------------- rows of parameters and responses

    def tables(self, start: int, end: int) -> list[Table]:
        """Find the tables of a part of an operation, in either form, and report other text there."""
        tables = self.scanner.tables(start, end) or self.scanner.pipe_tables(start, end)
        self.leftovers(start, end, tables)
        return tables

    def parameters(
        self, start: int, end: int, place: str, method: str, rows: dict[tuple[str, str], ParameterRow]
    ) -> None:
        """Add the parameters of one place to `rows`, by place and name.

        Upstream prints no required marks. Two follow from HTTP: a path leaves no blank open, and only DELETE goes
        without a body; the OpenAPI documents say the same of each operation. A query parameter is assumed to be optional.
        """
        required = place == "path" or (place == "body" and method != "DELETE")
        for table in self.tables(start, end):
            columns = self._find_columns(table, _PARAMETER)
            for offset, cells in table.rows if columns else ():
                name_at, type_at, text_at = self._cells(offset, cells, columns, table)
                if name_at is None:
                    continue
                cell = name_cell(self._raw(name_at, table))
                name = cell.name
                if not (span := self._locate_name(name, name_at, "parameter")):
                    continue
                if (place, name) in rows:
                    self.report.warning(
                        "parameter-twice",
                        f"the {place} parameter {name!r} appears here a second time; the first one is used",
                        span,
                        "remove it, or correct its name using the English page",
                        facts=((Fact.NAME, ""),),
                    )
                    continue
                raw = self._raw(type_at, table)
                rows[place, name] = ParameterRow(
                    name=name,
                    place=place,
                    type=self._check_type(type_cell(raw), raw, name, span),
                    required=required or cell.required,
                    texts=self.texts(text_at, self._parameter_text, piped=table.piped),
                    span=span,
                )

    def responses(self, parts: list[Cell], place: Span) -> tuple[ResponseRow, ...]:
        """Read the response tables of an operation."""
        rows: dict[str, ResponseRow] = {}
        for start, end in parts:
            for table in self.tables(start, end):
                columns = self._find_columns(table, _RESPONSE)
                for offset, cells in table.rows if columns else ():
                    status_at, text_at, type_at = self._cells(offset, cells, columns, table)
                    if status_at and (row := self._response(table, status_at, text_at, type_at, rows)):
                        rows[row.status] = row
        if not rows:
            self.report.warning(
                "response-missing",
                "the operation has no response",
                place,
                "expected a table below #### Response, or the page is cut off here",
            )
        return tuple(rows.values())

    def _response(
        self, table: Table, status_at: Cell, text_at: Cell | None, type_at: Cell | None, rows: dict[str, ResponseRow]
    ) -> ResponseRow | None:
        status = remove_filler(self.text[status_at[0] : status_at[1]]).strip()
        span = self.source.span(status_at[0])
        if not _STATUS.fullmatch(status):
            self.report.warning(
                "status-unreadable",
                f"{status[:60]!r} is not a response status; the row is left out",
                span,
                "expected a number such as 200",
            )
            return None
        if status in rows:
            self.report.warning(
                "response-twice",
                f"the response {status} appears here a second time; the first one is used",
                span,
                "remove one",
            )
            return None
        text = cell_text(self._raw(text_at, table))
        raw = self._raw(type_at, table)
        return ResponseRow(
            status=status,
            text=text,
            type=self._check_type(type_cell(raw), raw, status, span) if raw.strip() else None,
            span=span,
        )

    def leftovers(self, start: int, end: int, tables: list[Table]) -> None:
        """Report text between and around tables."""
        for table in tables:
            self.leftover(start, table.start, "before a table")
            start = table.end
        self.leftover(start, end, "after the last table" if tables else "where a table is expected")

    def leftover(self, start: int, end: int, where: str) -> None:
        """Report text outside any description."""
        text = self.text[start:end]
        if text.isspace() or not text:
            return
        rest = _ATTRIBUTES.sub(" ", RULE.sub(" ", remove_filler(text))).strip()
        if rest and not rest.startswith("</t"):  # a stray tag was reported already
            self.report.warning(
                "text-unexpected",
                f"text {where} is left out: {' '.join(rest.split())[:60]!r}",
                self.source.span(start + len(text) - len(text.lstrip())),
                "move it into a description, or remove it; a table may have lost its tags here",
            )

    # -------------------------------------------------------------------------------------------- tables, texts

    def _find_columns(self, table: Table, expected: tuple[str, ...]) -> tuple[int, ...]:
        """Return the columns of the expected cells, or report a table of another kind and return none."""
        raw = tuple([self.text[start:end] for start, end in table.heads])
        known = self._columns.get((*raw, *expected))
        if known is not None and FILLER not in "".join(raw):
            return known
        in_place = tuple(range(len(expected)))
        if not raw:
            self.report.warning(
                "table-head-missing",
                "the table has no head",
                self.source.span(table.start),
                f"its columns are assumed to be {' | '.join(expected)}",
            )
            return in_place
        words = [self._head_word(start, end, expected) for start, end in table.heads]
        if all(word in words for word in expected):
            order = tuple(words.index(word) for word in expected)
            for number, cell in enumerate(table.heads):
                if number not in order:
                    self._warn_unknown_head(cell, "its column is left out", "move what it says into the description")
            self._columns[(*raw, *expected)] = order
            return order
        # One head that is misspelt in a table that has the others in their places is taken for what is expected there.
        usable = len(words) == len(expected) and any(words)
        usable = usable and all(word in ("", wanted) for word, wanted in zip(words, expected, strict=True))
        unknown = table.heads[words.index("")] if "" in words else table.heads[0]
        labels = " | ".join(self.words.labels[f"head_{word}"] for word in expected)
        self._warn_unknown_head(unknown, "" if usable else "the table is left out", f"expected {labels}")
        return in_place if usable else ()

    def _warn_unknown_head(self, cell: Cell, consequence: str, hint: str) -> None:
        start, end = cell
        shown = " ".join(remove_filler(self.text[start:end]).split())[:60]
        self.report.warning(
            "table-head-unknown",
            f"{shown!r} is not a column heading of this table" + (f"; {consequence}" if consequence else ""),
            self.source.span(start),
            hint,
        )

    def _head_word(self, start: int, end: int, expected: tuple[str, ...]) -> str:
        """Return the word for a head cell, by its text or English comment."""
        for text in (
            remove_filler(self.text[start:end]),
            *(content for _, content in self.comments.between(start, end)),
        ):
            for word in expected:
                if self.is_spelling(text, f"head_{word}"):
                    return word
        return ""

    def _cells(self, start: int, cells: list[Cell], columns: tuple[int, ...], table: Table) -> list[Cell | None]:
        """Find the cells of a row by column; None for one that is not there."""
        count = len(table.heads) or len(columns)
        if len(cells) != count:
            self.report.warning(
                "row-incomplete" if len(cells) < count else "row-overlong",
                f"the row has {len(cells)} cells, but its table has {count}",
                self.source.span(start),
                "write one cell for each head; an empty one is <td></td>",
            )
        return [cells[column] if column < len(cells) else None for column in columns]

    def _cell_text(self, raw: str, hand_made: bool) -> str:
        return cell_text(raw, hand_made=hand_made)

    def _parameter_text(self, raw: str, hand_made: bool) -> str:
        return cell_text(raw, stars=hand_made, hand_made=hand_made)

    def _raw(self, place: Cell | None, table: Table) -> str:
        """Return the visible text of a cell, unescaping bars in Markdown tables."""
        text = remove_filler(self.text[place[0] : place[1]]) if place else ""
        return text.replace("\\|", "|") if table.piped else text

    def texts(self, place: Cell | None, clean: Clean, *, piped: bool = False) -> Texts:
        """Read a description in the page's language and in English."""
        if place is None:
            return NO_TEXTS
        start, end = place
        raw = self.text[start:end]
        if piped:
            raw, clean = raw.replace("\\|", "|"), _unescape_bars(clean)
        english = None
        if FILLER in raw:
            english = self._english(start, end, clean)
            shown = clean(raw.replace(FILLER, ""), self.hand_made)
        else:
            shown = clean(raw, self.hand_made)
        if not shown:
            return Texts(english=english) if english else NO_TEXTS
        own = Prose(text=shown, span=self.source.span(start + len(raw) - len(raw.lstrip())))
        return Texts(own=own, english=english)

    def section_texts(self, start: int, end: int) -> Texts:
        """Read the description of a section."""
        return self.texts((start, end), lambda raw, hand_made: section_text(raw, hand_made=hand_made))

    def _english(self, start: int, end: int, clean: Clean) -> Prose | None:
        """Read the English of a translated description, whose lines are wrapped by hand."""
        found = [
            (offset, content)
            for offset, content in self.comments.between(start, end)
            if offset < end and content.strip()
        ]
        if not found:
            return None
        offset, first = found[0]
        pieces = [clean(restore_shortcodes(content), True) for _, content in found]
        return Prose(text="\n\n".join(pieces), span=self.source.span(offset + len(first) - len(first.lstrip())))


def _unescape_bars(clean: Clean) -> Clean:
    """Wrap a cleaner to unescape bars in comments of Markdown tables."""
    return lambda raw, hand_made: clean(raw.replace("\\|", "|"), hand_made)
