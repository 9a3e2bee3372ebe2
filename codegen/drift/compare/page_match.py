"""Pairs of pages in two languages, by path or by kind and version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from codegen.core.diagnostics import Span
from codegen.drift.compare.inputs import ComparisonInput
from codegen.model import Definition, Page, definition_refs, refs


class PageMatch(Struct, frozen=True, kw_only=True):
    """Pairs of pages in two languages, and pages without a counterpart by file path.

    `moved` has the pairs with different paths.
    """

    pairs: tuple[tuple[Page, Page], ...]
    moved: tuple[tuple[Page, Page], ...]
    alone_old: Mapping[str, Page]
    alone_new: Mapping[str, Page]
    _superseded: frozenset[str]
    _heads: Mapping[str, Page]
    _referrers: Mapping[str, tuple[tuple[str, str], ...]]

    def is_reported(self, span: Span) -> bool:
        """Return whether the page at a place is reported as a whole, and its content is not."""
        return span.path in self.alone_old or span.path in self.alone_new or span.path in self._superseded

    def head(self, span: Span) -> Span | None:
        """Return the beginning of the counterpart of the page at a place."""
        page = self._heads.get(span.path)
        return page_start(page) if page is not None else None

    def referrers(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return the fields of this type in the first language, as (definition, field)."""
        return self._referrers.get(key, ())


def page_start(page: Page) -> Span:
    """Return the first line of a page."""
    return Span(path=page.span.path, line=max(page.span.line, 1), column=1)


def match_pages(old: ComparisonInput, new: ComparisonInput) -> PageMatch:
    """Match pages by path below the source. Two single pages always match."""
    old_pages = {page_key(page.path): page for page in old.reference.pages}
    new_pages = {page_key(page.path): page for page in new.reference.pages}
    if len(old_pages) == len(new_pages) == 1:
        new_pages = dict(zip(old_pages, new_pages.values(), strict=True))
    pairs = [(page, new_pages[key]) for key, page in old_pages.items() if key in new_pages]
    removed = {key: page for key, page in old_pages.items() if key not in new_pages}
    added = {key: page for key, page in new_pages.items() if key not in old_pages}
    moved = _match_moved(removed, added)
    taken = {key for pair in moved.items() for key in pair}
    moves = tuple((removed[before], added[after]) for before, after in moved.items())
    # A source with the smaller coverage cannot miss pages.
    missing = removed if old.coverage <= new.coverage else {}
    extra = added if new.coverage <= old.coverage else {}
    return PageMatch(
        pairs=tuple(pairs),
        moved=moves,
        alone_old={page.span.path: page for key, page in missing.items() if key not in taken},
        alone_new={page.span.path: page for key, page in extra.items() if key not in taken},
        _superseded=frozenset(
            page.span.path for pair in moves if pair[0].api_version != pair[1].api_version for page in pair
        ),
        _heads={before.span.path: after for before, after in (*pairs, *moves)},
        _referrers=_find_referrers(old),
    )


def page_key(path: str) -> str:
    """Return a page path without its endings, `a/b` for `a/b.zh-cn.md` and `a/b.md`."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{name.split('.')[0]}"


def _match_moved(removed: Mapping[str, Page], added: Mapping[str, Page]) -> dict[str, str]:
    """Match pages of one kind in different folders, then of different versions, by path."""
    moved: dict[str, str] = {}
    for same in (_version, _group):
        waiting: dict[tuple[str, str], list[str]] = {}
        for new in sorted(added.keys() - {*moved.values()}, reverse=True):
            waiting.setdefault(same(added[new]), []).append(new)
        for old in sorted(removed.keys() - moved.keys()):
            if removed[old].kind and (places := waiting.get(same(removed[old]))):
                moved[old] = places.pop()
    return moved


def _version(page: Page) -> tuple[str, str]:
    return page.kind, page.api_version


def _group(page: Page) -> tuple[str, str]:
    return page.kind, page.api_version.rpartition("/")[0]


def referring_fields(definition: Definition) -> Iterator[tuple[str, str]]:
    """Yield the fields of a definition with their types. An empty name stands for the definition itself."""
    for field in definition.fields:
        yield from ((field.name, target) for target in refs(field.type))
    if not definition.fields:
        yield from (("", target) for target in definition_refs(definition))


def _find_referrers(side: ComparisonInput) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for key, definition in side.reference.definitions.items():
        for name, target in referring_fields(definition):
            found.setdefault(target, []).append((key, name))
    return {key: tuple(places) for key, places in found.items()}
