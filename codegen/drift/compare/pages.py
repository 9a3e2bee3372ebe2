"""Pages of two languages against each other: which are translated, missing, moved; what their heads say."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.drift.compare.changes import Change, PageChange
from codegen.drift.compare.context import Context
from codegen.drift.compare.page_match import PageMatch, beginning
from codegen.model import Page


def page_changes(match: PageMatch, context: Context) -> Iterator[Change]:
    """All differences between pages as such."""
    broken = {path for side in (context.old, context.new) for path in side.broken}
    for page in match.alone_old.values():
        if page.span.path not in broken:
            yield from context.make(
                PageChange, "page-removed", beginning(page), id=page.path, old=page.path, before=page, in_new=False
            )
    for page in match.alone_new.values():
        if page.span.path not in broken:
            yield from context.make(PageChange, "page-added", beginning(page), id=page.path, new=page.path, after=page)
    for old, new in match.moved:
        yield from context.make(
            PageChange, "page-moved", beginning(new), id=old.path, old=old.path, new=new.path, before=old, after=new
        )
    for old, new in match.pairs:
        yield from _heads(context, old, new)


def _heads(context: Context, old: Page, new: Page) -> Iterator[Change]:
    if old.weight is not None and new.weight is not None and old.weight != new.weight:
        yield from context.make(
            PageChange,
            "page-weight-changed",
            beginning(new),
            id=old.path,
            old=str(old.weight),
            new=str(new.weight),
            before=old,
            after=new,
        )
    for name in ("kind", "api_version", "import_path"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield from context.make(
                PageChange,
                "page-metadata-changed",
                beginning(new),
                id=f"{old.path}#{_SPELLED[name]}",
                old=before or None,
                new=after or None,
                before=old,
                after=new,
            )


_SPELLED = {"kind": "kind", "api_version": "apiVersion", "import_path": "import"}
