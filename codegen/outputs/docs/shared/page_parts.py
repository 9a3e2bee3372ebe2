"""Parts of large pages on pages of their own, since most site builders cannot fold a long page.

The largest part that fits on a page moves first: a section, a type that is shown below a field, or
an inline object. Its fields then link to the new page, which stands right behind the large one.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import limits
from codegen.model import Definition, Field, Page, PageSection, Reference, field_id, refs
from codegen.model.inline_objects import extract_object, refer_to_object
from codegen.model.unique_names import UniqueNames
from codegen.outputs.docs.shared.page_sets import PageSet
from codegen.outputs.docs.shared.pages import page_stem, section_name
from codegen.outputs.naming import kebab_case

MOST_ROWS = 250  # of fields and parameters on a page
_LEAST_ROWS = 12  # of a part with a page of its own


class SplitPages(Struct, frozen=True, kw_only=True):
    """A page set without large pages, and the keys of moved sections by page."""

    site: PageSet
    moved: Mapping[str, frozenset[str]]


class _Size(Struct, kw_only=True):
    """The number of rows of a page, and of each part that could move."""

    rows: int = 0
    parts: Counter[str]


def split_large_pages(site: PageSet) -> SplitPages:
    """Return the pages with the parts of large ones on pages of their own."""
    splitter = _PageSplitter(site)
    for path, page in site.pages.items():
        splitter.add_page(path, page)
    pages = MappingProxyType(splitter.pages)
    links = site.links.with_pages(splitter.reference, pages)
    split = replace(site, reference=splitter.reference, pages=pages, links=links)
    return SplitPages(site=split, moved=splitter.moved)


class _PageSplitter:
    """Collects pages of limited size. `reference` has definitions for moved inline objects."""

    def __init__(self, site: PageSet) -> None:
        self.reference: Reference = site.reference
        self.pages: dict[str, Page] = {}
        self.moved: dict[str, frozenset[str]] = {}
        self._links = site.links
        self._with_page: set[str] = set()
        self._fixed: set[str] = set()  # inline objects that cannot move
        self._objects: dict[str, tuple[str, str]] = {}  # key and path of inline objects
        self._paths = UniqueNames(site.pages)

    def add_page(self, path: str, page: Page) -> None:
        """Add a page, and behind it the pages of the parts that it has no room for."""
        parts: list[str] = []
        size = self._measure(page, frozenset())
        while size.rows > MOST_ROWS and size.rows < limits.PAGE_ROWS:
            part = _choose_part(size.parts)
            if not part or part in parts:
                break
            if self._move(part):
                parts.append(part)
                page = self._refer_to_part(page, part)
            size = self._measure(page, frozenset(parts))
        self.pages[path] = page
        sections = {section.key: section for section in page.sections}
        self.moved[path] = frozenset(part for part in parts if part in sections)
        for part in parts:
            section = sections.get(part, PageSection(key=part, anchor=""))
            part_page = self._build_part_page(page, replace(section, anchor=""))
            self.add_page(self._name_part_page(path, page, part_page.kind), part_page)

    def _move(self, part: str) -> bool:
        """Give a part a page of its own. Return False if its path is ambiguous."""
        if part in self._objects:
            extracted = extract_object(self.reference, *self._objects[part])
            if extracted is None:
                self._fixed.add(part)
                return False
            self.reference = extracted
        self._with_page.add(part)
        return True

    def _refer_to_part(self, page: Page, part: str) -> Page:
        """Replace a moved inline object by a reference in the sections with their own order."""
        if part not in self._objects:
            return page
        key, _ = self._objects[part]
        sections = [
            replace(section, fields=refer_to_object(key, section.fields, part))
            if section.key == key
            else section
            for section in page.sections
        ]
        return replace(page, sections=tuple(sections))

    def _build_part_page(self, page: Page, section: PageSection) -> Page:
        return replace(
            page,
            kind=section_name(self.reference, section.key),
            title="",
            description="",
            sections=(section,),
            operations=(),
        )

    def _name_part_page(self, path: str, page: Page, name: str) -> str:
        """Return the path of a part, which begins with that of the whole page."""
        folder, stem = posixpath.split(path)
        short_name = name.removeprefix(page.kind) or name
        part_path = posixpath.join(folder, page_stem(stem, kebab_case(short_name)))
        return self._paths.take(part_path, f"{part_path}-")

    def _measure(self, page: Page, moved: frozenset[str]) -> _Size:
        """Count the rows of a page without its moved sections."""
        size = _Size(parts=Counter())
        for number, section in enumerate(page.sections):
            if section.key in moved:
                continue
            definition = self.reference.definitions.get(section.key)
            if definition is None:
                continue
            fields = section.fields or definition.fields
            is_movable = number > 0 and definition.name != page.kind
            around = (section.key,) if is_movable else ()
            self._count_fields(size, definition.key, fields, "", around, (section.key,))
        for name in page.operations:
            size.rows += len(self.reference.operations[name].parameters)
        return size

    def _count_fields(
        self,
        size: _Size,
        key: str,
        fields: Iterable[Field],
        lead: str,
        around: tuple[str, ...],
        above: tuple[str, ...],
    ) -> None:
        """Count fields with everything that a page shows below them.

        `lead` is the path from the definition to an inline object, with a dot at its end. `around`
        are the movable parts and `above` the definitions with these fields.
        """
        for field in fields:
            if size.rows >= limits.PAGE_ROWS or len(above) > limits.PAGE_LEVELS:
                return
            size.rows += 1
            size.parts.update(around)
            inlined = self._find_inlined(field, above)
            if inlined is not None:
                self._count_fields(
                    size,
                    inlined.key,
                    inlined.fields,
                    "",
                    (*around, inlined.key),
                    (*above, inlined.key),
                )
            if field.fields:
                place = field_id(key, f"{lead}{field.name}")
                self._objects.setdefault(place, (key, f"{lead}{field.name}"))
                inside = around if place in self._fixed else (*around, place)
                self._count_fields(size, key, field.fields, f"{lead}{field.name}.", inside, above)

    def _find_inlined(self, field: Field, above: tuple[str, ...]) -> Definition | None:
        """Find the definition that a page shows below a field."""
        for key in refs(field.type):
            definition = self.reference.definitions.get(key)
            if definition is None or not definition.documented:
                continue
            if key not in self._links and key not in self._with_page and key not in above:
                return definition
        return None


def _choose_part(parts: Counter[str]) -> str:
    """Return the largest part that fits on a page, or else the largest one; nothing if all are small.

    Of equal parts, the first one is the outermost.
    """
    large = {part: rows for part, rows in parts.items() if rows >= _LEAST_ROWS}
    fitting = {part: rows for part, rows in large.items() if rows <= MOST_ROWS}
    candidates = fitting or large
    return max(candidates, key=lambda part: candidates[part], default="")
