"""Data and places, built from the events of a parser: what reading YAML and JSON share.

Depth and aliases that grow are refused before they hurt. Nothing recurses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct, field

from codegen.readers.documents.yaml import MAX_DEPTH
from codegen.validation.finding import Steps

MAX_ALIASED = 200_000  # values that aliases may add to a file
MAX_DIGITS = 400
MERGE = object()  # the key of YAML that merges maps


class Mark(Struct):
    """Where a value stands and, in a map, its key; lines and columns from 1. `children` as the value has them.

    `written` is the key as it stands in the file, where that is not how it is read.
    """

    line: int
    column: int
    key_line: int = 0
    key_column: int = 0
    children: dict[Any, Mark] | list[Mark] | None = None
    written: str = ""


class Fault(Struct, frozen=True, kw_only=True):
    """What is wrong with a file: `fatal` is one after which nothing more can be read."""

    rule: str
    message: str
    line: int
    column: int
    hint: str = ""
    fatal: bool = False


class Document(Struct, frozen=True, kw_only=True):
    """One document. `data` is made of dict, list, str, int, float, bool and None."""

    data: Any
    mark: Mark

    def place(self, steps: Steps, *, key: bool = False) -> tuple[int, int]:
        """Line and column of a value; of its key where `key` says so, or, where it is absent, of what lacks it."""
        mark, there = self._mark(steps)
        return (mark.key_line, mark.key_column) if (key or not there) and mark.key_line else (mark.line, mark.column)

    def written(self, steps: Steps) -> str:
        """The key of a value as it stands in the file, where that is not how it is read; else nothing."""
        mark, there = self._mark(steps)
        return mark.written if there else ""

    def _mark(self, steps: Steps) -> tuple[Mark, bool]:
        """The mark at these steps, or the last one on the way, and whether it is there."""
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

    def inner(self, steps: Steps) -> Document:
        """The value at these steps as a document of its own."""
        data, mark = self.data, self.mark
        for step in steps:
            data = data[step]
            mark = mark.children[step] if mark.children is not None else mark
        return Document(data=data, mark=mark)


class Manifest(Struct):
    """All documents of one file, as far as it can be read, and its faults."""

    documents: list[Document] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def unreadable(self) -> bool:
        """Whether something after a fault was not read."""
        return any(each.fatal for each in self.faults)


class Stop(Exception):  # noqa: N818  - control flow between the readers of manifests
    """Nothing more of the file can be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class _Open:
    """A container that is being read."""

    __slots__ = ("anchor", "container", "key", "key_at", "mark", "merges", "weight", "written")

    def __init__(self, container: dict[Any, Any] | list[Any], mark: Mark, anchor: str | None) -> None:
        self.container = container
        self.mark = mark
        self.anchor = anchor
        self.key: Any = None
        self.key_at: tuple[int, int] | None = None
        self.written = ""
        self.merges: list[tuple[Any, Mark]] = []
        self.weight = 1


