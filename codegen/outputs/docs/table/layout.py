"""The table layout of kubernetes.io, with folders by group, definitions, indexes and redirects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from msgspec.structs import replace

from codegen.core.diagnostics import count_noun
from codegen.core.escaping.documents import quote_yaml
from codegen.core.generated_files import GeneratedFile, notice
from codegen.core.locales import ENGLISH
from codegen.core.name_lists import list_first
from codegen.model.inline_objects import extract_shared_objects
from codegen.model.kubernetes import is_list_key
from codegen.outputs.docs.shared.line_ends import strip_lines
from codegen.outputs.docs.shared.upstream import ROOT, is_upstream, upstream_url
from codegen.outputs.docs.table.builder import TableBuilder, TableRow
from codegen.outputs.docs.table.table_site import Folder, TableSite, build_table_site
from codegen.outputs.docs.table.table_texts import TableTexts
from codegen.outputs.docs.table.type_links import TypeLinks
from codegen.outputs.escaping import html
from codegen.outputs.job import Job
from codegen.outputs.render import Renderer

_MOST_NAMES = 5
_UPSTREAM_END = "\n" * 7  # blank lines that upstream's template leaves for empty blocks


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield the pages of a reference in each language.

    Raises `CodegenError` for pages without end.
    """
    upstream = job.options.get("compat") == "upstream"
    if not upstream:  # pages of kubernetes.io do not link the values of maps
        job = replace(job, reference=job.once(extract_shared_objects, job.reference))
    site = build_table_site(job.reference, job.contents, ROOT, upstream=upstream)
    _report_kinds_without_page(job, site)
    types = TypeLinks(
        job.reference,
        site,
        lambda definition: upstream_url(definition, job.page_subject),
        upstream=upstream,
    )
    renderer = Renderer("docs", {"comment": html.comment}, job.templates)
    for tag in job.locales:
        yield from _Writer(job, site, tag, types, renderer, upstream=upstream).files()


def _report_kinds_without_page(job: Job, site: TableSite) -> None:
    """Report kinds in one note that no page has, which are older versions of others."""
    definitions = job.reference.definitions
    placed = set(chain.from_iterable(page.sections for page in site.pages))
    missing = [
        definition
        for key, definition in definitions.items()
        if definition.gvk is not None and definition.documented and key not in placed
    ]
    missing = [kind for kind in missing if not is_list_key(kind.key, definitions)]
    if not missing:
        return
    names = [f"{kind.name} ({kind.gvk.api_version})" for kind in missing if kind.gvk is not None]
    verb = "has" if len(missing) == 1 else "have"
    job.report.note(
        "kind-without-page",
        f"{count_noun(len(missing), 'kind')} {verb} no page in the table layout, "
        f"which shows the newest version of each: {list_first(names, _MOST_NAMES)}",
        missing[0].span,
        "the layouts list and plain have a page for each version; or name other versions in `select`",
        id=missing[0].span.path,
        arguments=tuple(names),
    )


class _Writer:
    """A writer of the files in one language."""

    def __init__(
        self,
        job: Job,
        site: TableSite,
        tag: str,
        types: TypeLinks,
        renderer: Renderer,
        *,
        upstream: bool,
    ) -> None:
        locale = job.languages.get(tag)
        texts = TableTexts(
            job.reference, locale, (ENGLISH, *job.locales), job.changelog, upstream=upstream
        )
        english = TableTexts(job.reference, job.languages.get(ENGLISH), (), upstream=upstream)
        self._site = site
        self._tag = tag
        self._words = texts.labels
        self._english = english.labels
        self._renderer = renderer
        if upstream:
            self._notice = ""
        else:
            self._notice = html.comment(notice(job.origin))
        self._upstream = upstream
        # kubernetes.io uses the key of older Hugo releases
        if upstream or is_upstream(job):
            self._build_key = "_build"
        else:
            self._build_key = "build"
        self._heads = {
            word: text if self._tag == ENGLISH else f"<!--{self._english[word]}-->{text}"
            for word, text in self._words.items()
            if word.startswith("head_")
        }
        self._builder = TableBuilder(
            job.reference, texts, english, types, self._render_table, upstream=upstream
        )

    def _render_table(self, template: str, rows: tuple[TableRow, ...]) -> str:
        return self._renderer.render(f"table/{template}", rows=rows, heads=self._heads)

    def _build_file(self, path: str, template: str, **values: object) -> GeneratedFile:
        text = self._renderer.render(
            f"table/{template}",
            words=self._words,
            english=self._english,
            notice=self._notice,
            **values,
        )
        return GeneratedFile(path=path, text=text, locale=self._tag)

    def files(self) -> Iterator[GeneratedFile]:
        """Yield the content pages, and the indexes for their folders."""
        if self._tag == ENGLISH:
            template = "page.md.j2"
        else:
            template = "page-translated.md.j2"
        for page in self._site.pages:
            file = self._build_file(f"{page.path}.md", template, page=self._builder.page(page))
            if self._upstream:
                yield replace(file, text=file.text + _UPSTREAM_END)
            else:
                yield replace(file, text=strip_lines(file.text).rstrip("\n") + "\n")
        if self._site.folders:
            yield from self._index_files()

    def _index_files(self) -> Iterator[GeneratedFile]:
        top = Folder(name="", title="api_reference", weight=0)
        yield self._build_file(
            "_index.md", "root.md.j2", index=self._build_index(top), folders=self._site.folders
        )
        groups = Folder(name="", title="api_groups", weight=10)
        index = self._build_index(groups, "api_groups_description")
        yield self._build_file(
            "group-versions.md", "group-versions.md.j2", index=index, groups=self._site.versions
        )
        for folder in self._site.folders:
            if folder.hidden:
                named = replace(folder, title="definitions")
            else:
                named = folder
            yield self._build_file(
                f"{folder.name}/_index.md", "index.md.j2", index=self._build_index(named)
            )
        if self._site.redirects and not self._upstream:
            prefix = "" if self._tag == ENGLISH else f"/{self._tag}"
            yield self._build_file(
                "_redirects.base", "redirects.j2", redirects=self._site.redirects, prefix=prefix
            )

    def _build_index(self, folder: Folder, description: str = "") -> dict[str, object]:
        """Build the index of a folder, titled by a label or the name of an API group.

        If `hidden`, the key `build` keeps it out of the navigation. `english` is its head for the
        comment of a translated page.
        """

        def index(
            words: Mapping[str, str], english: dict[str, object] | None = None
        ) -> dict[str, object]:
            return {
                "title": quote_yaml(words.get(folder.title, folder.title)),
                "description": quote_yaml(words[description]) if description else "",
                "weight": folder.weight,
                "hidden": folder.hidden,
                "build": self._build_key,
                "english": english,
            }

        return index(self._words, None if self._tag == ENGLISH else index(self._english))
