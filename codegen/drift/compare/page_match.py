"""Pairs of pages in two languages, by path or by kind and version, and the places of missing
elements on them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from msgspec import Struct

from codegen.core.diagnostics import Span
from codegen.drift.compare.inputs import ComparisonInput
from codegen.model import Definition, Page, refs
from codegen.model.pages import page_key

_Key = TypeVar("_Key", bound=Hashable)


class PageMatch(Struct, frozen=True, kw_only=True):
    """Pairs of pages in two languages, and pages without a counterpart.

    `moved` has the pairs with different paths. `reported` has the paths of pages that are reported
    as a whole, without their content. `missing` has the places of fields that lead to missing
    definitions.
    """

    pairs: tuple[tuple[Page, Page], ...]
    moved: tuple[tuple[Page, Page], ...]
    alone_old: tuple[Page, ...]
    alone_new: tuple[Page, ...]
    reported: frozenset[str]
    missing: Mapping[str, Span]

    def head(self, span: Span) -> Span | None:
        """Return the beginning of the counterpart of the page at a place."""
        pairs = (*self.pairs, *self.moved)
        return next((page_start(new) for old, new in pairs if old.span.path == span.path), None)

    def expected_span(self, definition: Definition) -> Span | None:
        """Return the place of the nearest field of a missing type, or the beginning of its page."""
        return self.missing.get(definition.key) or self.head(definition.span)


def page_start(page: Page) -> Span:
    """Return the location of the first line of a page."""
    return Span(path=page.span.path, line=max(page.span.line, 1), column=1)


def match_pages(old: ComparisonInput, new: ComparisonInput) -> PageMatch:
    """Match pages by path below the source. Two single pages always match."""
    removed = {page_key(page.path): page for page in old.reference.pages}
    added = {page_key(page.path): page for page in new.reference.pages}
    if len(removed) == len(added) == 1:
        added = dict(zip(removed, added.values(), strict=True))
    pairs = [(removed.pop(key), added.pop(key)) for key in list(removed) if key in added]
    moved = [
        *_pair_moved(removed, added, lambda page: (page.kind, page.api_version)),
        *_pair_moved(removed, added, lambda page: (page.kind, page.api_version.rpartition("/")[0])),
    ]
    # A source with the smaller coverage cannot miss pages.
    if old.coverage <= new.coverage:
        alone_old = tuple(removed.values())
    else:
        alone_old = ()
    if new.coverage <= old.coverage:
        alone_new = tuple(added.values())
    else:
        alone_new = ()
    superseded: list[Page] = []
    for pair in moved:
        if pair[0].api_version != pair[1].api_version:
            superseded.extend(pair)
    return PageMatch(
        pairs=tuple(pairs),
        moved=tuple(moved),
        alone_old=alone_old,
        alone_new=alone_new,
        reported=frozenset(page.span.path for page in (*alone_old, *alone_new, *superseded)),
        missing=_find_missing(old.reference.definitions, new.reference.definitions),
    )


def _pair_moved(
    removed: dict[str, Page], added: dict[str, Page], sign: Callable[[Page], tuple[str, str]]
) -> Iterator[tuple[Page, Page]]:
    """Take out and yield the pages of one kind in different folders, by path."""
    waiting: dict[tuple[str, str], list[str]] = {}
    for key in sorted(added, reverse=True):
        waiting.setdefault(sign(added[key]), []).append(key)
    for key in sorted(removed):
        if removed[key].kind and (same_names := waiting.get(sign(removed[key]))):
            yield removed.pop(key), added.pop(same_names.pop())


def expected_spans(
    before: Iterable[_Key], after: Mapping[_Key, Span], start: Span
) -> dict[_Key, Span]:
    """Return the location of each element, or the place where a missing one belongs."""
    spans: dict[_Key, Span] = {}
    span = start
    for key in before:
        span = after.get(key, span)
        spans.setdefault(key, span)
    return spans


def _find_missing(old: Mapping[str, Definition], new: Mapping[str, Definition]) -> dict[str, Span]:
    """Map missing definitions to the nearest fields of the translation that lead to them."""
    nearest: dict[str, Span] = {}
    shared = {key: new[key] for key in old if key in new and new[key].documented}
    waiting = deque(shared)
    while waiting:
        before = old[key := waiting.popleft()]
        after = shared.get(key)
        if after:
            after_spans = {field.name: field.span for field in after.fields}
        else:
            after_spans = {}
        spans = expected_spans(
            (field.name for field in before.fields),
            after_spans,
            after.span if after else nearest[key],
        )
        for field in before.fields:
            for target in refs(field.type):
                if target in old and target not in nearest:
                    nearest[target] = spans[field.name]
                    waiting.append(target)
    return nearest
