"""The site of the table layout: pages, folders, weights, group versions and redirects."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from codegen.model import Page, Reference, refs
from codegen.model.contents import Contents
from codegen.model.kubernetes import META, version_rank
from codegen.outputs.docs.table.operation_titles import page_operation_title
from codegen.outputs.docs.table.page_paths import CORE, DEFINITIONS
from codegen.outputs.docs.table.placement import PATTERNS, Placement, TablePage
from codegen.outputs.docs.table.redirects import build_redirects

LAYOUT = "table"
_STEP = 10
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


def build_table_site(reference: Reference, contents: Contents | None, root: str, *, upstream: bool) -> TableSite:
    """Build the site from source pages of this layout, or with new pages below `root`."""
    if any(page.layout == LAYOUT for page in reference.pages):
        return TableSite(pages=_source_pages(reference))
    placement = Placement(reference, upstream=upstream)
    site = TableSite(pages=placement.pages, placement=placement)
    _copy_descriptions(site, reference)
    _assign_weights(site, upstream=upstream)
    site.versions = _group_versions(placement)
    site.redirects = build_redirects(reference, site.pages, contents, root)
    return site


def _copy_descriptions(site: TableSite, reference: Reference) -> None:
    """Take over descriptions from source pages of another layout."""
    known = {page.key: page for page in site.pages}
    for source in reference.pages:
        first = source.sections[0].key if source.sections else ""
        page = known.get(first)
        if page is not None and not page.description:
            page.description, page.locale = source.description, source.locale
            page.api_version = source.api_version or page.api_version
            page.import_path = source.import_path or page.import_path


def _assign_weights(site: TableSite, *, upstream: bool) -> None:
    """Assign weights in steps of ten to folders and to the pages inside. Definitions follow the last folder."""
    names = sorted({posixpath.dirname(page.path) for page in site.pages if page.listed})
    if upstream and {CORE, _BEFORE_CORE} <= {*names}:
        names.remove(_BEFORE_CORE)
        names.insert(names.index(CORE), _BEFORE_CORE)
    weight = _STEP
    order: dict[str, int] = {}
    for name in names:
        weight += _STEP
        order[name] = len(order)
        site.folders.append(Folder(name=name, title=name[:1].upper() + name[1:], weight=weight))
    if any(not page.listed for page in site.pages):
        site.folders.append(Folder(name=DEFINITIONS, title=DEFINITIONS.title(), weight=weight + _STEP, hidden=True))
    site.pages.sort(key=lambda page: order.get(posixpath.dirname(page.path), len(order)))
    counter, folder = 0, ""
    for page in site.pages:
        here = posixpath.dirname(page.path)
        if here != folder and page.listed:
            counter = 0
        folder = here
        counter += _STEP
        page.weight = counter


def _group_versions(placement: Placement) -> list[dict[str, str]]:
    found: dict[str, set[str]] = {}
    for key, place in placement.places.items():
        if place.versioned and not key.startswith(f"{META}.") and place.version[:1] == "v":
            group = placement.groups.get(place.group, place.group) or CORE
            found.setdefault(group, set()).add(place.version)
    return [
        {"group": group, "versions": ", ".join(sorted(versions, key=version_rank))}
        for group, versions in sorted(found.items())
    ]


# ----------------------------------------------------------------------------------------- pages as the source


def _source_pages(reference: Reference) -> list[TablePage]:
    """Return source pages of this layout as they were read."""
    placed = {section.key for page in reference.pages for section in page.sections}
    pages: dict[str, TablePage] = {}
    for page in reference.pages:
        if page.layout == LAYOUT and page.sections and page.path not in pages:
            pages[page.path] = _source_page(reference, page, placed)
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
    """Find the types with fields as dotted rows: those without a heading, and indirect parts of the kind."""
    nested: set[str] = set()
    queue = list(keys)
    for key in queue:
        for field in reference.definitions[key].fields:
            for inner in refs(field.type):
                definition = reference.definitions.get(inner)
                if inner not in placed and inner not in nested and definition is not None and definition.documented:
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
            if (part := reference.definitions.get(name)) is not None and part.documented and part not in parts
        ]
    return frozenset(nested | ({nested_part.key for nested_part in parts[1:]} - direct))
