"""Comparison of keywords: constraints, defaults, null, unions, validation rules and extensions; and
those of whole documents.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

from codegen.core.diagnostics import Span
from codegen.drift.compare.changes import Change
from codegen.drift.compare.constraints import (
    CONSTRAINTS,
    EXACTLY_ONE,
    EXCLUSIVE,
    UNKNOWN,
    classify_constraint_change,
)
from codegen.drift.compare.context import Context, Subject
from codegen.drift.compare.types import CHOICES, find_choice_difference
from codegen.drift.compare.validation_rules import are_rules, compare_validation_rules
from codegen.model import Field, Keyword, ListType, Parameter, Scalar, innermost
from codegen.model.keywords.keyword import PRESERVE_UNKNOWN, VALIDATIONS
from codegen.model.types import innermost_part

_Keywords = dict[tuple[str, str], str]  # (inside, name) -> value
_Facts = Iterator[tuple[str, str | None, str | None]]  # rule, old and new words
# Keywords of only some versions of OpenAPI, of operations and of documents; their absence is no
# difference.
_VERSION_KEYWORDS = frozenset(("tags", "schemes"))
_VERSIONS = frozenset(("swagger", "openapi"))
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
_RULES = {
    "default": "default-changed",
    **dict.fromkeys(("discriminator", "x-kubernetes-unions"), "union-changed"),
    **dict.fromkeys(_ANNOTATIONS, "annotation-changed"),
}
# Merge annotations of lists and maps inside a value: the rule, and the default.
_MERGING = {
    "x-kubernetes-list-type": ("list-type-changed", '"atomic"'),
    "x-kubernetes-list-map-keys": ("list-map-keys-changed", "[]"),
    "x-kubernetes-map-type": ("field-map-type-changed", '"granular"'),
}
_INNER = {"[]": "items", "{}": "values"}
# Pairs of keywords, the second one stricter, and the mark of its value.
_STRICTER = (
    ("minimum", "exclusiveMinimum", EXCLUSIVE),
    ("maximum", "exclusiveMaximum", EXCLUSIVE),
    ("anyOf", "oneOf", EXACTLY_ONE),
)


def compare_keywords(subject: Subject, *, stored: bool = False) -> Iterator[Change]:
    """Compare the keywords of one thing, and the values of its type.

    `stored` marks parts of custom resources: servers apply their schemas to stored objects.
    """
    before, after = subject.before, subject.after
    facts = [
        [getattr(each, name, None) for name in ("keywords", "type", "closed")]
        for each in (before, after)
    ]
    if facts[0] == facts[1] or not subject.is_supported("keywords"):
        return
    with_values = not subject.context.one_side_describes_values
    old, new = (_normalize_keywords(each, with_values=with_values) for each in (before, after))
    _join_bounds(old, new)
    of_field, is_same_version = isinstance(after, Field), has_same_version(subject.context)
    for inside, name in sorted(old.keys() | new.keys()):
        values = old.get((inside, name)), new.get((inside, name))
        if values[0] == values[1] or (
            name in _VERSION_KEYWORDS and None in values and not is_same_version
        ):
            continue
        if name == "description" and inside and of_field:
            continue  # compared as a text
        if (
            name in CHOICES
            and None in values
            and facts[0][1] != facts[1][1]
            and find_choice_difference(before, after)
        ):
            continue  # compared as a type
        if name == "enum":
            sort = "parameter" if isinstance(after, Parameter) else "field"
            yield from itertools.starmap(subject.change, _compare_values(sort, *values))
            continue
        for rule, was, now in _differences(name, *values):
            found = rule_for_stored(rule, was, now, after) if stored else rule
            yield subject.change(
                found, was and locate_value(was, inside), now and locate_value(now, inside)
            )


def compare_documents(context: Context) -> Iterator[Change]:
    """Compare the keywords of whole documents, such as `security`.

    Versions of OpenAPI have different keywords, whose absence is no difference between them.
    """
    sides = (context.old, context.new)
    old, new = (_index_keywords(side.reference.document) for side in sides)
    if not old or not new or any(side.is_pages for side in sides):
        return
    is_same_version = has_same_version(context)
    for inside, word in sorted(old.keys() | new.keys()):
        values = old.get((inside, word)), new.get((inside, word))
        if (
            values[0] != values[1]
            and word not in _VERSIONS
            and (is_same_version or None not in values)
        ):
            yield context.make(
                _RULES.get(word, "keyword-changed"),
                Span(path=context.new.name),
                id=f"{inside or 'document'}#{word}",
                subject=f"`{word}` of {inside or 'the document'}",
                old=values[0],
                new=values[1],
            )


def has_same_version(context: Context) -> bool:
    """Return whether both sides are pages or custom resources, or documents of the same version of
    OpenAPI.
    """
    old, new = (
        (
            side.is_pages,
            side.has_only_resources,
            {word.name for word in side.reference.document} & _VERSIONS,
        )
        for side in (context.old, context.new)
    )
    return old == new


def rule_for_stored(rule: str, old: str | None, new: str | None, after: Any) -> str:
    """Return the more severe rule for a change that affects stored objects."""
    if rule == "unknown-fields-dropped":
        return "unknown-fields-pruned"
    if rule == "default-changed" and new is None and getattr(after, "required", False):
        return "required-default-removed"
    if rule == "list-type-changed" and old == ListType.ATOMIC:
        return "list-type-tightened"
    if (
        rule == "list-map-keys-changed"
        and old
        and not {*old.split(", ")} <= {*(new or "").split(", ")}
    ):
        return "list-type-tightened"
    return rule


def _index_keywords(keywords: tuple[Keyword, ...]) -> _Keywords:
    return {(keyword.inside, keyword.name): keyword.value for keyword in keywords}


def _normalize_keywords(element: Any, *, with_values: bool = True) -> _Keywords:
    """Index the keywords of an element, with the values of its type as `enum`, and with those in
    parts of `allOf` that are the same.
    """
    words = _index_keywords(element.keywords)
    kind = getattr(element, "type", None)  # an operation has none
    end = innermost(kind)
    if with_values and kind is not None and isinstance(end, Scalar) and end.enum:
        words[innermost_part(kind), "enum"] = json.dumps(end.enum)
    if getattr(element, "closed", False):
        words[innermost_part(kind) if kind is not None else "", "additionalProperties"] = "false"
    for inside, name in [place for place in words if place[1] == "allOf"]:
        rest = []
        for part in json.loads(words.pop((inside, name))):
            if not isinstance(part, dict):
                rest += [] if part is True else [part]
                continue
            texts = {
                word: json.dumps(value, ensure_ascii=False, sort_keys=True)
                for word, value in part.items()
            }
            left = {
                word: part[word]
                for word, text in texts.items()
                if words.setdefault((inside, word), text) != text
            }
            rest += [left] if left else []
        if rest:
            words[inside, name] = json.dumps(rest, ensure_ascii=False, sort_keys=True)
    for inside, name in [
        place for place, value in words.items() if place[1] == PRESERVE_UNKNOWN and value == "true"
    ]:
        if words.setdefault((inside, "additionalProperties"), "true") == "true":  # says the same
            del words[inside, name]
    return words


def find_values(element: Any) -> tuple[str, ...]:
    """Return the values of the enumeration of an element, or none."""
    words = _normalize_keywords(element)
    return tuple(
        _plain_value(value)
        for (_, name), text in words.items()
        if name == "enum"
        for value in json.loads(text)
    )


def _join_bounds(old: _Keywords, new: _Keywords) -> None:
    """Put two keywords under one name if one replaced the other, such as an exclusive bound, which
    is one change.
    """
    for name, stricter, mark in _STRICTER:
        for inside in {place[0] for place in (*old, *new) if place[1] == stricter}:
            pair = ((inside, name), (inside, stricter))
            counts = [sum(place in words for place in pair) for words in (old, new)]
            if counts == [1, 1] and (pair[1] in old) != (pair[1] in new):
                for words in (old, new):
                    if pair[1] in words:
                        words[pair[0]] = words.pop(pair[1]) + mark


def _differences(name: str, old: str | None, new: str | None) -> _Facts:
    """Yield the changes of a keyword."""
    if name == VALIDATIONS and are_rules(old, new):
        yield from compare_validation_rules(old, new)
    elif name in _MERGING:
        rule, default = _MERGING[name]
        if (old or default) != (new or default):
            yield rule, _format_plain(old or default), _format_plain(new or default)
    else:
        rule = _classify_change(name, old, new)
        was, now = (
            None if value is None else value if name == "default" else f"{name}: {value}"
            for value in (old, new)
        )
        yield rule, was, now


def _compare_values(sort: str, old: str | None, new: str | None) -> _Facts:
    """Compare the values of an enumeration of a field or of a parameter."""
    before, after = (
        dict.fromkeys(map(_plain_value, json.loads(text or "[]"))) for text in (old, new)
    )
    removed = ", ".join(value for value in before if value not in after) or None
    added = ", ".join(value for value in after if value not in before) or None
    if removed:
        yield f"{sort}-enum-value-removed" if after else f"{sort}-enum-removed", removed, None
    if added:
        yield f"{sort}-enum-value-added" if before else f"{sort}-enum-added", None, added


def _plain_value(value: Any) -> str:
    return (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    )


def _classify_change(name: str, old: str | None, new: str | None) -> str:
    if name in _SWITCHES and "true" in (old, new) and {old, new} <= {"true", "false", None}:
        return _SWITCHES[name][old == "true"]
    if name == "additionalProperties" and "false" not in (old, new) and None in (old, new):
        return "unknown-fields-kept" if old is None else "unknown-fields-dropped"
    if name in CONSTRAINTS:
        return classify_constraint_change(name, old, new)
    # An extension of Kubernetes can have any meaning.
    return _RULES.get(name, UNKNOWN if name.startswith("x-kubernetes-") else "keyword-changed")


def locate_value(value: str, inside: str) -> str:
    """Add the part of a type to a value, as in `8 (of the items)`."""
    parts = [_INNER[inside[at : at + 2]] for at in range(0, len(inside), 2)]
    where = " of the ".join(reversed(parts))
    return f"{value} (of the {where})" if where else value


def _format_plain(value: str) -> str:
    """Return a JSON word or list of words as plain text."""
    found = json.loads(value)
    return ", ".join(map(str, found)) if isinstance(found, list) else str(found)
