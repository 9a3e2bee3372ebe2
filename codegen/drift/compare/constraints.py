"""Comparison of constraints by their JSON: bounds and lists, tightened or relaxed.

Some changes, such as those of schemas in schemas, cannot be classified and have the rule
`cannot-judge`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import InvalidOperation
from types import MappingProxyType

from codegen.drift.compare.normal_keywords import EXCLUSIVE, read_number

TIGHTENED, RELAXED, CHANGED, UNKNOWN = (
    "limit-tightened",
    "limit-relaxed",
    "limit-changed",
    "cannot-judge",
)
_UPPER = frozenset(
    (
        "maximum",
        "exclusiveMaximum",
        "maxLength",
        "maxItems",
        "maxProperties",
        "maxContains",
    )
)
_LOWER = frozenset(
    (
        "minimum",
        "exclusiveMinimum",
        "minLength",
        "minItems",
        "minProperties",
        "minContains",
    )
)
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
        "unevaluatedProperties",
        "unevaluatedItems",
    )
)
# The types whose values a keyword limits. It has no meaning for others.
LIMITED_TYPES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys(("maxLength", "minLength", "pattern"), frozenset(("string",))),
        **dict.fromkeys(
            ("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"),
            frozenset(("integer", "number")),
        ),
    }
)
_ANY_LINE = frozenset(("^.*$", "^(.*)$"))
# Parts of a pattern that may match a line break: negated classes, white space and flags.
_MAY_TAKE_LINE_BREAK = re.compile(r"\[\^|\\[sSWDnvpPCx0-9]|\(\?[^:P]|\[:|\n")
EXACTLY_ONE = " (exactly one)"  # ends a list of alternatives that exclude each other
_SWITCHES = frozenset(("x-kubernetes-embedded-resource", "uniqueItems"))
_CLOSING = frozenset(("additionalProperties", "items"))  # false allows no field or item
CONSTRAINTS = frozenset(
    (
        "pattern",
        "multipleOf",
        "const",
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
    if old is None or (name in _SWITCHES and new == "true"):
        return TIGHTENED
    if new is None or (name in _SWITCHES and new == "false"):
        return RELAXED
    if name in _CLOSING and "false" in (old, new):
        if new == "false":
            return TIGHTENED
        return RELAXED
    if name in _SCHEMAS:
        return UNKNOWN
    if name == "anyOf" and old.endswith(EXACTLY_ONE) != new.endswith(EXACTLY_ONE):
        return _classify_exclusion(old, new)
    if name in _MORE_IS_LOOSER or name in _MORE_IS_STRICTER:
        return _classify_members(name, _members(old), _members(new))
    if name == "pattern":
        return _classify_pattern(json.loads(old), json.loads(new))
    return _classify_numbers(name, old, new)


def _classify_exclusion(old: str, new: str) -> str:
    """Classify a list of alternatives that began or ceased to exclude each other."""
    if old.removesuffix(EXACTLY_ONE) != new.removesuffix(EXACTLY_ONE):
        return UNKNOWN
    if old.endswith(EXACTLY_ONE):
        return RELAXED
    return TIGHTENED


def _classify_pattern(old: str, new: str) -> str:
    """Classify a changed pattern.

    Only the pattern of all texts on one line is known to take what another one takes.
    """
    if new in _ANY_LINE and _matches_one_line(old):
        return RELAXED
    if old in _ANY_LINE and _matches_one_line(new):
        return TIGHTENED
    return CHANGED


def _matches_one_line(pattern: str) -> bool:
    """Return whether a pattern surely matches no text with a line break."""
    is_whole = pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith("\\$")
    return is_whole and "|" not in pattern and _MAY_TAKE_LINE_BREAK.search(pattern) is None


def _classify_numbers(name: str, old: str, new: str) -> str:
    before, after = read_number(old), read_number(new)
    if before is None or after is None:
        return CHANGED
    if name in _UPPER or name in _LOWER:
        if before == after:
            if new.endswith(EXCLUSIVE):
                return TIGHTENED
            return RELAXED
        if (after > before) == (name in _LOWER):
            return TIGHTENED
        return RELAXED
    try:
        if name == "multipleOf" and after % before == 0:
            return TIGHTENED
        if name == "multipleOf" and before % after == 0:
            return RELAXED
    except InvalidOperation:  # zero, or a quotient with too many digits
        pass
    return CHANGED


def _classify_members(name: str, before: frozenset[str], after: frozenset[str]) -> str:
    if not (before <= after or after <= before):
        if name in ("enum", "required", "type"):
            return CHANGED
        return UNKNOWN
    if name == "oneOf" and not _exclude_each_other(before | after):
        return CHANGED  # more values fit one member, and others now fit two
    if (after < before) == (name in _MORE_IS_LOOSER):
        return TIGHTENED
    return RELAXED


def _members(text: str) -> frozenset[str]:
    """Return the members of a JSON list, each as JSON."""
    values = json.loads(text)
    if isinstance(values, list):
        return frozenset(json.dumps(value, sort_keys=True) for value in values)
    return frozenset()


def _exclude_each_other(members: Iterable[str]) -> bool:
    """Return whether no value fits two members, since each has a type of its own."""
    parts = [json.loads(member) for member in members]
    types = [part.get("type") if isinstance(part, dict) else None for part in parts]
    names = ["number" if name == "integer" else name for name in types if isinstance(name, str)]
    return len(set(names)) == len(types)
