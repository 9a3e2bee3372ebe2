"""Names of types on pages of the table layout, and their links."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import NamedTuple

from codegen.model import Ref, Reference, Type
from codegen.model.kubernetes import version_rank
from codegen.model.types import split_type
from codegen.outputs.docs.shared.links import Elsewhere, relative, shortcode
from codegen.outputs.docs.table.page_paths import DEFINITIONS, split_key
from codegen.outputs.docs.table.placement import Placement, TablePage, page_anchors
from codegen.outputs.docs.table.table_site import TableSite
from codegen.outputs.escaping import html
from codegen.outputs.escaping.cells import cell_name

_ARRAY = " array"
_LISTS = re.compile(r"^(?:\[\])+")


def homes_by_name(pages: Iterable[TablePage], placement: Placement) -> dict[str, str]:
    """Map bare names to pages as upstream does. The last page with a name wins, in any package."""
    homes: dict[str, tuple[str, str]] = {}  # name -> path, version
    for page in pages:
        keys = [page.key]
        if page.listed:
            keys += [*placement.inline.get(page.key, ()), *placement.siblings.get(page.key, ())]
        for key in keys:
            place, folder = split_key(key), posixpath.dirname(page.path)
            if place.name in homes:
                path, version = homes[place.name]
                claimed = posixpath.dirname(path)
                if folder == DEFINITIONS != claimed:
                    continue
                if claimed == folder and version_rank(version) < version_rank(place.version):
                    continue
            homes[place.name] = (page.path, place.version)
    return {name: path for name, (path, _) in homes.items()}


class _TypeWords(NamedTuple):
    """The words of a type, and the key of the definition that they name."""

    text: str
    key: str | None = None


class TypeLinks:
    """The linked names of types on the pages of one output."""

    def __init__(
        self, reference: Reference, site: TableSite, elsewhere: Elsewhere, *, upstream: bool
    ) -> None:
        self._reference = reference
        self._elsewhere = elsewhere
        self._upstream = upstream
        placement = site.placement if upstream else None
        self._by_name = placement is not None
        by_key = {key: page.path for page in reversed(site.pages) for key in page.sections}
        if placement is None:
            self._homes = by_key
        else:
            self._homes = homes_by_name(site.pages, placement)
        self._anchors = {page.path: page_anchors(page) for page in site.pages}

    def html(self, expression: Type, page: TablePage, *, local: bool = False) -> str:
        """Write a type in a cell. `local` links to a section of this page by its anchor alone."""
        words, key = self._type_words(expression)
        words = cell_name(words)
        if key is None or not words:
            return words
        if target := self._find_target(key, page, local):
            return shortcode(words, target)
        definition = self._reference.definitions.get(key)
        if definition is None or self._upstream:
            address = ""
        else:
            address = self._elsewhere(definition)
        if address:
            return f'<a href="{html.attribute(address)}">{words}</a>'
        return words

    def _find_target(self, key: str, page: TablePage, local: bool) -> str:
        """Return the target of a reference on a page, or an empty string."""
        definition = self._reference.definitions.get(key)
        if definition and definition.places:
            name = definition.name
        else:
            name = key.rpartition(".")[2]
        if local and key in page.sections and key != page.key:
            return f"#{self._anchors[page.path].assign(name)}"
        home = self._homes.get(name if self._by_name else key)
        if home:
            return f"{relative(home, page.path)}#{self._anchors[home].assign(name)}"
        return ""

    def _type_words(self, expression: Type) -> _TypeWords:
        """Return the words of a type, such as `X array` or `map[string][]X`."""
        brackets, end = split_type(expression)
        prefix = _LISTS.sub("", brackets)
        suffix = _ARRAY * ((len(brackets) - len(prefix)) // len("[]"))
        if prefix and self._upstream:
            return _TypeWords(f"object{suffix}")
        if isinstance(end, Ref):
            return _TypeWords(f"{prefix}{self._definition_name(end.key)}{suffix}", end.key)
        if self._upstream:
            name = end.type
        else:
            name = end.format or end.type or "any"
        return _TypeWords(f"{prefix}{name}{suffix}")

    def _definition_name(self, key: str) -> str:
        place = split_key(key)
        if self._upstream and not place.versioned:
            return ""
        definition = self._reference.definitions.get(key)
        if definition is not None and definition.places:  # readers know it by its type
            return "object"
        if definition:
            return definition.name
        return place.name
