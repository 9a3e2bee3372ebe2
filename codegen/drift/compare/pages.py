"""Comparison of the pages of two languages: missing, additional and moved pages, and front matter."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.drift.compare.changes import Change, PageChange
from codegen.drift.compare.context import Context
from codegen.drift.compare.page_match import PageMatch, page_start
from codegen.model import Page

_FRONT_MATTER = {"kind": "kind", "api_version": "apiVersion", "import_path": "import"}


def compare_pages(match: PageMatch, context: Context) -> Iterator[Change]:
    """Find all differences between pages, except their content."""
    broken = {path for side in (context.old, context.new) for path in side.broken}
    for page in match.alone_old.values():
        if page.span.path not in broken:
            yield context.make(
                PageChange, "page-removed", page_start(page), id=page.path, old=page.path, before=page, in_new=False
            )
    for page in match.alone_new.values():
        if page.span.path not in broken:
            yield context.make(PageChange, "page-added", page_start(page), id=page.path, new=page.path, after=page)
    for old, new in match.moved:
        yield context.make(
            PageChange, "page-moved", page_start(new), id=old.path, old=old.path, new=new.path, before=old, after=new
        )
    for old, new in match.pairs:
        yield from _compare_front_matter(context, old, new)


def _compare_front_matter(context: Context, old: Page, new: Page) -> Iterator[Change]:
    if old.weight is not None and new.weight is not None and old.weight != new.weight:
        yield context.make(
            PageChange,
            "page-weight-changed",
            page_start(new),
            id=old.path,
            old=str(old.weight),
            new=str(new.weight),
            before=old,
            after=new,
        )
    for attribute, name in _FRONT_MATTER.items():
        before, after = getattr(old, attribute), getattr(new, attribute)
        if before != after:
            yield context.make(
                PageChange,
                "page-metadata-changed",
                page_start(new),
                id=f"{old.path}#{name}",
                old=before or None,
                new=after or None,
                before=old,
                after=new,
            )
