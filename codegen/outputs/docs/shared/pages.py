"""Paths and titles of pages."""

from __future__ import annotations

import posixpath
import re

from codegen.core.diagnostics import failure
from codegen.model import Page, Reference
from codegen.model.file_names import portable
from codegen.outputs.naming import kebab_case

_UNSAFE = re.compile(r"[^a-z0-9]+")
_SAFE_STEM = re.compile(r"[a-z0-9-]+")
_PRERELEASE = re.compile(r"v\d+(?:alpha|beta)\d+\Z")


def pages(reference: Reference, locale: str) -> dict[str, Page]:
    """Return the pages by path without suffix, each in this language if possible.

    The group is appended to a path that another page has. Raises `CodegenError` if that path is
    taken, too.
    """
    chosen: dict[str, Page] = {}
    for page in reference.pages:
        path = page_path(page)
        if path in chosen and not _is_same_page(chosen[path], page):
            group = kebab_case(page.api_version.rpartition("/")[0].split(".")[0])
            path = posixpath.join(
                posixpath.dirname(path), page_stem(posixpath.basename(path), group)
            )
        earlier = chosen.get(path)
        if earlier is not None and not _is_same_page(earlier, page):
            raise failure(
                "path-taken",
                f"{earlier.span} is already the page {path}.md",
                page.span,
                "leave one of the two pages out of the sources",
                arguments=(path,),
            )
        if earlier is None or (page.locale == locale and earlier.locale != locale):
            chosen[path] = page
    return chosen


def _is_same_page(first: Page, second: Page) -> bool:
    """Return whether two pages are translations or copies of one page."""
    if first.path and first.path == second.path:
        return first.locale != second.locale
    return (first.kind, first.api_version, first.import_path) == (
        second.kind,
        second.api_version,
        second.import_path,
    )


def page_path(page: Page) -> str:
    """Return the path of a page from its folder, kind and version.

    A page without a version may keep more words of its source's name, since its kind alone is not
    always unique.
    """
    folder, stem = posixpath.split(page.path)
    stem = stem.split(".")[0]
    kind, version = kebab_case(page.kind) or "page", page.api_version.rpartition("/")[2]
    if not version and stem.startswith(f"{kind}-") and _SAFE_STEM.fullmatch(stem):
        return posixpath.join(folder, portable(stem))
    return posixpath.join(folder, page_stem(kind, version))


def page_stem(*parts: str) -> str:
    """Join parts to the name of a page."""
    words = filter(None, map(slug, parts))
    return portable("-".join(words))


def slug(text: str) -> str:
    """Convert a text to small letters, digits and dashes, for a path."""
    return _UNSAFE.sub("-", text.lower()).strip("-")


def title(page: Page, locale: str) -> str:
    """Return the page's own title, or its kind with the version unless it is stable."""
    if page.locale == locale and page.title:
        return page.title
    version = page.api_version.rpartition("/")[2]
    if _PRERELEASE.match(version):
        return f"{page.kind} {version}"
    return page.kind


def section_name(reference: Reference, key: str) -> str:
    """Return the heading of a section, the name of a definition or a shared parameter."""
    definition = reference.definitions.get(key)
    if definition:
        return definition.name
    return key.rpartition(" ")[2]
