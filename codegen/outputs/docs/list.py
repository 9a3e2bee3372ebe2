"""The list layout of kubernetes.io, with fields as bullets and links as shortcodes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from codegen.core.escaping.documents import quote_yaml
from codegen.core.generated_files import GeneratedFile, notice
from codegen.core.locales import ENGLISH, Locale
from codegen.model import Definition, Page
from codegen.outputs.docs.bullets.builder import BulletBuilder
from codegen.outputs.docs.bullets.bullet_texts import PUBLISHED, BulletTexts
from codegen.outputs.docs.shared.links import shortcode
from codegen.outputs.docs.shared.page_sets import PageSet, build_page_sets
from codegen.outputs.docs.shared.toc import Index
from codegen.outputs.docs.shared.upstream import ROOT, common_place, is_upstream, upstream_url
from codegen.outputs.escaping import html
from codegen.outputs.job import Job
from codegen.outputs.render import Renderer


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield the pages of a reference in each language.

    Raises `CodegenError` for pages without end.
    """
    renderer = Renderer("docs", {"comment": html.comment}, job.templates)
    english = job.languages.get(ENGLISH)
    upstream = is_upstream(job)
    select_page_set = build_page_sets(
        job,
        common_place if upstream else lambda definition: upstream_url(definition, job.page_subject),
    )
    origin = html.comment(notice(job.origin))
    for tag in job.locales:
        locale, site = job.languages.get(tag), select_page_set(tag)
        texts_by_exactness = {
            exact: (
                BulletTexts(
                    site.reference,
                    locale,
                    () if exact else (ENGLISH, *job.locales),
                    exact=exact,
                    changelog=job.changelog,
                ),
                # comments repeat the English page byte for byte
                BulletTexts(site.reference, english, (), exact=exact, escaping=PUBLISHED),
            )
            for exact in (False, True)
        }
        if tag == ENGLISH:
            template = "list/page.md.j2"
        else:
            template = "list/page-translated.md.j2"
        for path, page in site.pages.items():
            exact = page.auto_generated and page.locale == tag == ENGLISH
            builder = _ListBuilder(site, page, path, *texts_by_exactness[exact], upstream=upstream)
            view = builder.page(origin)
            text = renderer.render(template, page=view, words=locale.labels, english=english.labels)
            is_copy = (
                exact
                and job.contents is None
                and not job.changelog.entries
                and not builder.leads_elsewhere
            )
            is_copy = is_copy and not site.is_mixed
            written_from = page.span.path if is_copy else ""
            yield GeneratedFile(path=f"{path}.md", text=text, locale=tag, exact=written_from)
        for index in site.indexes:
            index_view = {
                "exact": job.contents is not None and tag == ENGLISH,
                "notice": origin,
                "title": quote_yaml(_index_title(index, locale)),
                "english_title": "" if tag == ENGLISH else quote_yaml(_index_title(index, english)),
                "weight": index.weight,
            }
            text = renderer.render("list/index.md.j2", page=index_view)
            yield GeneratedFile(
                path=posixpath.join(index.folder, "_index.md"), text=text, locale=tag
            )


def _index_title(index: Index, locale: Locale) -> str:
    """Return the title of a folder. That of the output is named after the reference."""
    if index.folder:
        return locale.titles.get(index.title, index.title)
    return locale.labels["reference"]


class _ListBuilder(BulletBuilder):
    """A builder of list pages.

    `upstream` pages refer to other pages of kubernetes.io, others use addresses.
    """

    def __init__(
        self,
        site: PageSet,
        page: Page,
        path: str,
        texts: BulletTexts,
        english: BulletTexts,
        *,
        upstream: bool,
    ) -> None:
        super().__init__(site, page, path, texts, english)
        self._upstream = upstream
        self.leads_elsewhere = False  # some links differ from those of kubernetes.io

    def inlined_mark(self, definition: Definition, indent: str) -> str:
        """Write an id, as published pages do."""
        return f'{indent}<a name="{html.attribute(definition.name)}"></a>\n'

    def link(self, name: str, key: str) -> str:
        """Link a name to its documentation, or return it alone.

        Readers know a shared object by its type.
        """
        definition = self._reference.definitions.get(key)
        if definition is not None and definition.places:
            name = "object"
        if location := self._links.place(key, self._path, last=self._texts.exact):
            page, anchor = location
            is_alone = page == self._path and "/" not in page
            return shortcode(
                name, f"{'' if is_alone else '../' * self._path.count('/') + page}#{anchor}"
            )
        place = self._links.elsewhere(key)
        if place and self._upstream:
            return self._site_link(name, place)
        self.leads_elsewhere |= bool(place)
        if place:
            return f'<a href="{html.attribute(place)}">{name}</a>'
        return name

    def common_parameter(self, name: str, place: str) -> str:
        """Link a name to the page of shared parameters of kubernetes.io, or return nothing."""
        if self._upstream:
            return self._site_link(name, place)
        self.leads_elsewhere = True
        return ""

    def _site_link(self, name: str, place: str) -> str:
        """Link to a page of kubernetes.io outside this output.

        A single page is part of a site with the other pages in its language. A tree of folders is
        complete in its language, so that only the English page exists.
        """
        if not self._bilingual or "/" not in self._path:
            return shortcode(name, f"../{place}")
        page, _, fragment = html.target(place).partition("#")
        return f'<a href="{ROOT}/{page}/#{fragment}">{name}</a>'
