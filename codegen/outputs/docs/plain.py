"""The plain layout, portable Markdown for Hugo, MkDocs, Zensical, Docusaurus, Sphinx and GitHub.

It has no HTML, which some of them drop. Links are relative and end in `.md`. Only ids that all of
them derive from headings are used. Lists are indented by four. Each language has its own texts, or
English if one is missing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from codegen.core.escaping.controls import on_one_line
from codegen.core.escaping.documents import Json, quote_yaml, yaml_block, yaml_comment
from codegen.core.generated_files import GeneratedFile, notice
from codegen.core.locales import ENGLISH, Locale
from codegen.core.name_lists import list_first
from codegen.model import Definition, Operation, Page, PageSection, Reference, Type
from codegen.outputs.docs.bullets.builder import BulletBuilder, OperationView, SectionView
from codegen.outputs.docs.bullets.bullet_texts import BulletTexts, MarkdownEscaping
from codegen.outputs.docs.shared.builder import paragraphs
from codegen.outputs.docs.shared.line_ends import strip_lines
from codegen.outputs.docs.shared.links import relative
from codegen.outputs.docs.shared.localized_texts import LocalizedTexts
from codegen.outputs.docs.shared.page_parts import split_large_pages
from codegen.outputs.docs.shared.page_sets import PageSet, build_page_sets
from codegen.outputs.docs.shared.pages import section_name, title
from codegen.outputs.docs.shared.upstream import upstream_url
from codegen.outputs.escaping import html, portable
from codegen.outputs.job import Job
from codegen.outputs.kind_notes import NotesOf
from codegen.outputs.render import Renderer

# The index of a folder: for Hugo, and for other tools. `index.md` would hide other pages of the
# folder from Hugo.
_INDEXES = ("_index", "README")
# What a site generator reads as its own even inside of code.
_SHORTCUT = re.compile(r"\{[{%#]|`{3}|~{3}")
_MOST_NAMES = 5
_WRAPPERS = re.compile(r"(?:\[\]|map\[string\])+")
_PLAIN_NAME = re.compile(r"[\w-]+", re.ASCII)
_PORTABLE = MarkdownEscaping(
    block=portable.block,
    line=portable.line,
    heading=portable.line,
    name=portable.name,
    # Emphasis in a quote, which no description has.
    join_generated_lines=lambda lines, _: "\n>\n".join(
        f"> *{' '.join(line.split())}*" for line in lines
    ),
    mark=lambda _: "",
)


class _PlainTexts(BulletTexts):
    """Texts with each paragraph on one line, since most tools show a line break as a blank."""

    arrange_lines = LocalizedTexts.arrange_lines


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield the pages in each language, and indexes of all folders.

    Raises as the list layout does.
    """
    renderer = Renderer("docs", {}, job.templates)
    select_page_set = build_page_sets(
        job, lambda definition: upstream_url(definition, job.page_subject)
    )
    origin = on_one_line(notice(job.origin))
    notes = job.collect_notes()
    _report_unusable_examples(job, select_page_set(job.locales[0]), notes)
    for tag in job.locales:
        locale = job.languages.get(tag)
        split = split_large_pages(select_page_set(tag))
        site = split.site
        texts = _PlainTexts(
            site.reference,
            locale,
            (ENGLISH, *job.locales),
            escaping=_PORTABLE,
            changelog=job.changelog,
        )
        english = BulletTexts(site.reference, job.languages.get(ENGLISH), (), escaping=_PORTABLE)
        for path, page in site.pages.items():
            name = title(page, tag)
            folder, stem = posixpath.split(path)
            builder = _PlainBuilder(site, page, path, texts, english)
            builder.moved = split.moved[path]
            text = renderer.render(
                "plain/page.md.j2",
                page=builder.page(origin),
                title=quote_yaml(name),
                kind=quote_yaml(page.kind) if page.kind else "",
                # some tools take a page with the name of its folder for an index
                slug=quote_yaml(stem) if stem == posixpath.basename(folder) else "",
                heading=portable.name(name),
                words=locale.labels,
                example=_find_example(site.reference, page, notes, locale),
                rules=_list_server_rules(site.reference, page, builder.moved, notes, locale),
            )
            yield GeneratedFile(path=f"{path}.md", text=strip_lines(text), locale=tag)
        folders, nav = _list_folders(site, locale), job.options.get("nav", "")
        for path, view in _list_indexes(folders, nav):
            text = renderer.render("plain/index.md.j2", page={"notice": origin, **view})
            yield GeneratedFile(path=path, text=text, locale=tag)
        for path, content in _build_navigation(folders, nav):
            yield GeneratedFile(
                path=path, text=yaml_comment(origin) + yaml_block(content), locale=tag
            )


