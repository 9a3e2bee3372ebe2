"""The site of the table layout: pages, folders, weights, group versions and redirects."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from codegen.model import Page, Reference, refs
from codegen.model.contents import Contents
from codegen.model.kubernetes import META, version_rank
from codegen.outputs.docs.shared.page_sets import shared_objects
from codegen.outputs.docs.shared.pages import page_path
from codegen.outputs.docs.table.operation_titles import page_operation_title
from codegen.outputs.docs.table.page_paths import (
    CORE,
    DEFINITIONS,
    kebab_name,
    segment_folder,
    split_key,
)
from codegen.outputs.docs.table.placement import PATTERNS, Placement, TablePage, page_anchors
from codegen.outputs.escaping.html import target

LAYOUT = "table"
_STEP = 10
_ANY_FOLDER = ":part"
_BEFORE_CORE = "events"  # upstream takes this group for a newer form of core, and puts it there


class Folder(Struct, frozen=True, kw_only=True):
    """A folder of pages. `hidden` keeps it out of the navigation."""

    name: str
    title: str
    weight: int
    hidden: bool = False


class TableSite(Struct, kw_only=True):
    """The pages, folders and redirects of the table layout.

    `placement` is None for source pages of this layout, which stay in place.
    """

    pages: list[TablePage]
    placement: Placement | None = None
    folders: list[Folder] = msgspec.field(default_factory=list)
    versions: Sequence[dict[str, str]] = ()  # `group` and `versions` of each row
    redirects: Sequence[dict[str, str]] = ()  # `old` and `new` path


def build_table_site(
    reference: Reference, contents: Contents | None, root: str, *, upstream: bool
) -> TableSite:
    """Build the site from source pages of this layout, or with new pages below `root`."""
    if any(page.layout == LAYOUT for page in reference.pages):
        site = TableSite(pages=_source_pages(reference))
    else:
        placement = Placement(reference, upstream=upstream)
        site = TableSite(pages=placement.pages, placement=placement)
        _copy_descriptions(site, reference)
        _assign_weights(site, upstream=upstream)
        site.versions = _group_versions(placement)
        site.redirects = _build_redirects(reference, site.pages, contents, root)
    objects = shared_objects(reference)
    for page in site.pages:
        inlined: list[str] = []
        for section in page.sections:
            inlined += [definition.key for definition in objects.get(section, ())]
        page.sections += inlined
    return site


def _copy_descriptions(site: TableSite, reference: Reference) -> None:
    """Take over descriptions from source pages of another layout."""
    by_key = {page.key: page for page in site.pages}
    for source in reference.pages:
        first = source.sections[0].key if source.sections else ""
        page = by_key.get(first)
        if page is not None and not page.description:
            page.description, page.locale = source.description, source.locale


def _assign_weights(site: TableSite, *, upstream: bool) -> None:
    """Assign weights in steps of ten to folders and to the pages inside.

    Definitions follow the last folder.
    """
    names = sorted({posixpath.dirname(page.path) for page in site.pages if page.listed})
    if upstream and CORE in names and _BEFORE_CORE in names:
        names.remove(_BEFORE_CORE)
        names.insert(names.index(CORE), _BEFORE_CORE)
    weight = _STEP
    order: dict[str, int] = {}
    for name in names:
        weight += _STEP
        order[name] = len(order)
        site.folders.append(Folder(name=name, title=name[:1].upper() + name[1:], weight=weight))
    if any(not page.listed for page in site.pages):
        site.folders.append(
            Folder(name=DEFINITIONS, title=DEFINITIONS.title(), weight=weight + _STEP, hidden=True)
        )
    site.pages.sort(key=lambda page: order.get(posixpath.dirname(page.path), len(order)))
    counter, folder = 0, ""
    for page in site.pages:
        page_folder = posixpath.dirname(page.path)
        if page_folder != folder and page.listed:
            counter = 0
        folder = page_folder
        counter += _STEP
        page.weight = counter


def _group_versions(placement: Placement) -> list[dict[str, str]]:
    versions_by_group: dict[str, set[str]] = {}
    for key, place in placement.places.items():
        if place.versioned and not key.startswith(f"{META}.") and place.version[:1] == "v":
            group = placement.groups.get(place.group, place.group) or CORE
            versions_by_group.setdefault(group, set()).add(place.version)
    return [
        {"group": group, "versions": ", ".join(sorted(versions, key=version_rank))}
        for group, versions in sorted(versions_by_group.items())
    ]


# ------------------------------------------------------------------------------------------------- redirects


def _build_redirects(
    reference: Reference, pages: Sequence[TablePage], contents: Contents | None, site: str
) -> list[dict[str, str]]:
    """Build redirects from pages of the older layout, as lines for `_redirects.base`.

    The old path of a source page or of a table of contents is known. For other kinds only the page
    name is known, which both layouts share, so their line matches any folder. Paths `old` and `new`
    start at the root of a language.
    """
    places = {key: place for page in pages for key, place in _section_addresses(page)}
    lines: dict[str, str] = {}
    for source in reference.pages:
        first = source.sections[0].key if source.sections else ""
        if first in places and "/" in source.path:
            lines.setdefault(target(page_path(source)), places[first])
    for old, key in _list_contents_paths(reference, contents):
        if key in places:
            lines.setdefault(target(old), places[key])
    names: dict[str, list[TablePage]] = {}
    for page in pages:
        if page.operations:
            place = split_key(page.key)
            names.setdefault(f"{kebab_name(place.name)}-{place.version}", []).append(page)
    exact = {posixpath.basename(old) for old in lines}
    for name, sharing in names.items():
        if len(sharing) == 1 and name not in exact:
            lines[f"{_ANY_FOLDER}/{target(name)}"] = f"{target(sharing[0].path)}/"
    return [{"old": f"{site}/{old}/", "new": f"{site}/{new}"} for old, new in sorted(lines.items())]


def _list_contents_paths(
    reference: Reference, contents: Contents | None
) -> Iterator[tuple[str, str]]:
    """Yield the paths in a table of contents with their definitions."""
    kinds = {
        (definition.gvk.group, definition.gvk.version, definition.name): definition.key
        for definition in reference.definitions.values()
        if definition.gvk
    }
    for part in contents.parts if contents is not None else ():
        for chapter in part.chapters:
            key = chapter.key or kinds.get(
                (chapter.group or "", chapter.version or "", chapter.name), ""
            )
            if chapter.is_resource:
                version = f"-{chapter.version}"
            else:
                version = ""
            yield f"{segment_folder(part.name)}/{kebab_name(chapter.name)}{version}", key


def _section_addresses(page: TablePage) -> Iterator[tuple[str, str]]:
    """Yield each definition with a section on a page, with its address."""
    anchors = page_anchors(page)
    for key in page.sections:
        if key == page.key:
            behind = ""
        else:
            behind = f"#{anchors.assign(key.rpartition('.')[2])}"
        yield key, f"{target(page.path)}/{behind}"


# ----------------------------------------------------------------------------------------- pages as the source


def _source_pages(reference: Reference) -> list[TablePage]:
    """Return source pages of this layout as they were read."""
    placed = reference.section_keys
    pages: dict[str, TablePage] = {}
    for page in reference.pages:
        if page.layout == LAYOUT and page.sections:
            pages.setdefault(page.path, _source_page(reference, page, placed))
    return list(pages.values())


def _source_page(reference: Reference, page: Page, placed: set[str]) -> TablePage:
    keys = [section.key for section in page.sections if section.key in reference.definitions]
    return TablePage(
        path=page.path.removesuffix(".md"),
        key=keys[0] if keys else "",
        kind=page.kind,
        api_version=page.api_version,
        import_path=page.import_path,
        weight=page.weight or 0,
        title=page.title,
        description=page.description,
        locale=page.locale,
        sections=keys,
        nested=_find_nested(reference, keys, placed),
        operations=[page_operation_title(reference.operations[name]) for name in page.operations],
    )


def _find_nested(reference: Reference, keys: list[str], placed: set[str]) -> frozenset[str]:
    """Find the types with fields as dotted rows: those without a heading, and indirect parts of the
    kind.
    """
    nested: set[str] = set()
    queue = list(keys)
    for key in queue:
        for field in reference.definitions[key].fields:
            for inner in refs(field.type):
                definition = reference.definitions.get(inner)
                if (
                    inner not in placed
                    and inner not in nested
                    and definition is not None
                    and definition.documented
                ):
                    nested.add(inner)
                    queue.append(inner)
    if not keys:
        return frozenset()
    kind = reference.definitions[keys[0]]
    direct = {key for field in kind.fields for key in refs(field.type)} | {f"{kind.key}List"}
    parts = [kind]
    for owner in parts:
        names = (f"{owner.package}.{pattern.format(owner.name)}" for pattern in PATTERNS)
        parts += [
            part
            for name in names
            if (part := reference.definitions.get(name)) is not None
            and part.documented
            and part not in parts
        ]
    return frozenset(nested | ({nested_part.key for nested_part in parts[1:]} - direct))
