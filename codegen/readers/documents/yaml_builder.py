"""Construction of positioned data from the events of a YAML parser.

Depth and aliases that grow are refused before they hurt. Nothing here recurses.
"""

from __future__ import annotations

import json
from typing import Any

from codegen.core.source import Source
from codegen.readers.documents.dialects import MAX_WRITTEN, DocumentDialect
from codegen.readers.documents.document import (
    MAX_DEPTH,
    Document,
    DocumentStream,
    NodePosition,
    ReadingError,
    depth_error,
    duplicate_key_fault,
)

MAX_ALIASED = 200_000  # values that aliases may add to a file
MERGE = object()  # the key of YAML that merges maps


class _OpenContainer:
    """An unfinished container."""

    __slots__ = ("anchor", "container", "is_key", "key", "key_offset", "merges", "position", "weight", "written")

    def __init__(self, container: dict[Any, Any] | list[Any], position: NodePosition, anchor: str | None) -> None:
        self.container = container
        self.position = position
        self.anchor = anchor
        self.is_key = False
        self.key: Any = None
        self.key_offset = -1
        self.written = ""
        self.merges: list[tuple[Any, NodePosition]] = []
        self.weight = 1


class Builder:
    """A builder of data and positions from events."""

    def __init__(self, source: Source, stream: DocumentStream, dialect: DocumentDialect) -> None:
        self._source = source
        self._stream = stream
        self._dialect = dialect
        self._open: list[_OpenContainer] = []
        self._anchors: dict[str, tuple[Any, NodePosition, int]] = {}
        self._aliased = 0
        self._root: tuple[Any, NodePosition] | None = None

    @property
    def wants_key(self) -> bool:
        """Return whether the next scalar is a key."""
        return bool(self._open) and isinstance(self._open[-1].container, dict) and self._open[-1].key_offset < 0

    def start(self, container: dict[Any, Any] | list[Any], offset: int, anchor: str | None = None) -> None:
        """Begin a list or map."""
        if len(self._open) >= MAX_DEPTH:
            raise depth_error(self._dialect.rules.too_deep, offset)
        is_key = self.wants_key
        if is_key and not self._dialect.is_body:
            raise self._key_error(offset)
        position = NodePosition(offset, children={} if isinstance(container, dict) else [])
        self._open.append(_OpenContainer(container, position, anchor))
        self._open[-1].is_key = is_key

    def _key_error(self, offset: int, go_message: str = "") -> ReadingError:
        message = "a list or map is used as a key"
        return ReadingError(self._dialect.rules.key, message, offset, "use a plain word as the key", go_message)

    def end(self) -> None:
        """End the innermost list or map."""
        closed = self._open.pop()
        if closed.is_key:
            raise self._key_error(closed.position.offset, f"invalid map key: {_format_go_value(closed.container)}")
        if isinstance(closed.container, dict) and isinstance(closed.position.children, dict):
            for values, merged in closed.merges:
                for key, value in values.items():
                    if key not in closed.container:
                        closed.container[key] = value
                        closed.position.children[key] = (
                            merged.children[key] if isinstance(merged.children, dict) else merged
                        )
                    elif self._dialect.is_body:
                        self._report_duplicate_key(key, key, "", closed.position.children[key].key_offset)
        self.put(closed.container, closed.position, closed.weight, closed.anchor)

    def key(self, value: Any, text: str, offset: int, *, anchor: str | None = None, is_alias: bool = False) -> None:
        """Add a key to the innermost map."""
        if anchor:
            self._anchors[anchor] = (value, NodePosition(offset), 1)
        top = self._open[-1]
        name = value if value is MERGE else self._dialect.key(value, None if is_alias else text)
        top.written = text[:MAX_WRITTEN] if text != name else ""
        if name is not MERGE and name in top.container:
            self._report_duplicate_key(name, value, top.written, offset)
        top.key, top.key_offset = name, offset

    def _report_duplicate_key(self, name: Any, value: Any, written: str, offset: int) -> None:
        rule = self._dialect.rules.duplicate_key
        self._stream.faults.append(duplicate_key_fault(rule, self._source, offset, name, value, written))

    def put(self, value: Any, position: NodePosition, weight: int = 1, anchor: str | None = None) -> None:
        """Add a complete value."""
        if anchor:
            self._anchors[anchor] = (value, position, weight)
        if not self._open:
            self._root = (value, position)
            return
        top = self._open[-1]
        top.weight += weight
        if isinstance(top.container, list):
            top.container.append(value)
            if isinstance(top.position.children, list):
                top.position.children.append(position)
        elif isinstance(top.position.children, dict):
            if top.key is MERGE:
                self._merge(top, value, position)
            else:
                top.container[top.key] = value
                top.position.children[top.key] = NodePosition(
                    position.offset, top.key_offset, position.children, top.written, position.word
                )
            top.key_offset = -1

    def _merge(self, top: _OpenContainer, value: Any, position: NodePosition) -> None:
        values = value if isinstance(value, list) else [value]
        positions = position.children if isinstance(value, list) and isinstance(position.children, list) else [position]
        if not all(isinstance(merged, dict) for merged in values):
            message = "<< merges something that is not a map"
            raise ReadingError(self._dialect.rules.merge, message, position.offset, "merge maps only")
        top.merges += zip(values, positions, strict=True)
        self._grow(sum(map(len, values)), position.offset)

    def alias(self, anchor: str, offset: int) -> None:
        """Insert the value of an anchor."""
        rules, shown = self._dialect.rules, f"*{anchor[:200]}"
        if anchor not in self._anchors:
            message = f"{shown} does not refer to a value that is complete here"
            is_open = any(each.anchor == anchor for each in self._open)
            go_message = (
                f"anchor '{anchor}' value contains itself" if is_open else f"unknown anchor '{anchor}' referenced"
            )
            raise ReadingError(rules.alias, message, offset, "write the value out", go_message)
        value, position, weight = self._anchors[anchor]
        if not self.wants_key:
            self._grow(weight, offset)
            self.put(value, NodePosition(offset, children=position.children), weight)
        elif isinstance(value, dict | list):
            raise ReadingError(rules.key, f"{shown} cannot be used as a key", offset, "write the key out")
        else:
            self.key(value, f"*{anchor}", offset, is_alias=True)

    def _grow(self, count: int, offset: int) -> None:
        self._aliased += count
        if self._aliased > MAX_ALIASED:
            message = f"aliases expand this to more than {MAX_ALIASED} values"
            hint = "write the values out, without anchors that contain aliases"
            go_message = "document contains excessive aliasing"
            raise ReadingError(self._dialect.rules.too_large, message, offset, hint, go_message)

    def document(self) -> None:
        """End a document. One without any value is left out."""
        if self._root is not None and self._root[0] is not None:
            data, position = self._root
            self._stream.documents.append(Document(self._source, data, lambda: position))
        self._root = None
        self._anchors.clear()


def _format_go_value(value: Any) -> str:
    """Format a value in Go syntax."""
    match value:
        case dict():
            inside = ", ".join(f"{_format_go_value(key)}:{_format_go_value(item)}" for key, item in value.items())
            return f"map[interface {{}}]interface {{}}{{{inside}}}"
        case list():
            return f"[]interface {{}}{{{', '.join(map(_format_go_value, value))}}}"
        case None:
            return "interface {}(nil)"
    return json.dumps(value, ensure_ascii=False)
