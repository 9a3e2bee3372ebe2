"""JSON Patch (RFC 6902) and JSON merge patch (RFC 7386). Arguments stay unchanged."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

_MOST_OPERATIONS = 10_000  # of a JSON Patch
_MOST_COPIED = 3 << 20  # bytes of JSON that its operations `copy` may add


class PatchError(ValueError):
    """A malformed patch, or one that cannot be applied to the object."""


def merge(document: Any, patch: Any) -> Any:
    """Apply a JSON merge patch, in which null removes a field."""
    if not isinstance(patch, dict):
        return patch
    result = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), value)
    return result


def json_identity(value: Any) -> str:
    """Return a text for comparing JSON values."""
    return json.dumps(value, sort_keys=True)


# --------------------------------------------------------------------------------------------------------- JSON Patch


def apply_operations(document: Any, operations: Sequence[Any]) -> Any:
    """Apply a JSON Patch. Raises PatchError for an operation that cannot be done."""
    if len(operations) > _MOST_OPERATIONS:
        raise PatchError(f"a patch may have {_MOST_OPERATIONS} operations")
    holder, copied = {"": copy.deepcopy(document)}, 0  # so that the document itself has a place too
    for operation in operations:
        match operation:
            case {"op": "add", "path": path, "value": value}:
                _add(holder, path, copy.deepcopy(value))
            case {"op": "replace", "path": path, "value": value}:
                _take(holder, path)
                _add(holder, path, copy.deepcopy(value))
            case {"op": "remove", "path": path}:
                _take(holder, path)
            case {"op": "move", "from": source, "path": path}:
                _add(holder, path, _take(holder, source))
            case {"op": "copy", "from": source, "path": path}:
                value = _find(holder, _split(source))
                copied += len(json_identity(value))
                if copied > _MOST_COPIED:
                    raise PatchError(f"copies may have {_MOST_COPIED} bytes")
                _add(holder, path, copy.deepcopy(value))
            case {"op": "test", "path": path}:
                if json_identity(_find(holder, _split(path))) != json_identity(operation.get("value")):
                    raise PatchError(f"testing value {path} failed")
            case _:
                raise PatchError(f"{operation} is not an operation with its fields")
    return holder.get("")


def _split(pointer: object) -> list[str]:
    """Split a JSON Pointer (RFC 6901). The first step leads to the document."""
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise PatchError(f"{pointer!r} is not a JSON Pointer")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")]


def _find(holder: Any, path: Sequence[str]) -> Any:
    for step in path:
        try:
            holder = holder[_index(step, len(holder)) if isinstance(holder, list) else step]
        except (LookupError, TypeError):
            raise PatchError(f"there is nothing at {step!r}") from None
    return holder


def _add(holder: Any, pointer: object, value: Any) -> None:
    *path, last = _split(pointer)
    parent = _find(holder, path)
    if isinstance(parent, list):
        parent.insert(len(parent) if last == "-" else _index(last, len(parent) + 1), value)
    elif isinstance(parent, dict):
        parent[last] = value
    else:
        raise PatchError(f"nothing can be added at {last!r}")


def _take(holder: Any, pointer: object) -> Any:
    """Remove the value at a path and return it."""
    *path, last = _split(pointer)
    found, parent = _find(holder, [*path, last]), _find(holder, path)
    del parent[_index(last, len(parent)) if isinstance(parent, list) else last]
    return found


def _index(step: str, length: int) -> int:
    if not (step.isascii() and step.isdigit()) or (len(step) > 1 and step[0] == "0") or len(step) > 9:
        raise PatchError(f"{step!r} is not an index")
    if int(step) >= length:
        raise PatchError(f"index {step} is out of bounds")
    return int(step)
