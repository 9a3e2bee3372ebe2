"""The list layout of kubernetes.io: what a page prints, in its order, as finished values.

Every text in a view has passed its filter; the templates add nothing but the words and blank lines of the layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.escaping import html, markdown, yaml
from codegen.core.locales import ENGLISH
from codegen.findings.diagnostics import failure
from codegen.model import (
    Definition,
    Field,
    Operation,
    Page,
    PageSection,
    Parameter,
    Type,
    category_id,
    common_parameter_id,
    field_id,
    parameter_id,
    refs,
)
from codegen.outputs.docs.pages import COMMON_PARAMETERS, anchor, section_name, title
from codegen.outputs.docs.site import Site, sites
from codegen.outputs.docs.typography import first_sentence
from codegen.outputs.docs.voice import Voice, type_text
from codegen.outputs.files import GeneratedFile, notice
from codegen.outputs.job import Job
from codegen.outputs.render import Renderer

# A page of the largest kind has some thousand rows; types that lead to each other could make any number of them.
MAX_ROWS = 50_000
# Where the English tree stands on the site, if the output does not say it.
SITE = "/docs/reference/kubernetes-api"


class FrontView(Struct, frozen=True, kw_only=True):
    """The head of a page in one language, each value as YAML."""

    api_version: str
    import_path: str
    kind: str
    description: str
    title: str
    weight: int | None


class RowView(Struct, kw_only=True):
    """One bullet: its first line, the text below, and the definition written out below that; all indented.

    `english` is the same row for the comment before it, where the row says something that is translated.
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
    """One definition; `english` is its description for the comment, or empty."""

    heading: str
    text: str
    english: str
    rows: Sequence[RowView]
    categories: Sequence[CategoryView]


class OperationView(Struct, frozen=True, kw_only=True):
    """One operation."""

    heading: str
    english_heading: str
    request: str
    parameters: Sequence[RowView]
    responses: Sequence[str]


class PageView(Struct, frozen=True, kw_only=True):
    """One page. `exact` pages say what the machine-made pages of kubernetes.io say about their origin, others `notice`."""

    exact: bool
    notice: str
    front: FrontView
    english_front: FrontView
    api_version: str
    import_path: str
    sections: Sequence[SectionView]
    operations: Sequence[OperationView]


class IndexView(Struct, frozen=True, kw_only=True):
    """The page of a folder: its title as YAML, and its place among the folders."""

    exact: bool
    notice: str
    title: str
    weight: int


def emit(job: Job) -> Iterator[GeneratedFile]:
    """The pages of a reference in each language of the job. Raises `CodegenError` for types that would fill any page."""
    renderer = Renderer("docs/list", {"comment": html.comment}, job.templates)
    english = job.languages.get(ENGLISH)
    site_of = sites(job)
    origin = html.comment(notice(job.origin))
    for tag in job.locales:
        locale = job.languages.get(tag)
        site = site_of(tag)
        others = (ENGLISH, *job.locales)
        voices = {
            exact: (
                Voice(site.reference, locale, () if exact else others, exact=exact),
                Voice(site.reference, english, (), exact=exact),
            )
            for exact in (False, True)
        }
        template = "page.md.j2" if tag == ENGLISH else "page-translated.md.j2"
        for path, page in site.pages.items():
            exact = page.auto_generated and page.locale == tag == ENGLISH
            view = PageBuilder(job, site, page, path, *voices[exact]).page()
            text = renderer.render(template, page=view, words=locale.labels, english=english.labels)
            written_from = page.span.path if exact and job.contents is None else ""
            yield GeneratedFile(path=f"{path}.md", text=text, locale=tag, exact=written_from)
        for index in site.indexes:
            exact = job.contents is not None and tag == ENGLISH
            view_of_index = IndexView(exact=exact, notice=origin, title=yaml.quoted(index.title), weight=index.weight)
            text = renderer.render("index.md.j2", page=view_of_index)
            yield GeneratedFile(path=f"{index.folder}/_index.md", text=text, locale=tag)


