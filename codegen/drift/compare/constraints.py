"""Classification of changed constraints as tightened or relaxed.

Some changes, such as those of schemas in schemas, cannot be classified and have the rule `cannot-judge`.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation

UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
TIGHTENED, RELAXED, CHANGED, UNKNOWN = "limit-tightened", "limit-relaxed", "limit-changed", "cannot-judge"
# Lists of alternatives, and lists of which a value must satisfy every member.
_MORE_IS_LOOSER = frozenset(("enum", "anyOf"))
_MORE_IS_STRICTER = frozenset(("allOf", "required"))
# Schemas in schemas, whose changes cannot be classified.
_SCHEMAS = frozenset(
    (
        *("oneOf", "not", "if", "then", "else", "contains", "prefixItems", "propertyNames", "patternProperties", "properties"),
        *("dependencies", "dependentRequired", "dependentSchemas", "additionalProperties", "items", "content"),
        *("unevaluatedProperties", "unevaluatedItems"),
    )
)  # fmt: skip
_SWITCH = frozenset(("x-kubernetes-embedded-resource", "uniqueItems"))
LIMITS = frozenset(
    (
        *("pattern", "multipleOf", "const", "minContains", "maxContains"),
        *(*UPPER, *LOWER, *_MORE_IS_LOOSER, *_MORE_IS_STRICTER, *_SCHEMAS, *_SWITCH),
    )
)


def classify_constraint_change(name: str, old: str | None, new: str | None) -> str:
    """Return the rule for a changed constraint. Values are JSON, or None if absent."""
    if name == "content":
        return UNKNOWN
    if old is None or (name in _SWITCH and new == "true"):
        return TIGHTENED
    if new is None or (name in _SWITCH and new == "false"):
        return RELAXED
    if name in _SCHEMAS:
        return UNKNOWN
    if name in _MORE_IS_LOOSER or name in _MORE_IS_STRICTER:
        return _classify_list(name, old, new)
    if name == "multipleOf":
        return _classify_multiple(old, new)
    return _classify_bound(name, old, new)


def _classify_list(name: str, old: str, new: str) -> str:
    before, after = members(old), members(new)
    if before <= after or after <= before:
        return TIGHTENED if (after < before) == (name in _MORE_IS_LOOSER) else RELAXED
    return CHANGED if name in ("enum", "required") else UNKNOWN


def members(text: str) -> frozenset[str]:
    """Return the members of a JSON list, each as JSON."""
    values = json.loads(text)
    return frozenset(json.dumps(value, sort_keys=True) for value in values) if isinstance(values, list) else frozenset()


def _classify_multiple(old: str, new: str) -> str:
    found = _parse_bounds(old, new)
    if found is None or 0 in (found[0][0], found[1][0]):
        return CHANGED
    before, after = found[0][0], found[1][0]
    try:
        if after % before == 0:
            return TIGHTENED
        return RELAXED if before % after == 0 else CHANGED
    except InvalidOperation:  # the quotient has too many digits
        return CHANGED


def _classify_bound(name: str, old: str, new: str) -> str:
    if name not in (*UPPER, *LOWER) or (numbers := _parse_bounds(old, new)) is None:
        return CHANGED
    sign = 1 if name in LOWER else -1
    stricter = (sign * numbers[1][0], numbers[1][1]) > (sign * numbers[0][0], numbers[0][1])
    return TIGHTENED if stricter else RELAXED


def _parse_bounds(*texts: str) -> tuple[tuple[Decimal, bool], ...] | None:
    """Parse bounds, with whether each is exclusive; return None unless all are numbers."""
    try:
        found = tuple([(Decimal(text.removesuffix(" (exclusive)")), text.endswith(")")) for text in texts])
    except InvalidOperation:
        return None
    return found if all(number.is_finite() for number, _ in found) else None
