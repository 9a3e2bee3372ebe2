"""Comparison of keywords: constraints, defaults, null, unions, validation rules and extensions; and those of whole documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from codegen.core.diagnostics import Span
from codegen.drift.compare.changes import Change
from codegen.drift.compare.constraints import (
    CONSTRAINTS,
    EXCLUSIVE,
    UNKNOWN,
    are_rules,
    classify_constraint_change,
    compare_validation_rules,
    members,
)
from codegen.drift.compare.context import Context, Subject
from codegen.drift.compare.inputs import Coverage
from codegen.model import Field, Keyword, Scalar, innermost

_Keywords = dict[tuple[str, str], str]  # (inside, name) -> value
_Facts = Iterator[tuple[str, str | None, str | None]]  # rule, old and new words
# Keywords of only some versions of OpenAPI, of operations and of documents; their absence is no difference.
VERSION_KEYWORDS = frozenset(("tags", "schemes"))
_OF_DOCUMENTS = frozenset(("host", "basePath", "schemes", "servers"))
_SWITCHES = {
    "nullable": ("nullable-added", "nullable-removed"),
    "readOnly": ("read-only-added", "read-only-removed"),
    "deprecated": ("deprecation-added", "deprecation-removed"),
    "x-kubernetes-preserve-unknown-fields": ("unknown-fields-kept", "unknown-fields-dropped"),
}
_ANNOTATIONS = ("title", "description", "example", "examples", "externalDocs", "xml", "summary", "tags", "schemes")
_RULES = {
    "default": "default-changed",
    **dict.fromkeys(("type", "discriminator", "x-kubernetes-unions"), "union-changed"),
    **dict.fromkeys(_ANNOTATIONS, "annotation-changed"),
}
# Merge annotations of lists and maps inside a value: the rule, and the default.
_MERGING = {
    "x-kubernetes-list-type": ("list-type-changed", '"atomic"'),
    "x-kubernetes-list-map-keys": ("list-map-keys-changed", "[]"),
    "x-kubernetes-map-type": ("field-map-type-changed", '"granular"'),
}
# Keywords by which an object keeps unknown fields.
OPEN_KEYWORDS = frozenset(("additionalProperties", "x-kubernetes-preserve-unknown-fields"))
_INNER = {"[]": "items", "{}": "values"}


def compare_keywords(subject: Subject, *, stored: bool = False) -> Iterator[Change]:
    """Compare the keywords of one element.

    `stored` marks parts of custom resources: servers apply their schemas to stored objects.
    """
    before, after = subject.before, subject.after
    if before.keywords == after.keywords or not subject.is_supported("keywords"):
        return
    old, new = _index_keywords(before.keywords), _index_keywords(after.keywords)
    _join_bounds(old, new)
    of_field = isinstance(after, Field)
    for inside, name in sorted(old.keys() | new.keys()):
        values = old.get((inside, name)), new.get((inside, name))
        if values[0] == values[1] or (name in VERSION_KEYWORDS and None in values):
            continue
        if name == "description" and inside and of_field:
            continue  # compared as a text
        if name == "enum" and None in values and _moved_values(before, after):
            continue  # the values moved to or from a string type
        for rule, *words in _compare_keyword(name, *values, of_field=of_field):
            was, now = (word and locate_value(word, inside) for word in words)
            yield subject.change(_rule_for_stored(rule, values, after) if stored else rule, was, now)


def compare_documents(context: Context) -> Iterator[Change]:
    """Compare the keywords of whole documents, such as `security`.

    A document without any is generated or a part of several, and not compared.
    """
    sides = (context.old, context.new)
    if any(side.coverage is not Coverage.DOCUMENT or not side.reference.document for side in sides):
        return
    old, new = (_index_keywords(side.reference.document) for side in sides)
    for inside, word in sorted(old.keys() | new.keys()):
        values = old.get((inside, word)), new.get((inside, word))
        if values[0] != values[1] and not (word in _OF_DOCUMENTS and None in values):
            yield context.make(
                "keyword-changed",
                Span(path=context.new.name),
                id=f"{inside or 'document'}#{word}",
                subject=f"`{word}` of {inside or 'the document'}",
                old=values[0],
                new=values[1],
            )


def _rule_for_stored(rule: str, values: tuple[str | None, str | None], after: Any) -> str:
    """Return the more severe rule for a change that affects stored objects."""
    if rule == "unknown-fields-dropped":
        return "unknown-fields-pruned"
    if rule == "default-changed" and values[1] is None and getattr(after, "required", False):
        return "required-default-removed"
    if rule == "list-type-changed" and values[0] in (None, '"atomic"'):
        return "list-type-tightened"
    return rule


def _moved_values(before: Any, after: Any) -> bool:
    """Return whether the enumeration of one side is part of the type on the other side."""
    for typed, worded in ((before, after), (after, before)):
        kind = getattr(typed, "type", None)  # an operation has none
        end = innermost(kind) if kind is not None else None
        values = frozenset(map(json.dumps, end.enum)) if isinstance(end, Scalar) else frozenset()
        if values and values in [members(word.value) for word in worded.keywords if word.name == "enum"]:
            return True
    return False


def _index_keywords(keywords: tuple[Keyword, ...]) -> _Keywords:
    return {(keyword.inside, keyword.name): keyword.value for keyword in keywords}


def _join_bounds(old: _Keywords, new: _Keywords) -> None:
    """Put inclusive and exclusive bounds under one name if a bound became exclusive, which is one change."""
    for inclusive, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        for inside in {place[0] for place in (*old, *new) if place[1] == exclusive}:
            pair = ((inside, inclusive), (inside, exclusive))
            if sum(place in old for place in pair) == sum(place in new for place in pair) == 1:
                for words in (old, new):
                    if pair[1] in words:
                        words[pair[0]] = words.pop(pair[1]) + EXCLUSIVE


def _compare_keyword(name: str, old: str | None, new: str | None, *, of_field: bool) -> _Facts:
    """Yield the changes of a keyword."""
    if name == "x-kubernetes-validations" and are_rules(old, new):
        yield from compare_validation_rules(old, new)
    elif name == "enum" and of_field and (values := list(_compare_values(old, new))):
        yield from values
    elif name in _MERGING:
        rule, default = _MERGING[name]
        if (old or default) != (new or default):
            yield rule, _plain(old or default), _plain(new or default)
    else:
        was, now = (None if value is None else f"{name}: {value}" for value in (old, new))
        yield _classify_change(name, old, new), was, now


def _compare_values(old: str | None, new: str | None) -> _Facts:
    """Compare the values of an enumeration that is not part of a string type."""
    before, after = (members(text) if text else frozenset() for text in (old, new))
    removed, added = (", ".join(sorted(values)) or None for values in (before - after, after - before))
    if not before or not after:
        if removed or added:
            yield "field-enum-removed" if removed else "field-enum-added", removed, added
        return
    if removed:
        yield "field-enum-value-removed", removed, None
    if added:
        yield "field-enum-value-added", None, added


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


def _plain(value: str) -> str:
    """Return a JSON word or list of words as plain text."""
    found = json.loads(value)
    return ", ".join(map(str, found)) if isinstance(found, list) else str(found)
