"""JSON Patch (RFC 6902) as API servers apply it: a negative index counts from the end, and what is copied has a limit.

Nothing is changed in place: the lists and objects on the way to a change are new, all others are shared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

MOST_OPERATIONS = 10_000
_MOST_COPIED = 3 * 1024 * 1024  # bytes of JSON, of all copies of a patch together
_Change = Callable[[Any, str], Any]  # what a list or an object is when the member of this name is changed
_ABSENT = object()


class PatchError(ValueError):
    """An operation that cannot be done."""


def applied(document: Any, operations: Sequence[Mapping[str, Any]]) -> Any:
    """The document after all operations. Raises PatchError for one that cannot be done; nothing of the patch counts then."""
    copied = 0
    for operation in operations:
        name, path = operation.get("op"), _steps(operation.get("path"))
        match name:
            case "add":
                document = _changed(document, path, _adding(_value(operation)))
            case "replace":
                document = _changed(document, path, _replacing(_value(operation)))
            case "remove":
                document = _changed(document, path, _removed)
            case "move":
                source = _steps(operation.get("from"))
                if path[: len(source)] == source and path != source:
                    raise PatchError("a value cannot be moved into itself")
                value = _found(document, source)
                document = _changed(_changed(document, source, _removed), path, _adding(value))
            case "copy":
                value = _found(document, _steps(operation.get("from")))
                copied += len(json.dumps(value))
                if copied > _MOST_COPIED:
                    raise PatchError(f"what is copied is larger than {_MOST_COPIED} bytes")
                document = _changed(document, path, _adding(value))
            case "test":
                if not is_equal(_found(document, path, missing=None), operation.get("value")):
                    raise PatchError(f"testing value {operation.get('path')} failed")
            case _:
                raise PatchError(f"Unexpected kind: {name}")
    return document


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
        raise PatchError(f"{step!r} is no index")
    most = length + new
    index = int(step) if not step.startswith("-") else most - int(bare)
    if not 0 <= index < most:
        raise PatchError(f"index {step} is out of bounds")
    return index


def _changed(document: Any, path: Sequence[str], change: _Change) -> Any:
    """The document with the member at a path changed."""
    if not path:
        return change(None, "")
    holders = [document]
    for step in path[:-1]:
        inner = _member(holders[-1], step)
        if inner is _ABSENT:
            raise PatchError(f"there is nothing at {step!r}")
        holders.append(inner)
    made = change(holders[-1], path[-1])
    for holder, step in zip(reversed(holders[:-1]), reversed(path[:-1]), strict=True):
        made = _with(holder, step, made)
    return made


def _with(holder: Any, step: str, value: Any) -> Any:
    """A list or an object with another value for a member that it has."""
    if isinstance(holder, dict):
        return {**holder, step: value}
    place = _index(step, len(holder))
    return [*holder[:place], value, *holder[place + 1 :]]


def _adding(value: Any) -> _Change:
    def change(holder: Any, step: str) -> Any:
        if holder is None and not step:
            return value
        if isinstance(holder, dict):
            return {**holder, step: value}
        if not isinstance(holder, list):
            raise PatchError(f"nothing can be added at {step!r}")
        place = _index(step, len(holder), new=True)
        return [*holder[:place], value, *holder[place:]]

    return change


def _replacing(value: Any) -> _Change:
    def change(holder: Any, step: str) -> Any:
        if holder is None and not step:
            return value
        if _member(holder, step) is _ABSENT:
            raise PatchError(f"there is nothing at {step!r} to replace")
        return _with(holder, step, value)

    return change


def _removed(holder: Any, step: str) -> Any:
    if _member(holder, step) is _ABSENT:
        raise PatchError(f"there is nothing at {step!r} to remove")
    if isinstance(holder, dict):
        return {name: value for name, value in holder.items() if name != step}
    place = _index(step, len(holder))
    return [*holder[:place], *holder[place + 1 :]]
