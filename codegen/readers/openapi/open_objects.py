"""Schemas of objects that may have fields beside the named ones."""

from __future__ import annotations

from typing import Any

from codegen.model.keywords.keyword import PRESERVE_UNKNOWN
from codegen.readers.openapi.keyword_forms import UNIONS, is_well_formed

COUNTS = frozenset(("minProperties", "maxProperties"))


def is_open_object(schema: dict[str, Any]) -> bool:
    """Return whether an object accepts more than its `properties`."""
    values = schema.get("additionalProperties")
    return (
        values is True
        or isinstance(values, dict)
        or bool(schema.get("patternProperties"))
        or schema.get(PRESERVE_UNKNOWN) is True
        or any(
            schema.get(word) and _adds_fields(schema, schema[word]) for word in ("anyOf", "oneOf")
        )
    )


def counts_other_fields(parts: list[dict[str, Any]]) -> bool:
    """Return whether a limit on the number of fields is above that of the named ones.

    Such an object is meant to have other fields, unless a part forbids them.
    """
    if any(part.get("additionalProperties") is False for part in parts):
        return False
    named: set[str] = set()
    for part in parts:
        fields = part.get("properties")
        named.update(fields if isinstance(fields, dict) else ())
    counts = [part.get(word) for part in parts for word in sorted(COUNTS)]
    numbers = [count for count in counts if is_well_formed("minProperties", count)]
    return any(count is not None and count > len(named) for count in numbers)


def _adds_fields(schema: dict[str, Any], parts: object) -> bool:
    """Return whether a union beside `properties` names additional fields."""
    known = schema.get("properties") or {}
    return not isinstance(parts, list) or any(
        not isinstance(part, dict)
        or "$ref" in part
        or any(word in part for word in UNIONS)
        or not (
            isinstance(part.get("properties", {}), dict)
            and part.get("properties", {}).keys() <= known.keys()
        )
        for part in parts
    )
