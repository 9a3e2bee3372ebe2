"""Which pages of two languages belong together: by path, or as one page that moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from codegen.drift.compare.side import Side
from codegen.findings.diagnostics import Span
from codegen.model import Definition, Page, definition_refs, refs


class PageMatch(Struct, frozen=True, kw_only=True):
    """Which page of the second language belongs to which of the first.

    `alone_old`, `alone_new`: file paths of pages that only one language has; `moved`: pairs that are one page at two places.
    """

    pairs: tuple[tuple[Page, Page], ...]
    moved: tuple[tuple[Page, Page], ...]
    alone_old: Mapping[str, Page]
    alone_new: Mapping[str, Page]
    _superseded: frozenset[str]
    _heads: Mapping[str, Page]
    _referrers: Mapping[str, tuple[tuple[str, str], ...]]

    def whole(self, span: Span) -> bool:
        """Whether a place is on a page that is reported as a whole, so that its content is not."""
        return span.path in self.alone_old or span.path in self.alone_new or span.path in self._superseded

    def head(self, span: Span) -> Span | None:
        """The beginning of the page of the second language that belongs to a place of the first."""
        page = self._heads.get(span.path)
        return beginning(page) if page is not None else None

    def referrers(self, key: str) -> tuple[tuple[str, str], ...]:
        """The fields of the first language, as (definition, field), that lead to a definition."""
        return self._referrers.get(key, ())


def beginning(page: Page) -> Span:
    """The first line of a page."""
    return Span(path=page.span.path, line=max(page.span.line, 1), column=1)


def match_pages(old: Side, new: Side) -> PageMatch:
    """Match by path below the source; a single page of each language belongs to the other, whatever its name."""
    old_pages = {page_key(page.path): page for page in old.reference.pages}
    new_pages = {page_key(page.path): page for page in new.reference.pages}
    if len(old_pages) == len(new_pages) == 1:
        new_pages = dict(zip(old_pages, new_pages.values(), strict=True))
    pairs = [(page, new_pages[key]) for key, page in old_pages.items() if key in new_pages]
    removed = {key: page for key, page in old_pages.items() if key not in new_pages}
    added = {key: page for key, page in new_pages.items() if key not in old_pages}
    moved = _moved(removed, added)
    taken = {key for pair in moved.items() for key in pair}
    moves = tuple((removed[before], added[after]) for before, after in moved.items())
    # A side with the smaller claim says nothing about pages that it does not hold.
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
        _referrers=_referrers(old),
    )


def page_key(path: str) -> str:
    """A page path without its endings: `a/b.zh-cn.md` and `a/b.md` are one page."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{name.split('.')[0]}"


def _moved(removed: Mapping[str, Page], added: Mapping[str, Page]) -> dict[str, str]:
    """Pages of one kind and group at two places: in another folder, or of another version."""
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


def leading(definition: Definition) -> Iterator[tuple[str, str]]:
    """The fields of a definition that lead to others, each with one of these; without a name, what has no fields."""
    for field in definition.fields:
        yield from ((field.name, target) for target in refs(field.type))
    if not definition.fields:
        yield from (("", target) for target in definition_refs(definition))


def _referrers(side: Side) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for key, definition in side.reference.definitions.items():
        for name, target in leading(definition):
            found.setdefault(target, []).append((key, name))
    return {key: tuple(places) for key, places in found.items()}
