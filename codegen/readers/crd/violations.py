"""Violations: the reasons why a server refuses a CustomResourceDefinition."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from codegen.core.json_types import JsonList, JsonObject
from codegen.kube.errors import INVALID

# The way to a value: a string is a field, a number an item, and a tuple of one the key of a map.
Steps = tuple[str | int | tuple[str], ...]
FORBIDDEN = "FieldValueForbidden"
SCHEMA = ("schema", "openAPIV3Schema")
RULES = "x-kubernetes-validations"
INT_OR_STRING = "x-kubernetes-int-or-string"
LIST_TYPE = "x-kubernetes-list-type"
LIST_KEYS = "x-kubernetes-list-map-keys"
MAP_TYPE = "x-kubernetes-map-type"
JUNCTORS = ("allOf", "anyOf", "oneOf")
_DEEPEST = 200
_SHOWN = 80  # characters of a value in a message


class Violation(Struct, frozen=True, kw_only=True):
    """A reason to refuse a definition. `code` is the type of the server's cause."""

    steps: Steps
    message: str
    hint: str
    code: str = INVALID
    rule: str = "crd-refused"


def read_object(value: object, name: str) -> JsonObject:
    """Return the object at a key, or an empty one if there is none."""
    inner = value.get(name) if isinstance(value, dict) else None
    if isinstance(inner, dict):
        return inner
    return {}


def read_list(value: object, name: str) -> JsonList:
    """Return the list at a key, or an empty one if there is none."""
    inner = value.get(name) if isinstance(value, dict) else None
    if isinstance(inner, list):
        return inner
    return []


def read_text(value: object, name: str) -> str:
    """Return the string at a key, or an empty one if there is none."""
    inner = value.get(name) if isinstance(value, dict) else None
    if isinstance(inner, str):
        return inner
    return ""


def format_value(value: object) -> str:
    """Return a value as a message shows it."""
    text = repr(value)
    if len(text) <= _SHOWN:
        return text
    return f"{text[:_SHOWN]}..."


class SchemaPart(Struct, frozen=True, kw_only=True):
    """A schema inside another one, with the steps between the two."""

    steps: Steps
    schema: JsonObject


def list_structural_parts(schema: JsonObject) -> Iterator[SchemaPart]:
    """Yield the schemas of items, fields and values of a schema."""
    for word in ("items", "additionalProperties"):
        inner = schema.get(word)
        if isinstance(inner, dict):
            yield SchemaPart(steps=(word,), schema=inner)
    for name, inner in read_object(schema, "properties").items():
        if isinstance(inner, dict):
            yield SchemaPart(steps=("properties", (name,)), schema=inner)


def list_value_parts(schema: JsonObject) -> Iterator[SchemaPart]:
    """Yield the schemas that only restrict the value of a schema."""
    for word in JUNCTORS:
        for number, inner in enumerate(read_list(schema, word)):
            if isinstance(inner, dict):
                yield SchemaPart(steps=(word, number), schema=inner)
    inner = schema.get("not")
    if isinstance(inner, dict):
        yield SchemaPart(steps=("not",), schema=inner)


def walk_schemas(schema: JsonObject, steps: Steps) -> Iterator[SchemaPart]:
    """Yield a schema and all schemas inside it, the outer ones first."""
    if len(steps) > _DEEPEST:
        return
    yield SchemaPart(steps=steps, schema=schema)
    for part in (*list_structural_parts(schema), *list_value_parts(schema)):
        yield from walk_schemas(part.schema, (*steps, *part.steps))
