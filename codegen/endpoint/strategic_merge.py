"""Strategic merge patches, the default of kubectl.

New items of a list are appended. The directive `$setElementOrder` is ignored, so that lists keep their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from codegen.endpoint.patches import PatchError, json_identity
from codegen.model import Array, Field, Map, Ref, Reference, Type

_DIRECTIVE, _RETAIN = "$patch", "$retainKeys"
_ORDER, _DELETED = "$setElementOrder/", "$deleteFromPrimitiveList/"


class StrategicMerge:
    """Applies strategic merge patches to objects of the definitions of a reference."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def apply(self, obj: Mapping[str, Any], patch: Mapping[str, Any], expected: Type) -> dict[str, Any]:
        """Merge a patch into an object of a type. Raises PatchError."""
        match _directive(patch):
            case "replace":
                return {name: value for name, value in patch.items() if name != _DIRECTIVE}
            case "delete":
                return {}
        kept = _list(patch[_RETAIN]) if _RETAIN in patch else obj
        result = {name: value for name, value in obj.items() if name in kept}
        for name, value in sorted(patch.items()):  # directives first
            if name == _RETAIN or name.startswith(_ORDER):
                continue
            if name.startswith(_DELETED):
                target, gone = name.removeprefix(_DELETED), {json_identity(item) for item in _list(value)}
                if isinstance(old := result.get(target), list):
                    result[target] = [item for item in old if json_identity(item) not in gone]
            elif value is None:
                result.pop(name, None)
            else:
                result[name] = self._merge(result.get(name), value, *self._field(expected, name))
        return result

    def _field(self, expected: Type, name: str) -> tuple[Field | None, Type]:
        """Return a field of a type by its name, and the type of its value."""
        match expected:
            case Ref(key=key) if key in self._reference.definitions:
                field = self._reference.definitions[key].field(name)
                return field, expected if field is None else field.type
            case Map(values=values):
                return None, values
        return None, expected

    def _merge(self, old: Any, new: Any, field: Field | None, expected: Type) -> Any:
        strategies = field.patch_strategy if field is not None else ()
        if isinstance(new, dict) and "replace" not in strategies:
            return self.apply(old if isinstance(old, dict) else {}, new, expected)
        if isinstance(new, list) and field is not None and "merge" in strategies:
            items = expected.items if isinstance(expected, Array) else expected
            return self._merge_lists(old if isinstance(old, list) else [], new, field.patch_merge_key, items)
        return new

    def _merge_lists(self, old: Sequence[Any], new: Sequence[Any], key: str, items: Type) -> list[Any]:
        """Merge lists of objects by a key, and lists of plain values as sets."""
        if not all(isinstance(item, dict) for item in (*old, *new)):
            return list({json_identity(item): item for item in (*old, *new)}.values())
        directives = [_directive(item) for item in new]
        merged = {} if "replace" in directives else {_item_key(item, key): item for item in old}
        for item, directive in zip(new, directives, strict=True):
            if directive == "delete":
                merged.pop(_item_key(item, key), None)
            elif directive is None:
                name = _item_key(item, key)
                merged[name] = self.apply(merged.get(name, {}), item, items)
        return list(merged.values())


def _directive(patch: Mapping[str, Any]) -> str | None:
    found = patch.get(_DIRECTIVE)
    if found not in (None, "replace", "delete"):
        raise PatchError(f"unknown patch type: {found}")
    return found


def _item_key(item: Mapping[str, Any], key: str) -> str:
    if key not in item:
        raise PatchError(f"an item does not contain the merge key {key}")
    return json_identity(item[key])


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise PatchError("the value of a directive is a list")
    return value
