"""The best place on a site for a definition, field or operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from codegen.model import split_inner_id, split_prose_id
from codegen.outputs.docs.shared.changelog import ChangelogEvent
from codegen.outputs.site.records import FieldNode, SitePage, walk


class IndexEntry(Struct, frozen=True, kw_only=True):
    """A page, or a field of its own definition.

    `path` is empty for pages. `page` and `target` are numbers of pages, `target` that of the
    field's type. `flags` has a letter for each fact: `r`equired, `d`eprecated, `g`ated. `since` is
    the release that added it, and `values` are those that its type lists.
    """

    id: str
    page: int
    path: str
    target: int | None = None
    flags: str = ""
    since: str = ""
    values: tuple[str, ...] = ()


class PageIndex:
    """Finds the best place on a site for a definition, field or operation."""

    def __init__(self, pages: Sequence[SitePage]) -> None:
        self.pages = pages
        self._keys = {page.path: page.key for page in pages}
        self._paths_on_pages: dict[str, dict[str, list[str]]] = {}
        self.entries = tuple(_list_entries(pages))
        self._by_id = {entry.id: entry for entry in self.entries}
        self._operations = {
            f"{operation.method} {operation.path}": (page, operation.id)
            for page in pages
            for operation in page.operations
        }

    @cached_property
    def kinds(self) -> Mapping[str, Sequence[tuple[SitePage, str]]]:
        """The kinds that contain each field and type, with the shortest path of it."""
        kinds: dict[str, list[tuple[SitePage, str]]] = {}
        for page in self.pages:
            elements: dict[str, str] = {}
            nodes = (
                sorted(walk(page.fields), key=lambda place: place[0].count("."))
                if page.is_kind
                else ()
            )
            for path, node in nodes:
                elements.setdefault(node.id, path)
            for path, node in nodes:
                elements.setdefault(self._keys.get(node.target, ""), path)
            for name, path in elements.items():
                kinds.setdefault(name, []).append((page, path))
        return kinds

    def find_places(self, page: SitePage, prose_id: str) -> list[tuple[str, str]]:
        """Return all paths of a field or type on a page.

        A field of a type that the page does not unfold again has the path of the type, and its own
        name beside it.
        """
        paths = self._paths_on_pages.get(page.path)
        if paths is None:
            paths = self._paths_on_pages[page.path] = _list_paths(page, self._keys)
        key, field = split_prose_id(prose_id)
        own_paths = paths.get(prose_id, ())
        places = [(path, "") for path in own_paths]
        if field and "." not in field:
            for path in paths.get(key, ()):
                if f"{path}.{field}" not in own_paths:
                    places.append((path, field))
        return places

    def locate(self, prose_id: str) -> tuple[SitePage, str] | None:
        """Find the page and the id of an element, or None.

        A field has its path as the id, a definition none, and parts of an operation the id of the
        operation. A type is on the page of the kind with the shortest path to it. One with several
        such kinds, such as `metadata`, has its own page.
        """
        name = split_inner_id(prose_id).field_id
        entry = self._by_id.get(name)
        if entry is None:
            return self._operations.get(split_prose_id(prose_id).owner)
        page = self.pages[entry.page]
        places = () if page.is_kind else self.kinds.get(name, ())
        depths = [path.count(".") for _, path in places]
        if depths.count(min(depths, default=0)) != 1:  # no kind, or several that are as near
            return page, entry.path
        return min(places, key=lambda place: place[1].count("."))


def _list_paths(page: SitePage, keys: Mapping[str, str]) -> dict[str, list[str]]:
    """List the paths of each field on a page by its id, and of each type by its key."""
    paths: dict[str, list[str]] = {}
    for path, node in walk(page.fields):
        paths.setdefault(node.id, []).append(path)
        if not node.until and node.target in keys:
            paths.setdefault(keys[node.target], []).append(path)
    return paths


def _list_entries(pages: Sequence[SitePage]) -> Iterator[IndexEntry]:
    """Yield each page and the fields of its own definition, including those of inline objects."""
    numbers = {page.path: number for number, page in enumerate(pages)}
    for number, page in enumerate(pages):
        yield IndexEntry(id=page.key, page=number, path="", since=_find_since(page.marks))
        # Other fields are on the pages of their types.
        for path, node in walk(page.fields, inline=True):
            yield IndexEntry(
                id=node.id,
                page=number,
                path=path,
                target=numbers.get(node.target),
                flags=_list_flags(node),
                since=_find_since(node.marks),
                values=node.enum,
            )


def _list_flags(node: FieldNode) -> str:
    badges = {name for name, _ in node.badges}
    flags = ""
    if node.required:
        flags += "r"
    if "deprecated" in badges:
        flags += "d"
    if badges & {"alpha", "gate"}:
        flags += "g"
    return flags


def _find_since(marks: Iterable[ChangelogEvent]) -> str:
    """Return the release that added an element, if it is known."""
    return next((mark.release for mark in marks if mark.event == "since"), "")
