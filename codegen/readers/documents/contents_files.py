"""Reading of upstream's `toc.yaml` and `fields.yaml` as a table of contents.

What does not have their shape is refused at its line: a site with half of its pages is useless.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.core.diagnostics import CodegenError, Report, Span, failure
from codegen.core.source import Source
from codegen.model.contents import Chapter, Contents, ContentsPart, FieldGroup, FieldOrder
from codegen.readers.documents.dialects import API
from codegen.readers.documents.document import Document
from codegen.readers.documents.loader import read_settings

_CHAPTER_KEYS = frozenset(("name", "group", "version", "key", "otherDefinitions"))


def read_contents(toc: Source, fields: Source | None, report: Report) -> Contents:
    """Read the table of contents of a site. Raises `CodegenError` at the place of what cannot be read."""
    table = _Toc(toc)
    return Contents(
        parts=tuple(table.parts()),
        skipped=table.read_skipped(),
        orders={} if fields is None else _orders(fields, report),
        span=toc.whole,
    )


class _Toc:
    def __init__(self, source: Source) -> None:
        self._document = read_settings(source, API)
        self._data = self._document.data
        if not isinstance(self._data, dict) or not isinstance(self._data.get("parts"), list):
            raise failure(
                "toc-unreadable",
                "the list `parts` is missing",
                Span(path=source.path, line=1, column=1),
                "a table of contents is a list `parts:`, each with `name` and `chapters`",
            )

    def read_skipped(self) -> tuple[str, ...]:
        names = "skippedResources"
        return tuple(_words(self._data.get(names), self._document.span(names), names))

    def parts(self) -> Iterator[ContentsPart]:
        for at, raw in enumerate(self._data["parts"]):
            span = _place(self._document, raw, "name", "parts", at)
            if not isinstance(raw, dict) or "name" not in raw:
                raise _shape(span, "a part needs `name` and `chapters`")
            chapters = raw.get("chapters") or []
            if not isinstance(chapters, list):
                raise _shape(span, "`chapters` has to be a list")
            yield ContentsPart(
                name=_word(raw["name"], span, "name"),
                chapters=tuple(self._chapter(chapter, at, number) for number, chapter in enumerate(chapters)),
                span=span,
            )

    def _chapter(self, raw: Any, part: int, number: int) -> Chapter:
        span = _place(self._document, raw, "name", "parts", part, "chapters", number)
        if not isinstance(raw, dict) or "name" not in raw:
            raise _shape(span, "a chapter needs `name`, and `group` and `version`, or `key`")
        if unknown := sorted(set(raw) - _CHAPTER_KEYS):
            raise _shape(
                span, f"a chapter has no {unknown[0]!r}; the known keys are {', '.join(sorted(_CHAPTER_KEYS))}"
            )
        has_kind = "group" in raw and "version" in raw
        if not has_kind and "key" not in raw:
            raise _shape(span, "a chapter needs `group` and `version`, or `key`")
        others = raw.get("otherDefinitions")
        return Chapter(
            name=_word(raw["name"], span, "name"),
            group=_word(raw["group"], span, "group", empty=True) if has_kind else None,
            version=_word(raw["version"], span, "version") if has_kind else None,
            key=_word(raw["key"], span, "key") if not has_kind else "",
            others=None if others is None else tuple(_words(others, span, "otherDefinitions")),
            span=span,
        )


def _orders(source: Source, report: Report) -> dict[str, FieldOrder]:
    """Order and categories by key. Of two entries for one key the first counts, as it does upstream."""
    document = read_settings(source, API)
    if document.data is None:
        return {}
    if not isinstance(document.data, list):
        raise _shape(Span(path=source.path, line=1, column=1), "the file has to be a list of definitions")
    orders: dict[str, FieldOrder] = {}
    for at, raw in enumerate(document.data):
        span = _place(document, raw, "definition", at)
        if not isinstance(raw, dict) or "definition" not in raw:
            raise _shape(span, "each entry needs `definition` and `field_categories`")
        key = _word(raw["definition"], span, "definition")
        if key in orders:
            report.warning(
                "field-order-twice",
                f"{key} appears here again; the first is at {orders[key].span}",
                span,
                "remove one of the two; the first is used",
            )
            continue
        groups = raw.get("field_categories")
        if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
            raise _shape(span, "`field_categories` has to be a list of entries with `fields` and, optionally, `name`")
        orders[key] = FieldOrder(
            key=key,
            groups=tuple(
                FieldGroup(
                    name=_word(group.get("name") or "", span, "name", empty=True),
                    fields=tuple(_words(group.get("fields"), span, "fields")),
                )
                for group in groups
            ),
            span=span,
        )
    return orders


def _place(document: Document, raw: Any, name: str, *steps: str | int) -> Span:
    """Return the location of a mapping's name, or of the mapping without one."""
    names_itself = isinstance(raw, dict) and name in raw
    return document.span(*steps, name, key=True) if names_itself else document.span(*steps)


def _words(raw: Any, span: Span, what: str) -> Iterator[str]:
    if raw is None:
        return
    if not isinstance(raw, list):
        raise _shape(span, f"`{what}` has to be a list of names")
    for word in raw:
        yield _word(word, span, what)


def _word(raw: Any, span: Span, what: str, *, empty: bool = False) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float) or (raw == "" and not empty):
        raise _shape(span, f"`{what}` has to be a word")
    return str(raw)


def _shape(span: Span, expected: str) -> CodegenError:
    return failure("toc-unreadable", expected, span, "compare with the upstream generator's own file")
