"""JSON Patch (RFC 6902) as API servers apply it: a negative index counts from the end, and what is copied has a limit.

What is patched stays as it is: each list and object that changes is copied once, all others are shared. jsonpatch (python-json-patch) is not
carried: it refuses negative indices and a test for null of what is not there, both of which API servers take, bounds no copies, and copies
the whole for each patch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

MOST_OPERATIONS = 10_000
_MOST_COPIED = 3 * 1024 * 1024  # bytes of JSON, of all copies of a patch together
_ABSENT = object()


class PatchError(ValueError):
    """An operation that cannot be done."""


def applied(document: Any, operations: Sequence[Mapping[str, Any]]) -> Any:
    """The document after all operations. Raises PatchError for one that cannot be done; nothing of the patch counts then."""
    patched = _Patched(document)
    copied = 0
    for operation in operations:
        name, path = operation.get("op"), _steps(operation.get("path"))
        match name:
            case "add":
                patched.add(path, _value(operation))
            case "replace":
                patched.replace(path, _value(operation))
            case "remove":
                patched.remove(path)
            case "move":
                source = _steps(operation.get("from"))
                if path[: len(source)] == source and path != source:
                    raise PatchError("a value cannot be moved into itself")
                value = _found(patched.root, source)
                patched.remove(source)
                patched.add(path, value)
            case "copy":
                text = json.dumps(_found(patched.root, _steps(operation.get("from"))))
                copied += len(text)
                if copied > _MOST_COPIED:
                    raise PatchError(f"what is copied is larger than {_MOST_COPIED} bytes")
                patched.add(path, json.loads(text))
            case "test":
                if not is_equal(_found(patched.root, path, missing=None), operation.get("value")):
                    raise PatchError(f"testing value {operation.get('path')} failed")
            case _:
                raise PatchError(f"Unexpected kind: {name}")
    return patched.root


class _Patched:
    """A document that changes, whose lists and objects are copied before they do."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self._own: dict[int, Any] = {}  # the copies, by their identity

    def add(self, path: Sequence[str], value: Any) -> None:
        if not path:
            self.root = value
            return
        holder = self._holder(path)
        if isinstance(holder, dict):
            holder[path[-1]] = value
        else:
            holder.insert(_index(path[-1], len(holder), new=True), value)

    def replace(self, path: Sequence[str], value: Any) -> None:
        if not path:
            self.root = value
            return
        holder = self._holder(path)
        _there(holder, path[-1])
        holder[_place(holder, path[-1])] = value

    def remove(self, path: Sequence[str]) -> None:
        if not path:
            raise PatchError("the whole cannot be removed")
        holder = self._holder(path)
        _there(holder, path[-1])
        del holder[_place(holder, path[-1])]

    def _holder(self, path: Sequence[str]) -> Any:
        """The list or object that has the last step of a path; it and all that lead to it are copies from now on."""
        holder = self.root = self._owned(self.root)
        for step in path[:-1]:
            inner = _there(holder, step)
            mine = self._owned(inner)
            if mine is not inner:
                holder[_place(holder, step)] = mine
            holder = mine
        return holder

    def _owned(self, value: Any) -> Any:
        if id(value) in self._own:
            return value
        if not isinstance(value, dict | list):
            raise PatchError("only lists and objects have members")
        mine: Any = dict(value) if isinstance(value, dict) else list(value)
        self._own[id(mine)] = mine
        return mine


def is_equal(one: Any, other: Any) -> bool:
    """Whether two values are the same for JSON: true is not 1, and 1 is 1.0."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_equal(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_equal, one, other))
    return bool(one == other)


def _value(operation: Mapping[str, Any]) -> Any:
    if "value" not in operation:
        raise PatchError("an operation has no value")
    return operation["value"]


def _steps(pointer: object) -> list[str]:
    """The steps of a JSON Pointer (RFC 6901)."""
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise PatchError(f"{pointer!r} is no JSON Pointer")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _found(document: Any, path: Sequence[str], missing: Any = _ABSENT) -> Any:
    """The value at a path, or what stands for one that is not there where it alone is missing."""
    for place, step in enumerate(path):
        inner = _member(document, step)
        if inner is _ABSENT:
            if missing is _ABSENT or place + 1 < len(path) or not isinstance(document, dict):
                raise PatchError(f"there is nothing at {step!r}")
            return missing
        document = inner
    return document


def _member(holder: Any, step: str) -> Any:
    if isinstance(holder, dict):
        return holder.get(step, _ABSENT)
    if isinstance(holder, list):
        return holder[_index(step, len(holder))]
    return _ABSENT


def _index(step: str, length: int, *, new: bool = False) -> int:
    """The index that a step names in a list of this length; of a new item it may be the end."""
    if new and step == "-":
        return length
    bare = step.removeprefix("-")
    if not (bare.isascii() and bare.isdigit()) or (len(bare) > 1 and bare.startswith("0")) or len(bare) > 9:
        raise PatchError(f"{step!r} is not an index")
    most = length + new
    index = int(step) if not step.startswith("-") else most - int(bare)
    if not 0 <= index < most:
        raise PatchError(f"index {step} is out of bounds")
    return index


def _there(holder: Any, step: str) -> Any:
    """The member of a list or an object. Raises PatchError where there is none."""
    found = _member(holder, step)
    if found is _ABSENT:
        raise PatchError(f"there is nothing at {step!r}")
    return found


def _place(holder: Any, step: str) -> Any:
    return step if isinstance(holder, dict) else _index(step, len(holder))