def _report_unusable_examples(job: Job, site: PageSet, notes: NotesOf) -> None:
    """Report the kinds whose example has the syntax of a site generator in one warning."""
    unusable: list[Definition] = []
    for page in site.pages.values():
        for section in page.sections:
            definition = site.reference.definitions.get(section.key)
            if definition is None or definition.name != page.kind:
                continue
            if _SHORTCUT.search(notes(definition, job.locales[0]).example):
                unusable.append(definition)
    if unusable:
        kinds = tuple(definition.name for definition in unusable)
        names = list_first(kinds, _MOST_NAMES)
        job.report.warning(
            "example-missing",
            f"an example is left out, since site generators read a part of it as theirs: {names}",
            unusable[0].span,
            "write an example without `{{`, `{%`, `{#`, ``` and ~~~ into the folder of `examples`",
            id=unusable[0].span.path,
            arguments=kinds,
        )


def _find_example(reference: Reference, page: Page, notes: NotesOf, locale: Locale) -> str:
    """Return the example of the kind of a page, or nothing."""
    for section in page.sections:
        definition = reference.definitions.get(section.key)
        if definition is not None and definition.name == page.kind:
            example = notes(definition, locale.tag).example
            return "" if _SHORTCUT.search(example) else example
    return ""


def _list_server_rules(
    reference: Reference, page: Page, moved: frozenset[str], notes: NotesOf, locale: Locale
) -> list[str]:
    """Return the server rules of the sections of a page, each as a line of Markdown."""
    lines: list[str] = []
    for section in page.sections:
        definition = reference.definitions.get(section.key)
        if definition is None or section.key in moved:
            continue
        for rule in notes(definition, locale.tag).rules:
            fields = rule.fields
            if definition.name != page.kind:
                fields = tuple(f"{definition.name}.{field}" for field in fields)
                fields = fields or (definition.name,)
            subject = locale.labels["list_separator"].join(
                f"**{portable.name(field)}**" for field in fields
            )
            effect = locale.site[f"effect_{rule.effect}"].rstrip(":")
            text = f"{effect}{locale.labels['colon']}{portable.line(rule.text)}"
            lines.append(f"{subject} – {text}" if subject else text)
    return lines


class _Folder(NamedTuple):
    """A folder with the titles of its pages by file name."""

    path: str
    heading: str
    pages: dict[str, str]


def _list_folders(site: PageSet, locale: Locale) -> list[_Folder]:
    """List the folders with pages, the root last."""
    titles = {index.folder: locale.titles.get(index.title, index.title) for index in site.indexes}
    pages: dict[str, dict[str, str]] = {folder: {} for folder in titles}
    for path, page in site.pages.items():
        folder, stem = posixpath.split(path)
        pages.setdefault(folder, {})[f"{stem}.md"] = title(page, locale.tag)
    root = _Folder("", locale.labels["reference"], pages.pop("", {}))
    headings = {
        path: titles.get(path) or posixpath.basename(path).replace("-", " ").capitalize()
        for path in pages
    }
    return [
        *(_Folder(path, headings[path], inside) for path, inside in pages.items() if inside),
        root,
    ]


