"""Reading of definitions and operations of the table layout from the parts of a rendered page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.core.diagnostics import Fact, count_noun
from codegen.model import Prose
from codegen.readers.page_tree import (
    Annotations,
    FieldRow,
    ParameterRow,
    ResponseRow,
    Section,
    Texts,
    TypeName,
    nest_rows,
)
from codegen.readers.rendered.leftovers import RenderedListPage
from codegen.readers.rendered.parts import (
    Cell,
    HorizontalLine,
    OperationParts,
    PartGroup,
    RenderedTable,
    TextBlock,
)
from codegen.readers.rendered.prose import join_texts
from codegen.readers.shared.tokens import NAME
from codegen.readers.table.cells import (
    join_wrapped_lines,
    read_patch_note,
    read_type_words,
    remove_star_escapes,
    unescape_html,
)

_FIELD = ("field", "description")
_PARAMETER = ("name", "type", "description")
_RESPONSE = ("status", "description", "response")
_STATUS = re.compile(r"[1-5][0-9X]{2}|default")
# The first line of a section of another package, in pages written by this tool.
_OWN_IMPORT = re.compile(r"import\s++[\"“”](?P<package>[\w./-]++)[\"“”]")
_PATCH_KEY = re.compile(r"(?<=\bon key )`?([^\s`]+)`?\s*\Z")
_CODE = re.compile(r"(?<!`)(?P<ticks>`++).*?(?<!`)(?P=ticks)(?!`)", re.DOTALL)
_UNKNOWN = TypeName(name="", lost=True)


def read_section(page: RenderedListPage, group: PartGroup) -> Section:
    """Read one definition: its description above the rule, then its table of fields."""
    parts = group.parts
    ends = [
        number
        for number, part in enumerate(parts)
        if isinstance(part, HorizontalLine | RenderedTable)
    ]
    above = parts[: ends[0]] if ends else parts
    texts = [part for part in above if isinstance(part, TextBlock)]
    page.use(texts)
    if texts:
        package = _OWN_IMPORT.fullmatch(texts[0].plain)
    else:
        package = None
    description = join_texts(texts[1:] if package else texts)
    rows: dict[str, FieldRow] = {}
    for part in parts:
        if isinstance(part, RenderedTable):
            for name_cell, text_cell in _find_cells(page, part, _FIELD):
                row = _read_field(page, name_cell, text_cell)
                if row is not None:
                    page.add_row(rows, row.path, row)
    return Section(
        name=group.name,
        anchor=group.heading.anchor or group.name,
        texts=Texts(own=_join_lines(page, _unescape_code(page, description))),
        rows=nest_rows(rows, page.report),
        import_path=package["package"] if package else "",
        span=group.heading.span,
    )


def _find_cells(
    page: RenderedListPage, table: RenderedTable, expected: tuple[str, ...]
) -> Iterator[list[Cell | None]]:
    """Yield the expected cells of each row, with None for missing ones."""
    page.use([table])
    words = [
        next((word for word in expected if page.means(head, f"head_{word}")), "")
        for head in table.heads
    ]
    if not table.heads:
        words = list(expected)
        page.warn(
            "table-head-missing",
            "the table has no head",
            table.span,
            f"its columns are assumed to be {' | '.join(expected)}",
        )
    missing = [word for word in expected if word not in words]
    if missing:
        page.error(
            "table-head-unknown",
            f"the table has no column {missing[0]!r} and is left out",
            table.span,
            f"expected {' | '.join(page.locale.labels[f'head_{word}'] for word in expected)}",
            arguments=(missing[0],),
        )
        return
    columns = [words.index(word) for word in expected]
    for row in table.rows:
        if len(row) != len(words):
            page.error(
                "row-incomplete" if len(row) < len(words) else "row-overlong",
                f"the row has {count_noun(len(row), 'cell')}, but its table has {len(words)}",
                row[0].span,
                "write one cell for each head; an empty one is <td></td>",
                arguments=(row[0].plain,),
            )
        yield [row[column] if column < len(row) else None for column in columns]


class _Name:
    """The cell of a name: the name with its mark, the type on the next line, and a patch strategy
    below.
    """

    def __init__(self, cell: Cell) -> None:
        lines = [line.strip() for line in cell.plain.split("\n") if line.strip()]
        first = lines[0] if lines else ""
        self.required = first.endswith(("*", "＊"))
        self.name = first.rstrip("*＊ \u00a0\\")
        notes = [line for line in lines[1:] if ":" in line or "：" in line]
        types = [line for line in lines[1:] if line not in notes]
        self.type = types[0] if types else None
        self.patch = notes[0] if notes else None
        self.odd = " ".join(types[1:])


def _read_name(page: RenderedListPage, cell: Cell | None, description: str) -> _Name | None:
    """Read the cell of a name, or return None without a usable name."""
    if cell is None:
        return None
    named = _Name(cell)
    if not named.name:
        page.error(
            "row-without-name",
            f"this row does not name a {description}; it is left out",
            cell.span,
            "write <code>name</code> in its first cell",
        )
        return None
    if not NAME.fullmatch(named.name):
        page.report_unreadable_name(named.name, description, cell.span)
        return None
    return named


def _read_field(
    page: RenderedListPage, name_cell: Cell | None, text_cell: Cell | None
) -> FieldRow | None:
    named = _read_name(page, name_cell, "field")
    if named is None or name_cell is None:
        return None
    if named.odd:
        page.warn(
            "name-cell-odd",
            f"the cell of {named.name!r} holds {named.odd[:60]!r} besides its name, type and patch strategy",
            name_cell.span,
            "write the name, its mark if it is required, and the type on the next line",
            arguments=(named.name, named.odd),
        )
    # a type without words, which the generator prints for IntOrString, is not shown
    return FieldRow(
        path=named.name,
        type=_UNKNOWN
        if named.type is None
        else _read_type(page, named.type, name_cell, named.name),
        required=named.required,
        annotations=_read_patch(page, named, name_cell),
        texts=_read_text(page, text_cell, stars=True),
        span=name_cell.span,
    )


def _read_type(page: RenderedListPage, words: str, cell: Cell, description: str) -> TypeName:
    link = None
    if cell.link is not None:
        link = TypeName(name=words, linked=True, page=cell.link.page, anchor=cell.link.anchor)
    type_name = read_type_words(words, link)
    if type_name is not None:
        return type_name
    page.error(
        "type-unreadable",
        f"the type of {description!r} cannot be read: {' '.join(words.split())[:60]!r}",
        cell.span,
        "expected string, integer, number, boolean, object or a definition; followed by `array` for a list",
        arguments=(" ".join(words.split()),),
    )
    return _UNKNOWN


def _read_patch(page: RenderedListPage, named: _Name, cell: Cell) -> Annotations:
    if named.patch is None:
        return Annotations()
    note = read_patch_note(page, _PATCH_KEY.sub(r"`\1`", named.patch[:500]))
    if note is not None:
        return note
    page.warn(
        "annotation-unreadable",
        f"the patch strategy of {named.name!r} cannot be read: {named.patch[:60]!r}",
        cell.span,
        "write `patch strategy: merge on key name`, as in the English page",
        facts=((Fact.PATCH_STRATEGY, ""),),
        arguments=(named.name, named.patch),
    )
    return Annotations()


def _read_text(page: RenderedListPage, cell: Cell | None, *, stars: bool) -> Texts:
    """Read a description.

    Its cell shows the escapes of the generator, of asterisks in the cell of a field (`stars`).
    """
    if cell is None or not cell.markdown.strip():
        return Texts()
    text = cell.markdown.replace("\\<", "<")
    if stars:
        text = remove_star_escapes(text, hand_made=page.is_translated)
    return Texts(own=_join_lines(page, Prose(text=text, span=cell.span)))


def _unescape_code(page: RenderedListPage, prose: Prose | None) -> Prose | None:
    """Replace the entities of Go's escaping in code, where browsers show them.

    Copied text has lost the marks of code.
    """
    if prose is None:
        return None
    if page.is_flattened:
        text = unescape_html(prose.text)
    else:
        text = _CODE.sub(lambda code: unescape_html(code[0]), prose.text)
    return Prose(text=text, span=prose.span)


def _join_lines(page: RenderedListPage, prose: Prose | None) -> Prose | None:
    """Join the lines of a translated text, which are wrapped by hand."""
    if prose is None or not page.is_translated:
        return prose
    return Prose(text=join_wrapped_lines(prose.text), span=prose.span)


def read_parameters(page: RenderedListPage, operation: OperationParts) -> tuple[ParameterRow, ...]:
    """Read the parameters of each place.

    A page prints no mark: those of the path are required, and bodies but for DELETE.
    """
    rows: dict[tuple[str, str], ParameterRow] = {}
    for place in ("path", "query", "header", "body"):
        is_required = place == "path" or (place == "body" and operation.method != "DELETE")
        for table in operation.parts.get(f"{place}_parameters", ()):
            if not isinstance(table, RenderedTable):
                continue
            for name_cell, type_cell, text_cell in _find_cells(page, table, _PARAMETER):
                named = _read_name(page, name_cell, "parameter")
                if named is None or name_cell is None:
                    continue
                row = ParameterRow(
                    name=named.name,
                    place=place,
                    type=_read_type(page, type_cell.plain, type_cell, named.name)
                    if type_cell
                    else _UNKNOWN,
                    required=is_required or named.required,
                    texts=_read_text(page, text_cell, stars=page.is_translated),
                    span=name_cell.span,
                )
                page.add_row(rows, (place, row.name), row)
    return tuple(rows.values())


def read_responses(page: RenderedListPage, operation: OperationParts) -> tuple[ResponseRow, ...]:
    """Read the tables of responses of an operation."""
    rows: dict[str, ResponseRow] = {}
    for table in operation.parts.get("response", ()):
        if not isinstance(table, RenderedTable):
            continue
        for status_cell, text_cell, type_cell in _find_cells(page, table, _RESPONSE):
            if status_cell is None:
                continue
            status = status_cell.plain.strip()
            if not _STATUS.fullmatch(status):
                page.warn(
                    "status-unreadable",
                    f"{status[:60]!r} is not a response status; the row is left out",
                    status_cell.span,
                    "expected a number such as 200",
                    arguments=(status,),
                )
                continue
            has_type = type_cell is not None and bool(type_cell.plain.strip())
            row = ResponseRow(
                status=status,
                text=text_cell.markdown if text_cell else "",
                type=_read_type(page, type_cell.plain, type_cell, status)
                if type_cell and has_type
                else None,
                span=status_cell.span,
            )
            page.add_row(rows, status, row)
    return tuple(rows.values())
