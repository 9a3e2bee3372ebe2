"""Which pages there are, what they are called, and how one leads to another."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from codegen.findings.diagnostics import failure
from codegen.model import Page, PageSection, Reference
from codegen.model.kubernetes import SHARED_NAMES
from codegen.outputs.naming import kebab

# Where the site keeps what all pages share, below its reference.
COMMON_DEFINITIONS = "common-definitions"
COMMON_PARAMETERS = "common-parameters/common-parameters"
# What the site's folder of common definitions has a page for. Its pages link to these types, and write out all other shared ones.
_COMMON_NAMES = frozenset(
    (
        *("DeleteOptions", "LabelSelector", "ListMeta", "LocalObjectReference", "NodeSelectorRequirement"),
        *("ObjectFieldSelector", "ObjectMeta", "ObjectReference", "Patch", "Quantity", "ResourceFieldSelector"),
        *("Status", "TypedLocalObjectReference"),
    )
)
_SAFE_STEM = re.compile(r"[a-z0-9-]+")
_PRERELEASE = re.compile(r"v\d+(?:alpha|beta)\d+\Z")


def pages(reference: Reference, locale: str) -> dict[str, Page]:
    """The pages of an output by path without ending, the one in this language where there are several of one page.

    A page of another group that would take a path gets its group behind it. Raises `CodegenError` if that is taken too.
    """
    chosen: dict[str, Page] = {}
    for page in reference.pages:
        path = page_path(page)
        if path in chosen and not _same(chosen[path], page):
            group = kebab(page.api_version.rpartition("/")[0].split(".")[0])
            path = f"{path}-{group}" if group else path
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
    """`folder/kind-version`: the folder of the source page, the kind and, where there is one, the version.

    A page without a version may have more words in the name of its source, since its kind alone is not always one of a kind.
    """
    folder, stem = posixpath.split(page.path)
    stem = stem.split(".")[0]
    kind, version = kebab(page.kind) or "page", page.api_version.rpartition("/")[2]
    if not version and stem.startswith(f"{kind}-") and _SAFE_STEM.fullmatch(stem):
        return posixpath.join(folder, stem)
    words = [kind, re.sub(r"[^a-z0-9]+", "-", version.lower()).strip("-")]
    return posixpath.join(folder, "-".join(word for word in words if word))


def title(page: Page) -> str:
    """The kind, and the version while it is not stable."""
    version = page.api_version.rpartition("/")[2]
    return f"{page.kind} {version}" if _PRERELEASE.match(version) else page.kind


def anchor(name: str) -> str:
    """The id of a heading: runs of other characters than letters and digits become a dash."""
    return re.sub(r"[^a-zA-Z0-9]+", "-", name)


class Links:
    """Where a definition, or a parameter that operations share, is documented, as seen from one page.

    It leads to its section on a page of this output. `outside`: the types that the site has common pages for lead there, also where
    those are not part of the sources. Anything else has no place of its own. `ordered` says that `chosen` is in the order of the site.
    """

    def __init__(
        self, reference: Reference, chosen: Mapping[str, Page], *, ordered: bool = False, outside: bool = True
    ) -> None:
        self._definitions = reference.definitions
        self._outside = outside
        self._places: dict[str, dict[str, str]] = {}
        self._own: dict[str, str] = {}
        in_order = chosen.items() if ordered else sorted(chosen.items(), key=_site_order)
        for path, page in in_order:
            for section in page.sections:
                name = section_name(reference, section)
                self._places.setdefault(section.key, {})[path] = section.anchor or anchor(name)
                if name == page.kind:
                    self._own.setdefault(section.key, path)

    def __contains__(self, key: str) -> bool:
        """Whether the definition has a place of its own."""
        return key in self._places or self._is_common(key)

    def target(self, key: str, path: str, *, last: bool = False) -> str | None:
        """What a reference on the page at `path` leads to (`../folder/page#Anchor`), or None."""
        found = self.place(key, path, last=last)
        if found is not None:
            there, place = found
            if there == path and "/" not in path:
                return f"#{place}"
            return f"{'../' * path.count('/')}{there}#{place}"
        common = self.common(key)
        return f"../{common}" if common else None

    def place(self, key: str, path: str, *, last: bool = False) -> tuple[str, str] | None:
        """The page of this output, and the anchor on it, that a reference on the page at `path` leads to.

        Of several places the one on the page of that kind counts, then the one on this page, then the first; with `last`, as on
        the machine-made pages, the last in the order of the site.
        """
        places = self._places.get(key)
        if not places:
            return None
        there = self._own.get(key) or (path if path in places else next(iter(places)))
        if last:
            there = next(reversed(places))
        return there, places[there]

    def common(self, key: str) -> str:
        """The place below the site's reference (`folder/page#Anchor`) of a type that the site has a common page for, or nothing."""
        if key in self._places or not self._is_common(key):
            return ""
        name = self._definitions[key].name
        return f"{COMMON_DEFINITIONS}/{kebab(name)}#{anchor(name)}"

    def _is_common(self, key: str) -> bool:
        definition = self._definitions.get(key) if self._outside else None
        if definition is None or definition.name not in _COMMON_NAMES:
            return False
        return definition.package == SHARED_NAMES.get(definition.name)


def _site_order(item: tuple[str, Page]) -> tuple[str, int, str]:
    return posixpath.dirname(item[0]), item[1].weight or 0, item[0]


def section_name(reference: Reference, section: PageSection) -> str:
    """The heading of a section: a definition's name, or that of a parameter which all operations share."""
    definition = reference.definitions.get(section.key)
    return definition.name if definition else section.key.rpartition(" ")[2]
