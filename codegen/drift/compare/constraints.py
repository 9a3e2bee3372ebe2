"""Comparison of constraints by their JSON: bounds and lists, tightened or relaxed, and validation rules.

Some changes, such as those of schemas in schemas, cannot be classified and have the rule `cannot-judge`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

TIGHTENED, RELAXED, CHANGED, UNKNOWN = "limit-tightened", "limit-relaxed", "limit-changed", "cannot-judge"
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
# Lists of alternatives, and lists with members that a value must all satisfy.
_MORE_IS_LOOSER = frozenset(("enum", "anyOf", "oneOf", "type"))
_MORE_IS_STRICTER = frozenset(("allOf", "required"))
# Schemas in schemas, whose changes cannot be classified.
_SCHEMAS = frozenset(
    (
        *("not", "if", "then", "else", "contains", "prefixItems", "propertyNames", "patternProperties", "properties"),
        *("dependencies", "dependentRequired", "dependentSchemas", "additionalProperties", "items", "content"),
        *("unevaluatedProperties", "unevaluatedItems"),
    )
)  # fmt: skip
EXCLUSIVE = " (exclusive)"  # ends a bound that excludes its own value
EXACTLY_ONE = " (exactly one)"  # ends a list of alternatives that exclude each other
_SWITCHES = frozenset(("x-kubernetes-embedded-resource", "uniqueItems"))
_CLOSING = frozenset(("additionalProperties", "items"))  # false allows no field or item
CONSTRAINTS = frozenset(
    (
        *("pattern", "multipleOf", "const", "minContains", "maxContains"),
        *(*_UPPER, *_LOWER, *_MORE_IS_LOOSER, *_MORE_IS_STRICTER, *_SCHEMAS, *_SWITCHES),
    )
)


def classify_constraint_change(name: str, old: str | None, new: str | None) -> str:
    """Return the rule for a changed constraint. Values are JSON, or None if absent."""
    if name == "content":
        return UNKNOWN
    if old is None or (name in _SWITCHES and new == "true") or (name in _CLOSING and new == "false"):
        return TIGHTENED
    if new is None or (name in _SWITCHES and new == "false") or (name in _CLOSING and old == "false"):
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
                (sign * number, text.endswith(EXCLUSIVE)) for number, text in zip(numbers, (old, new), strict=True)
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
    return frozenset(json.dumps(value, sort_keys=True) for value in values) if isinstance(values, list) else frozenset()


def _exclude_each_other(members: Iterable[str]) -> bool:
    """Return whether no value fits two members, since each has a type of its own."""
    parts = [json.loads(member) for member in members]
    types = [part.get("type") if isinstance(part, dict) else None for part in parts]
    names = ["number" if name == "integer" else name for name in types if isinstance(name, str)]
    return len(set(names)) == len(types)


_Entry = dict[str, Any]
# A key that, like the expression, decides whether an object is rejected.
_DECIDING = "optionalOldSelf"
_TOKEN = re.compile(
    r"""[rRbB]*(?:\"\"\".*?\"\"\"|'\''.*?'\''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\w+|[^\w\s]""", re.DOTALL
)
_MACROS = frozenset(("all", "exists", "exists_one", "map", "filter"))
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


def compare_validation_rules(old: str | None, new: str | None) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield rule, old and new words of the changes between two lists of `x-kubernetes-validations`.

    Rules with the same expression are the same rule, also if a list repeats it or a variable has another name. Otherwise rules with the same
    unique message are one rule with a changed expression, since authors keep the message when they correct the expression.
    (Kubernetes: Validation rules.)
    """
    before, after = ({_normalize_expression(entry): entry for entry in _entries(text)} for text in (old, new))
    for expression, was in before.items():
        if expression in after:
            yield from _compare_details(was, after[expression])
    removed = [entry for expression, entry in before.items() if expression not in after]
    added = [entry for expression, entry in after.items() if expression not in before]
    gone, come = _unique_messages(removed), _unique_messages(added)
    for message, was in gone.items():
        if message in come:
            yield "validation-changed", _describe_rule(was), _describe_rule(come[message])
            removed.remove(was)
            added.remove(come[message])
    yield from (("validation-removed", _describe_rule(was), None) for was in removed)
    yield from (("validation-added", None, _describe_rule(now)) for now in added)


def are_rules(*texts: str | None) -> bool:
    """Return whether all texts are JSON lists of rules."""
    return all(isinstance(each, dict) and "rule" in each for text in texts for each in _entries(text))


def _entries(text: str | None) -> list[Any]:
    found = json.loads(text) if text else []
    return found if isinstance(found, list) else [found]


def _normalize_expression(entry: _Entry) -> str:
    """Return an expression without white space between its tokens, and with numbers for the variables of its macros."""
    tokens = _TOKEN.findall(str(entry["rule"]))
    names: list[tuple[int, str]] = []  # variables in scope, each with the depth of its brackets
    depth, found = 0, []
    for at, token in enumerate(tokens):
        if (
            token in _MACROS
            and tokens[at - 1 : at] == ["."]
            and tokens[at + 1 : at + 2] == ["("]
            and tokens[at + 3 : at + 4] == [","]
        ):
            names.append((depth + 1, tokens[at + 2]))
        number = next(
            (n for n in range(len(names) - 1, -1, -1) if names[n][1] == token and tokens[at - 1 : at] != ["."]), None
        )
        found.append(token if number is None else f"${number}")
        depth += (token in _OPEN) - (token in _CLOSE)
        while token in _CLOSE and names and names[-1][0] > depth:
            names.pop()
    return " ".join(found)


def _unique_messages(entries: Iterable[_Entry]) -> dict[str, _Entry]:
    """Index rules by their message if no other one has it."""
    found: dict[str, list[_Entry]] = {}
    for entry in entries:
        found.setdefault(str(entry.get("message") or ""), []).append(entry)
    return {message: same[0] for message, same in found.items() if message and len(same) == 1}


def _compare_details(was: _Entry, now: _Entry) -> Iterator[tuple[str, str, str]]:
    """Compare everything except the expressions of a rule."""
    if was.get(_DECIDING) != now.get(_DECIDING):
        yield "validation-changed", _describe_rule(was, (_DECIDING,)), _describe_rule(now, (_DECIDING,))
    changed = [word for word in sorted({*was, *now} - {"rule", _DECIDING}) if was.get(word) != now.get(word)]
    if "".join(was["rule"].split()) != "".join(now["rule"].split()):
        changed.insert(0, "rule")
    if changed:
        yield "validation-message-changed", _describe_rule(was, changed), _describe_rule(now, changed)


def _describe_rule(entry: _Entry, also: Sequence[str] = ()) -> str:
    """Describe a rule: `self.a < self.b ("a comes before b")`, and further keys."""
    message = f' ("{entry["message"]}")' if entry.get("message") else ""
    more = [
        f"{word}: {json.dumps(entry[word], ensure_ascii=False)}" for word in also if word != "message" and word in entry
    ]
    return f"{entry['rule']}{message}" + (f" [{', '.join(more)}]" if more else "")
