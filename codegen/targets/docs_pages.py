"""Which pages there are, what they are called, and how one leads to another."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from codegen.diagnostics import failure
from codegen.kubernetes import SHARED_NAMES, import_of
from codegen.model import Definition, Page, PageSection, Reference
from codegen.naming import kebab
from codegen.targets.job import roots

COMMON_DEFINITIONS = "../common-definitions"
COMMON_PARAMETERS = "../common-parameters/common-parameters"
# What the site's folder of common definitions has a page for. Its pages link to these types, and write out all other shared ones.
_COMMON_NAMES = frozenset(
    (
        *("DeleteOptions", "LabelSelector", "ListMeta", "LocalObjectReference", "NodeSelectorRequirement"),
        *("ObjectFieldSelector", "ObjectMeta", "ObjectReference", "Patch", "Quantity", "ResourceFieldSelector"),
        *("Status", "TypedLocalObjectReference"),
    )
)
# Definitions that belong to the page of a kind, by what their names have behind it.
_PARTS = ("", "Spec", "Status", "List")
_PRERELEASE = re.compile(r"v\d+(?:alpha|beta)\d+\Z")


def pages(reference: Reference, locale: str) -> dict[str, Page]:
    """The pages of an output by path without ending, the one in this language where there are several of one page.

    A page of another group that would take a path gets its group behind it. Raises `CodegenError` if that is taken too.
    """
    chosen: dict[str, Page] = {}
    for page in reference.pages or _derived(reference):
        path = page_path(page)
        if path in chosen and not _same(chosen[path], page):
            path = f"{path}-{kebab(page.api_version.partition('/')[0].split('.')[0])}"
        known = chosen.get(path)
        if known is not None and not _same(known, page):
            raise failure(
                "path-taken",
                f"{known.span} already makes {path}.md",
                page.span,
                "leave one of the two pages out of the sources",
            )
        if known is None or (page.locale == locale and known.locale != locale):
            chosen[path] = page
    return chosen


def _same(one: Page, other: Page) -> bool:
    """Whether two pages are one in two languages or two copies: of one source path, or about one kind."""
    if one.path and one.path == other.path:
        return one.locale != other.locale
    return (one.kind, one.api_version, one.import_path) == (other.kind, other.api_version, other.import_path)


def page_path(page: Page) -> str:
    """`folder/kind-version`: the folder of the source page, the kind and, where there is one, the version."""
    version = page.api_version.rpartition("/")[2]
    words = [kebab(page.kind) or "page", re.sub(r"[^a-z0-9]+", "-", version.lower()).strip("-")]
    return posixpath.join(posixpath.dirname(page.path), "-".join(word for word in words if word))


def title(page: Page) -> str:
    """The kind, and the version while it is not stable."""
    version = page.api_version.rpartition("/")[2]
    return f"{page.kind} {version}" if _PRERELEASE.match(version) else page.kind


def anchor(name: str) -> str:
    """The id of a heading: runs of other characters than letters and digits become a dash."""
    return re.sub(r"[^a-zA-Z0-9]+", "-", name)


class Links:
    """Where a definition is documented, as seen from one page.

    A definition leads to its section on a page of this output. The types that the site has common pages for lead there, also
    where those are not part of the sources. Any other definition has no place of its own.
    """

    def __init__(self, reference: Reference, chosen: dict[str, Page]) -> None:
        self._definitions = reference.definitions
        self._places: dict[str, dict[str, str]] = {}
        self._own: dict[str, str] = {}
        for path, page in sorted(
            chosen.items(), key=lambda item: (posixpath.dirname(item[0]), item[1].weight or 0, item[0])
        ):
            for section in page.sections:
                name = section_name(reference, section)
                self._places.setdefault(section.key, {})[path] = section.anchor or anchor(name)
                if name == page.kind:
                    self._own.setdefault(section.key, path)

    def __contains__(self, key: str) -> bool:
        """Whether the definition has a place of its own."""
        return key in self._places or self._is_common(key)

    def target(self, key: str, path: str, *, last: bool = False) -> str | None:
        """What a reference on the page at `path` leads to (`../folder/page#Anchor`), or None.

        Of several places the one on the page of that kind counts, then the one on this page, then the first; with `last`, as on
        the machine-made pages, the last in the order of the site.
        """
        if places := self._places.get(key):
            there = self._own.get(key) or (path if path in places else next(iter(places)))
            if last:
                there = next(reversed(places))
            if there == path and "/" not in path:
                return f"#{places[there]}"
            return f"{'../' * path.count('/')}{there}#{places[there]}"
        if self._is_common(key):
            name = self._definitions[key].name
            return f"{COMMON_DEFINITIONS}/{kebab(name)}#{anchor(name)}"
        return None

    def _is_common(self, key: str) -> bool:
        definition = self._definitions.get(key)
        if definition is None or definition.name not in _COMMON_NAMES:
            return False
        return definition.package == SHARED_NAMES.get(definition.name)


def section_name(reference: Reference, section: PageSection) -> str:
    """The heading of a section: a definition's name, or that of a parameter which all operations share."""
    definition = reference.definitions.get(section.key)
    return definition.name if definition else section.key.rpartition(" ")[2]


def _derived(reference: Reference) -> Iterable[Page]:
    """One page for each kind of a source that has none, with what belongs to the kind, in the order of their keys."""
    kinds = roots(reference)
    lists = {f"{root.key}List" for root in kinds}  # they stand on the page of what they list
    for number, root in enumerate(each for each in kinds if each.key not in lists):
        gvk = root.gvk
        parts = [reference.definitions.get(f"{root.package}.{root.name}{part}") for part in _PARTS]
        yield Page(
            path="",
            layout="",
            locale="",
            kind=root.name,
            api_version=gvk.api_version if gvk else "",
            import_path=import_of(root.package),
            title="",
            description="",
            weight=number + 1,
            sections=tuple(_section(each) for each in parts if each is not None and each.documented),
            operations=tuple(each.id for each in reference.operations.values() if gvk is not None and each.gvk == gvk),
            span=root.span,
        )


def _section(definition: Definition) -> PageSection:
    return PageSection(key=definition.key, anchor=anchor(definition.name))
