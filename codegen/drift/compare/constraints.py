"""Comparison of constraints by their JSON: bounds and lists, tightened or relaxed.

Some changes, such as those of schemas in schemas, cannot be classified and have the rule
`cannot-judge`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

TIGHTENED, RELAXED, CHANGED, UNKNOWN = (
    "limit-tightened",
    "limit-relaxed",
    "limit-changed",
    "cannot-judge",
)
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
# Lists of alternatives, and lists with members that a value must all satisfy.
_MORE_IS_LOOSER = frozenset(("enum", "anyOf", "oneOf", "type"))
_MORE_IS_STRICTER = frozenset(("allOf", "required"))
# Schemas in schemas, whose changes cannot be classified.
_SCHEMAS = frozenset(
    (
        "not",
        "if",
        "then",
        "else",
        "contains",
        "prefixItems",
        "propertyNames",
        "patternProperties",
        "properties",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "additionalProperties",
        "items",
        "content",
        "unevaluatedProperties",
        "unevaluatedItems",
    )
)
EXCLUSIVE = " (exclusive)"  # ends a bound that excludes its own value
EXACTLY_ONE = " (exactly one)"  # ends a list of alternatives that exclude each other
_SWITCHES = frozenset(("x-kubernetes-embedded-resource", "uniqueItems"))
_CLOSING = frozenset(("additionalProperties", "items"))  # false allows no field or item
CONSTRAINTS = frozenset(
    (
        "pattern",
        "multipleOf",
        "const",
        "minContains",
        "maxContains",
        *_UPPER,
        *_LOWER,
        *_MORE_IS_LOOSER,
        *_MORE_IS_STRICTER,
        *_SCHEMAS,
        *_SWITCHES,
    )
)


def classify_constraint_change(name: str, old: str | None, new: str | None) -> str:
    """Return the rule for a changed constraint. Values are JSON, or None if absent."""
    if name == "content":
        return UNKNOWN
    if (
        old is None
        or (name in _SWITCHES and new == "true")
        or (name in _CLOSING and new == "false")
    ):
        return TIGHTENED
    if (
        new is None
        or (name in _SWITCHES and new == "false")
        or (name in _CLOSING and old == "false")
    ):
        return RELAXED
    if name in _SCHEMAS:
        return UNKNOWN
    if name == "anyOf" and old.endswith(EXACTLY_ONE) != new.endswith(EXACTLY_ONE):
        is_same = old.removesuffix(EXACTLY_ONE) == new.removesuffix(EXACTLY_ONE)
        return UNKNOWN if not is_same else RELAXED if old.endswith(EXACTLY_ONE) else TIGHTENED
    if name in _MORE_IS_LOOSER or name in _MORE_IS_STRICTER:
        return _classify_members(name, _members(old), _members(new))
    try:
        numbers = [Decimal(text.removesuffix(EXCLUSIVE)) for text in (old, new)]
        if name in (*_UPPER, *_LOWER) and all(number.is_finite() for number in numbers):
            sign = 1 if name in _LOWER else -1
            bounds = [
                (sign * number, text.endswith(EXCLUSIVE))
                for number, text in zip(numbers, (old, new), strict=True)
            ]
            return TIGHTENED if bounds[1] > bounds[0] else RELAXED
        if name == "multipleOf" and numbers[1] % numbers[0] == 0:
            return TIGHTENED
        if name == "multipleOf" and numbers[0] % numbers[1] == 0:
            return RELAXED
    except InvalidOperation:  # no numbers, or a quotient with too many digits
        pass
    return CHANGED


def _classify_members(name: str, before: frozenset[str], after: frozenset[str]) -> str:
    if not (before <= after or after <= before):
        return CHANGED if name in ("enum", "required", "type") else UNKNOWN
    if name == "oneOf" and not _exclude_each_other(before | after):
        return CHANGED  # more values fit one member, and others now fit two
    return TIGHTENED if (after < before) == (name in _MORE_IS_LOOSER) else RELAXED


def _members(text: str) -> frozenset[str]:
    """Return the members of a JSON list, each as JSON."""
    values = json.loads(text)
    return (
        frozenset(json.dumps(value, sort_keys=True) for value in values)
        if isinstance(values, list)
        else frozenset()
    )


def _exclude_each_other(members: Iterable[str]) -> bool:
    """Return whether no value fits two members, since each has a type of its own."""
    parts = [json.loads(member) for member in members]
    types = [part.get("type") if isinstance(part, dict) else None for part in parts]
    names = ["number" if name == "integer" else name for name in types if isinstance(name, str)]
    return len(set(names)) == len(types)
