"""How one page of the table layout leads to another, and what a type is called there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

from codegen.core.escaping.cells import cell_name
from codegen.core.escaping.html import target
from codegen.model import Array, Lost, Map, Ref, Reference, Scalar, Type
from codegen.outputs.docs.table.differences import Difference
from codegen.outputs.docs.table.names import DEFINITIONS, place_of, version_rank
from codegen.outputs.docs.table.placement import SitePage

_ANCHOR = re.compile(r"[^a-zA-Z0-9]+")
_ANY = "any"
_ARRAY = " array"


def anchor(name: str) -> str:
    """The id of a section."""
    return _ANCHOR.sub("-", name).strip("-")


class Links:
    """Where a definition is documented, by its full key."""

    def __init__(self, pages: Iterable[SitePage]) -> None:
        self._places: dict[str, tuple[str, str]] = {}
        for page in pages:
            for key in page.sections:
                self._places.setdefault(key, (page.path, anchor(key.rpartition(".")[2])))

    def target(self, key: str, page: SitePage) -> str:
        """What a reference on a page leads to, or an empty string."""
        place = self._places.get(key)
        return _relative(place, page) if place else ""


class NameLinks:
    """Where upstream believes that a name is documented: the last page that claims it, whatever its package."""

    def __init__(
        self, pages: Sequence[SitePage], inline: Mapping[str, Sequence[str]], siblings: Mapping[str, Sequence[str]]
    ) -> None:
        self._places: dict[str, tuple[str, str, str]] = {}
        for page in pages:
            named = [page.key]
            if page.listed:
                named += [*inline.get(page.key, ()), *siblings.get(page.key, ())]
            for key in named:
                self._record(key, page.path)

    def _record(self, key: str, path: str) -> None:
        place, folder = place_of(key), posixpath.dirname(path)
        known = self._places.get(place.name)
        if known is not None:
            there = posixpath.dirname(known[0])
            if folder == DEFINITIONS != there:
                return
            if there == folder and version_rank(known[2]) < version_rank(place.version):
                return
        self._places[place.name] = (path, anchor(place.name), place.version)

    def target(self, key: str, page: SitePage) -> str:
        """What upstream makes a reference on a page lead to, or an empty string."""
        place = self._places.get(key.rpartition(".")[2])
        return _relative(place[:2], page) if place else ""


def _relative(place: tuple[str, str], page: SitePage) -> str:
    path, name = place
    start = posixpath.dirname(page.path) or "."
    return f"{posixpath.relpath(path, start)}#{name}"


class TypeWords:
    """The words of types on the pages of one output, linked."""

    def __init__(self, reference: Reference, links: Links | NameLinks, differs: frozenset[Difference]) -> None:
        self._reference = reference
        self._links = links
        self._differs = differs
        self._made: dict[tuple[str, Type, bool], str] = {}

    def html(self, expression: Type, page: SitePage, *, local: bool = False) -> str:
        """A type in a cell; `local` leads to a section of this page by its anchor alone."""
        known = self._made.get((page.path, expression, local))
        if known is None:
            known = self._made[page.path, expression, local] = self._html(expression, page, local)
        return known

    def _html(self, expression: Type, page: SitePage, local: bool) -> str:
        words, key = self._words(expression)
        words = cell_name(words)
        if key is None:
            return words
        if local and key in page.sections and key != page.key:
            place = f"#{anchor(key.rpartition('.')[2])}"
        else:
            place = self._links.target(key, page)
        return f'<a href="{{{{< ref "{target(place)}" >}}}}">{words}</a>' if place and words else words

    def _words(self, expression: Type) -> tuple[str, str | None]:
        """`X array`, `map[string]X array`, `map[string][]X`; and the key of X if it is a definition."""
        suffix = prefix = ""
        while not isinstance(expression, Scalar | Ref):
            match expression:
                case Array(items=inner):
                    suffix, prefix = (suffix, f"{prefix}[]") if prefix else (suffix + _ARRAY, prefix)
                case Map(values=inner):
                    if Difference.MAP_VALUES not in self._differs:
                        return f"object{suffix}", None
                    prefix += "map[string]"
                case Lost(known=inner):
                    pass
            expression = inner
        if isinstance(expression, Ref):
            return f"{prefix}{self._name(expression.key)}{suffix}", expression.key
        return f"{prefix}{self._scalar(expression)}{suffix}", None

    def _name(self, key: str) -> str:
        place = place_of(key)
        if Difference.TYPE_SHOWN not in self._differs and not place.versioned:
            return ""
        definition = self._reference.definitions.get(key)
        return definition.name if definition else place.name

    def _scalar(self, scalar: Scalar) -> str:
        if Difference.FORMATS in self._differs:
            return scalar.format or scalar.type or _ANY
        return scalar.type or (_ANY if Difference.TYPE_SHOWN in self._differs else "")
