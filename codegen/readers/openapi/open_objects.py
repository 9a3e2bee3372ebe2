"""Schemas of objects that may have fields beside the named ones."""

from __future__ import annotations

from codegen.core.json_types import JsonObject
from codegen.model.keywords.keyword import PRESERVE_UNKNOWN
from codegen.readers.openapi.keyword_forms import UNIONS, is_well_formed

COUNTS = frozenset(("minProperties", "maxProperties"))


def is_open_object(schema: JsonObject) -> bool:
    """Return whether an object accepts more than its `properties`."""
    other_fields = schema.get("additionalProperties")
    if other_fields is True or isinstance(other_fields, dict):
        return True
    if schema.get("patternProperties") or schema.get(PRESERVE_UNKNOWN) is True:
        return True
    for word in ("anyOf", "oneOf"):
        if schema.get(word) and _adds_fields(schema, schema[word]):
            return True
    return False


def counts_other_fields(parts: list[JsonObject]) -> bool:
    """Return whether a limit on the number of fields is above that of the named ones.

    Such an object is meant to have other fields, unless a part forbids them.
    """
    if any(part.get("additionalProperties") is False for part in parts):
        return False
    named: set[str] = set()
    highest = 0
    for part in parts:
        fields = part.get("properties")
        if isinstance(fields, dict):
            named.update(fields)
        for word in COUNTS:
            count = part.get(word)
            if count is not None and is_well_formed(word, count):
                highest = max(highest, count)
    return highest > len(named)


def _adds_fields(schema: JsonObject, parts: object) -> bool:
    """Return whether a union beside `properties` names additional fields."""
    if not isinstance(parts, list):
        return True
    named = schema.get("properties") or {}
    for part in parts:
        if not isinstance(part, dict) or any(word in part for word in ("$ref", *UNIONS)):
            return True
        fields = part.get("properties", {})
        if not isinstance(fields, dict) or not fields.keys() <= named.keys():
            return True
    return False
