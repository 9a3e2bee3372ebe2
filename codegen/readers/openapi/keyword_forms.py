"""Expected forms of keyword values. Values of another form are left out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import isfinite

from codegen.core.json_types import JsonList, JsonObject, JsonValue

_MAX_DEPTH = 64
_INNER = {"items", "additionalProperties"}
UNIONS = ("allOf", "anyOf", "oneOf")
# Keywords that give a schema a type. A part of `allOf` without them only restricts the others.
TYPING = frozenset(
    ("$ref", "type", "properties", "additionalProperties", "items", "enum", "const", *UNIONS)
)
FIELDS = frozenset(("properties", "required"))
_TYPE_KEYWORDS = frozenset(("type", "$ref"))
TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


def mapping_values(mapping: object) -> Collection[JsonValue]:
    """Return the values of a mapping, or nothing if it is not one."""
    if isinstance(mapping, dict):
        return mapping.values()
    return ()


def schemas_by_media_type(content: object) -> JsonObject:
    """Return the schemas of a body or parameter by media type, without malformed entries."""
    schemas: JsonObject = {}
    for name, media in content.items() if isinstance(content, dict) else ():
        if isinstance(media, dict) and media.get("schema") is not None:
            schemas[name] = media["schema"]
    return schemas


def boolean_schema(allows: bool) -> JsonObject:
    """Return the schema that a boolean stands for: of any value, or of none."""
    if allows:
        return {}
    return {"not": {}}


def is_well_formed(word: str, value: object, depth: int = 0) -> bool:
    """Return whether the value of a keyword has its expected form, including nested schemas.

    Null is no value.
    """
    form = FORMS.get(word)
    return form is None or value is None or form[1](value, depth + 1)


def is_null(schema: JsonObject) -> bool:
    """Return whether a schema allows only null. OpenAPI 3.0 writes null as the only value."""
    return (
        schema.get("type") == "null"
        or schema.get("enum") == [None]
        or ("const" in schema and schema["const"] is None)
    )


def distinct_members(word: str, members: JsonList) -> JsonList:
    """Return the members of a union without repeated references.

    Two equal members of `oneOf` exclude each other.
    """
    if word == "oneOf":
        return members
    targets: set[str] = set()
    distinct = []
    for member in members:
        if isinstance(member, dict) and member.keys() == {"$ref"}:
            target = member["$ref"]
        else:
            target = None
        if not isinstance(target, str):
            distinct.append(member)
        elif target not in targets:
            targets.add(target)
            distinct.append(member)
    return distinct


def only_restricts_fields(part: JsonObject, schema: JsonObject) -> bool:
    """Return whether the part of a union only restricts the fields or the typed value beside it."""
    if "enum" in part and "type" in schema:
        return True
    return (
        bool(schema.get("properties"))
        and not FIELDS.isdisjoint(part)
        and _TYPE_KEYWORDS.isdisjoint(part)
    )


def limits_beside_reference(members: list[JsonObject]) -> list[JsonObject]:
    """Return the limits beside the only type of an `allOf`, a plain reference, or nothing."""
    references = [member for member in members if member.keys() == {"$ref"}]
    limits = [member for member in members if _TYPE_KEYWORDS.isdisjoint(member)]
    if len(references) == 1 and len(limits) + 1 == len(members):
        return limits
    return []


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and (
        isinstance(value, int) or (isinstance(value, float) and isfinite(value))
    )


def _is_schema(value: object, depth: int) -> bool:
    if not isinstance(value, dict):
        return isinstance(value, bool)
    if depth > _MAX_DEPTH:
        return True  # deeper than any reader goes
    # Nested schemas are kept as they are, and there null is not a schema.
    words = FORMED.intersection(value)
    return (
        all(value[word] is not None and is_well_formed(word, value[word], depth) for word in words)
        and isinstance(fields := value.get("properties", {}), dict)
        and all(
            _is_schema(part, depth + 1)
            for part in (*fields.values(), *(value[name] for name in _INNER & value.keys()))
        )
        and ("type" not in value or _is_type(value["type"]))
        and _are_names(value.get("required", []))
        and isinstance(value.get("enum", []), list)
        and isinstance(value.get("format", ""), str)
    )


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_type(value: object) -> bool:
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(
        isinstance(name, str) and names.count(name) == 1 and name in TYPES for name in names
    )


def _are_schemas(value: object, depth: int) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(_is_schema(part, depth + 1) for part in value)
    )


def _are_rules(value: object, _depth: int) -> bool:
    return isinstance(value, list) and all(
        isinstance(part, dict) and isinstance(part.get("rule"), str) for part in value
    )


_Form = tuple[str, Callable[[JsonValue, int], bool]]
_COUNT: _Form = (
    "a whole number, 0 or more",
    lambda value, _: _is_number(value) and value >= 0 and value == int(value),
)
_NUMBER: _Form = ("a number", lambda value, _: _is_number(value))
# OpenAPI before 3.1 marks a bound by true.
_BOUND: _Form = (
    "a number, or true or false",
    lambda value, _: isinstance(value, bool) or _is_number(value),
)
_DIVISOR: _Form = ("a number above 0", lambda value, _: _is_number(value) and value > 0)
_FLAG: _Form = ("true or false", lambda value, _: isinstance(value, bool))
_TEXT: _Form = ("a string", lambda value, _: isinstance(value, str))
_SCHEMAS: _Form = ("a list of one or more valid schemas", _are_schemas)
# The expected form in words, and its test.
FORMS: dict[str, _Form] = {
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _COUNT
    ),
    **dict.fromkeys(("minimum", "maximum"), _NUMBER),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), _BOUND),
    **dict.fromkeys(("uniqueItems", "nullable", "readOnly", "writeOnly", "deprecated"), _FLAG),
    **dict.fromkeys(
        ("x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"), _FLAG
    ),
    **dict.fromkeys(("description", "pattern", "title"), _TEXT),
    **dict.fromkeys(UNIONS, _SCHEMAS),
    "not": ("a valid schema", _is_schema),
    "multipleOf": _DIVISOR,
    "x-kubernetes-validations": ("a list of objects with a rule", _are_rules),
}
FORMED = frozenset(FORMS)
