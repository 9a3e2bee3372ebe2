"""Structural schemas of custom resources as plain data."""

from __future__ import annotations

from codegen.core.json_types import JsonObject, JsonValue
from codegen.model.keywords.keyword import PRESERVE_UNKNOWN

_LISTS = ("allOf", "anyOf", "oneOf")
_SCHEMAS = ("items", "additionalProperties", "not")


def remove_descriptions(schema: object) -> JsonValue:
    """Return a schema without its descriptions and those of all schemas inside it."""
    if type(schema) is not dict:
        return schema
    result: JsonObject = {}
    for word, value in schema.items():
        if word == "description" and type(value) is str:
            continue
        if word == "properties" and type(value) is dict:
            result[word] = {name: remove_descriptions(inner) for name, inner in value.items()}
        elif word in _LISTS and type(value) is list:
            result[word] = [remove_descriptions(part) for part in value]
        elif word in _SCHEMAS:
            result[word] = remove_descriptions(value)
        else:
            result[word] = value
    return result


def is_empty_object(schema: object) -> bool:
    """Return whether a schema, or that of its items or values, is an object without named fields
    that keeps no others.
    """
    keeps = False
    while isinstance(schema, dict) and not schema.get("properties"):
        keeps = keeps or schema.get(PRESERVE_UNKNOWN) is True
        values = schema.get("additionalProperties")
        if isinstance(values, dict):
            schema, keeps = values, False
        elif "items" in schema:
            schema = schema["items"]
        else:
            return schema.get("type") == "object" and not (values or keeps)
    return False
