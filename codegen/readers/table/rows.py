"""Reading of fields, parameters and responses from the rows of tables.

Each deviation is reported at its location, and the reading goes on with the next cell or row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from codegen.core.diagnostics import Fact, Span, count_noun
from codegen.model import Prose
from codegen.readers.page_tree import (
    Annotations,
    FieldRow,
    ParameterRow,
    ResponseRow,
    Texts,
    TypeName,
)
from codegen.readers.shared.comments import remove_filler, restore_shortcodes
from codegen.readers.shared.page import PageText
from codegen.readers.shared.tokens import NAME
from codegen.readers.table.cells import (
    NameCell,
    clean_cell,
    read_name_cell,
    read_patch_note,
    read_type,
    read_type_cell,
)
from codegen.readers.table.tables import Cell, Table, find_pipe_tables, find_tables

RULE = re.compile(r"<hr\s*+/?>", re.IGNORECASE)
_STATUS = re.compile(r"[1-5][0-9X]{2}|default")
_ATTRIBUTES = re.compile(r"\{[^{}\n]*+\}")
_UNKNOWN = TypeName(name="", lost=True)

_FIELD = ("field", "description")
_PARAMETER = ("name", "type", "description")
_RESPONSE = ("status", "description", "response")


def read_fields(page: PageText, table: Table) -> Iterator[FieldRow]:
    """Read a table of fields in order, keeping dots in names."""
    for name_at, text_at in _find_cells(page, table, _FIELD):
        named = _read_name(page, name_at, table, "field")
        if named is None:
            continue
        cell, span = named
        if cell.odd:
            page.warn(
                "name-cell-odd",
                f"the cell of {cell.name!r} holds {cell.odd[:60]!r} besides its name, type and patch strategy",
                span,
                "write <code>name</code>&nbsp;<strong>*</strong><br/><em>type</em>, the mark if it is required",
                arguments=(cell.name, cell.odd),
            )
        if cell.type is None:
            page.warn(
                "type-missing",
                f"the field {cell.name!r} has no type",
                span,
                "write <br/><em>type</em> after the name",
                arguments=(cell.name,),
            )
        yield FieldRow(
            path=cell.name,
            type=_UNKNOWN
            if cell.type is None
            else _check_type(page, read_type(cell.type), cell.type, cell.name, span),
            required=cell.required,
            annotations=_read_annotations(page, cell, span),
            texts=read_texts(page, text_at, clean_cell, piped=table.piped),
            span=span,
        )


def _read_name(
    page: PageText, at: Cell | None, table: Table, description: str
) -> tuple[NameCell, Span] | None:
    """Read the cell of a name, or return None without a usable name."""
    if at is None:
        return None
    cell = read_name_cell(_visible_text(page, at, table))
    span = page.span(at[0] + max(page.text[at[0] : at[1]].find(cell.name), 0))
    if not cell.name:
        page.warn(
            "row-without-name",
            f"this row does not name a {description}; it is left out",
            span,
            "write <code>name</code> in its first cell",
        )
    elif not NAME.fullmatch(cell.name):
        page.report_unreadable_name(cell.name, description, span)
    else:
        return cell, span
    return None


def _check_type(
    page: PageText, type_name: TypeName | None, raw: str, description: str, span: Span
) -> TypeName:
    if type_name is not None:
        return type_name
    page.warn(
        "type-unreadable",
        f"the type of {description!r} cannot be read: {' '.join(raw.split())[:60]!r}",
        span,
        "expected string, integer, number, boolean, object or a definition; followed by `array` for a list",
        arguments=(" ".join(raw.split()),),
    )
    return _UNKNOWN


def _read_annotations(page: PageText, cell: NameCell, span: Span) -> Annotations:
    if cell.patch is None:
        return Annotations()
    note = read_patch_note(page, cell.patch[:500])
    if note is None:
        page.warn(
            "annotation-unreadable",
            f"the patch strategy of {cell.name!r} cannot be read: {' '.join(cell.patch.split())[:60]!r}",
            span,
            "write <em>patch strategy: merge on key <code>name</code></em>, as in the English page",
            facts=((Fact.PATCH_STRATEGY, ""),),
            arguments=(cell.name, " ".join(cell.patch.split())),
        )
    return note or Annotations()


def read_parameters(page: PageText, part: Cell, place: str, method: str) -> Iterator[ParameterRow]:
    """Read the parameters of one place.

    Upstream prints no required marks. Two follow from HTTP: path parameters are required, and only
    DELETE goes without a body. The OpenAPI documents say the same of each operation. A query
    parameter is assumed to be optional.
    """
    required = place == "path" or (place == "body" and method != "DELETE")
    for table in _find_part_tables(page, part):
        for name_at, type_at, text_at in _find_cells(page, table, _PARAMETER):
            named = _read_name(page, name_at, table, "parameter")
            if named is None:
                continue
            cell, span = named
            raw = _visible_text(page, type_at, table)
            yield ParameterRow(
                name=cell.name,
                place=place,
                type=_check_type(page, read_type_cell(raw), raw, cell.name, span),
                required=required or cell.required,
                texts=read_texts(
                    page, text_at, partial(clean_cell, stars=page.is_translated), piped=table.piped
                ),
                span=span,
            )


def read_responses(page: PageText, parts: list[Cell]) -> Iterator[ResponseRow]:
    """Read the response tables of an operation."""
    for part in parts:
        for table in _find_part_tables(page, part):
            for status_at, text_at, type_at in _find_cells(page, table, _RESPONSE):
                if status_at is None:
                    continue
                status = remove_filler(page.text[status_at[0] : status_at[1]]).strip()
                span = page.span(status_at[0])
                if not _STATUS.fullmatch(status):
                    page.warn(
                        "status-unreadable",
                        f"{status[:60]!r} is not a response status; the row is left out",
                        span,
                        "expected a number such as 200",
                        arguments=(status,),
                    )
                    continue
                raw = _visible_text(page, type_at, table)
                yield ResponseRow(
                    status=status,
                    text=clean_cell(_visible_text(page, text_at, table)),
                    type=_check_type(page, read_type_cell(raw), raw, status, span)
                    if raw.strip()
                    else None,
                    span=span,
                )


def _find_part_tables(page: PageText, part: Cell) -> list[Table]:
    """Find the tables of a part of an operation, in either form, and report other text there."""
    tables = find_tables(page, *part) or find_pipe_tables(page, *part)
    report_leftovers(page, part, tables)
    return tables


def report_leftovers(page: PageText, part: Cell, tables: list[Table]) -> None:
    """Report text between and around tables."""
    start, end = part
    for table in tables:
        report_leftover(page, start, table.start, "before a table")
        start = table.end
    report_leftover(
        page, start, end, "after the last table" if tables else "where a table is expected"
    )


def report_leftover(page: PageText, start: int, end: int, where: str) -> None:
    """Report text outside any description."""
    text = page.text[start:end]
    remainder = _ATTRIBUTES.sub(" ", RULE.sub(" ", remove_filler(text))).strip()
    if remainder and not remainder.startswith("</t"):  # a lost tag was reported already
        page.warn(
            "text-unexpected",
            f"text {where} is left out: {' '.join(remainder.split())[:60]!r}",
            start + len(text) - len(text.lstrip()),
            "move it into a description, or remove it; a table may have lost its tags here",
            arguments=(" ".join(remainder.split()),),
        )


def _find_cells(
    page: PageText, table: Table, expected: tuple[str, ...]
) -> Iterator[list[Cell | None]]:
    """Yield the expected cells of each row, with None for missing ones."""
    columns = _find_columns(page, table, expected)
    count = len(table.heads) or len(columns)
    for start, cells in table.rows if columns else ():
        if len(cells) != count:
            page.warn(
                "row-incomplete" if len(cells) < count else "row-overlong",
                f"the row has {count_noun(len(cells), 'cell')}, but its table has {count}",
                start,
                "write one cell for each head; an empty one is <td></td>",
                arguments=tuple(page.text[begin:end].strip() for begin, end in cells[:1]),
            )
        yield [cells[column] if column < len(cells) else None for column in columns]


def _find_columns(page: PageText, table: Table, expected: tuple[str, ...]) -> tuple[int, ...]:
    """Return the columns of the expected cells, or report a table of another kind and return none."""
    if not table.heads:
        page.warn(
            "table-head-missing",
            "the table has no head",
            table.start,
            f"its columns are assumed to be {' | '.join(expected)}",
        )
        return tuple(range(len(expected)))
    words = [_find_head_word(page, head, expected) for head in table.heads]
    lacking = [word for word in expected if word not in words]
    wrong = [head for head, word in zip(table.heads, words, strict=True) if not word]
    for head in wrong or table.heads[: len(lacking)]:
        shown = " ".join(remove_filler(page.text[head[0] : head[1]]).split())[:60]
        page.warn(
            "table-head-unknown",
            f"{shown!r} is not a column heading of this table; {'the table' if lacking else 'its column'} is left out",
            head[0],
            f"expected {' | '.join(page.locale.labels[f'head_{word}'] for word in expected)}; move anything else into the description",
            arguments=(shown,),
        )
    if lacking:
        return ()
    return tuple(map(words.index, expected))


def _find_head_word(page: PageText, head: Cell, expected: tuple[str, ...]) -> str:
    """Return the word for a head cell, by its text or English comment."""
    texts = [
        remove_filler(page.text[head[0] : head[1]]),
        *(text for _, text in page.comments.between(*head)),
    ]
    return next(
        (word for text in texts for word in expected if page.means(text, f"head_{word}")), ""
    )


def _visible_text(page: PageText, at: Cell | None, table: Table) -> str:
    """Return the text of a cell without comments and escapes of bars."""
    text = remove_filler(page.text[at[0] : at[1]]) if at else ""
    if table.piped:
        return text.replace("\\|", "|")
    return text


def read_texts(
    page: PageText, at: Cell | None, clean: Callable[..., str], *, piped: bool = False
) -> Texts:
    """Read a description in the page's language and in English."""
    if at is None:
        return Texts()

    def clean_own(raw: str, *, hand_made: bool = page.is_translated) -> str:
        shown = remove_filler(raw)
        return clean(shown.replace("\\|", "|") if piped else shown, hand_made=hand_made)

    page_text = page.prose(*at, clean_own)
    english = _read_english(page, at, partial(clean_own, hand_made=True))
    return Texts(own=page_text, english=english)


def _read_english(page: PageText, at: Cell, clean: Callable[[str], str]) -> Prose | None:
    """Read the English of a translated description, whose lines are wrapped by hand."""
    comments = [(offset, text) for offset, text in page.comments.between(*at) if text.strip()]
    if not comments:
        return None
    pieces = [clean(restore_shortcodes(text)) for _, text in comments]
    return page.comment_prose(comments[0][0], comments[-1][0], "\n\n".join(pieces))
