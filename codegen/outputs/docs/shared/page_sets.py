"""The tree of pages in one language, from a table of contents, from source pages, or by API group."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from posixpath import basename, dirname
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.locales import ENGLISH
from codegen.model import Definition, Page, PageSection, Reference, split_prose_id
from codegen.model.inline_objects import extract_shared_objects
from codegen.outputs.docs.shared.groups import contents_by_group, keys_without_page
from codegen.outputs.docs.shared.links import Elsewhere, Links
from codegen.outputs.docs.shared.pages import pages, section_name
from codegen.outputs.docs.shared.toc import Arrangement, Arranger, Index
from codegen.outputs.job import Job


class PageSet(Struct, frozen=True, kw_only=True):
    """The pages of one language by path, their links, and the indexes of their folders.

    It is mixed if there are pages of sources and others.
    """

    reference: Reference
    pages: Mapping[str, Page]
    links: Links
    indexes: tuple[Index, ...] = ()
    is_mixed: bool = False


def build_page_sets(job: Job, elsewhere: Elsewhere) -> Callable[[str], PageSet]:
    """Return a function from a language to its pages.

    Raises `CodegenError` if two source pages take one path.
    """
    reference = job.once(extract_shared_objects, job.reference)
    sentence = job.options.get("description") == "sentence"
    if job.contents is None and reference.pages:
        wanted = keys_without_page(reference)
        if not wanted:
            return lambda tag: _build_from_pages(reference, tag, elsewhere)
        source_pages = pages(reference, ENGLISH)
        contents = contents_by_group(reference, wanted)
        arranger = Arranger(reference, contents, job.report, sentence=sentence, taken=source_pages)
        mixed = _combine(reference, wanted, source_pages, arranger.arrange())
        return lambda tag: _build_mixed(mixed, tag, elsewhere)

    contents = job.contents or contents_by_group(reference)
    arranged = Arranger(reference, contents, job.report, sentence=sentence).arrange()
    chosen = _add_shared_sections(arranged.reference, arranged.pages)
    complete = replace(arranged, pages=chosen)
    return lambda tag: _build_from_contents(complete, tag, elsewhere)


def shared_objects(reference: Reference) -> Mapping[str, list[Definition]]:
    """Return the shared inline objects of each kind by its key."""
    by_kind: dict[str, list[Definition]] = {}
    for definition in reference.definitions.values():
        if definition.places:
            by_kind.setdefault(split_prose_id(definition.key).owner, []).append(definition)
    return by_kind


def _add_shared_sections(reference: Reference, chosen: Mapping[str, Page]) -> dict[str, Page]:
    """Add sections for the shared objects of kinds to their pages, where all sections have
    headings.
    """
    completed, objects = dict(chosen), shared_objects(reference)
    for path, page in chosen.items():
        shared: list[Definition] = []
        for section in page.sections:
            shared += objects.get(section.key, ())
        if shared:
            titled = [
                replace(section, anchor=section.anchor or section_name(reference, section.key))
                for section in page.sections
            ]
            more = (
                PageSection(key=definition.key, anchor=definition.name) for definition in shared
            )
            completed[path] = replace(page, sections=(*titled, *more))
    return completed


def _build_from_pages(reference: Reference, tag: str, elsewhere: Elsewhere) -> PageSet:
    chosen = _add_shared_sections(reference, pages(reference, tag))
    in_order = dict(
        sorted(chosen.items(), key=lambda item: (dirname(item[0]), item[1].weight or 0, item[0]))
    )
    # a complete tree, which codegen wrote by API group
    if all(
        "/" in path and page.locale == ENGLISH and not page.auto_generated
        for path, page in chosen.items()
    ):
        elsewhere = _restrict_elsewhere(elsewhere)
    return PageSet(reference=reference, pages=chosen, links=Links(reference, in_order, elsewhere))


def _combine(
    reference: Reference,
    wanted: Collection[str],
    own_pages: Mapping[str, Page],
    arranged: Arrangement,
) -> Arrangement:
    """Combine pages of sources with arranged ones.

    The reference is for both, the pages are the arranged ones, and the indexes are of all folders.
    """
    with_section: set[str] = set()
    for page in own_pages.values():
        with_section.update(page.section_keys)
    on_pages = with_section.union(reference.closure(*with_section))
    sorted_definitions = {
        key: arranged.reference.definitions[key] for key in wanted if key not in on_pages
    }
    combined = replace(
        arranged.reference,
        definitions=MappingProxyType({**reference.definitions, **sorted_definitions}),
        operations=MappingProxyType({**reference.operations, **arranged.reference.operations}),
    )
    titles = {index.folder: index.title for index in arranged.indexes}
    folders = sorted({dirname(path) for path in (*own_pages, *arranged.pages)} - titles.keys())
    named = {folder: basename(folder).replace("-", " ").capitalize() for folder in folders}
    every = tuple(
        Index(folder=folder, title=title, weight=number)
        for number, (folder, title) in enumerate({**named, **titles}.items(), start=1)
    )
    return Arrangement(reference=combined, pages=arranged.pages, indexes=every)


def _build_mixed(arranged: Arrangement, tag: str, elsewhere: Elsewhere) -> PageSet:
    """Build the pages of sources, and those of kinds that only a document has."""
    reference = arranged.reference
    every = {**arranged.pages, **pages(reference, tag)}
    chosen = _add_shared_sections(reference, every)
    in_order = dict(
        sorted(chosen.items(), key=lambda item: (dirname(item[0]), item[1].weight or 0, item[0]))
    )
    links = Links(reference, in_order, elsewhere)
    return PageSet(
        reference=reference,
        pages=chosen,
        links=links,
        indexes=arranged.indexes,
        is_mixed=True,
    )


def _build_from_contents(arranged: Arrangement, tag: str, elsewhere: Elsewhere) -> PageSet:
    """Build the arranged pages. Title and description of a translated page come from its source."""
    reference, chosen = arranged.reference, dict(arranged.pages)
    if tag != ENGLISH:
        sources = {
            (page.kind, page.api_version, page.import_path): page
            for page in reference.pages
            if page.locale == tag
        }
        for path, page in chosen.items():
            source = sources.get((page.kind, page.api_version, page.import_path))
            if source is not None:
                chosen[path] = replace(
                    page, locale=tag, title=source.title, description=source.description
                )
    links = Links(reference, chosen, _restrict_elsewhere(elsewhere))
    return PageSet(reference=reference, pages=chosen, links=links, indexes=arranged.indexes)


def _restrict_elsewhere(elsewhere: Elsewhere) -> Elsewhere:
    """Restrict links out of a complete tree to the types that no source documents."""
    return lambda definition: "" if definition.documented else elsewhere(definition)
