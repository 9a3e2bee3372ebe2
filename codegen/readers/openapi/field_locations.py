"""Locations of field names in a schema, asked for in the order of the document.

A document that the JSON library read is searched as text (`TextFieldLocator`). One read by events has positions (`PositionFieldLocator`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from codegen.core.diagnostics import Span
from codegen.readers.documents.api_document import ApiDocument
from codegen.readers.documents.builder import NodePosition


class FieldLocator(Protocol):
    """A locator for the field names of one object."""

    def span(self, name: str) -> Span | None:
        """Return the location of a name, or None if unknown."""

    def below(self, steps: Sequence[str | int]) -> FieldLocator:
        """Return the locator for an inline object below the last name."""


class TextFieldLocator:
    """A locator by text search at a known depth and offset range. Nothing is found if `start` is -1."""

    __slots__ = ("_depth", "_document", "_end", "_start")

    def __init__(self, document: ApiDocument, start: int, end: int, depth: int) -> None:
        self._document = document
        self._start = start
        self._end = end
        self._depth = depth

    def span(self, name: str) -> Span | None:
        """Return the location of a name after the last one."""
        if self._start < 0:
            return None
        found = self._document.key_offset(name, self._depth, self._start, self._end)
        if found < 0:
            return None
        self._start = found
        return self._document.span(found)

    def below(self, steps: Sequence[str | int]) -> TextFieldLocator:
        """Return the locator for an inline object below the last name."""
        depth = self._depth + 1 + len(steps)
        start = self._document.key_offset("properties", depth, self._start, self._end) if self._start >= 0 else -1
        return TextFieldLocator(self._document, start, self._end, depth + 1)


class PositionFieldLocator:
    """A locator by the recorded positions of a schema."""

    __slots__ = ("_last", "_names", "_path")

    def __init__(self, path: str, mark: NodePosition | None) -> None:
        self._path = path
        names = _child(mark, "properties")
        self._names = names.children if names is not None and isinstance(names.children, dict) else {}
        self._last: NodePosition | None = None

    def span(self, name: str) -> Span | None:
        """Return the location of a name."""
        self._last = mark = self._names.get(name)
        return None if mark is None else Span(path=self._path, line=mark.key_line, column=mark.key_column)

    def below(self, steps: Sequence[str | int]) -> PositionFieldLocator:
        """Return the locator for an inline object below the last name."""
        mark = self._last
        for step in steps:
            mark = _child(mark, step)
        return PositionFieldLocator(self._path, mark)


def _child(mark: NodePosition | None, step: str | int) -> NodePosition | None:
    children = mark.children if mark is not None else None
    if isinstance(children, dict):
        return children.get(step)
    return children[step] if isinstance(children, list) and isinstance(step, int) and step < len(children) else None
