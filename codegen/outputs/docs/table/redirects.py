"""Redirects from pages of the older layout, as lines for `_redirects.base`.

The old path of a source page is known. For other kinds only the page name is known, which both layouts share, so
their line matches any folder.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from codegen.core.escaping.html import target
from codegen.model import Reference
from codegen.model.contents import Contents
from codegen.outputs.docs.shared.pages import page_path
from codegen.outputs.docs.table.page_paths import group_folder, kebab_name, split_key
from codegen.outputs.docs.table.placement import TablePage, page_anchors

_ANY_FOLDER = ":part"


def build_redirects(
    reference: Reference, pages: Sequence[TablePage], contents: Contents | None, site: str
) -> list[dict[str, str]]:
    """Build exact redirects for source pages and a table of contents, and general ones for other unique page names.

    Paths `old` and `new` start at the root of a language.
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


def _list_contents_paths(reference: Reference, contents: Contents | None) -> Iterator[tuple[str, str]]:
    """Yield the paths in a table of contents with their definitions."""
    kinds = {
        (definition.gvk.group, definition.gvk.version, definition.name): definition.key
        for definition in reference.definitions.values()
        if definition.gvk
    }
    for part in contents.parts if contents is not None else ():
        for chapter in part.chapters:
            key = chapter.key or kinds.get((chapter.group or "", chapter.version or "", chapter.name), "")
            version = f"-{chapter.version}" if chapter.is_resource else ""
            yield f"{group_folder(part.name)}/{kebab_name(chapter.name)}{version}", key


def _section_addresses(page: TablePage) -> Iterator[tuple[str, str]]:
    """Yield each definition with a section on a page, with its address."""
    anchors = page_anchors(page)
    for key in page.sections:
        behind = "" if key == page.key else f"#{anchors.assign(key.rpartition('.')[2])}"
        yield key, f"{target(page.path)}/{behind}"
