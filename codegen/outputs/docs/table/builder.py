"""Views of pages in the table layout.

Every text is already escaped. Templates add only labels and blank lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from codegen.model import Definition, Field, Operation, Parameter, Reference, field_id, refs
from codegen.model.kubernetes import go_import_path
from codegen.outputs.docs.shared.builder import (
    FrontView,
    PageBuilder,
    PageView,
    front_view,
    paragraphs,
)
from codegen.outputs.docs.table.operation_titles import OperationTitle, ParameterOrder
from codegen.outputs.docs.table.placement import TablePage, page_anchors
from codegen.outputs.docs.table.table_texts import TableTexts
from codegen.outputs.docs.table.type_links import TypeLinks
from codegen.outputs.escaping import html, markdown
from codegen.outputs.escaping.cells import cell_name
from codegen.outputs.escaping.html import comment


class TableRow(NamedTuple):
    """A row of a table. `english` is its description for the comment, `place` its id."""

    name: str
    required: bool
    type: str
    patch: str
    text: str
    english: str
    place: str = ""


class TableSectionView(Struct, frozen=True, kw_only=True):
    """A definition with its rendered table of fields.

    `english` is its description for the comment. `import_path` is set for a definition of another
    package.
    """

    heading: str
    import_path: str
    text: str
    english: str
    fields: str


class TableOperationView(Struct, frozen=True, kw_only=True):
    """An operation with rendered tables of parameters and responses."""

    verb: str
    title: str
    english_title: str
    request: str
    path_parameters: str
    query_parameters: str
    header_parameters: str
    body_parameters: str
    responses: str


Render = Callable[[str, tuple[TableRow, ...]], str]


class TableBuilder(PageBuilder[TableTexts]):
    """A builder of the views in one language. `render` makes a table of rows."""

    def __init__(
        self,
        reference: Reference,
        texts: TableTexts,
        english: TableTexts,
        types: TypeLinks,
        render: Render,
        *,
        upstream: bool,
    ) -> None:
        super().__init__(reference, texts, english)
        self._types = types
        self._upstream = upstream
        self._render = cache(render)  # many tables of parameters and responses are equal
        self._order = ParameterOrder(reference.operations.values())

    def page(self, page: TablePage) -> PageView:
        """Build the view of one page."""
        self.begin(page_anchors(page))
        return PageView(
            front=self._build_front(page, self._texts),
            english_front=self._build_front(page, self._english),
            api_version=markdown.markdown_code(page.api_version),
            import_path=markdown.markdown_code(page.import_path),
            sections=[self._build_section(page, key) for key in page.sections],
            operations=[self._build_operation(page, titled) for titled in page.operations],
        )

    def _build_front(self, page: TablePage, texts: TableTexts) -> FrontView:
        if page.locale == texts.locale.tag:
            description = page.description
        else:
            description = ""
        view = front_view(
            page.weight,
            api_version=page.api_version,
            import_path=page.import_path,
            kind=page.kind,
            description=texts.front(description or texts.plain(page.key)),
            title=page.title or page.kind,
        )
        if page.import_path:
            return view
        return replace(view, import_path="")

    # --------------------------------------------------------------------------------------------- sections

    def _build_section(self, page: TablePage, key: str) -> TableSectionView:
        definition = self._reference.definitions[key]
        import_path = go_import_path(definition.package)
        if key not in page.nested:
            nested = page.nested
        else:
            nested = frozenset()
        text_id = "" if definition.places else key  # fields have the texts of their places
        return TableSectionView(
            heading=self.heading(
                2, markdown.markdown_name(definition.name), self.anchors.assign(definition.name)
            ),
            import_path=""
            if self._upstream or import_path == page.import_path
            else markdown.markdown_code(import_path),
            text=paragraphs(
                self._texts.section(text_id),
                self._texts.resource_text(key, self.resource_anchor(key)),
                self._texts.history(text_id, self.history_anchor),
            ),
            english=comment(self._english.section(text_id)) if self.is_translated(text_id) else "",
            fields=self._render_rows(
                "fields.md.j2",
                self._build_rows(
                    page, definition, definition.fields, "", "", {page.key, key}, nested
                ),
            ),
        )

    def _build_rows(
        self,
        page: TablePage,
        definition: Definition,
        fields: tuple[Field, ...],
        path: str,
        lead: str,
        above: set[str],
        nested: frozenset[str],
        level: int = 0,
    ) -> Iterator[TableRow]:
        """Yield the rows of fields by name, and below them those of inline objects and of types
        without a section.

        `lead` is the path from the definition to an inline object, with a dot at its end.
        """
        self.count_rows(len(fields), path, level, page.kind, definition.span)
        for field in sorted(fields, key=lambda field: field.name):
            yield self._build_row(page, definition, field, path, lead)
            for key in refs(field.type):
                if key in nested and key not in above:
                    inner = self._reference.definitions.get(key)
                else:
                    inner = None
                if inner is not None:
                    above.add(key)
                    yield from self._build_rows(
                        page,
                        inner,
                        inner.fields,
                        f"{path}{field.name}.",
                        "",
                        above,
                        nested,
                        level + 1,
                    )
            if field.fields:
                below = f"{field.name}."
                yield from self._build_rows(
                    page,
                    definition,
                    field.fields,
                    f"{path}{below}",
                    f"{lead}{below}",
                    above,
                    nested,
                    level + 1,
                )

    def _build_row(
        self, page: TablePage, definition: Definition, field: Field, path: str, lead: str
    ) -> TableRow:
        text_id = field_id(definition.key, f"{lead}{field.name}")
        place = self.row_anchor(text_id)
        if place:
            limits = self._texts.limits(field, text_id, self.anchors.derive(place, "limits"))
        else:
            limits = ""
        history = self._texts.history(text_id, self.history_anchor, in_row=True)
        return TableRow(
            cell_name(f"{path}{field.name}"),
            field.required,
            self._types.html(field.type, page, local=True),
            _format_patch(field),
            "<br/><br/>".join(filter(None, (self._texts.cell(text_id), limits, history))),
            comment(self._english.cell(text_id)) if self.is_translated(text_id) else "",
            html.attribute(place),
        )

    # ------------------------------------------------------------------------------------------- operations

    def _build_operation(self, page: TablePage, titled: OperationTitle) -> TableOperationView:
        operation = titled.operation
        return TableOperationView(
            verb=operation.method.lower(),
            title=self._texts.title(titled),
            english_title=comment(self._english.title(titled)),
            request=paragraphs(
                markdown.markdown_line(f"{operation.method} {operation.path}"),
                self._texts.history(operation.id, self.history_anchor),
            ),
            path_parameters=self._render_parameters(page, operation, "path"),
            query_parameters=self._render_parameters(page, operation, "query"),
            header_parameters=self._render_parameters(page, operation, "header"),
            body_parameters=self._render_parameters(page, operation, "body"),
            responses=self._render_rows("responses.md.j2", self._build_responses(page, operation)),
        )

    def _render_parameters(self, page: TablePage, operation: Operation, place: str) -> str:
        return self._render_rows(
            "parameters.md.j2",
            (
                self._build_parameter(page, operation, parameter)
                for parameter in self._order.sort(operation, place)
            ),
        )

    def _build_parameter(
        self, page: TablePage, operation: Operation, parameter: Parameter
    ) -> TableRow:
        text = self._texts.parameter(operation, parameter)
        if self._bilingual and self._texts.has_translation(text.prose_id):
            english = self._english.parameter(operation, parameter).cell
        else:
            english = ""
        return TableRow(
            cell_name(parameter.name),
            parameter.required and not self._upstream,
            self._types.html(parameter.type, page),
            "",
            text.cell,
            comment(english),
        )

    def _build_responses(self, page: TablePage, operation: Operation) -> Iterator[TableRow]:
        for response in operation.responses:
            if response.type is not None or not self._upstream:
                yield TableRow(
                    cell_name(response.status),
                    False,
                    self._types.html(response.type, page) if response.type is not None else "",
                    "",
                    self._texts.response(response.description),
                    "",
                )

    def _render_rows(self, template: str, rows: Iterable[TableRow]) -> str:
        """Render a table, or return nothing without rows."""
        listed = tuple(rows)
        if listed:
            return self._render(template, listed)
        return ""


def _format_patch(field: Field) -> str:
    if not field.patch_strategy:
        return ""
    if field.patch_merge_key:
        key = f" on key <code>{cell_name(field.patch_merge_key)}</code>"
    else:
        key = ""
    return f"patch strategy: {cell_name(','.join(field.patch_strategy))}{key}"
