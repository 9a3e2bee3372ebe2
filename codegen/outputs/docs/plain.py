"""The plain layout: portable Markdown for MkDocs, Zensical, Sphinx, GitHub and MDX, without the syntax of any of them.

Links are relative and end in `.md`, ids are HTML anchors, lists are indented by four so that each dialect nests them. A language has its
own texts alone, English where one is missing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.escaping import html, portable, yaml
from codegen.core.locales import ENGLISH, Locale
from codegen.model import Definition, PageSection, Type
from codegen.outputs.docs.bullets.builder import BulletBuilder
from codegen.outputs.docs.bullets.views import SectionView
from codegen.outputs.docs.bullets.voice import BulletVoice, Escaping
from codegen.outputs.docs.shared.links import Links, relative
from codegen.outputs.docs.shared.pages import title
from codegen.outputs.docs.shared.site import Site, sites
from codegen.outputs.files import GeneratedFile, notice
from codegen.outputs.job import Job
from codegen.outputs.render import Renderer

_INDEX = "index"
_PORTABLE = Escaping(block=portable.block, line=portable.line, heading=portable.line, name=portable.name)
_WRAPPERS = re.compile(r"(?:\[\]|map\[string\])+")


class IndexView(Struct, frozen=True, kw_only=True):
    """The index of a folder, or of all: a title as YAML and as Markdown, links to pages, and folders of links."""

    notice: str
    title: str
    heading: str
    entries: Sequence[str]


def emit(job: Job) -> Iterator[GeneratedFile]:
    """The pages of a reference in each language of the job, and an index of each folder. Raises as the list layout does."""
    renderer = Renderer("docs", {}, job.templates)
    site_of = sites(job)
    origin = yaml.comment(notice(job.origin))
    for tag in job.locales:
        locale, site = job.languages.get(tag), _closed(site_of(tag))
        voice = BulletVoice(site.reference, locale, (ENGLISH, *job.locales), escaping=_PORTABLE, past=job.past)
        english = BulletVoice(site.reference, job.languages.get(ENGLISH), (), escaping=_PORTABLE)
        for path, page in site.pages.items():
            name = title(page, tag)
            text = renderer.render(
                "plain/page.md.j2",
                page=_PlainBuilder(site, page, path, voice, english).page(origin),
                title=yaml.quoted(name),
                kind=yaml.quoted(page.kind) if page.kind else "",
                slug=_slug(path),
                heading=portable.name(name),
                words=locale.labels,
            )
            yield GeneratedFile(path=f"{path}.md", text=text, locale=tag)
        for folder, heading, entries in _indexes(site, locale):
            text = renderer.render("plain/index.md.j2", page=_index_view(origin, heading, entries))
            yield GeneratedFile(path=posixpath.join(folder, f"{_INDEX}.md"), text=text, locale=tag)


def _slug(path: str) -> str:
    """The last part of the address of a page that is named as its folder, as YAML; some take such a page for the index of the folder."""
    folder, stem = posixpath.split(path)
    return yaml.quoted(stem) if stem == posixpath.basename(folder) else ""


def _closed(site: Site) -> Site:
    """The site with no link that leads out of it."""
    links = Links(site.reference, site.pages, ordered=bool(site.indexes), outside=False)
    return Site(reference=site.reference, pages=site.pages, links=links, indexes=site.indexes)


def _indexes(site: Site, locale: Locale) -> Iterator[tuple[str, str, list[str]]]:
    """Folder, heading and entries of the index of each folder in the order of the site, and of the whole tree."""
    titles = {index.folder: locale.titles.get(index.title, index.title) for index in site.indexes}
    folders: dict[str, list[str]] = {folder: [] for folder in ("", *titles)}
    for path, page in site.pages.items():
        folder, stem = posixpath.split(path)
        folders.setdefault(folder, []).append(_link(title(page, locale.tag), f"{stem}.md"))
    top = folders.pop("")
    for folder, entries in folders.items():
        if entries:
            heading = titles.get(folder) or posixpath.basename(folder).replace("-", " ").capitalize()
            top.append(_link(heading, f"{folder}/{_INDEX}.md"))
            yield folder, heading, entries
    yield "", locale.labels["reference"], top


def _index_view(origin: str, heading: str, entries: Sequence[str]) -> IndexView:
    return IndexView(notice=origin, title=yaml.quoted(heading), heading=portable.name(heading), entries=entries)


def _link(name: str, target: str) -> str:
    return f"[{portable.name(name)}]({html.target(target)})"


class _PlainBuilder(BulletBuilder):
    """Portable links, headings and bullets."""

    bullet = "-   "
    step = "    "

    def _section(self, section: PageSection, name: str) -> SectionView:
        """A section; where the page has no heading for it, links still need its id."""
        view = super()._section(section, name)
        return (
            view if section.anchor else replace(view, heading=f'<a id="{html.attribute(self.anchors.of(name))}"></a>')
        )

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
        target, place = found
        page = "" if target == self._path else f"{relative(target, self._path)}.md"
        return f"[{name}]({html.target(page)}#{html.target(place)})"

    def outside(self, name: str, place: str) -> str:  # noqa: ARG002 - nothing leads out of this tree
        """Nothing: a page of another tree is not there."""
        return ""

    def _type(self, expression: Type) -> str:
        """Brackets before a link are escaped, or they would be read as one."""
        text = super()._type(expression)
        return _WRAPPERS.sub(lambda found: found[0].replace("[", "\\[").replace("]", "\\]"), text, count=1)
