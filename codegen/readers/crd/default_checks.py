"""Checks of the defaults in the schema of a custom resource, as servers do them.

Source: `pkg/apiserver/schema/defaulting/validation.go` of k8s.io/apiextensions-apiserver.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.json_types import JsonObject, JsonValue
from codegen.core.locales import ENGLISH, SHIPPED
from codegen.kube.constraints import Limits
from codegen.kube.errors import UNKNOWN, Errors, field_path, format_message, path_steps
from codegen.model.keywords.keyword import PRESERVE_UNKNOWN
from codegen.model.kubernetes import EMBEDDED
from codegen.readers.crd.violations import (
    INT_OR_STRING,
    JUNCTORS,
    Steps,
    Violation,
    format_value,
    list_structural_parts,
    read_list,
    read_object,
)
from codegen.readers.openapi.keyword_forms import is_well_formed

_RESOURCE_FIELDS = ("apiVersion", "kind", "metadata")
_HINT = "correct the default, or the schema"
_DEEPEST = 200
_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_LIMITS = frozenset(
    (
        "exclusiveMaximum",
        "exclusiveMinimum",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
    )
)


def check_defaults(schema: JsonObject, steps: Steps) -> Iterator[Violation]:
    """Yield the defaults in a structural schema that the schema itself forbids."""
    default = schema.get("default")
    if default is not None:
        at = (*steps, "default")
        unknown = _find_unknown_field(default, schema)
        if unknown:
            message = f"the default has an unknown field: {unknown}"
            yield Violation(steps=at, message=message, hint=_HINT, code=UNKNOWN)
        else:
            yield from _check_value(default, schema, at)
    for part in list_structural_parts(schema):
        yield from check_defaults(part.schema, (*steps, *part.steps))


def _check_value(default: object, schema: JsonObject, steps: Steps) -> Iterator[Violation]:
    errors: Errors = []
    Limits.from_schema(_select_limits(schema, 0)).find(default, None, errors)
    words = SHIPPED.get(ENGLISH).validation
    for error in errors[:1]:
        path = field_path(path_steps(error[0]))
        place = f" at {path}" if path else ""
        yield Violation(
            steps=steps,
            message=f"the default {format_value(default)} is not valid{place}: "
            f"{format_message(error, words)}",
            hint=_HINT,
            code=error[1],
        )


def _select_limits(schema: JsonObject, depth: int) -> JsonObject:
    """Return the keywords of a schema that restrict values, apart from malformed ones."""
    limits = {word: schema[word] for word in schema if _restricts_values(word, schema[word])}
    if schema.get(INT_OR_STRING) is True:
        limits["type"] = ["integer", "string"]
    elif schema.get("type") in _TYPES:
        limits["type"] = schema["type"]
    if schema.get("nullable") is True and "type" in limits:
        limits["nullable"] = True
    names = [name for name in read_list(schema, "required") if isinstance(name, str)]
    if names:
        limits["required"] = names
    if depth > _DEEPEST:
        return limits
    for word in ("items", "additionalProperties", "not"):
        if isinstance(schema.get(word), dict):
            limits[word] = _select_limits(schema[word], depth + 1)
    for word in JUNCTORS:
        parts = [part for part in read_list(schema, word) if isinstance(part, dict)]
        if parts:
            limits[word] = [_select_limits(part, depth + 1) for part in parts]
    fields = read_object(schema, "properties")
    if fields:
        limits["properties"] = {
            name: _select_limits(inner, depth + 1)
            for name, inner in fields.items()
            if isinstance(inner, dict)
        }
    return limits


def _restricts_values(word: str, value: object) -> bool:
    """Return whether a keyword restricts values without naming schemas."""
    if word == "enum":
        return isinstance(value, list)
    if word in ("format", "pattern"):
        return isinstance(value, str)
    return word in _LIMITS and value is not None and is_well_formed(word, value)


def _find_unknown_field(value: object, schema: JsonObject, path: str = "") -> str:
    """Return the path of a field that servers would drop, or an empty string."""
    for inner_path, item, inner_schema in _list_inner_values(value, schema, path):
        if inner_schema is None:
            return inner_path
        unknown = _find_unknown_field(item, inner_schema, inner_path)
        if unknown:
            return unknown
    return ""


def _list_inner_values(
    value: object, schema: JsonObject, path: str
) -> Iterator[tuple[str, JsonValue, JsonObject | None]]:
    """Yield the path, the value and the schema of each item or field; an unknown one has none."""
    if isinstance(value, list):
        items = read_object(schema, "items")
        for number, item in enumerate(value):
            yield f"{path}[{number}]", item, items
        return
    if not isinstance(value, dict) or schema.get("additionalProperties") is True:
        return
    fields, values = read_object(schema, "properties"), schema.get("additionalProperties")
    is_resource = schema.get(EMBEDDED) is True
    for name, item in value.items():
        inner_path = f"{path}.{name}".removeprefix(".")
        field = fields.get(name, values)
        if isinstance(field, dict):
            yield inner_path, item, field
        elif is_resource and name in _RESOURCE_FIELDS:
            continue
        elif schema.get(PRESERVE_UNKNOWN) is not True:
            yield inner_path, item, None
