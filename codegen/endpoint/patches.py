"""Patches: JSON Patch (RFC 6902), JSON merge patch (RFC 7386), and the strategic merge patch of Kubernetes.

Nothing that is given to these functions is changed in place.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

from codegen.model import Array, Field, Map, Ref, Reference, Type

_MOST_OPERATIONS = 10_000  # of a JSON Patch
_MOST_COPIED = 3 << 20  # bytes of JSON that its operations `copy` may add
_DIRECTIVE, _RETAIN = "$patch", "$retainKeys"
_ORDER, _DELETED = "$setElementOrder/", "$deleteFromPrimitiveList/"


class PatchError(ValueError):
    """A patch that is malformed, or that cannot be applied to the object."""


def merge(document: Any, patch: Any) -> Any:
    """Apply a JSON merge patch: null removes, objects are merged, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), value)
    return result


# --------------------------------------------------------------------------------------------------------- JSON Patch


def apply_operations(document: Any, operations: Sequence[Any]) -> Any:
    """Apply a JSON Patch. Raises PatchError for an operation that cannot be done."""
    if len(operations) > _MOST_OPERATIONS:
        raise PatchError(f"a patch may have {_MOST_OPERATIONS} operations")
    holder, copied = {"": copy.deepcopy(document)}, 0  # so that the document itself has a place too
    for operation in operations:
        if not isinstance(operation, dict):
            raise PatchError("an operation is an object")
        path = ["", *_pointer(operation.get("path"))]
        match operation.get("op"):
            case "add":
                _add(holder, path, copy.deepcopy(_value_of(operation)))
            case "replace":
                _take(holder, path)
                _add(holder, path, copy.deepcopy(_value_of(operation)))
            case "remove":
                _take(holder, path)
            case "move":
                _add(holder, path, _take(holder, ["", *_pointer(operation.get("from"))]))
            case "copy":
                text = json.dumps(_find(holder, ["", *_pointer(operation.get("from"))]))
                copied += len(text)
                if copied > _MOST_COPIED:
                    raise PatchError(f"copies may have {_MOST_COPIED} bytes")
                _add(holder, path, json.loads(text))
            case "test":
                if _identity(_find(holder, path)) != _identity(operation.get("value")):
                    raise PatchError(f"testing value {operation.get('path')} failed")
            case name:
                raise PatchError(f"unknown operation {name}")
    return holder.get("")


def _value_of(operation: Mapping[str, Any]) -> Any:
    if "value" not in operation:
        raise PatchError("an operation has no value")
    return operation["value"]


def _pointer(text: object) -> list[str]:
    """Split a JSON Pointer (RFC 6901)."""
    if not isinstance(text, str) or (text and not text.startswith("/")):
        raise PatchError(f"{text!r} is not a JSON Pointer")
    return [step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:]]


def _find(holder: Any, path: Sequence[str]) -> Any:
    for step in path:
        try:
            holder = holder[_index(step, len(holder)) if isinstance(holder, list) else step]
        except (LookupError, TypeError):
            raise PatchError(f"there is nothing at {step!r}") from None
    return holder


def _add(holder: Any, path: Sequence[str], value: Any) -> None:
    parent, last = _find(holder, path[:-1]), path[-1]
    if isinstance(parent, list):
        parent.insert(len(parent) if last == "-" else _index(last, len(parent) + 1), value)
    elif isinstance(parent, dict):
        parent[last] = value
    else:
        raise PatchError(f"nothing can be added at {last!r}")


def _take(holder: Any, path: Sequence[str]) -> Any:
    """Remove the value at a path and return it."""
    found, parent = _find(holder, path), _find(holder, path[:-1])
    del parent[_index(path[-1], len(parent)) if isinstance(parent, list) else path[-1]]
    return found


def _index(step: str, length: int) -> int:
    if not (step.isascii() and step.isdigit()) or (len(step) > 1 and step[0] == "0") or len(step) > 9:
        raise PatchError(f"{step!r} is not an index")
    if int(step) >= length:
        raise PatchError(f"index {step} is out of bounds")
    return int(step)


