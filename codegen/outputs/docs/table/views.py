"""The table layout of kubernetes.io: what a page prints, in its order, as finished values.

Every text in a view has passed its filter; the templates add nothing but the words and blank lines of the layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from codegen.core.escaping import markdown, yaml
from codegen.core.escaping.cells import cell_name
from codegen.core.escaping.html import comment
from codegen.findings.diagnostics import failure
from codegen.model import Definition, Field, Operation, Parameter, Reference, Response, field_id, refs
from codegen.model.kubernetes import import_of
from codegen.outputs.docs.table.differences import Difference
from codegen.outputs.docs.table.links import TypeWords, anchor
from codegen.outputs.docs.table.operations import ParameterOrder, Titled
from codegen.outputs.docs.table.placement import SitePage
from codegen.outputs.docs.table.voice import TableVoice

MAX_ROWS = 50_000


class Row(NamedTuple):
    """One row of fields, parameters or responses; `english` is its description for the comment, or empty."""

    name: str
    required: bool
    type: str
    patch: str
    text: str
    english: str


class FrontView(Struct, frozen=True, kw_only=True):
    """The head of a page in one language, each value as YAML."""

    api_version: str
    import_path: str
    kind: str
    description: str
    title: str
    weight: int


class SectionView(Struct, frozen=True, kw_only=True):
    """One definition; `english` is its description for the comment, or empty; `import_path` is set for one of another package."""

    heading: str
    import_path: str
    text: str
    english: str
    rows: Sequence[Row]


class OperationView(Struct, frozen=True, kw_only=True):
    """One operation; `tables` are its parameters by place and its responses, each a rendered part."""

    verb: str
    title: str
    english_title: str
    request: str
    path_parameters: str
    query_parameters: str
    header_parameters: str
    body_parameters: str
    responses: str


class PageView(Struct, frozen=True, kw_only=True):
    """One page."""

    front: FrontView
    english_front: FrontView
    api_version: str
    import_path: str
    sections: Sequence[SectionView]
    operations: Sequence[OperationView]


Render = Callable[[str, tuple[Row, ...]], str]


class PageBuilder:
    """Makes the views of the pages of one language. `render` makes a table out of rows; equal tables are made once."""

    def __init__(
        self,
        reference: Reference,
        voice: TableVoice,
        english: TableVoice,
        types: TypeWords,
        differs: frozenset[Difference],
        render: Render,
    ) -> None:
        self._reference = reference
        self._voice = voice
        self._english = english
        self._bilingual = voice.locale.tag != english.locale.tag
        self._types = types
        self._differs = differs
        self._render = render
        self._tables: dict[tuple[str, tuple[Row, ...]], str] = {}
        self._order = ParameterOrder(reference.operations.values())
        self._count = 0

    def page(self, page: SitePage) -> PageView:
        """The view of one page."""
        self._count = 0
        return PageView(
            front=self._front(page, self._voice),
            english_front=self._front(page, self._english),
            api_version=markdown.markdown_code(page.api_version),
            import_path=markdown.markdown_code(page.import_path),
            sections=[self._section(page, key) for key in page.sections],
            operations=[self._operation(page, each) for each in page.operations],
        )

    def _front(self, page: SitePage, voice: TableVoice) -> FrontView:
        own = page.description if page.locale == voice.locale.tag else ""
        return FrontView(
            api_version=yaml.quoted(page.api_version),
            import_path=yaml.quoted(page.import_path),
            kind=yaml.quoted(page.kind),
            description=yaml.quoted(voice.front(own or voice.plain(page.key))),
            title=yaml.quoted(page.title or page.kind),
            weight=page.weight,
        )

    def _translated(self, prose_id: str) -> bool:
        """Whether a text stands in both languages of a page, so that the English belongs into a comment."""
        return self._bilingual and self._voice.speaks(prose_id) and self._english.speaks(prose_id)

    # --------------------------------------------------------------------------------------------- sections

    def _section(self, page: SitePage, key: str) -> SectionView:
        definition = self._reference.definitions[key]
        return SectionView(
            heading=f"## {markdown.markdown_name(definition.name)} {{#{anchor(definition.name)}}}",
            import_path=markdown.markdown_code(self._own_import(page, definition)),
            text=self._voice.section(key),
            english=comment(self._english.section(key)) if self._translated(key) else "",
            rows=list(
                self._rows(
                    page, definition, "", {page.key, key}, page.nested if key not in page.nested else frozenset()
                )
            ),
        )

    def _own_import(self, page: SitePage, definition: Definition) -> str:
        own = import_of(definition.package)
        return own if own != page.import_path and Difference.OWN_IMPORT in self._differs else ""

    def _rows(
        self, page: SitePage, definition: Definition, path: str, above: set[str], nested: frozenset[str]
    ) -> Iterator[Row]:
        """The fields of a definition by name, and below each those of a type that has no section of its own here."""
        self._count += len(definition.fields)
        if self._count > MAX_ROWS:
            raise failure(
                "page-too-long",
                f"{page.kind} would have more than {MAX_ROWS} rows",
                definition.span,
                "its types lead to each other in too many ways",
            )
        for field in sorted(definition.fields, key=lambda each: each.name):
            yield self._row(page, definition, field, path)
            for key in refs(field.type):
                inner = self._reference.definitions.get(key) if key in nested and key not in above else None
                if inner is not None:
                    above.add(key)
                    yield from self._rows(page, inner, f"{path}{field.name}.", above, nested)

    def _row(self, page: SitePage, definition: Definition, field: Field, path: str) -> Row:
        text_id = field_id(definition.key, field.name)
        return Row(
            cell_name(f"{path}{field.name}"),
            field.required,
            self._types.html(field.type, page, local=True),
            _patch(field),
            self._voice.cell(text_id),
            comment(self._english.cell(text_id)) if self._translated(text_id) else "",
        )

    # ------------------------------------------------------------------------------------------- operations

    def _operation(self, page: SitePage, each: Titled) -> OperationView:
        operation = each.operation
        return OperationView(
            verb=operation.method.lower(),
            title=self._voice.title(each),
            english_title=comment(self._english.title(each)),
            request=markdown.markdown_line(f"{operation.method} {operation.path}"),
            path_parameters=self._parameters(page, operation, "path"),
            query_parameters=self._parameters(page, operation, "query"),
            header_parameters=self._parameters(page, operation, "header"),
            body_parameters=self._parameters(page, operation, "body"),
            responses=self._table("responses.md.j2", tuple(self._responses(page, operation))),
        )

    def _parameters(self, page: SitePage, operation: Operation, place: str) -> str:
        return self._table(
            "parameters.md.j2",
            tuple(self._parameter(page, operation, each) for each in self._order.sorted(operation, place)),
        )

    def _parameter(self, page: SitePage, operation: Operation, parameter: Parameter) -> Row:
        used, text = self._voice.parameter(operation, parameter)
        english = (
            self._english.parameter(operation, parameter)[1] if self._bilingual and self._voice.speaks(used) else ""
        )
        return Row(
            cell_name(parameter.name),
            parameter.required and Difference.REQUIRED_PARAMETER in self._differs,
            self._types.html(parameter.type, page),
            "",
            text,
            comment(english),
        )

    def _responses(self, page: SitePage, operation: Operation) -> Iterator[Row]:
        for each in operation.responses:
            if each.type is not None or Difference.EVERY_RESPONSE in self._differs:
                yield Row(
                    cell_name(each.status),
                    False,
                    self._response_type(page, each),
                    "",
                    self._voice.response(each.description),
                    "",
                )

    def _response_type(self, page: SitePage, response: Response) -> str:
        return self._types.html(response.type, page) if response.type is not None else ""

    def _table(self, template: str, rows: tuple[Row, ...]) -> str:
        if not rows:
            return ""
        known = self._tables.get((template, rows))
        if known is None:
            known = self._tables[template, rows] = self._render(template, rows)
        return known


def _patch(field: Field) -> str:
    if not field.patch_strategy:
        return ""
    key = f" on key <code>{cell_name(field.patch_merge_key)}</code>" if field.patch_merge_key else ""
    return f"patch strategy: {cell_name(','.join(field.patch_strategy))}{key}"
