"""Comparison of keywords: constraints, defaults, null, unions, validation rules and extensions."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from msgspec import Struct

from codegen.core.diagnostics import Route
from codegen.drift.compare.changes import Change
from codegen.drift.compare.constraints import (
    CONSTRAINTS,
    EXACTLY_ONE,
    LIMITED_TYPES,
    UNKNOWN,
    classify_constraint_change,
)
from codegen.drift.compare.context import Context
from codegen.drift.compare.discriminators import DISCRIMINATOR, compare_discriminators
from codegen.drift.compare.headers import HEADERS
from codegen.drift.compare.keyword_lines import locate_change
from codegen.drift.compare.normal_keywords import (
    DEFAULT_STYLE,
    STYLE,
    Keywords,
    normalize_keywords,
    type_of,
)
from codegen.drift.compare.pairs import Element, ElementPair
from codegen.drift.compare.security import SECURITY, classify_security_change
from codegen.drift.compare.server_marks import explain_enumeration
from codegen.drift.compare.source_forms import has_same_version
from codegen.drift.compare.types import (
    CHOICES,
    FORMAT_CHANGED,
    find_choice_difference,
    find_difference,
    find_type_at,
)
from codegen.drift.compare.validation_rules import are_rules, compare_validation_rules
from codegen.model import (
    Definition,
    Field,
    ListType,
    Operation,
    Parameter,
    Response,
    Scalar,
    Type,
    innermost,
)
from codegen.model.keywords.keyword import PRESERVE_UNKNOWN, VALIDATIONS
from codegen.model.types import innermost_part

E = TypeVar("E", Definition, Field, Operation, Parameter, Response)


class KeywordDifference(Struct, frozen=True, kw_only=True):
    """A difference of one keyword: its rule, the old and new words, and the route in its value."""

    rule: str
    old: str | None
    new: str | None
    steps: Route = ()


# Keywords of only some versions of OpenAPI, of operations and of documents; their absence is no
# difference.
_VERSION_KEYWORDS = frozenset(("tags", "schemes", STYLE))
_SWITCHES = {
    "nullable": ("nullable-added", "nullable-removed"),
    "readOnly": ("read-only-added", "read-only-removed"),
    "deprecated": ("deprecation-added", "deprecation-removed"),
    PRESERVE_UNKNOWN: ("unknown-fields-kept", "unknown-fields-dropped"),
}
_ANNOTATIONS = (
    "title",
    "description",
    "example",
    "examples",
    "externalDocs",
    "xml",
    "summary",
    "tags",
    "schemes",
)
KEYWORD_RULES = {
    "default": "default-changed",
    STYLE: "parameter-style-changed",
    **dict.fromkeys((DISCRIMINATOR, "x-kubernetes-unions"), "union-changed"),
    **dict.fromkeys(_ANNOTATIONS, "annotation-changed"),
}
# Merge annotations of lists and maps inside a value: the rule, and the default.
_MERGING = {
    "x-kubernetes-list-type": ("list-type-changed", '"atomic"'),
    "x-kubernetes-list-map-keys": ("list-map-keys-changed", "[]"),
    "x-kubernetes-map-type": ("field-map-type-changed", '"granular"'),
}
_INNER = {"[]": "items", "{}": "values"}


def compare_keywords(
    context: Context, pair: ElementPair[E], *, stored: bool = False
) -> Iterator[Change]:
    """Compare the keywords of an element, and the values of its type.

    `stored` marks parts of custom resources: servers apply their schemas to stored objects.
    """
    if _has_equal_facts(pair.old, pair.new) or not context.supports(pair, "keywords"):
        return
    with_values = not context.one_side_describes_values
    old = normalize_keywords(pair.old, with_values=with_values)
    new = normalize_keywords(pair.new, with_values=with_values)
    _join_choices(old, new)
    is_same_version = has_same_version(context)
    for inside, name in sorted(old.keys() | new.keys()):
        before, after = old.get((inside, name)), new.get((inside, name))
        if before == after:
            continue
        is_lone = before is None or after is None
        if name in _VERSION_KEYWORDS and is_lone and not is_same_version:
            continue
        if _is_compared_elsewhere(context, pair, inside, name, is_lone=is_lone):
            continue
        if name == "enum":
            for change in _check_enumeration(context, pair, before, after):
                yield locate_change(change, pair.new, inside, name)
            continue
        if name == SECURITY and isinstance(pair.new, Operation):
            yield from _check_security(context, pair, before, after)
            continue
        for difference in _find_differences(name, before, after):
            rule = difference.rule
            if stored:
                rule = rule_for_stored(rule, difference.old, difference.new, pair.new)
            change = context.change(
                pair,
                rule,
                difference.old and locate_value(difference.old, inside),
                difference.new and locate_value(difference.new, inside),
            )
            yield locate_change(change, pair.new, inside, name, difference.steps)


def _is_compared_elsewhere(
    context: Context, pair: ElementPair[E], inside: str, name: str, *, is_lone: bool
) -> bool:
    """Return whether a keyword is compared as a header, as a text or as a part of the type.

    `is_lone` means that one side alone states it.
    """
    if name == HEADERS and isinstance(pair.new, Response):
        return True
    if name == "description" and inside and isinstance(pair.new, Field):
        return True
    if not is_lone:
        return False
    if name in CHOICES and _is_type_change(pair):
        return True
    if name == "enum" and _is_other_type(context, pair):
        return True
    if _limits_other_type(context, pair, inside, name):
        return True
    return bool(inside) and _has_lost_part(context, pair, inside)


def _is_one_of(expression: Type, names: Collection[str]) -> bool:
    """Return whether the innermost type is a scalar of one of these types of JSON."""
    end = innermost(expression)
    return isinstance(end, Scalar) and end.type in names


def _check_security(
    context: Context, pair: ElementPair[E], before: str | None, after: str | None
) -> Iterator[Change]:
    """Find a change of what an operation requires, which may be that of its document."""
    if before is None:
        before = context.old.find_document_keyword(SECURITY)
    if after is None:
        after = context.new.find_document_keyword(SECURITY)
    if rule := classify_security_change(before, after):
        yield context.change(pair, rule, before or "nothing", after or "nothing")


def _has_equal_facts(old: Element, new: Element) -> bool:
    if old.keywords != new.keywords or type_of(old) != type_of(new):
        return False
    if isinstance(old, Definition | Field) and isinstance(new, Definition | Field):
        return old.closed == new.closed
    return True


def _is_type_change(pair: ElementPair[E]) -> bool:
    """Return whether a choice between types came or went, and the types differ because of it."""
    old, new = pair.old, pair.new
    if isinstance(old, Operation) or isinstance(new, Operation) or old.type == new.type:
        return False
    return find_choice_difference(old, new) is not None


def _has_lost_part(context: Context, pair: ElementPair[E], inside: str) -> bool:
    """Return whether a part of the type came or went, as that of items of what was no list."""
    old, new = pair.old, pair.new
    if isinstance(old, Operation) or isinstance(new, Operation):
        return False
    if old.type is None or new.type is None:
        return False
    if type(find_type_at(old.type, inside)) is type(find_type_at(new.type, inside)):
        return False
    return find_difference(context, old, new) is not None


def _is_other_type(context: Context, pair: ElementPair[E]) -> bool:
    """Return whether the values themselves are of another type, not only of another format."""
    old, new = pair.old, pair.new
    if isinstance(old, Operation) or isinstance(new, Operation):
        return False
    difference = find_difference(context, old, new)
    return difference is not None and difference.change != FORMAT_CHANGED


def _limits_other_type(context: Context, pair: ElementPair[E], inside: str, name: str) -> bool:
    """Return whether a keyword limits values of a type that came or went."""
    old, new = pair.old, pair.new
    types = LIMITED_TYPES.get(name)
    if types is None or isinstance(old, Operation) or isinstance(new, Operation):
        return False
    if old.type is None or new.type is None or innermost_part(new.type) != inside:
        return False
    if _is_one_of(old.type, types) == _is_one_of(new.type, types):
        return False
    difference = find_difference(context, old, new)
    return difference is not None and not difference.relation


def rule_for_stored(rule: str, old: str | None, new: str | None, after: Element) -> str:
    """Return the more severe rule for a change that affects stored objects."""
    if rule == "unknown-fields-dropped":
        return "unknown-fields-pruned"
    if rule == "default-changed" and new is None and isinstance(after, Field) and after.required:
        return "required-default-removed"
    if rule == "list-type-changed" and old == ListType.ATOMIC:
        return "list-type-tightened"
    if rule == "list-map-keys-changed" and old:
        old_keys, new_keys = {*old.split(", ")}, {*(new or "").split(", ")}
        if not old_keys <= new_keys:
            return "list-type-tightened"
    return rule


def find_values(element: Element) -> tuple[str, ...]:
    """Return the values of the enumeration of an element, or none."""
    values: list[str] = []
    for (_, name), text in normalize_keywords(element).items():
        if name == "enum":
            values.extend(map(_plain_value, json.loads(text)))
    return tuple(values)


def _join_choices(old: Keywords, new: Keywords) -> None:
    """Put `anyOf` and `oneOf` under one name if one replaced the other, which is one change."""
    for inside in {part for part, name in (*old, *new) if name == "oneOf"}:
        any_of, one_of = (inside, "anyOf"), (inside, "oneOf")
        has_one_each = all((any_of in words) != (one_of in words) for words in (old, new))
        if not has_one_each or (one_of in old) == (one_of in new):
            continue
        for words in (old, new):
            if one_of in words:
                words[any_of] = words.pop(one_of) + EXACTLY_ONE


def _find_differences(name: str, old: str | None, new: str | None) -> Iterator[KeywordDifference]:
    """Yield the changes of a keyword."""
    if name == VALIDATIONS and are_rules(old, new):
        for each in compare_validation_rules(old, new):
            yield KeywordDifference(rule=each.rule, old=each.old, new=each.new, steps=each.steps)
    elif name == DISCRIMINATOR and old is not None and new is not None:
        for difference in compare_discriminators(old, new):
            yield KeywordDifference(
                rule=difference.rule,
                old=difference.old,
                new=difference.new,
                steps=difference.steps,
            )
    elif name in _MERGING:
        rule, default = _MERGING[name]
        before, after = old or default, new or default
        if before != after:
            yield KeywordDifference(rule=rule, old=_format_plain(before), new=_format_plain(after))
    else:
        yield KeywordDifference(
            rule=_classify_change(name, old, new),
            old=_format_keyword(name, old),
            new=_format_keyword(name, new),
        )


def _format_keyword(name: str, value: str | None) -> str | None:
    if name == STYLE:
        return DEFAULT_STYLE if value is None else str(json.loads(value))
    return value if value is None or name == "default" else f"{name}: {value}"


def _check_enumeration(
    context: Context, pair: ElementPair[E], before: str | None, after: str | None
) -> Iterator[Change]:
    """Find the changes of the values of an enumeration."""
    kind = "parameter" if isinstance(pair.new, Parameter) else "field"
    reason = ""
    if before is None and after is not None and context.pages is None:
        reason = explain_enumeration(pair.id, [_plain_value(value) for value in json.loads(after)])
    for difference in _compare_values(kind, before, after):
        change = context.change(pair, difference.rule, difference.old, difference.new)
        yield change.as_documentation(reason) if reason else change


def _compare_values(kind: str, old: str | None, new: str | None) -> Iterator[KeywordDifference]:
    """Compare the values of an enumeration of a field or of a parameter."""
    before, after = json.loads(old or "[]"), json.loads(new or "[]")
    removed = _join_values_missing_in(after, before)
    added = _join_values_missing_in(before, after)
    if removed:
        rule = f"{kind}-enum-value-removed" if after else f"{kind}-enum-removed"
        yield KeywordDifference(rule=rule, old=removed, new=None)
    if added:
        rule = f"{kind}-enum-value-added" if before else f"{kind}-enum-added"
        yield KeywordDifference(rule=rule, old=None, new=added)


def _join_values_missing_in(allowed: Sequence[object], values: Sequence[object]) -> str:
    """Join the values that are not allowed. Numbers and booleans differ from their texts."""
    allowed_texts = {json.dumps(value, sort_keys=True) for value in allowed}
    missing: dict[str, None] = {}
    for value in values:
        if json.dumps(value, sort_keys=True) not in allowed_texts:
            missing[_plain_value(value)] = None
    return ", ".join(missing)


def _plain_value(value: object) -> str:
    """Return a value as people write it; an empty text is `""`."""
    if isinstance(value, str) and value:
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _classify_change(name: str, old: str | None, new: str | None) -> str:
    if name in _SWITCHES and "true" in (old, new) and {old, new} <= {"true", "false", None}:
        return _SWITCHES[name][old == "true"]
    if name == "additionalProperties" and "false" not in (old, new) and None in (old, new):
        return "unknown-fields-kept" if old is None else "unknown-fields-dropped"
    if name in CONSTRAINTS:
        return classify_constraint_change(name, old, new)
    # An extension of Kubernetes can have any meaning.
    return KEYWORD_RULES.get(
        name, UNKNOWN if name.startswith("x-kubernetes-") else "keyword-changed"
    )


def locate_value(value: str, inside: str) -> str:
    """Add the part of a type to a value, as in `8 (of the items)`."""
    parts = [_INNER[inside[at : at + 2]] for at in range(0, len(inside), 2)]
    where = " of the ".join(reversed(parts))
    return f"{value} (of the {where})" if where else value


def _format_plain(value: str) -> str:
    """Return a JSON word or list of words as plain text."""
    found = json.loads(value)
    return ", ".join(map(str, found)) if isinstance(found, list) else str(found)