class PageBuilder:
    """Makes the view of one page. Other layouts of the same views write links, headings and bullets in their own way."""

    bullet = "- "
    step = "  "

    def __init__(self, job: Job, site: Site, page: Page, path: str, voice: Voice, english: Voice) -> None:
        self._job = job
        self._reference = site.reference
        self._page = page
        self._path = path
        self._links = site.links
        self._voice = voice
        self._english = english
        self._bilingual = voice.locale.tag != ENGLISH
        self._types: dict[Type, str] = {}
        self._count = 0

    def page(self) -> PageView:
        """The whole page. Raises `CodegenError` for one that would never end."""
        page, exact = self._page, self._voice.exact
        return PageView(
            exact=exact,
            notice=html.comment(notice(self._job.origin)),
            front=self._front(self._voice),
            english_front=self._front(self._english),
            api_version=f"`apiVersion: {markdown.markdown_code(page.api_version)}`" if page.api_version else "",
            import_path=f'`import "{markdown.markdown_code(page.import_path)}"`' if page.import_path else "",
            sections=[self._section(section, section_name(self._reference, section)) for section in page.sections],
            operations=[self._operation(self._reference.operations[each]) for each in page.operations],
        )

    def _translated(self, prose_id: str) -> bool:
        """Whether a text stands in both languages of a page, so that the English belongs into a comment."""
        return self._bilingual and self._voice.speaks(prose_id) and self._english.speaks(prose_id)

    # ------------------------------------------------------------------------------------------------- head

    def _front(self, voice: Voice) -> FrontView:
        page = self._page
        own = page.locale == voice.locale.tag
        first = page.sections[0].key if page.sections else ""
        description = voice.set(page.description) if own else first_sentence(voice.plain(first))
        return FrontView(
            api_version=yaml.quoted(page.api_version),
            import_path=yaml.quoted(page.import_path),
            kind=yaml.quoted(page.kind),
            description=yaml.quoted(description),
            title=yaml.quoted((own and page.title) or title(page)),
            weight=page.weight,
        )

    # --------------------------------------------------------------------------------------------- sections

    def _section(self, section: PageSection, name: str) -> SectionView:
        rows: list[RowView] = []
        groups: list[CategoryView] = []
        key, place = section.key, section.anchor
        for category, fields in _by_category(section.fields or self._fields(self._reference.definitions.get(key))):
            target = rows
            if category:
                groups.append(self._category(category, not place))
                target = groups[-1].rows
            self._rows(key, fields, "", "", (key,), target)
        return SectionView(
            heading=self.heading(2, markdown.markdown_name(name), anchor(place)) if place else "",
            text=self._voice.block(key),
            english=self._english.block(key) if self._translated(key) else "",
            rows=rows,
            categories=groups,
        )

    def _category(self, category: str, alone: bool) -> CategoryView:
        """A heading above fields. Where the definition has none, those below it have to be places of their own."""
        own = self._voice.heading(category_id(category)) if self._bilingual else ""
        place = anchor(category) if category.isascii() and (self._bilingual or alone) else ""
        return CategoryView(
            heading=self.heading(3, own or markdown.markdown_heading(category), place),
            english_heading=self.heading(3, markdown.markdown_heading(category), "") if own else "",
            rows=[],
        )

    def heading(self, level: int, text: str, place: str) -> str:
        """A heading that links can lead to, if `place` is given."""
        return f"{'#' * level} {text}{f' {{#{place}}}' if place else ''}"

    def _fields(self, definition: Definition | None) -> Sequence[Field]:
        """The fields of a section. Only the page's own kind and its list have fixed values; on a page of another kind they are strings."""
        if definition is None:
            return ()
        if definition.name in (self._page.kind, f"{self._page.kind}List"):
            return definition.fields
        return [
            replace(each, value=None)
            if each.value is not None and self._voice.plain(field_id(definition.key, each.name))
            else each
            for each in definition.fields
        ]

    def _rows(
        self, key: str, fields: Sequence[Field], path: str, indent: str, above: tuple[str, ...], made: list[RowView]
    ) -> None:
        """The rows of a definition's fields and, below each, of a definition that has no place of its own."""
        self._count += len(fields)
        if self._count > MAX_ROWS:
            raise failure(
                "page-too-long",
                f"{self._page.kind} would have more than {MAX_ROWS} rows",
                self._page.span,
                "its types lead to each other in too many ways; give one of them a section of its own",
            )
        for field in fields:
            inlined = self._inlined(field.type, above)
            text_id = field_id(key, field.name)
            full = f"{path}{field.name}"
            row = self._row(self._voice, field, full, indent, text_id, inlined)
            if self._translated(text_id) or (inlined is not None and self._translated(inlined.key)):
                row.english = self._row(self._english, field, full, indent, text_id, inlined)
            made.append(row)
            if inlined is not None and inlined.fields:
                self._rows(inlined.key, inlined.fields, f"{full}.", f"{indent}{self.step}", (*above, inlined.key), made)

    def _row(
        self, voice: Voice, field: Field, path: str, indent: str, text_id: str, inlined: Definition | None
    ) -> RowView:
        name = markdown.markdown_name(path)
        if field.value is not None:
            return RowView(
                head=f"{indent}{self.bullet}**{name}**: {markdown.markdown_name(field.value)}", indent=indent
            )
        required = voice.required if field.required else ""
        below = f"{indent}{self.step}"
        text = (
            "\n\n".join([*voice.notes(field), voice.block(text_id)])
            if field.list_type or field.patch_strategy
            else voice.block(text_id)
        )
        row = RowView(
            head=f"{indent}{self.bullet}**{name}** ({self._type(field.type)}){required}",
            text=self._indented(voice, text, below),
            indent=indent,
        )
        if inlined is not None:
            row.inlined = self.inlined_mark(inlined, below) + self._indented(
                voice, voice.emphasised(inlined.key), below
            )
        return row

    def inlined_mark(self, definition: Definition, indent: str) -> str:
        """The line that names a definition which is written out below a field."""
        return f'{indent}<a name="{html.attribute(definition.name)}"></a>\n'

    def _indented(self, voice: Voice, text: str, indent: str) -> str:
        if not text:
            return ""
        if "\n" in text:
            text = text.replace("\n", f"\n{indent}")
            if not voice.exact:
                text = text.replace(f"\n{indent}\n", "\n\n")
        return indent + text

    def _inlined(self, expression: Type, above: tuple[str, ...]) -> Definition | None:
        """The definition that is written out below a field of this type, if there is one; none inside itself."""
        for key in refs(expression):
            definition = self._reference.definitions.get(key)
            if definition is not None and definition.documented and key not in self._links and key not in above:
                return definition
        return None

    # ------------------------------------------------------------------------------------------------ types

    def _type(self, expression: Type) -> str:
        text = self._types.get(expression)
        if text is None:
            text = self._types[expression] = type_text(expression, self._name)
        return text

    def _name(self, key: str) -> str:
        definition = self._reference.definitions.get(key)
        return self.link(markdown.markdown_name(definition.name if definition else key.rpartition(".")[2]), key)

    def link(self, name: str, key: str) -> str:
        """A name as a link to where the definition is documented, or just the name."""
        if common := self._links.common(key):
            return self.outside(name, common)
        target = self._links.target(key, self._path, last=self._voice.exact)
        return f'<a href="{_ref(target)}">{name}</a>' if target else name

    def outside(self, name: str, place: str) -> str:
        """A name as a link to a page that is not in this output.

        A single page stands on a site that has the others in its language; a tree of folders is all that there is in its language,
        and the site has the English page.
        """
        if not self._bilingual or "/" not in self._path:
            return f'<a href="{_ref(f"../{place}")}">{name}</a>'
        page, _, fragment = html.target(place).partition("#")
        site = self._job.options.get("site", SITE).rstrip("/")
        return f'<a href="{html.attribute(site)}/{page}/#{fragment}">{name}</a>'

    def parameter_text(self, voice: Voice, operation: Operation, parameter: Parameter) -> str:
        """The description of a parameter, or the link to the page where it stands for all operations."""
        own, everywhere = parameter_id(operation.id, parameter.name), common_parameter_id(parameter.name)
        if not parameter.common:
            return voice.block(own)
        name = markdown.markdown_name(parameter.name)
        if everywhere in self._links:
            return self.link(name, everywhere)
        for each in (everywhere, own):
            if voice.has(each):
                return voice.block(each)
        return self.outside(name, f"{COMMON_PARAMETERS}#{anchor(parameter.name)}")

    # ------------------------------------------------------------------------------------------- operations

    def _operation(self, operation: Operation) -> OperationView:
        verb = markdown.markdown_code(operation.verb)
        return OperationView(
            heading=f"### `{verb}` {self._voice.heading(operation.id)}".rstrip(),
            english_heading=f"### `{verb}` {self._english.heading(operation.id)}"
            if self._translated(operation.id)
            else "",
            request=markdown.markdown_line(f"{operation.method} {operation.path}"),
            parameters=[self._parameter(operation, each) for each in operation.parameters],
            responses=[
                f"{markdown.markdown_name(each.status)}{f' ({self._type(each.type)})' if each.type else ''}: "
                f"{markdown.markdown_line(each.description)}"
                for each in operation.responses
            ],
        )

    def _parameter(self, operation: Operation, parameter: Parameter) -> RowView:
        row = self._parameter_row(self._voice, operation, parameter)
        if self._bilingual:
            row.english = self._parameter_row(self._english, operation, parameter)
        return row

    def _parameter_row(self, voice: Voice, operation: Operation, parameter: Parameter) -> RowView:
        name = markdown.markdown_name(parameter.name)
        required = voice.required if parameter.required else ""
        text = self.parameter_text(voice, operation, parameter)
        return RowView(
            head=f"{self.bullet}**{name}**{voice.place(parameter)}: {self._type(parameter.type)}{required}",
            text=self._indented(voice, text, self.step),
        )


def _by_category(fields: Sequence[Field]) -> Iterator[tuple[str, list[Field]]]:
    """Neighbouring fields of one category."""
    group: list[Field] = []
    for field in fields:
        if group and field.category != group[0].category:
            yield group[0].category, group
            group = []
        group.append(field)
    if group:
        yield group[0].category, group


def _ref(target: str) -> str:
    """A shortcode that leads to a page of the site; what could end it is left out of the target."""
    return f'{{{{< ref "{html.target(target)}" >}}}}'
