"""Construction of positioned data from parser events, for YAML and JSON.

Depth and aliases that grow are refused before they hurt. Nothing here recurses.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from codegen.core.diagnostics import Span, failure
from codegen.core.source import Source
from codegen.readers.documents.dialects import MAX_WRITTEN, DocumentDialect

MAX_DEPTH = 200
MAX_ALIASED = 200_000  # values that aliases may add to a file
MERGE = object()  # the key of YAML that merges maps
KeyIndex = dict[tuple[int, str], list[int]]  # depth and name of a key -> its offsets, ascending


class NodePosition(Struct):
    """The position of a value and its key, with lines and columns from 1. `children` as the value has them.

    `written` is the key as it stands in the file, where that is not how it is read, and `word` the value: `y`, which is read as true.
    """

    line: int
    column: int
    key_line: int = 0
    key_column: int = 0
    children: dict[Any, NodePosition] | list[NodePosition] | None = None
    written: str = ""
    word: str = ""


class DocumentFault(Struct, frozen=True, kw_only=True):
    """A fault of a file. After a `fatal` one nothing more can be read. `key` is the value of a key that occurs twice.

    `said` is what go-yaml says of it, where that is known.
    """

    rule: str
    message: str
    line: int
    column: int
    hint: str = ""
    fatal: bool = False
    key: Any = None
    said: str = ""


class Document(Struct, frozen=True, kw_only=True):
    """A document of a file. `data` is made of dict, list, str, int, float, bool and None."""

    data: Any
    mark: NodePosition

    def place(self, steps: Sequence[Any], *, key: bool = False) -> tuple[int, int]:
        """Return line and column of a value or, with `key`, of its key. A missing value has the position of its parent.

        A step is a key, a number of an item, or a tuple of one of them.
        """
        mark, there = self._mark(steps)
        return (mark.key_line, mark.key_column) if (key or not there) and mark.key_line else (mark.line, mark.column)

    def span(self, path: str, *steps: Any, key: bool = False) -> Span:
        """Return the location of a value in the file `path`."""
        line, column = self.place(steps, key=key)
        return Span(path=path, line=line, column=column)

    def written_key(self, steps: Sequence[Any]) -> str:
        """Return a key as written, if this differs from how it is read."""
        mark, there = self._mark(steps)
        return mark.written if there else ""

    def written_value(self, steps: Sequence[Any]) -> str:
        """Return a boolean value as written, if it is another word than true or false."""
        mark, there = self._mark(steps)
        return mark.word if there else ""

    def _mark(self, steps: Sequence[Any]) -> tuple[NodePosition, bool]:
        """Return the position at these steps or of the nearest parent, and whether it exists."""
        mark = self.mark
        for step in steps:
            inner = step[0] if isinstance(step, tuple) else step
            children = mark.children
            found = None
            if isinstance(children, dict):
                found = children.get(inner)
            elif isinstance(children, list) and isinstance(inner, int) and inner < len(children):
                found = children[inner]
            if found is None:
                return mark, False
            mark = found
        return mark, True

    def inner(self, steps: Sequence[Any]) -> Document:
        """Return the value at these steps as a document of its own."""
        data, mark = self.data, self.mark
        for step in steps:
            data = data[step]
            mark = mark.children[step] if mark.children is not None else mark
        return Document(data=data, mark=mark)


class DocumentStream(Struct):
    """The documents of a file, as far as readable, with its faults in order."""

    documents: list[Document] = field(default_factory=list)
    faults: list[DocumentFault] = field(default_factory=list)

    @property
    def unreadable(self) -> bool:
        """Return whether reading ended early."""
        return any(fault.fatal for fault in self.faults)

    def only(self, source: Source) -> Document:
        """Return the single document. None is the data of an empty file. Raises `CodegenError` for the first fault."""
        for fault in self.faults:
            raise failure(
                fault.rule, fault.message, Span(path=source.path, line=fault.line, column=fault.column), fault.hint
            )
        return self.documents[0] if self.documents else Document(data=None, mark=NodePosition(1, 1))


class StopReading(Exception):  # noqa: N818  - control flow inside one reading
    """A fault that ends the reading of a file."""

    def __init__(self, rule: str, message: str, line: int, column: int, hint: str, said: str = "") -> None:
        super().__init__(message)
        self.fault = DocumentFault(
            rule=rule, message=message, line=line, column=column, hint=hint, fatal=True, said=said
        )


class _OpenContainer:
    """An unfinished container."""

    __slots__ = ("anchor", "container", "is_key", "key", "key_at", "mark", "merges", "weight", "written")

    def __init__(self, container: dict[Any, Any] | list[Any], mark: NodePosition, anchor: str | None) -> None:
        self.container = container
        self.mark = mark
        self.anchor = anchor
        self.is_key = False
        self.key: Any = None
        self.key_at: tuple[int, int] | None = None
        self.written = ""
        self.merges: list[tuple[Any, NodePosition]] = []
        self.weight = 1


class Builder:
    """A builder of data and positions from events. With an `index` the offsets of all keys are noted there."""

    def __init__(self, stream: DocumentStream, dialect: DocumentDialect, index: KeyIndex | None = None) -> None:
        self._stream = stream
        self._dialect = dialect
        self._index = index
        self._open: list[_OpenContainer] = []
        self._anchors: dict[str, tuple[Any, NodePosition, int]] = {}
        self._aliased = 0
        self._root: tuple[Any, NodePosition] | None = None

    @property
    def wants_key(self) -> bool:
        """Return whether the next scalar is a key."""
        return bool(self._open) and isinstance(self._open[-1].container, dict) and self._open[-1].key_at is None

    def start(self, container: dict[Any, Any] | list[Any], line: int, column: int, anchor: str | None = None) -> None:
        """Begin a list or map."""
        if len(self._open) >= MAX_DEPTH:
            raise self.too_deep(line, column)
        is_key = self.wants_key
        mark = NodePosition(line, column, children={} if isinstance(container, dict) else [])
        if is_key and not self._dialect.is_body:
            raise self._key_error(mark)
        self._open.append(_OpenContainer(container, mark, anchor))
        self._open[-1].is_key = is_key

    def _key_error(self, mark: NodePosition, said: str = "") -> StopReading:
        message = "a list or map is used as a key"
        return StopReading(
            self._dialect.rules.key, message, mark.line, mark.column, "use a plain word as the key", said
        )

    def too_deep(self, line: int, column: int) -> StopReading:
        """Return the fault of containers nested too deeply."""
        message = f"nested deeper than {MAX_DEPTH} levels"
        return StopReading(
            self._dialect.rules.too_deep,
            message,
            line,
            column,
            "no real object is nested that deeply; check how it was written",
        )

    def end(self) -> None:
        """End the innermost list or map."""
        closed = self._open.pop()
        if closed.is_key:
            raise self._key_error(closed.mark, f"invalid map key: {_format_go_value(closed.container)}")
        if isinstance(closed.container, dict) and isinstance(closed.mark.children, dict):
            for values, marks in closed.merges:
                for key, value in values.items():
                    if key in closed.container:
                        if self._dialect.is_body:
                            place = closed.mark.children[key]
                            self._report_duplicate_key(
                                key, key, "", place.key_line or place.line, place.key_column or place.column
                            )
                    else:
                        closed.container[key] = value
                        closed.mark.children[key] = marks.children[key] if isinstance(marks.children, dict) else marks
        self.put(closed.container, closed.mark, closed.weight, closed.anchor)

    def key(
        self,
        value: Any,
        text: str,
        line: int,
        column: int,
        *,
        anchor: str | None = None,
        offset: int = -1,
        is_alias: bool = False,
    ) -> None:
        """Add a key to the innermost map."""
        if anchor:
            self._anchors[anchor] = (value, NodePosition(line, column), 1)
        top = self._open[-1]
        name = value if value is MERGE else self._dialect.key(value, None if is_alias else text)
        top.written = text[:MAX_WRITTEN] if text != name else ""
        if name is not MERGE and name in top.container:
            self._report_duplicate_key(name, value, top.written, line, column)
        top.key, top.key_at = name, (line, column)
        if self._index is not None:
            self._index.setdefault((len(self._open), str(name)), []).append(offset)

    def _report_duplicate_key(self, name: Any, value: Any, written: str, line: int, column: int) -> None:
        shown = f"the key {str(name)[:200]!r}{f' (written {written[:200]})' if written else ''}"
        fault = DocumentFault(
            rule=self._dialect.rules.duplicate_key,
            message=f"{shown} appears twice in one object",
            line=line,
            column=column,
            hint="remove one of the two; some readers take the last, others refuse both",
            key=value,
        )
        self._stream.faults.append(fault)

    def put(self, value: Any, mark: NodePosition, weight: int = 1, anchor: str | None = None) -> None:
        """Add a complete value."""
        if anchor:
            self._anchors[anchor] = (value, mark, weight)
        if not self._open:
            self._root = (value, mark)
            return
        top = self._open[-1]
        top.weight += weight
        if isinstance(top.container, list):
            top.container.append(value)
            if isinstance(top.mark.children, list):
                top.mark.children.append(mark)
        elif top.key_at is not None and isinstance(top.mark.children, dict):
            if top.key is MERGE:
                self._merge(top, value, mark)
            else:
                placed = NodePosition(mark.line, mark.column, *top.key_at, mark.children, top.written, mark.word)
                top.container[top.key] = value
                top.mark.children[top.key] = placed
            top.key_at = None

    def _merge(self, top: _OpenContainer, value: Any, mark: NodePosition) -> None:
        values = value if isinstance(value, list) else [value]
        marks = mark.children if isinstance(value, list) and isinstance(mark.children, list) else [mark]
        if not all(isinstance(merged, dict) for merged in values):
            message = "<< merges something that is not a map"
            raise StopReading(self._dialect.rules.merge, message, mark.line, mark.column, "merge maps only")
        top.merges += zip(values, marks, strict=True)
        self._grow(sum(map(len, values)), mark.line, mark.column)

    def alias(self, anchor: str, line: int, column: int) -> None:
        """Insert the value of an anchor."""
        rules, shown = self._dialect.rules, f"*{anchor[:200]}"
        if anchor not in self._anchors:
            message = f"{shown} does not refer to a value that is complete here"
            is_open = any(each.anchor == anchor for each in self._open)
            said = f"anchor '{anchor}' value contains itself" if is_open else f"unknown anchor '{anchor}' referenced"
            raise StopReading(rules.alias, message, line, column, "write the value out", said)
        value, mark, weight = self._anchors[anchor]
        if not self.wants_key:
            self._grow(weight, line, column)
            self.put(value, NodePosition(line, column, children=mark.children), weight)
        elif isinstance(value, dict | list):
            raise StopReading(rules.key, f"{shown} cannot be used as a key", line, column, "write the key out")
        else:
            self.key(value, f"*{anchor}", line, column, is_alias=True)

    def _grow(self, count: int, line: int, column: int) -> None:
        self._aliased += count
        if self._aliased > MAX_ALIASED:
            message = f"aliases expand this to more than {MAX_ALIASED} values"
            hint = "write the values out, without anchors that contain aliases"
            said = "document contains excessive aliasing"
            raise StopReading(self._dialect.rules.too_large, message, line, column, hint, said)

    def document(self) -> None:
        """End a document. One without any value is left out."""
        if self._root is not None and self._root[0] is not None:
            self._stream.documents.append(Document(data=self._root[0], mark=self._root[1]))
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