def _identity(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


# --------------------------------------------------------------------------------------------- strategic merge patch


class StrategicMerge:
    """Applies strategic merge patches to objects of the definitions of a reference."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def apply(self, obj: Mapping[str, Any], patch: Mapping[str, Any], expected: Type) -> dict[str, Any]:
        """Merge a patch into an object of a type. Raises PatchError."""
        if _DIRECTIVE in patch:
            return _follow_directive(patch)
        result = dict(obj)
        if _RETAIN in patch:
            kept = {_identity(name) for name in _list(patch[_RETAIN])}
            result = {name: value for name, value in obj.items() if _identity(name) in kept}
        for name, value in patch.items():
            if name.startswith(_DELETED) and isinstance(old := result.get(target := name.removeprefix(_DELETED)), list):
                gone = {_identity(item) for item in _list(value)}
                result[target] = [item for item in old if _identity(item) not in gone]
        for name, value in patch.items():
            if value is None:
                result.pop(name, None)
            elif name not in (_DIRECTIVE, _RETAIN) and not name.startswith((_ORDER, _DELETED)):
                result[name] = self._merge(result.get(name), value, *self._field(expected, name))
        for name, value in patch.items():
            if name.startswith(_ORDER) and isinstance(items := result.get(target := name.removeprefix(_ORDER)), list):
                field, _ = self._field(expected, target)
                before = old if isinstance(old := obj.get(target), list) else []
                result[target] = _reorder(items, _list(value), before, field.patch_merge_key if field else "")
        return result

    def _field(self, expected: Type, name: str) -> tuple[Field | None, Type]:
        """Return the field of a name in objects of a type, and the type of its value."""
        match expected:
            case Ref(key=key):
                definition = self._reference.definitions.get(key)
                field = definition.field(name) if definition is not None else None
                return (field, field.type) if field is not None else (None, expected)
            case Map(values=values):
                return None, values
        return None, expected

    def _merge(self, old: Any, new: Any, field: Field | None, expected: Type) -> Any:
        strategies = field.patch_strategy if field is not None else ()
        if isinstance(new, dict) and isinstance(old, dict) and "replace" not in strategies:
            return self.apply(old, new, expected)
        if isinstance(new, list) and isinstance(old, list) and field is not None and "merge" in strategies:
            items = expected.items if isinstance(expected, Array) else expected
            return self._merge_lists(old, new, field.patch_merge_key, items)
        return _without_directives(new)

    def _merge_lists(self, old: Sequence[Any], new: Sequence[Any], key: str, items: Type) -> list[Any]:
        """Merge lists of objects by the value of a key, and lists of plain values as sets."""
        if not all(isinstance(item, dict) for item in (*old, *new)):
            return _reorder(list({_identity(item): item for item in (*old, *new)}.values()), new, old, "")
        directives = {item.get(_DIRECTIVE) for item in new if isinstance(item.get(_DIRECTIVE), str)}
        if directives - {"delete", "replace"} or not key:
            raise PatchError("unknown patch type, or a list without a merge key")
        deleted = {_key(item, key) for item in new if item.get(_DIRECTIVE) == "delete"}
        result = [] if "replace" in directives else [item for item in old if _key(item, key) not in deleted]
        places = {_key(item, key): place for place, item in reversed(list(enumerate(result)))}
        merged: set[str] = set()
        for item in new:
            if _DIRECTIVE in item:
                continue
            name = _key(item, key)
            if name in merged:
                raise PatchError(f"two items of the patch have the {key} {name}")
            merged.add(name)
            if name in places:
                result[places[name]] = self.apply(result[places[name]], item, items)
            else:
                result.append(_without_directives(item))
        return _reorder(result, [item for item in new if _DIRECTIVE not in item], old, key)


def _follow_directive(patch: Mapping[str, Any]) -> dict[str, Any]:
    if patch[_DIRECTIVE] == "replace":
        return {name: value for name, value in patch.items() if name != _DIRECTIVE}
    if patch[_DIRECTIVE] == "delete":
        return {}
    raise PatchError(f"unknown patch type: {patch[_DIRECTIVE]}")


def _key(item: Mapping[str, Any], key: str) -> str:
    if key not in item:
        raise PatchError(f"an item does not contain the merge key {key}")
    return _identity(item[key])


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise PatchError("the value of a directive is a list")
    return value


def _reorder(items: Sequence[Any], order: Sequence[Any], before: Sequence[Any], key: str) -> list[Any]:
    """Put items into an order; those that it does not name stay where they stood among the others before."""

    def positions(of: Sequence[Any]) -> dict[str, int]:
        return {identity(item): place for place, item in reversed(list(enumerate(of)))}

    def identity(item: Any) -> str:
        return _identity(item.get(key) if key and isinstance(item, dict) else item)

    wanted, stood = positions(order), positions(before)
    named = sorted((item for item in items if identity(item) in wanted), key=lambda item: wanted[identity(item)])
    others = [item for item in items if identity(item) not in wanted]
    others.sort(key=lambda item: stood.get(identity(item), len(stood)))
    result, at = [], 0
    for item in named:
        while at < len(others) and stood.get(identity(others[at]), len(stood)) < stood.get(identity(item), -1):
            result.append(others[at])
            at += 1
        result.append(item)
    return [*result, *others[at:]]


def _without_directives(value: Any) -> Any:
    """Return a value of a patch that has nothing to be merged with, without nulls and directives."""
    if isinstance(value, list):
        return [_without_directives(item) for item in value if not (isinstance(item, dict) and _DIRECTIVE in item)]
    if not isinstance(value, dict):
        return value
    return {
        name: _without_directives(inner)
        for name, inner in value.items()
        if inner is not None and name not in (_DIRECTIVE, _RETAIN) and not name.startswith((_ORDER, _DELETED))
    }
