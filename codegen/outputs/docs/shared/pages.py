"""Which pages there are, and what they are called."""

from __future__ import annotations

import posixpath
import re

from codegen.core.diagnostics import failure
from codegen.model import Page, PageSection, Reference
from codegen.model.naming import kebab_case, portable

_UNSAFE = re.compile(r"[^a-z0-9]+")
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
            group = kebab_case(page.api_version.rpartition("/")[0].split(".")[0])
            path = posixpath.join(posixpath.dirname(path), page_stem(posixpath.basename(path), group))
        known = chosen.get(path)
        if known is not None and not _same(known, page):
            raise failure(
                "path-taken",
                f"{known.span} is already the page {path}.md",
                page.span,
                "leave one of the two pages out of the sources",
            )
        if known is None or (page.locale == locale and known.locale != locale):
            chosen[path] = page
    return chosen


def _same(first: Page, second: Page) -> bool:
    """Whether two pages are one page in two languages, or two copies: of one source path, or about one kind."""
    if first.path and first.path == second.path:
        return first.locale != second.locale
    return (first.kind, first.api_version, first.import_path) == (second.kind, second.api_version, second.import_path)


def page_path(page: Page) -> str:
    """`folder/kind-version`: the folder of the source page, the kind and, where there is one, the version.

    A page without a version may have more words in the name of its source, since its kind alone is not always one of a kind.
    """
    folder, stem = posixpath.split(page.path)
    stem = stem.split(".")[0]
    kind, version = kebab_case(page.kind) or "page", page.api_version.rpartition("/")[2]
    if not version and stem.startswith(f"{kind}-") and _SAFE_STEM.fullmatch(stem):
        return posixpath.join(folder, portable(stem))
    return posixpath.join(folder, page_stem(kind, version))


def page_stem(*parts: str) -> str:
    """The name of a page, made of kebab words and of other parts."""
    return portable("-".join(word for word in (slug(part) for part in parts) if word))


def slug(text: str) -> str:
    """A text as part of a path: small letters and digits, dashes between them."""
    return _UNSAFE.sub("-", text.lower()).strip("-")


def title(page: Page, locale: str) -> str:
    """The title that a page has itself in a language, else its kind, with the version while it is not stable."""
    if page.locale == locale and page.title:
        return page.title
    version = page.api_version.rpartition("/")[2]
    return f"{page.kind} {version}" if _PRERELEASE.match(version) else page.kind


def section_name(reference: Reference, section: PageSection) -> str:
    """The heading of a section: a definition's name, or that of a parameter which all operations share."""
    definition = reference.definitions.get(section.key)
    return definition.name if definition else section.key.rpartition(" ")[2]