def _list_indexes(folders: list[_Folder], nav: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield path and view of each index.

    For Sphinx, those of other tools than Hugo have a `toctree`.
    """
    *below, root = folders
    for index in _INDEXES:
        for folder in folders:
            entries = dict(folder.pages)
            if folder is root:
                entries |= {
                    f"{subfolder.path}/{index}.md": subfolder.heading for subfolder in below
                }
            rendered = index == _INDEXES[0]  # Hugo leaves out the other one
            yield (
                posixpath.join(folder.path, f"{index}.md"),
                {
                    "title": quote_yaml(folder.heading),
                    "heading": portable.name(folder.heading),
                    "rendered": rendered,
                    "entries": [
                        f"[{portable.name(name)}]({html.target(target)})"
                        for target, name in entries.items()
                    ],
                    "toctree": list(entries) if nav == "sphinx" and not rendered else [],
                },
            )


def _build_navigation(folders: list[_Folder], nav: str) -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield path and content of the files with navigation of a site generator."""
    *below, root = folders
    if nav == "mkdocs":
        entries: list[Json] = ["README.md", *root.pages]
        for folder in below:
            files = ["README.md", *folder.pages]
            entries.append({folder.heading: [f"{folder.path}/{file}" for file in files]})
        yield "nav.yml", {"nav": entries}
    if nav == "docusaurus":
        for position, folder in enumerate(below, start=1):
            yield f"{folder.path}/_category_.yml", {"label": folder.heading, "position": position}


class _PlainBuilder(BulletBuilder):
    """A builder of portable links, headings and bullets.

    `moved` are the sections whose fields are on a page of their own.
    """

    bullet = "-   "
    step = "    "
    moved: frozenset[str] = frozenset()

    def _section(self, section: PageSection, name: str) -> SectionView:
        """Build a section. It has a heading, since links lead to it, unless it is the page itself."""
        if section.key in self.moved:
            return self._moved_section(section, name)
        view = super()._section(section if section.anchor else replace(section, anchor=name), name)
        if name == title(self._page, self._texts.locale.tag):
            return replace(view, heading="")
        return view

    def _moved_section(self, section: PageSection, name: str) -> SectionView:
        """Build a heading with the description and a link to the fields, for links that lead here."""
        words = self._texts.locale
        link = self.link(self._escaping.name(name), section.key)
        return SectionView(
            heading=self.heading(2, self._escaping.name(name), self.anchors.assign(name)),
            text=paragraphs(
                self._texts.block(section.key),
                f"{words.site['fields']}{words.labels['colon']}{link}",
            ),
            english="",
            rows=(),
            categories=(),
        )

    def _operation(self, operation: Operation) -> OperationView:
        """Build an operation whose heading is its sentence, or its verb without one."""
        view = super()._operation(operation)
        sentence = self._texts.heading(operation.id)
        if not sentence:
            return view
        return replace(view, heading=f"### {sentence[0].upper()}{sentence[1:]}")

    def heading(self, level: int, text: str, place: str) -> str:  # noqa: ARG002 - its id follows from its text
        """Write a heading."""
        return f"{'#' * level} {text}"

    def link(self, name: str, key: str) -> str:
        """Link a name to a page of this tree or of kubernetes.io, or return it alone."""
        location = self._links.place(key, self._path)
        if location is None:
            address = self._links.elsewhere(key)
            return f"[{name}]({address})" if address else name
        target, place = location
        page = "" if target == self._path else f"{relative(target, self._path)}.md"
        if place == title(self._site.pages[target], self._texts.locale.tag):
            # Docusaurus gives no id to the first heading, the title of the page.
            page = page or f"{posixpath.basename(target)}.md"
        elif _PLAIN_NAME.fullmatch(place) and section_name(self._reference, key).endswith(place):
            # Markdown dialects differ in the ids of other headings.
            page = f"{page}#{place.lower()}"
        return f"[{name}]({html.target(page)})" if page else name

    def _type(self, expression: Type) -> str:
        """Write a type. Brackets before a link are escaped."""
        text = super()._type(expression)
        return _WRAPPERS.sub(
            lambda match: match[0].replace("[", "\\[").replace("]", "\\]"), text, count=1
        )