class Builder:
    """Builds data and marks from events of a parser, one by one. `name_of` says how a key is read, where it may be no string."""

    def __init__(self, manifest: Manifest, name_of: Callable[[Any], Any] | None = None) -> None:
        self._manifest = manifest
        self._name_of = name_of
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, Mark, int]] = {}
        self._aliased = 0
        self.root: tuple[Any, Mark] | None = None

    @property
    def wants_key(self) -> bool:
        """Whether the next scalar is a key."""
        return bool(self._open) and isinstance(self._open[-1].container, dict) and self._open[-1].key_at is None

    def start(self, container: dict[Any, Any] | list[Any], line: int, column: int, anchor: str | None = None) -> None:
        """A list or map begins."""
        if len(self._open) >= MAX_DEPTH:
            raise stop(
                "manifest-too-deep", f"nested deeper than {MAX_DEPTH} levels", line, column, "no object nests that deep"
            )
        if self.wants_key:
            raise stop("manifest-key", "a list or map stands as a key", line, column, "use a plain word as the key")
        mark = Mark(line, column, children={} if isinstance(container, dict) else [])
        self._open.append(_Open(container, mark, anchor))

    def end(self) -> None:
        """The innermost list or map ends."""
        done = self._open.pop()
        if isinstance(done.container, dict) and isinstance(done.mark.children, dict):
            for values, marks in done.merges:
                for key, value in values.items():
                    if key not in done.container:
                        done.container[key] = value
                        done.mark.children[key] = marks.children[key] if isinstance(marks.children, dict) else marks
        self.put(done.container, done.mark, done.weight, done.anchor)

    def key(self, key: Any, line: int, column: int, anchor: str | None = None, written: str = "") -> None:
        """A key of the innermost map; `written` as it stands in the file."""
        if anchor:
            self._anchors[anchor] = (key, Mark(line, column), 1)
        top = self._open[-1]
        if self._name_of is not None and not isinstance(key, str) and key is not MERGE:
            key = self._name_of(key)
        top.written = written[:MAX_DIGITS] if written != key else ""
        if key is not MERGE and key in top.container:
            self._manifest.faults.append(
                Fault(
                    rule="duplicate-key",
                    message=f"the key {str(key)[:200]!r}{f' (written {top.written[:200]})' if top.written else ''} "
                    "stands twice in one object",
                    line=line,
                    column=column,
                    hint="remove one of the two; the server takes the last, or refuses both",
                )
            )
        top.key, top.key_at = key, (line, column)

    def put(self, value: Any, mark: Mark, weight: int = 1, anchor: str | None = None) -> None:
        """A value that is complete."""
        if anchor:
            self._anchors[anchor] = (value, mark, weight)
        if not self._open:
            self.root = (value, mark)
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
                placed = Mark(mark.line, mark.column, *top.key_at, mark.children, top.written)
                top.container[top.key] = value
                top.mark.children[top.key] = placed
            top.key_at = None

    def _merge(self, top: _Open, value: Any, mark: Mark) -> None:
        values = value if isinstance(value, list) else [value]
        marks = mark.children if isinstance(value, list) and isinstance(mark.children, list) else [mark]
        if not all(isinstance(each, dict) for each in values):
            raise stop(
                "manifest-merge", "<< merges something that is no map", mark.line, mark.column, "merge maps only"
            )
        top.merges += zip(values, marks, strict=True)
        self._grow(sum(map(len, values)), mark.line, mark.column)

    def alias(self, anchor: str, line: int, column: int) -> None:
        """A value that stands elsewhere."""
        if anchor not in self._anchors:
            raise stop(
                "manifest-alias", f"*{anchor[:200]} names nothing that is complete here", line, column, "write it out"
            )
        value, mark, weight = self._anchors[anchor]
        if self.wants_key:
            if isinstance(value, dict | list):
                raise stop("manifest-key", f"*{anchor[:200]} is no word", line, column, "write the key out")
            self.key(value, line, column, written=f"*{anchor}")
            return
        self._grow(weight, line, column)
        self.put(value, Mark(line, column, children=mark.children), weight)

    def _grow(self, count: int, line: int, column: int) -> None:
        self._aliased += count
        if self._aliased > MAX_ALIASED:
            raise stop(
                "manifest-too-large",
                f"aliases grow this to more than {MAX_ALIASED} values",
                line,
                column,
                "write the values out, without anchors that contain aliases",
            )

    def document(self) -> None:
        """A document ends; one without any value says nothing and is none."""
        if self.root is not None and self.root[0] is not None:
            self._manifest.documents.append(Document(data=self.root[0], mark=self.root[1]))
        self.root = None
        self._anchors.clear()


def stop(rule: str, message: str, line: int, column: int, hint: str) -> Stop:
    """What ends the reading of a file, with its place."""
    return Stop(Fault(rule=rule, message=message, line=line, column=column, hint=hint, fatal=True))
