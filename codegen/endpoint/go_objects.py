"""Objects as Go reads and writes them, and the fields of a manager (`managedFields`).

Go drops unknown and empty fields, and fills a field that it always writes with its zero value. Sets
of fields are those of sigs.k8s.io/structured-merge-diff (`FieldsV1`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from codegen.core.json_types import JsonMapping, JsonObject, JsonValue
from codegen.endpoint.kinds import Kind
from codegen.model import Array, Definition, Field, ListType, Map, Ref, Reference, Scalar, Type

_LONE = re.compile("[\ud800-\udfff]")  # half a character, which Go replaces while it reads
_ZEROS = {"string": "", "integer": 0, "number": 0, "boolean": False}
# Fields of `metadata` that no manager owns.
_STRIPPED = frozenset(
    (
        "name",
        "namespace",
        "creationTimestamp",
        "selfLink",
        "uid",
        "generation",
        "managedFields",
        "resourceVersion",
    )
)


class FieldSet(NamedTuple):
    """The fields below a field that a manager owns, and whether it owns the field as a whole."""

    fields: JsonObject
    is_whole: bool = True


class GoObjects:
    """Normalizes objects by the definitions of a reference."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def normalize(self, obj: Mapping[str, object], key: str) -> JsonObject:
        """Return an object of a definition as a server gives it back."""
        return self._normalize_struct(obj, self._reference.definitions[key])

    def _normalize_struct(self, obj: Mapping[str, object], definition: Definition) -> JsonObject:
        normalized = {}
        for field in definition.fields:
            value = self._normalize_value(obj.get(field.name), field.type)
            if (
                value is None
                and field.required
                and isinstance(field.type, Scalar)
                and field.type.type == "string"
            ):
                value = "" if not field.type.format else None
            elif not field.required and isinstance(value, str | list | dict) and not value:
                value = None
            if value is not None:
                normalized[field.name] = value
        return normalized

    def _normalize_value(self, value: object, expected: Type) -> JsonValue:
        if isinstance(value, str):
            return _LONE.sub("\ufffd", value)
        match expected:
            case Array(items=inner) if isinstance(value, list):
                return [self._normalize_inner(item, inner) for item in value]
            case Map(values=inner) if isinstance(value, dict):
                return {
                    _LONE.sub("\ufffd", name): self._normalize_inner(item, inner)
                    for name, item in value.items()
                }
            case Ref(key=key) if isinstance(value, dict) and key in self._reference.definitions:
                definition = self._reference.definitions[key]
                if definition.fields and not definition.open:
                    return self._normalize_struct(value, definition)
                return value
        return value

    def _normalize_inner(self, value: object, expected: Type) -> JsonValue:
        """Normalize a value in a list or map, where Go writes zero values."""
        if value is not None:
            return self._normalize_value(value, expected)
        match expected:
            case Scalar(type=name):
                return _ZEROS.get(name)
            case Ref(key=key) if (
                key in self._reference.definitions and self._reference.definitions[key].fields
            ):
                return self._normalize_struct({}, self._reference.definitions[key])
        return None

    def managed_fields(
        self, obj: JsonMapping, kind: Kind, *, manager: str, time: str, subresource: str = ""
    ) -> JsonObject:
        """Return the entry of `managedFields` for the manager of an object."""
        owned = {name: value for name, value in obj.items() if name not in ("apiVersion", "kind")}
        owned["metadata"] = {
            n: v for n, v in (obj.get("metadata") or {}).items() if n not in _STRIPPED
        }
        entry = {
            "manager": manager,
            "operation": "Update",
            "apiVersion": kind.api_version,
            "time": time,
            "fieldsType": "FieldsV1",
            "fieldsV1": self._own_fields(owned, self._reference.definitions[kind.key]),
        }
        if subresource:
            return {**entry, "subresource": subresource}
        return entry

    def _own_fields(
        self, obj: Mapping[str, object], definition: Definition, *, zeros: bool = False
    ) -> JsonObject:
        """Return the set of fields of an object. `zeros` includes empty fields."""
        field_set = {}
        for field in sorted(definition.fields, key=lambda field: field.name):
            value = obj.get(field.name)
            # An empty list is not the same as none.
            if value is None or (not zeros and value in ("", {})):
                continue
            inner = self._find_field_set(value, field)
            if inner.fields or inner.is_whole:
                field_set[f"f:{field.name}"] = inner.fields
        return field_set

    def _find_field_set(self, value: object, field: Field) -> FieldSet:
        match field.type:
            case Ref(key=key) if key in self._reference.definitions and isinstance(value, dict):
                definition = self._reference.definitions[key]
                atomic = "atomic" in (field.map_type, definition.map_type)
                if atomic or not definition.fields:
                    return FieldSet({})
                return FieldSet(self._own_fields(value, definition), is_whole=False)
            case Map() if isinstance(value, dict) and field.map_type != "atomic":
                return FieldSet({".": {}, **{f"f:{name}": {} for name in sorted(value)}})
            case Array() if isinstance(value, list) and field.list_type is ListType.SET:
                return FieldSet({".": {}, **{f"v:{_to_json(item)}": {} for item in value}})
            case Array(items=Ref(key=key)) if (
                isinstance(value, list) and field.list_type is ListType.MAP
            ):
                items = {_item_key(item, field): self._item_set(item, key) for item in value}
                return FieldSet({".": {}, **items})
        return FieldSet({})

    def _item_set(self, item: Mapping[str, object], key: str) -> JsonObject:
        definition = self._reference.definitions.get(key)
        if definition is None or definition.map_type == "atomic":
            return {}
        return {".": {}, **self._own_fields(item, definition, zeros=True)}


def _item_key(item: Mapping[str, object], field: Field) -> str:
    return (
        f"k:{_to_json({name: item[name] for name in sorted(field.list_map_keys) if name in item})}"
    )


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
