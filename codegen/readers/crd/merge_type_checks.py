"""Checks of list types and map types in the schema of a custom resource, as servers do them.

Source: `pkg/apis/apiextensions/validation/validation.go` of k8s.io/apiextensions-apiserver.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.json_types import JsonList, JsonObject
from codegen.kube.errors import REQUIRED, UNSUPPORTED
from codegen.readers.crd.violations import (
    FORBIDDEN,
    LIST_KEYS,
    LIST_TYPE,
    MAP_TYPE,
    Steps,
    Violation,
    format_value,
    read_list,
    read_object,
    read_text,
)

_LIST_TYPES = ("atomic", "map", "set")
_MAP_TYPES = ("atomic", "granular")


def check_merge_types(schema: JsonObject, steps: Steps) -> Iterator[Violation]:
    """Yield the violations of the list type and the map type of a schema."""
    yield from _check_map_type(schema, steps)
    yield from _check_list_type(schema, steps)


def _check_map_type(schema: JsonObject, steps: Steps) -> Iterator[Violation]:
    map_type = schema.get(MAP_TYPE)
    if not isinstance(map_type, str):
        return
    at = (*steps, MAP_TYPE)
    if schema.get("type") != "object":
        message = f"`{MAP_TYPE}` is only allowed beside `type: object`"
        yield Violation(steps=at, message=message, hint="remove it, or correct the type")
    if map_type not in _MAP_TYPES:
        yield Violation(
            steps=at,
            message=f"`{MAP_TYPE}` must be one of {', '.join(_MAP_TYPES)}, not "
            f"{format_value(map_type)}",
            hint=f"write one of {', '.join(_MAP_TYPES)}",
            code=UNSUPPORTED,
        )


def _check_list_type(schema: JsonObject, steps: Steps) -> Iterator[Violation]:
    list_type, keys = schema.get(LIST_TYPE), read_list(schema, LIST_KEYS)
    if keys and list_type != "map":
        yield Violation(
            steps=(*steps, LIST_KEYS),
            message=f"`{LIST_KEYS}` is only allowed beside `{LIST_TYPE}: map`",
            hint=f"remove it, or write `{LIST_TYPE}: map`",
        )
    if not isinstance(list_type, str):
        return
    at = (*steps, LIST_TYPE)
    if schema.get("type") != "array":
        message = f"`{LIST_TYPE}` is only allowed beside `type: array`"
        yield Violation(steps=at, message=message, hint="remove it, or correct the type")
        return
    if list_type not in _LIST_TYPES:
        yield Violation(
            steps=at,
            message=f"`{LIST_TYPE}` must be one of {', '.join(_LIST_TYPES)}, "
            f"not {format_value(list_type)}",
            hint=f"write one of {', '.join(_LIST_TYPES)}",
            code=UNSUPPORTED,
        )
        return
    items = read_object(schema, "items")
    if list_type != "atomic" and items.get("nullable") is True:
        yield Violation(
            steps=(*steps, "items", "nullable"),
            message=f"items of a list of type {list_type} cannot be nullable",
            hint="remove `nullable`",
            code=FORBIDDEN,
        )
    if list_type == "set":
        yield from _check_set(items, (*steps, "items"))
    elif list_type == "map":
        yield from _check_map_list(schema, items, keys, steps)


def _check_set(items: JsonObject, steps: Steps) -> Iterator[Violation]:
    kind = items.get("type")
    if kind == "array" and items.get(LIST_TYPE) not in (None, "atomic"):
        yield Violation(
            steps=(*steps, LIST_TYPE),
            message="lists in a set must be atomic",
            hint=f"write `{LIST_TYPE}: atomic` for the items",
        )
    elif kind == "object" and items.get(MAP_TYPE) != "atomic":
        yield Violation(
            steps=steps,
            message="objects in a set must be atomic",
            hint=f"write `{MAP_TYPE}: atomic` for the items, or use a list of type map",
        )


def _check_map_list(
    schema: JsonObject, items: JsonObject, keys: JsonList, steps: Steps
) -> Iterator[Violation]:
    if not keys:
        yield Violation(
            steps=(*steps, LIST_TYPE),
            message=f"a list of type map needs `{LIST_KEYS}`",
            hint="name the fields by which items differ",
            code=REQUIRED,
        )
    if not isinstance(schema.get("items"), dict):
        return  # reported as an array without a schema of its items
    if items.get("type") != "object":
        yield Violation(
            steps=(*steps, "items", "type"),
            message="items of a list of type map must be objects",
            hint="write `type: object` for the items, or use another list type",
        )
        return
    fields = read_object(items, "properties")
    named: set[str] = set()
    for key in keys:
        if not isinstance(key, str):
            continue
        at = (*steps, LIST_KEYS)
        if not isinstance(fields.get(key), dict):
            yield Violation(
                steps=at,
                message=f"the key {format_value(key)} is no field of the items",
                hint="name fields of the items",
            )
        else:
            yield from _check_map_key(key, items, (*steps, "items"))
        if key in named:
            message = f"the key {format_value(key)} is there twice"
            yield Violation(steps=at, message=message, hint="remove one of the two")
        named.add(key)


def _check_map_key(key: str, items: JsonObject, steps: Steps) -> Iterator[Violation]:
    field = read_object(read_object(items, "properties"), key)
    at = (*steps, "properties", (key,))
    if read_text(field, "type") in ("array", "object"):
        yield Violation(
            steps=(*at, "type"),
            message=f"the map key {format_value(key)} must have a scalar type",
            hint="use another field as the key",
        )
    if field.get("nullable") is True:
        yield Violation(
            steps=(*at, "nullable"),
            message=f"the map key {format_value(key)} cannot be nullable",
            hint="remove `nullable`",
            code=FORBIDDEN,
        )
    if key not in read_list(items, "required") and field.get("default") is None:
        yield Violation(
            steps=at,
            message=f"the map key {format_value(key)} must be required or have a default",
            hint="add it to `required` of the items, or give it a `default`",
            code=REQUIRED,
        )
