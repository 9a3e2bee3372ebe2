"""The best place on a site for a definition, field or operation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from codegen.model import split_held_id, split_prose_id
from codegen.outputs.site.records import SitePage, walk


class IndexEntry(Struct, frozen=True, kw_only=True):
    """A page, or a field of its own definition.

    `path` is empty for pages. `page` and `target` are numbers of pages, `target` that of the field's type.
    """

    id: str
    page: int
    path: str
    target: int = -1


class PageIndex:
    """Finds the best place on a site for a definition, field or operation."""

    def __init__(self, pages: Sequence[SitePage]) -> None:
        self.pages = pages
        self.entries = tuple(_list_entries(pages))
        self.homes = _find_homes(pages, self.entries)
        self._by_id = {entry.id: entry for entry in self.entries}
        self._operations = {f"{each.method} {each.path}": (page, each.id) for page in pages for each in page.operations}

    def locate(self, prose_id: str) -> tuple[SitePage, str] | None:
        """Find the page and the id of an element, or None.

        A field has its path as the id, a definition none, and parts of an operation the id of the operation.
        """
        entry = self._by_id.get(split_held_id(prose_id)[0])
        if entry is None:
            return self._operations.get(split_prose_id(prose_id)[0])
        if entry.page not in self.homes:
            return self.pages[entry.page], entry.path
        kind, way = self.homes[entry.page]
        return self.pages[kind], f"{way}.{entry.path}" if entry.path else way


def _list_entries(pages: Sequence[SitePage]) -> Iterator[IndexEntry]:
    """Yield each page and the fields of its own definition, including those of inline objects."""
    numbers = {page.path: number for number, page in enumerate(pages)}
    for number, page in enumerate(pages):
        yield IndexEntry(id=page.key, page=number, path="")
        for path, node in walk(page.fields, inline=True):  # other fields are on the pages of their types
            yield IndexEntry(id=node.id, page=number, path=path, target=numbers.get(node.target, -1))


def _find_homes(pages: Sequence[SitePage], entries: Sequence[IndexEntry]) -> dict[int, tuple[int, str]]:
    """Map each type to its place in the tree of the kind with the shortest path to it.

    Types with the same distance to several kinds, such as `metadata`, have pages of their own.
    """
    fields: dict[int, list[IndexEntry]] = {}
    for entry in entries:
        if entry.target >= 0:
            fields.setdefault(entry.page, []).append(entry)
    nearest: dict[int, tuple[int, str]] = {number: (number, "") for number, page in enumerate(pages) if page.is_kind}
    found: dict[int, tuple[int, str]] = {}
    shared: set[int] = set()
    step = dict(nearest)
    while step:
        further: dict[int, tuple[int, str]] = {}
        for number, (kind, path) in step.items():
            for entry in fields.get(number, ()):
                if entry.target in nearest:
                    continue
                place = (kind, f"{path}.{entry.path}" if path else entry.path)
                if further.setdefault(entry.target, place)[0] != kind or number in shared:
                    shared.add(entry.target)
                elif entry.id == pages[entry.target].key:  # where a shared object is unfolded
                    further[entry.target] = place
        nearest |= further
        found |= further
        step = further
    return {number: place for number, place in found.items() if number not in shared}
