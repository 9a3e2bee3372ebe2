"""JSON Patch (RFC 6902), JSON merge patch (RFC 7386) and strategic merge patch.

Arguments stay unchanged. The library jsonpatch applies a whole patch without a limit, so that
copies double an object with each operation. Here each operation is counted.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from codegen.core.json_types import JsonList, JsonObject, JsonValue
from codegen.model import Array, Field, Map, Ref, Reference, Type

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_MOST_OPERATIONS = 10_000  # of a JSON Patch
_MOST_WORK = 3 << 20  # items that its operations move in lists, and bytes of JSON that they copy


class _ExpectedField(NamedTuple):
    """A field of a type, or None, and the type of its value."""

    field: Field | None
    type: Type


class PatchError(ValueError):
    """A malformed patch, or one that cannot be applied to the object."""


def merge(document: object, patch: object) -> JsonValue:
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


def json_identity(value: object) -> str:
    """Return a text for comparing JSON values."""
    return json.dumps(value, sort_keys=True)


class _JsonPatcher:
    """A document that the operations of a JSON Patch change.

    Items that move in a list, and copied bytes, are counted and limited.
    """

    def __init__(self, document: JsonValue) -> None:
        self._root = {"": copy.deepcopy(document)}  # so that the document itself has a place too
        self._work = 0

    @property
    def document(self) -> JsonValue:
        """The document, which is null after its removal."""
        return self._root.get("")

    def apply(self, operation: JsonValue) -> None:
        """Apply one operation. Raises PatchError."""
        match operation:
            case {"op": "add", "path": path, "value": value}:
                self._add(path, copy.deepcopy(value))
            case {"op": "replace", "path": path, "value": value}:
                self._replace(path, copy.deepcopy(value))
            case {"op": "remove", "path": path}:
                self._remove(path)
            case {"op": "move", "from": source, "path": path}:
                self._add(path, self._remove(source))
            case {"op": "copy", "from": source, "path": path}:
                value = self._find(_split(source))
                self._count_work(len(json_identity(value)))
                self._add(path, copy.deepcopy(value))
            case {"op": "test", "path": path}:
                value = self._find(_split(path))
                if json_identity(value) != json_identity(operation.get("value")):
                    raise PatchError(f"testing value {path} failed")
            case _:
                raise PatchError(f"{operation} is not an operation with its fields")

    def _find(self, path: Sequence[str]) -> JsonValue:
        value: JsonValue = self._root
        for step in path:
            try:
                value = value[_index(step, len(value)) if isinstance(value, list) else step]
            except (LookupError, TypeError):
                raise PatchError(f"there is nothing at {step!r}") from None
        return value

    def _add(self, pointer: object, value: object) -> None:
        *path, last = _split(pointer)
        parent = self._find(path)
        if isinstance(parent, dict):
            parent[last] = value
        elif isinstance(parent, list):
            if last == "-":
                index = len(parent)
            else:
                index = _index(last, len(parent) + 1)
            self._count_work(len(parent) - index)
            parent.insert(index, value)
        else:
            raise PatchError(f"nothing can be added at {last!r}")

    def _replace(self, pointer: object, value: object) -> None:
        *path, last = _split(pointer)
        self._find([*path, last])
        parent = self._find(path)
        parent[_index(last, len(parent)) if isinstance(parent, list) else last] = value

    def _remove(self, pointer: object) -> JsonValue:
        """Remove the value at a path and return it."""
        *path, last = _split(pointer)
        value = self._find([*path, last])
        parent = self._find(path)
        if isinstance(parent, list):
            index = _index(last, len(parent))
            self._count_work(len(parent) - index)
            del parent[index]
        else:
            del parent[last]
        return value

    def _count_work(self, amount: int) -> None:
        self._work += amount
        if self._work > _MOST_WORK:
            raise PatchError(
                f"the copies and moves of a patch may have {_MOST_WORK} items and bytes"
            )


def apply_operations(document: object, operations: Sequence[object]) -> JsonValue:
    """Apply a JSON Patch. Raises PatchError for an operation that cannot be done."""
    if len(operations) > _MOST_OPERATIONS:
        raise PatchError(f"a patch may have {_MOST_OPERATIONS} operations")
    patcher = _JsonPatcher(document)
    for operation in operations:
        patcher.apply(operation)
    return patcher.document


def _split(pointer: object) -> list[str]:
    """Split a JSON Pointer (RFC 6901). The first step leads to the document."""
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise PatchError(f"{pointer!r} is not a JSON Pointer")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")]


def _index(step: str, length: int) -> int:
    if not _INDEX.fullmatch(step):
        raise PatchError(f"{step!r} is not an index")
    if int(step) >= length:
        raise PatchError(f"index {step} is out of bounds")
    return int(step)


_DIRECTIVE, _RETAIN = "$patch", "$retainKeys"
_ORDER, _DELETED = "$setElementOrder/", "$deleteFromPrimitiveList/"


class StrategicMerge:
    """Applies strategic merge patches, the default of kubectl, to objects of the definitions of a
    reference.

    New items of a list are appended. The directive `$setElementOrder` is ignored, so that lists
    keep their order.
    """

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def apply(
        self, obj: Mapping[str, object], patch: Mapping[str, object], expected: Type
    ) -> JsonObject:
        """Merge a patch into an object of a type. Raises PatchError."""
        match _directive(patch):
            case "replace":
                return {name: value for name, value in patch.items() if name != _DIRECTIVE}
            case "delete":
                return {}
        result = dict(obj)
        if _RETAIN in patch:
            retained = {json_identity(name) for name in _list(patch[_RETAIN])}
            result = {name: value for name, value in obj.items() if json_identity(name) in retained}
        for name, value in sorted(patch.items()):  # directives first
            if name == _RETAIN or name.startswith(_ORDER):
                continue
            if name.startswith(_DELETED):
                target, gone = (
                    name.removeprefix(_DELETED),
                    {json_identity(item) for item in _list(value)},
                )
                if isinstance(old := result.get(target), list):
                    result[target] = [item for item in old if json_identity(item) not in gone]
            elif value is None:
                result.pop(name, None)
            else:
                result[name] = self._merge(result.get(name), value, *self._field(expected, name))
        return result

    def _field(self, expected: Type, name: str) -> _ExpectedField:
        """Find a field of a type by its name."""
        match expected:
            case Ref(key=key) if key in self._reference.definitions:
                field = self._reference.definitions[key].field(name)
                return _ExpectedField(field, expected if field is None else field.type)
            case Map(values=values):
                return _ExpectedField(None, values)
        return _ExpectedField(None, expected)

    def _merge(self, old: object, new: object, field: Field | None, expected: Type) -> JsonValue:
        if field is not None:
            strategies = field.patch_strategy
        else:
            strategies = ()
        if isinstance(new, dict) and "replace" not in strategies:
            return self.apply(old if isinstance(old, dict) else {}, new, expected)
        if isinstance(new, list) and field is not None and "merge" in strategies:
            if isinstance(expected, Array):
                items = expected.items
            else:
                items = expected
            return self._merge_lists(
                old if isinstance(old, list) else [], new, field.patch_merge_key, items
            )
        return new

    def _merge_lists(
        self, old: Sequence[JsonValue], new: Sequence[JsonValue], key: str, items: Type
    ) -> JsonList:
        """Merge lists of objects by a key, and lists of plain values as sets."""
        if not all(isinstance(item, dict) for item in (*old, *new)):
            return list({json_identity(item): item for item in (*old, *new)}.values())
        directives = [_directive(item) for item in new]
        if "replace" in directives:
            merged = {}
        else:
            merged = {_item_key(item, key): item for item in old}
        for item, directive in zip(new, directives, strict=True):
            if directive == "delete":
                merged.pop(_item_key(item, key), None)
            elif directive is None:
                name = _item_key(item, key)
                merged[name] = self.apply(merged.get(name, {}), item, items)
        return list(merged.values())


def _directive(patch: Mapping[str, object]) -> str | None:
    directive = patch.get(_DIRECTIVE)
    if directive not in (None, "replace", "delete"):
        raise PatchError(f"unknown patch type: {directive}")
    return directive


def _item_key(item: Mapping[str, object], key: str) -> str:
    if key not in item:
        raise PatchError(f"an item does not contain the merge key {key}")
    return json_identity(item[key])


def _list(value: object) -> JsonList:
    if not isinstance(value, list):
        raise PatchError("the value of a directive is a list")
    return value
