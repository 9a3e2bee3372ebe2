"""Definitions as OpenAPI v2 schemas, without descriptions.

This inverts the reading of `swagger.json`. Each rebuilt schema equals the original, apart from
descriptions, defaults, `x-kubernetes-unions` and the order of `required`.
"""

from __future__ import annotations

import json
from typing import Any

from codegen.core.json_types import JsonObject
from codegen.model import Array, Definition, Field, Keyword, LossyType, Map, Ref, Scalar, Type

_LEFT_OUT = frozenset(("default", "x-kubernetes-unions"))


def schema(definition: Definition) -> JsonObject:
    """Build the OpenAPI v2 schema of a definition, with sorted keys.

    A custom resource has the schema of its CustomResourceDefinition.
    """
    if definition.resource is not None:
        stated: JsonObject = json.loads(definition.resource.schema)
        return stated | {
            "x-kubernetes-group-version-kind": [gvk.as_extension for gvk in definition.gvks]
        }
    if definition.type is not None:
        result: JsonObject = type_schema(definition.type)
    else:
        result = {"type": "object"}
    if definition.fields:
        result["properties"] = {field.name: property_schema(field) for field in definition.fields}
    if definition.fields and definition.open:
        result["additionalProperties"] = True
    if required := sorted(field.name for field in definition.fields if field.required):
        result["required"] = required
    if definition.gvks:
        result["x-kubernetes-group-version-kind"] = [gvk.as_extension for gvk in definition.gvks]
    if definition.map_type:
        result["x-kubernetes-map-type"] = definition.map_type
    _add(definition.keywords, result)
    return dict(sorted(result.items()))


def property_schema(field: Field) -> JsonObject:
    """Build the schema of a field, including the fields of its inline object."""
    result = type_schema(field.type)
    if field.fields:
        inner = result
        while inner.get("type") == "array" or "additionalProperties" in inner:
            if inner.get("type") == "array":
                inner = inner["items"]
            else:
                inner = inner["additionalProperties"]
        inner["properties"] = {
            inner_field.name: property_schema(inner_field) for inner_field in field.fields
        }
        if required := sorted(
            inner_field.name for inner_field in field.fields if inner_field.required
        ):
            inner["required"] = required
    result |= field.merge_extensions
    _add(field.keywords, result)
    return dict(sorted(result.items()))


def _add(keywords: tuple[Keyword, ...], schema: JsonObject) -> None:
    """Add keywords of a document to the schema, at the items and values that they are about."""
    for keyword in keywords:
        at: Any = schema
        for step in range(0, len(keyword.inside), 2):
            at = at.get("items" if keyword.inside[step] == "[" else "additionalProperties")
            if not isinstance(at, dict):
                break
        else:
            if keyword.name not in _LEFT_OUT:
                at.setdefault(keyword.name, json.loads(keyword.value))


def type_schema(expression: Type) -> JsonObject:
    """Build the schema of a type expression. A lost type has its known part."""
    match expression:
        case Ref(key=key):
            return {"$ref": f"#/definitions/{key}"}
        case Array(items=items):
            return {"items": type_schema(items), "type": "array"}
        case Map(values=values):
            return {"additionalProperties": type_schema(values), "type": "object"}
        case LossyType(known=known):
            return type_schema(known)
        case Scalar(type=word, format=shape, enum=enum):
            result: JsonObject = {"enum": list(enum)} if enum else {}
            if shape:
                result["format"] = shape
            if word:
                result["type"] = word
            return result
