"""Objects as Go writes them when it has read them, and which of their fields a manager has set.

Reading and writing drops what a server does not know, and what is empty; an empty place that Go always writes is filled with its zero.
The sets of fields are those of sigs.k8s.io/structured-merge-diff (`FieldsV1`).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from codegen.model import Array, Definition, Field, ListType, Map, Ref, Reference, Scalar, Type

_LONE = re.compile("[\ud800-\udfff]")  # half a character, which Go replaces while it reads
_STRIPPED = frozenset(
    ("name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion")
)  # of metadata: whoever sends a request does not own these


class Writer:
    """Writes objects by the definitions of a reference."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def written(self, obj: Mapping[str, Any], key: str) -> dict[str, Any]:
        """An object of a definition as a server gives it back."""
        return self._struct(obj, self._reference.definitions[key])

    def _struct(self, obj: Mapping[str, Any], definition: Definition) -> dict[str, Any]:
        found = {}
        for field in definition.fields:
            value = self._value(obj.get(field.name), field.type)
            if value is None and field.required and isinstance(field.type, Scalar) and field.type.type == "string":
                value = "" if not field.type.format else None
            elif _is_empty(value) and not field.required:
                value = None
            if value is not None:
                found[field.name] = value
        return found

    def _value(self, value: Any, expected: Type) -> Any:
        if isinstance(value, str):
            return _LONE.sub("\ufffd", value)
        match expected:
            case Array(items=inner) if isinstance(value, list):
                return [self._inner(item, inner) for item in value]
            case Map(values=inner) if isinstance(value, dict):
                return {_LONE.sub("\ufffd", name): self._inner(item, inner) for name, item in value.items()}
            case Ref(key=key) if isinstance(value, dict) and key in self._reference.definitions:
                definition = self._reference.definitions[key]
                return self._struct(value, definition) if definition.fields and not definition.open else value
        return value

    def _inner(self, value: Any, expected: Type) -> Any:
        """A value in a list or map, in which Go writes zeros."""
        if value is not None:
            return self._value(value, expected)
        match expected:
            case Scalar(type="string"):
                return ""
            case Scalar(type="integer" | "number"):
                return 0
            case Scalar(type="boolean"):
                return False
            case Ref(key=key) if key in self._reference.definitions and self._reference.definitions[key].fields:
                return self._struct({}, self._reference.definitions[key])
        return None

    # --------------------------------------------------------------------------------------------- fields of a manager

    def entry(
        self, obj: Mapping[str, Any], key: str, *, manager: str, api_version: str, time: str, subresource: str = ""
    ) -> dict[str, Any]:
        """The entry of `managedFields` for who has sent an object."""
        owned = {name: value for name, value in obj.items() if name not in ("apiVersion", "kind")}
        owned["metadata"] = {n: v for n, v in (obj.get("metadata") or {}).items() if n not in _STRIPPED}
        entry = {
            "manager": manager,
            "operation": "Update",
            "apiVersion": api_version,
            "time": time,
            "fieldsType": "FieldsV1",
            "fieldsV1": self._owned(owned, self._reference.definitions[key]),
        }
        return {**entry, "subresource": subresource} if subresource else entry

    def _owned(self, obj: Mapping[str, Any], definition: Definition, *, zeros: bool = False) -> dict[str, Any]:
        """What an object sets, beside one with nothing in it; with `zeros` also what is empty, of items that were not there before."""
        found = {}
        for field in sorted(definition.fields, key=lambda field: field.name):
            value = obj.get(field.name)
            if value is None or (not zeros and value in ("", {})):  # an empty list is not the same as none
                continue
            inner, is_whole = self._of_field(value, field)
            if inner or is_whole:
                found[f"f:{field.name}"] = inner
        return found

    def _of_field(self, value: Any, field: Field) -> tuple[dict[str, Any], bool]:
        """What is below a field, and whether the field is set as a whole."""
        match field.type:
            case Ref(key=key) if key in self._reference.definitions and isinstance(value, dict):
                definition = self._reference.definitions[key]
                atomic = "atomic" in (field.map_type, definition.map_type)
                return ({}, True) if atomic or not definition.fields else (self._owned(value, definition), False)
            case Map() if isinstance(value, dict) and field.map_type != "atomic":
                return {".": {}, **{f"f:{name}": {} for name in sorted(value)}}, True
            case Array() if isinstance(value, list) and field.list_type is ListType.SET:
                return {".": {}, **{f"v:{_json(item)}": {} for item in value}}, True
            case Array(items=Ref(key=key)) if isinstance(value, list) and field.list_type is ListType.MAP:
                return {".": {}, **{self._item(item, field): self._of_item(item, key) for item in value}}, True
        return {}, True

    def _item(self, item: Mapping[str, Any], field: Field) -> str:
        keys = {name: item[name] for name in sorted(field.list_map_keys) if name in item}
        return f"k:{_json(keys)}"

    def _of_item(self, item: Mapping[str, Any], key: str) -> dict[str, Any]:
        definition = self._reference.definitions.get(key)
        if definition is None or definition.map_type == "atomic":
            return {}
        return {".": {}, **self._owned(item, definition, zeros=True)}


def _is_empty(value: Any) -> bool:
    return value in ("", [], {}) and not isinstance(value, bool | int | float)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def without_repeated_owners(metadata: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Metadata in which each owner stands once, and what the server warns of where one stood twice."""
    owners = metadata.get("ownerReferences") or []
    kept: dict[str, Any] = {}
    repeated: dict[str, None] = {}
    for owner in owners:
        text = json.dumps(owner, sort_keys=True)
        if text in kept:
            repeated[owner.get("uid", "")] = None
        else:
            kept[text] = owner
    if not repeated:
        return metadata, ""
    warning = _words()["repeated-owners"] % ", ".join(repeated)
    return {**metadata, "ownerReferences": list(kept.values())}, warning


@cache
def _words() -> dict[str, str]:
    file = Path(__file__).with_name("words.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
