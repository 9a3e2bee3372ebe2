"""The plain layout: portable Markdown for MkDocs, Zensical, Sphinx and GitHub, without the syntax of any of them.

Links are relative and end in `.md`, ids are HTML anchors, lists are indented by four so that each dialect nests them. A language has its
own texts alone, English where one is missing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.escaping import html, markdown, yaml
from codegen.core.locales import ENGLISH
from codegen.model import Definition, Page, PageSection, Type
from codegen.outputs.docs.list import PageBuilder, SectionView
from codegen.outputs.docs.pages import Links, anchor, title
from codegen.outputs.docs.site import Site, sites
from codegen.outputs.docs.voice import Voice
from codegen.outputs.files import GeneratedFile, notice
from codegen.outputs.job import Job
from codegen.outputs.render import Renderer

_INDEX = "index"
_WRAPPERS = re.compile(r"(?:\[\]|map\[string\])+")


class IndexView(Struct, frozen=True, kw_only=True):
    """The index of a folder, or of all: a title as YAML and as Markdown, links to pages, and folders of links."""

    notice: str
    title: str
    heading: str
    entries: Sequence[str]


def emit(job: Job) -> Iterator[GeneratedFile]:
    """The pages of a reference in each language of the job, and an index of each folder. Raises as the list layout does."""
    renderer = Renderer("docs/plain", {}, job.templates)
    english = job.languages.get(ENGLISH)
    site_of = sites(job)
    for tag in job.locales:
        locale = job.languages.get(tag)
        site = _closed(site_of(tag))
        voice = Voice(site.reference, locale, (ENGLISH, *job.locales))
        spoken = Voice(site.reference, english, ())
        for path, page in site.pages.items():
            builder = _PlainBuilder(job, site, page, path, voice, spoken)
            name = _title(page, tag)
            text = renderer.render(
                "page.md.j2",
                page=builder.page(),
                title=yaml.quoted(name),
                heading=markdown.markdown_name(name),
                words=locale.labels,
            )
            yield GeneratedFile(path=f"{path}.md", text=text, locale=tag)
        for folder, view in _indexes(job, site, tag, locale.labels["reference"]):
            text = renderer.render("index.md.j2", page=view)
            yield GeneratedFile(path=posixpath.join(folder, f"{_INDEX}.md"), text=text, locale=tag)


def _closed(site: Site) -> Site:
    """The site with no link that leads out of it."""
    links = Links(site.reference, site.pages, ordered=bool(site.indexes), outside=False)
    return Site(reference=site.reference, pages=site.pages, links=links, indexes=site.indexes)


def _title(page: Page, tag: str) -> str:
    return (page.locale == tag and page.title) or title(page)


def _indexes(job: Job, site: Site, tag: str, name: str) -> Iterator[tuple[str, IndexView]]:
    """The index of the whole tree and of each of its folders, in the order of the site."""
    origin = html.comment(notice(job.origin))
    titles = {each.folder: each.title for each in site.indexes}
    folders: dict[str, list[str]] = {folder: [] for folder in ("", *titles)}
    for path, page in site.pages.items():
        folder, stem = posixpath.split(path)
        folders.setdefault(folder, []).append(f"[{markdown.markdown_name(_title(page, tag))}]({html.target(stem)}.md)")
    entries = folders.pop("")
    for folder, inside in folders.items():
        if not inside:
            continue
        heading = titles.get(folder) or posixpath.basename(folder).replace("-", " ").capitalize()
        entries.append(f"[{markdown.markdown_name(heading)}]({html.target(folder)}/{_INDEX}.md)")
        shown = markdown.markdown_name(heading)
        yield folder, IndexView(notice=origin, title=yaml.quoted(heading), heading=shown, entries=inside)
    yield "", IndexView(notice=origin, title=yaml.quoted(name), heading=markdown.markdown_name(name), entries=entries)


class _PlainBuilder(PageBuilder):
    """The views of the list layout with portable links, headings and bullets."""

    bullet = "-   "
    step = "    "

    def _section(self, section: PageSection, name: str) -> SectionView:
        """A section; where the page has no heading for it, links still need its id."""
        view = super()._section(section, name)
        return view if section.anchor else replace(view, heading=f'<a id="{html.attribute(anchor(name))}"></a>')

    def heading(self, level: int, text: str, place: str) -> str:
        """A heading below its id."""
        mark = f'<a id="{html.attribute(place)}"></a>\n\n' if place else ""
        return f"{mark}{'#' * level} {text}"

    def inlined_mark(self, definition: Definition, indent: str) -> str:  # noqa: ARG002 - many fields may have one type, an id is unique
        """No id: the fields of one type would all have the same."""
        return ""

    def link(self, name: str, key: str) -> str:
        """A name as a relative link to a page of this tree, or just the name."""
        found = self._links.place(key, self._path)
        if found is None:
            return name
        there, place = found
        start = posixpath.dirname(self._path)
        page = "" if there == self._path else f"{posixpath.relpath(there, start or '.')}.md"
        return f"[{name}]({html.target(page)}#{html.target(place)})"

    def outside(self, name: str, place: str) -> str:  # noqa: ARG002 - nothing leads out of this tree
        """Nothing: a page of another tree is not there."""
        return ""

    def _type(self, expression: Type) -> str:
        """Brackets before a link are escaped, or they would be read as one."""
        text = super()._type(expression)
        return _WRAPPERS.sub(lambda found: found[0].replace("[", "\\[").replace("]", "\\]"), text, count=1)
