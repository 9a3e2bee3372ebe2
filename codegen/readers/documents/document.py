"""Records of documents, with their data, the location of any path in them, and the faults of a
file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from msgspec import UNSET, Struct, field

from codegen.core.diagnostics import (
    CodegenError,
    Finding,
    Level,
    Position,
    Report,
    Route,
    Span,
)
from codegen.core.json_types import JsonValue
from codegen.core.source import Source

MAX_DEPTH = 200


class NodePosition(Struct):
    """The offsets of a value and its key in a text.

    `children` are the positions inside a list or an object.

    `written` is the key as written and `word` the value (`y`, which is read as true), if they are
    read as something else.
    """

    offset: int
    key_offset: int = -1
    children: dict[Any, NodePosition] | list[NodePosition] | None = None
    written: str = ""
    word: str = ""


Steps = Sequence[Any]
FindPosition = Callable[[], NodePosition]


class WrittenWords(NamedTuple):
    """A key and its value as written, each empty unless it is read as something else."""

    key: str = ""
    value: str = ""


class Document:
    """A document of a file. `data` is made of dict, list, str, int, float, bool and None.

    Locations are looked up when they are asked for. A step of a path is a key, the number of an
    item, or a tuple of one of them.
    """

    def __init__(self, source: Source, data: JsonValue, find_position: FindPosition) -> None:
        self.source = source
        self.data = data
        self._find_position = find_position

    def place(self, steps: Steps = (), *, key: bool = False) -> Position:
        """Return line and column of a value or, with `key`, of its key.

        A missing value has the position of its parent.
        """
        return _locate(self.source, self._find_position, steps, key)

    def span(self, *steps: object, key: bool = False) -> Span:
        """Return the location of a value or, with `key`, of its key.

        The span keeps no data in memory.
        """
        return Span(
            path=self.source.path,
            locate=partial(_locate, self.source, self._find_position, steps, key),
            find_part=partial(_find_part, self.source, self._find_position, steps),
        )

    def offset(self, steps: Steps) -> int:
        """Return the offset of a value in the text of the source."""
        return _descend(self._find_position(), steps).node.offset

    def written_words(self, steps: Steps) -> WrittenWords:
        """Return a key and its value as written."""
        node, exists = _descend(self._find_position(), steps)
        if exists:
            return WrittenWords(key=node.written, value=node.word)
        return WrittenWords()

    def inner(self, steps: Steps, data: JsonValue = UNSET) -> Document:
        """Return the value at these steps as a document of its own. `data` replaces the value."""
        if data is UNSET:
            data = self.data
            for step in steps:
                data = data[step]
        find_position = self._find_position
        return Document(self.source, data, lambda: _descend(find_position(), steps).node)


def _locate(source: Source, find_position: FindPosition, steps: Steps, key: bool) -> Position:
    node, exists = _descend(find_position(), steps)
    is_key = (key or not exists) and node.key_offset >= 0
    return source.place(node.key_offset if is_key else node.offset)


def _find_part(
    source: Source, find_position: FindPosition, steps: Steps, route: Route
) -> Position | None:
    """Return the position of the key of a part of the value at these steps, if both exist."""
    node, exists = _descend(find_position(), steps)
    part = _follow(node, route) if exists else None
    if part is None:
        return None
    return source.place(part.offset if part.key_offset < 0 else part.key_offset)


def _follow(node: NodePosition, route: Route) -> NodePosition | None:
    """Return the part of a value at a route, whose `...` takes the first child with the rest."""
    if not route:
        return node
    first, rest = route[0], route[1:]
    if first is not ...:
        child, exists = _descend(node, (first,))
        return _follow(child, rest) if exists else None
    children = node.children or ()
    for child in children.values() if isinstance(children, dict) else children:
        if part := _follow(child, rest):
            return part
    return None


class _ReachedNode(NamedTuple):
    """The position at steps, or of the nearest parent if it does not exist."""

    node: NodePosition
    exists: bool


def _descend(node: NodePosition, steps: Steps) -> _ReachedNode:
    """Follow steps to the position of a value."""
    for step in steps:
        inner = step[0] if isinstance(step, tuple) else step
        children = node.children
        child = None
        if isinstance(children, dict):
            child = children.get(inner)
        elif isinstance(children, list) and isinstance(inner, int) and inner < len(children):
            child = children[inner]
        if child is None:
            return _ReachedNode(node, exists=False)
        node = child
    return _ReachedNode(node, exists=True)


class DocumentError(Finding, frozen=True, kw_only=True):
    """A fault of a file. Reading ends at a `fatal` one. `key` is the value of a duplicate key.

    `go_message` is the message of go-yaml, where that is known.
    """

    level: Level = Level.ERR
    fatal: bool = False
    key: JsonValue = None
    go_message: str = ""


class DocumentStream(Struct):
    """The documents of a file, as far as readable, with its faults in order.

    `lone_surrogates` are the offsets of halves of surrogate pairs, which were replaced.
    `has_other_keys` is true if a key is no string, such as null.
    """

    documents: list[Document]
    faults: list[DocumentError]
    lone_surrogates: list[int] = field(default_factory=list)
    has_other_keys: bool = False

    @property
    def unreadable(self) -> bool:
        """Return whether reading ended early."""
        return any(fault.fatal for fault in self.faults)

    def add_duplicate_key(
        self, rule: str, source: Source, offset: int, name: object, value: object, written: str = ""
    ) -> None:
        """Add the fault of a duplicate key.

        `value` is the key as a value, `written` its other spelling.
        """
        shown = f"the key {str(name)[:200]!r}{f' (written {written[:200]})' if written else ''}"
        fault = DocumentError(
            rule=rule,
            message=f"{shown} appears twice in one object",
            span=source.span(offset),
            hint="remove one of the two; some readers take the last, others refuse both",
            key=value,
        )
        self.faults.append(fault)

    def require(self, source: Source, report: Report | None = None) -> list[Document]:
        """Return the documents, with a warning of replaced surrogates.

        Raises `CodegenError` for the first fault.
        """
        if self.faults:
            raise CodegenError(self.faults[0])
        if self.lone_surrogates and report is not None:
            report.warning(
                "lone-surrogate",
                "unpaired surrogate (\\ud800 to \\udfff) replaced by U+FFFD",
                source.span(self.lone_surrogates[0]),
                "correct the escape in the source",
            )
        return self.documents


class ReadingError(Exception):
    """A fatal fault of a file, at an offset of its text."""

    def __init__(
        self, rule: str, message: str, offset: int, hint: str, go_message: str = ""
    ) -> None:
        super().__init__(message)
        self.rule, self.message, self.offset, self.hint, self.go_message = (
            rule,
            message,
            offset,
            hint,
            go_message,
        )

    @classmethod
    def too_deep(cls, rule: str, offset: int) -> ReadingError:
        """Return the error of containers nested too deeply."""
        hint = "check the program that wrote it: no Kubernetes object is nested that deeply"
        return cls(rule, f"nested deeper than {MAX_DEPTH} levels", offset, hint)

    def fault(self, source: Source) -> DocumentError:
        """Return the fault with its location."""
        return DocumentError(
            rule=self.rule,
            message=self.message,
            span=source.span(self.offset),
            hint=self.hint,
            fatal=True,
            go_message=self.go_message,
        )
