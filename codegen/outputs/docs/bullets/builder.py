"""Builder of pages with fields as bullets.

Layouts write links, headings and bullets in their own ways.

Every text of a view is already escaped. Templates add only labels and blank lines.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from codegen.model import (
    Definition,
    Field,
    Operation,
    Page,
    PageSection,
    Parameter,
    Response,
    Type,
    category_id,
    common_parameter_id,
    field_id,
    refs,
)
from codegen.outputs.docs.bullets.bullet_texts import BulletTexts, type_text
from codegen.outputs.docs.shared.builder import (
    FrontView,
    PageBuilder,
    PageView,
    front_view,
    paragraphs,
)
from codegen.outputs.docs.shared.links import Anchors, anchor
from codegen.outputs.docs.shared.page_sets import PageSet
from codegen.outputs.docs.shared.pages import section_name, title
from codegen.outputs.docs.shared.typography import first_sentence
from codegen.outputs.docs.shared.upstream import COMMON_PARAMETERS
from codegen.outputs.escaping import markdown


class RowView(Struct, kw_only=True):
    """A bullet with its first line, its text and an inline definition, all indented.

    `english` is the same row for the comment before it, if a part of it is translated.
    """

    head: str
    text: str = ""
    inlined: str = ""
    indent: str = ""
    english: RowView | None = None


class CategoryView(Struct, frozen=True, kw_only=True):
    """Rows below a heading of their own."""

    heading: str
    english_heading: str
    rows: list[RowView]


class SectionView(Struct, frozen=True, kw_only=True):
    """The view of a definition. `english` is its description for the comment, or empty."""

    heading: str
    text: str
    english: str
    rows: Sequence[RowView]
    categories: Sequence[CategoryView]


class OperationView(Struct, frozen=True, kw_only=True):
    """The view of an operation."""

    heading: str
    english_heading: str
    request: str
    parameters: Sequence[RowView]
    responses: Sequence[str]


class BulletBuilder(PageBuilder[BulletTexts], ABC):
    """A builder of the view of one page."""

    bullet = "- "
    step = "  "

    def __init__(
        self, site: PageSet, page: Page, path: str, texts: BulletTexts, english: BulletTexts
    ) -> None:
        super().__init__(site.reference, texts, english)
        self._escaping = texts.escaping
        self._page = page
        self._path = path
        self._site = site
        self._links = site.links

    def inlined_mark(self, definition: Definition, indent: str) -> str:  # noqa: ARG002 - for layouts that write an id
        """Write the line before a definition below a field, or nothing."""
        return ""

    @abstractmethod
    def link(self, name: str, key: str) -> str:
        """Link a name to its documentation, or return it alone."""

    def common_parameter(self, name: str, place: str) -> str:  # noqa: ARG002 - only kubernetes.io has that page
        """Link a name to the page of shared parameters (`folder/page#Anchor`), or return nothing."""
        return ""

    def page(self, notice: str) -> PageView:
        """Build the view of the whole page. Raises `CodegenError` for a page without end."""
        page = self._page
        self.begin(
            Anchors(
                section.anchor or section_name(self._reference, section.key)
                for section in page.sections
            )
        )
        return PageView(
            exact=self._texts.exact,
            notice=notice,
            front=self._front(self._texts),
            english_front=self._front(self._english),
            api_version=f"`apiVersion: {markdown.markdown_code(page.api_version)}`"
            if page.api_version
            else "",
            import_path=f'`import "{markdown.markdown_code(page.import_path)}"`'
            if page.import_path
            else "",
            sections=[
                self._section(section, section_name(self._reference, section.key))
                for section in page.sections
            ],
            operations=[
                self._operation(self._reference.operations[operation])
                for operation in page.operations
            ],
        )

    def _front(self, texts: BulletTexts) -> FrontView:
        page, tag = self._page, texts.locale.tag
        first = page.sections[0].key if page.sections else ""
        return front_view(
            page.weight,
            api_version=page.api_version,
            import_path=page.import_path,
            kind=page.kind,
            description=texts.punctuate(page.description)
            if page.locale == tag
            else first_sentence(texts.plain(first)),
            title=title(page, tag),
        )

    # --------------------------------------------------------------------------------------------- sections

    def _section(self, section: PageSection, name: str) -> SectionView:
        rows: list[RowView] = []
        categories: list[CategoryView] = []
        key, place = section.key, section.anchor
        definition = self._reference.definitions.get(key)
        fields = section.fields or self._fields(definition)
        text_id = definition.text_id if definition else key
        for category, neighbours in groupby(fields, key=lambda field: field.category):
            target = rows
            if category:
                categories.append(self._category(category, not place))
                target = categories[-1].rows
            self._add_rows(target, key, list(neighbours), "", "", (key,))
        return SectionView(
            heading=self.heading(2, self._escaping.name(name), self.anchors.assign(place))
            if place
            else "",
            text=paragraphs(
                self._texts.block(text_id),
                self._texts.resource_text(key, self.resource_anchor(key)),
                self._texts.history(text_id, self.history_anchor),
            ),
            english=self._english.block(text_id) if self.is_translated(text_id) else "",
            rows=rows,
            categories=categories,
        )

    def _category(self, category: str, alone: bool) -> CategoryView:
        """Build a heading above fields. It gets an id if the definition has no heading."""
        if self._bilingual:
            translated = self._texts.heading(category_id(category))
        else:
            translated = ""
        if category.isascii() and (self._bilingual or alone):
            place = anchor(category)
        else:
            place = ""
        return CategoryView(
            heading=self.heading(3, translated or self._escaping.heading(category), place),
            english_heading=self.heading(3, self._escaping.heading(category), "")
            if translated
            else "",
            rows=[],
        )

    def _fields(self, definition: Definition | None) -> Sequence[Field]:
        """Return the fields of a section.

        Only the page's own kind and its list have fixed values.
        """
        if definition is None:
            return ()
        if definition.name in (self._page.kind, f"{self._page.kind}List"):
            return definition.fields
        return [
            replace(field, value=None)
            if field.value is not None and self._texts.plain(field_id(definition.key, field.name))
            else field
            for field in definition.fields
        ]

    def _add_rows(
        self,
        rows: list[RowView],
        key: str,
        fields: Sequence[Field],
        path: str,
        indent: str,
        above: tuple[str, ...],
        lead: str = "",
    ) -> None:
        """Add the rows of fields, and below each field the rows of its inline type.

        `lead` is the path from the definition to an inline object, with a dot at its end.
        """
        self.count_rows(len(fields), path, len(above), self._page.kind, self._page.span)
        for field in fields:
            inlined = self._find_inlined(field.type, above)
            text_id = field_id(key, f"{lead}{field.name}")
            full = f"{path}{field.name}"
            row = self._row(self._texts, field, full, indent, text_id, inlined)
            if self.is_translated(text_id) or (
                inlined is not None and self.is_translated(inlined.key)
            ):
                english = self._row(self._english, field, full, indent, text_id, inlined, bare=True)
                # Rows of fixed values have no text.
                row.english = english if english != row else None
            rows.append(row)
            if inlined is not None and inlined.fields:
                self._add_rows(
                    rows,
                    inlined.key,
                    inlined.fields,
                    f"{full}.",
                    f"{indent}{self.step}",
                    (*above, inlined.key),
                )
            if field.fields:
                below = f"{indent}{self.step}"
                self._add_rows(
                    rows, key, field.fields, f"{full}.", below, above, f"{lead}{field.name}."
                )

    def _row(
        self,
        texts: BulletTexts,
        field: Field,
        path: str,
        indent: str,
        text_id: str,
        inlined: Definition | None,
        *,
        bare: bool = False,
    ) -> RowView:
        """Build one row. A `bare` row, for a comment, has the text of the reference alone."""
        name = self._escaping.name(path)
        if field.value is not None:
            return RowView(
                head=f"{indent}{self.bullet}**{name}**: {self._escaping.name(field.value)}",
                indent=indent,
            )
        required = texts.required if field.required else ""
        below = f"{indent}{self.step}"
        placed = "" if bare else self.row_anchor(text_id)
        text = "\n\n".join([*texts.notes(field), texts.block(text_id)])
        if placed and (
            limits := texts.limits(field, text_id, self.anchors.derive(placed, "limits"))
        ):
            text = paragraphs(text.rstrip("\n"), limits)
        if not bare and (history := texts.history(text_id, self.history_anchor, in_row=True)):
            text = paragraphs(text.rstrip("\n"), history)
        row = RowView(
            head=f"{indent}{self.bullet}**{name}** ({self._type(field.type)}){required}{self._escaping.mark(placed)}",
            text=self._indent(texts, text, below),
            indent=indent,
        )
        if inlined is not None and not inlined.places:
            mark = self.inlined_mark(inlined, below)
            row.inlined = mark + self._indent(
                texts, texts.emphasize(inlined.key, whole=bare), below
            )
        return row

    def _indent(self, texts: BulletTexts, text: str, indent: str) -> str:
        if not text:
            return ""
        if "\n" in text:
            text = text.replace("\n", f"\n{indent}")
            if not texts.exact:
                text = text.replace(f"\n{indent}\n", "\n\n")
        return indent + text

    def _find_inlined(self, expression: Type, above: tuple[str, ...]) -> Definition | None:
        """Find the definition to write out below a field of this type, except inside itself."""
        for key in refs(expression):
            definition = self._reference.definitions.get(key)
            if (
                definition is not None
                and definition.documented
                and key not in self._links
                and key not in above
            ):
                return definition
        return None

    # ------------------------------------------------------------------------------------------------ types

    def _type(self, expression: Type) -> str:
        return type_text(expression, self._name, self._escaping)

    def _name(self, key: str) -> str:
        definition = self._reference.definitions.get(key)
        return self.link(
            self._escaping.name(definition.name if definition else key.rpartition(".")[2]), key
        )

    def _parameter_text(
        self, texts: BulletTexts, operation: Operation, parameter: Parameter
    ) -> str:
        """Return the description of a parameter, or the link to its shared description."""
        own_id, shared_id = operation.parameter_id(parameter), common_parameter_id(parameter.name)
        if not parameter.common:
            return texts.block(own_id)
        name = self._escaping.name(parameter.name)
        if shared_id in self._links:
            return self.link(name, shared_id)
        for prose_id in (shared_id, own_id):
            if texts.has(prose_id):
                return texts.block(prose_id)
        return self.common_parameter(name, f"{COMMON_PARAMETERS}#{anchor(parameter.name)}")

    # ------------------------------------------------------------------------------------------- operations

    def _operation(self, operation: Operation) -> OperationView:
        verb = markdown.markdown_code(operation.verb)
        return OperationView(
            heading=f"### `{verb}` {self._texts.heading(operation.id)}".rstrip(),
            english_heading=f"### `{verb}` {self._english.heading(operation.id)}"
            if self.is_translated(operation.id)
            else "",
            request=paragraphs(
                self._escaping.line(f"{operation.method} {operation.path}"),
                self._texts.history(operation.id, self.history_anchor),
            ),
            parameters=[
                self._parameter(operation, parameter) for parameter in operation.parameters
            ],
            responses=[self._response(response) for response in operation.responses],
        )

    def _parameter(self, operation: Operation, parameter: Parameter) -> RowView:
        row = self._parameter_row(self._texts, operation, parameter)
        if self._bilingual:
            row.english = self._parameter_row(self._english, operation, parameter)
        return row

    def _parameter_row(
        self, texts: BulletTexts, operation: Operation, parameter: Parameter
    ) -> RowView:
        name = self._escaping.name(parameter.name)
        required = texts.required if parameter.required else ""
        text = self._parameter_text(texts, operation, parameter)
        return RowView(
            head=f"{self.bullet}**{name}**{texts.place(parameter)}: {self._type(parameter.type)}{required}",
            text=self._indent(texts, text, self.step),
        )

    def _response(self, response: Response) -> str:
        if response.type:
            type_words = f" ({self._type(response.type)})"
        else:
            type_words = ""
        return f"{self._escaping.name(response.status)}{type_words}: {self._escaping.line(response.description)}"
