"""`toc.yaml` and `fields.yaml` of the upstream generator, as they are, as a table of contents.

What does not have their shape is refused at its line: a site with half of its pages is no site.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.core.source import Source
from codegen.findings.diagnostics import CodegenError, Report, Span, failure
from codegen.model.contents import Chapter, Contents, FieldGroup, FieldOrder, Part
from codegen.readers.documents.yaml import KeyIndex, read_yaml

_CHAPTER_KEYS = frozenset(("name", "group", "version", "key", "otherDefinitions"))
# How deep the keys of parts, chapters and definitions stand: each list and each mapping is one container.
_PART_DEPTH, _CHAPTER_DEPTH, _ORDER_DEPTH = 3, 5, 2


def read_contents(toc: Source, fields: Source | None, report: Report) -> Contents:
    """The table of contents of a site. Raises `CodegenError` at the place of what cannot be read."""
    table = _Toc(toc)
    return Contents(
        parts=table.parts(),
        skipped=table.skipped(),
        orders={} if fields is None else _orders(fields, report),
        span=toc.whole,
    )


class _Places:
    """Where the keys of one name and depth stand, in the order in which they are asked for."""

    def __init__(self, source: Source, index: KeyIndex) -> None:
        self._source = source
        self._index = index
        self._count: dict[tuple[int, str], int] = {}

    def next(self, depth: int, name: str) -> Span:
        """The place of the next key of this name that deep."""
        at = self._count[depth, name] = self._count.get((depth, name), -1) + 1
        offsets = self._index.get((depth, name), [])
        return self._source.span(offsets[at]) if at < len(offsets) else self._source.whole


class _Toc:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._data, index = read_yaml(source)
        self._places = _Places(source, index)
        if not isinstance(self._data, dict) or not isinstance(self._data.get("parts"), list):
            raise failure(
                "toc-unreadable",
                "there is no list `parts`",
                Span(path=source.path, line=1, column=1),
                "a table of contents is `parts:`, each with `name` and `chapters`",
            )

    def skipped(self) -> tuple[str, ...]:
        return tuple(_words(self._data.get("skippedResources"), self._source.whole, "skippedResources"))

    def parts(self) -> tuple[Part, ...]:
        return tuple(self._parts())

    def _parts(self) -> Iterator[Part]:
        for each in self._data["parts"]:
            if not isinstance(each, dict) or "name" not in each:
                raise _shape(self._source.whole, "a part has `name` and `chapters`")
            span = self._places.next(_PART_DEPTH, "name")
            chapters = each.get("chapters") or []
            if not isinstance(chapters, list):
                raise _shape(span, "`chapters` is a list")
            yield Part(
                name=_word(each["name"], span, "name"),
                chapters=tuple(self._chapter(one, span) for one in chapters),
                span=span,
            )

    def _chapter(self, raw: Any, part: Span) -> Chapter:
        if not isinstance(raw, dict) or "name" not in raw:
            raise _shape(part, "each chapter of this part has `name`, and `group` and `version`, or `key`")
        span = self._places.next(_CHAPTER_DEPTH, "name")
        if unknown := sorted(set(raw) - _CHAPTER_KEYS):
            raise _shape(span, f"a chapter has no {unknown[0]!r}; known are {', '.join(sorted(_CHAPTER_KEYS))}")
        has_kind = "group" in raw and "version" in raw
        if not has_kind and "key" not in raw:
            raise _shape(span, "a chapter has `group` and `version`, or `key`")
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
    data, index = read_yaml(source)
    places = _Places(source, index)
    if data is None:
        return {}
    if not isinstance(data, list):
        raise _shape(Span(path=source.path, line=1, column=1), "the file is a list of definitions")
    made: dict[str, FieldOrder] = {}
    for each in data:
        if not isinstance(each, dict) or "definition" not in each:
            raise _shape(source.whole, "each entry has `definition` and `field_categories`")
        span = places.next(_ORDER_DEPTH, "definition")
        key = _word(each["definition"], span, "definition")
        if key in made:
            report.warning(
                "field-order-twice",
                f"{key} stands here again; the first is at {made[key].span}",
                span,
                "remove one of the two; the first is used",
            )
            continue
        groups = each.get("field_categories")
        if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
            raise _shape(span, "`field_categories` is a list, each with `fields` and perhaps `name`")
        made[key] = FieldOrder(
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
    return made


def _words(raw: Any, span: Span, what: str) -> Iterator[str]:
    if raw is None:
        return
    if not isinstance(raw, list):
        raise _shape(span, f"`{what}` is a list of names")
    for each in raw:
        yield _word(each, span, what)


def _word(raw: Any, span: Span, what: str, *, empty: bool = False) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float) or (raw == "" and not empty):
        raise _shape(span, f"`{what}` is a word")
    return str(raw)


def _shape(span: Span, expected: str) -> CodegenError:
    return failure("toc-unreadable", expected, span, "compare with the upstream generator's own file")
