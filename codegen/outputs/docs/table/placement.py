"""The assignment of definitions to pages of the table layout, and their order.

The first applicable rule decides. Old versions have no page. Parts of a kind's name (`PlotSpec`)
are on the page of the kind. Shared types have pages of their own. Other types are a section of the
nearest listed kind that uses them, or have their own page.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from codegen.model import Definition, Reference, definition_refs, refs
from codegen.model.kubernetes import SHARED_PAGES, go_import_path, version_rank
from codegen.model.unique_names import UniqueNames
from codegen.outputs.docs.shared.links import Anchors
from codegen.outputs.docs.shared.pages import page_stem
from codegen.outputs.docs.table.operation_titles import OperationIndex, OperationTitle
from codegen.outputs.docs.table.page_paths import (
    api_groups,
    api_version,
    definition_path,
    resource_path,
    split_key,
)

# Names of definitions on the page of their kind.
PATTERNS = (
    "{}Spec",
    "{}Status",
    "{}List",
    "{}Strategy",
    "{}Rollback",
    "RollingUpdate{}",
    "{}EventSource",
)
_MACHINERY = "io.k8s.apimachinery."
# Unknown to the upstream generator, so its fields have no links.
_SKIPPED = "JSONSchemaPropsOrStringArray"
_OUTSIDE = ("util", "pkg")


class TablePage(Struct, kw_only=True):
    """A page with its path, kind, sections and operations.

    The fields of `nested` types are dotted rows below the fields with these types. `title` and
    `description` are set for source pages. A `listed` page is in the folder of its group.
    """

    path: str
    key: str
    kind: str
    api_version: str
    import_path: str
    listed: bool = False
    weight: int = 0
    title: str = ""
    description: str = ""
    locale: str = ""
    sections: list[str] = msgspec.field(default_factory=list)
    nested: frozenset[str] = frozenset()
    operations: list[OperationTitle] = msgspec.field(default_factory=list)


def page_anchors(page: TablePage) -> Anchors:
    """Return the ids on a page, beginning with those of its sections."""
    return Anchors(key.rpartition(".")[2] for key in page.sections if "#" not in key)


class Placement:
    """Assigns the definitions of a reference to new pages."""

    def __init__(self, reference: Reference, *, upstream: bool) -> None:
        self._complete = not upstream
        self._known = {
            key: definition
            for key, definition in reference.definitions.items()
            if definition.documented
            and not definition.places
            and (self._complete or _is_known_upstream(key))
        }
        self.places = {key: split_key(key) for key in self._known}
        self.groups = api_groups(self._known.values())  # API group by group segment
        # A shared type of many groups is the kind of none.
        by_gvk = {
            definition.gvk: definition.key
            for definition in reversed(self._known.values())
            if definition.gvk is not None
        }
        self._operations = OperationIndex(reference, by_gvk)
        self.old = self._find_old_versions()
        self.inline = self._find_inlined()
        self._listed = [key for key in self._operations.listed if key not in self.old]
        self._guests = [
            key
            for key in self._operations.guests
            if key not in self.old and key not in self._operations.listed
        ]
        self.siblings: dict[str, list[str]] = {}
        self.pages: list[TablePage] = []
        self._paths = UniqueNames()
        self.homes: dict[str, TablePage] = {}  # by key of a section
        self._place()

    def _find_old_versions(self) -> set[str]:
        """Find the definitions with a newer version.

        Each served version of a custom resource has a page.
        """
        group_by_kind: dict[tuple[str, str], list[str]] = {}
        for key, place in self.places.items():
            group_by_kind.setdefault((place.group, place.name), []).append(key)
        newest = {
            kind: min(version_rank(self.places[key].version) for key in keys)
            for kind, keys in group_by_kind.items()
        }
        return {
            key
            for key, place in self.places.items()
            if place.versioned
            and self._known[key].resource is None
            and version_rank(place.version) > newest[place.group, place.name]
        }

    def _find_inlined(self) -> dict[str, list[str]]:
        """Map definitions to the parts of their names."""
        by_place = {
            (place.group, place.version, place.name): key
            for key, place in reversed(self.places.items())
        }
        inline: dict[str, list[str]] = {}
        for key, place in self.places.items():
            names = (
                (place.group, place.version, pattern.format(place.name)) for pattern in PATTERNS
            )
            if parts := [part for name in names if (part := by_place.get(name)) not in (None, key)]:
                inline[key] = parts
        return inline

    # ----------------------------------------------------------------------------------------------------- pages

    def _place(self) -> None:
        tops = {*self._listed, *self._guests}
        nearest = self._find_nearest_kinds(tops)
        placed = self.old.union(tops, *self.inline.values())
        alone: list[str] = []
        for key, place in self.places.items():
            is_shared = key.startswith(_MACHINERY) or place.name in SHARED_PAGES
            home = None if is_shared else nearest.get(key)
            if key not in placed:
                (self.siblings.setdefault(home, []) if home is not None else alone).append(key)
        if self._complete:
            alone += self._guests
        for key in sorted(self._listed, key=self._sort_key):
            self._add(key, listed=True)
        for key in sorted(alone, key=self._sort_key):
            self._add(key)
        if self._complete:
            self._place_rest()
            self._place_loose()
        self.pages.sort(key=lambda page: (not page.listed, self._sort_key(page.key)))

    def _sort_key(self, key: str) -> tuple[str, tuple[int, int, int, str], str, str]:
        place = self.places[key]
        return (place.name, version_rank(place.version), place.group, key)

    def _find_nearest_kinds(self, tops: set[str]) -> dict[str, str | None]:
        """Map each definition to the nearest kind that leads to it, or None if several are equally
        near.
        """
        nearest: dict[str, str | None] = {key: key for key in tops}
        level = list(tops)
        while level:
            below: dict[str, str | None] = {}
            for parent in level:
                for child in _list_field_keys(self._known[parent]):
                    if child in self._known and child not in nearest:
                        home = nearest[parent]
                        if below.get(child, home) == home:
                            below[child] = home
                        else:
                            below[child] = None
            nearest |= below
            level = list(below)
        return nearest

    def _add(self, key: str, *, listed: bool = False) -> None:
        place = self.places[key]
        if listed:
            path = resource_path(place)
        else:
            path = definition_path(place)
        if path in self._paths:
            folder, _, stem = path.rpartition("/")
            path = f"{folder}/{page_stem(stem, '-'.join(key.split('.')[:-1]))}"
        path = self._paths.take(path, f"{path}-")
        page = TablePage(
            path=path,
            key=key,
            kind=place.name,
            api_version=api_version(place, self.groups),
            import_path=go_import_path(self._known[key].package),
            listed=listed,
            sections=[key],
            operations=list(self._operations.own.get(key, ())) if listed else [],
        )
        self._add_sections(page)
        self.pages.append(page)
        for section in page.sections:
            self.homes.setdefault(section, page)

    def _add_sections(self, page: TablePage) -> None:
        """Add the sections of a page: types of the kind's fields, its list, and its siblings."""
        definition = self._known[page.key]
        allowed = frozenset(self._inline_closure(page.key))
        sections = dict.fromkeys([page.key])
        for field in sorted(definition.fields, key=lambda field: field.name):
            sections.update(dict.fromkeys(key for key in refs(field.type) if key in allowed))
        sections.update(
            dict.fromkeys(
                key
                for key in self.inline.get(page.key, ())
                if self.places[key].name == f"{page.kind}List"
            )
        )
        sections.update(dict.fromkeys(sorted(self.siblings.get(page.key, ()), key=self._sort_key)))
        page.sections = list(sections)
        page.nested = allowed - sections.keys()

    def _inline_closure(self, key: str) -> Iterator[str]:
        seen: set[str] = set()
        queue = [key]
        for current in queue:
            for part in self.inline.get(current, ()):
                if part not in seen:
                    seen.add(part)
                    queue.append(part)
                    yield part

    # ------------------------------------------------------------------------- what has no place by the rules above

    def _place_rest(self) -> None:
        """Add the rest as sections to the page of its nearest users of the same package, or as
        pages.
        """
        users: dict[str, list[str]] = {}
        for definition in self._known.values():
            for key in definition_refs(definition):
                users.setdefault(key, []).append(definition.key)
        unplaced = [key for key in self._known if key not in self.homes and key not in self.old]
        placed = {key: self._find_nearest_page(key, users) for key in unplaced}
        for key in sorted(unplaced, key=self._sort_key):
            page = placed[key]
            if page is None or any(
                self.places[section].name == self.places[key].name for section in page.sections
            ):
                if key not in self.homes:
                    self._add(key)
            else:
                page.sections.append(key)
                self.homes[key] = page

    def _find_nearest_page(self, key: str, users: dict[str, list[str]]) -> TablePage | None:
        seen, level = {key}, [key]
        while level:
            above: list[str] = []
            for used in level:
                for user in users.get(used, ()):
                    if user not in seen and user not in self.old:
                        above.append(user)
            level = list(dict.fromkeys(above))
            seen.update(level)
            if nearest := {
                self.homes[user].path: self.homes[user] for user in level if user in self.homes
            }:
                page = next(iter(nearest.values()))
                if len(nearest) == 1 and self._is_same_package(key, page):
                    return page
                return None
        return next(
            (
                page
                for page in self.pages
                if key in page.nested and self._is_same_package(key, page)
            ),
            None,
        )

    def _is_same_package(self, key: str, page: TablePage) -> bool:
        """Return whether a definition is in the package of a page."""
        return self._known[page.key].package == self._known[key].package

    def _place_loose(self) -> None:
        for page in self.pages:
            page.operations += [] if page.listed else self._operations.own.get(page.key, ())
        for key, operations in self._operations.loose.items():
            if key in self.homes:
                self.homes[key].operations += sorted(
                    operations,
                    key=lambda titled: (
                        titled.part,
                        titled.operation.path,
                        titled.operation.method,
                    ),
                )


def _is_known_upstream(key: str) -> bool:
    parts = key.split(".")
    outside = len(parts) > 3 and parts[-4] not in ("api", "apis") and parts[-3] in _OUTSIDE
    return not outside and _SKIPPED not in key


def _list_field_keys(definition: Definition) -> Iterator[str]:
    """Yield the keys in the types of the fields of a definition."""
    for field in definition.fields:
        yield from refs(field.type)
