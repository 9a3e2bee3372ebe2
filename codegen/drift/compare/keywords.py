"""What two documents say of a value beyond its type, word by word: limits, defaults, null, unions, rules, and words of others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from codegen.drift.compare.changes import Change, FieldChange
from codegen.drift.compare.judgement import LIMITS, UNKNOWN, limit, members
from codegen.drift.compare.validations import are_rules, validation_changes
from codegen.findings.levels import Direction
from codegen.model import Keyword, Scalar, innermost

if TYPE_CHECKING:
    from codegen.drift.compare.context import Context

Made = TypeVar("Made", bound=Change)
_Words = dict[tuple[str, str], str]  # (inside, name) -> value
_UNIONS = frozenset(("type", "discriminator", "x-kubernetes-unions"))
_SWITCHES = {
    "nullable": ("nullable-added", "nullable-removed"),
    "readOnly": ("read-only-added", "read-only-removed"),
    "deprecated": ("deprecation-added", "deprecation-removed"),
    "x-kubernetes-preserve-unknown-fields": ("unknown-fields-kept", "unknown-fields-dropped"),
}
_ANNOTATIONS = frozenset(
    ("title", "description", "example", "examples", "externalDocs", "xml", "summary", "tags", "schemes")
)
# What only some versions of documents can say, and clients alone use: a side without it says nothing by that.
OF_VERSIONS = frozenset(("tags", "schemes"))
_VALIDATIONS = "x-kubernetes-validations"
# How lists and maps inside of a value are merged: the rule, and what is so without a word.
_MERGING = {
    "x-kubernetes-list-type": ("list-type-changed", '"atomic"'),
    "x-kubernetes-list-map-keys": ("list-map-keys-changed", "[]"),
    "x-kubernetes-map-type": ("field-map-type-changed", '"granular"'),
}
# By which an object keeps what its fields do not name.
KEEPING = frozenset(("additionalProperties", "x-kubernetes-preserve-unknown-fields"))
_INNER = {"[]": "items", "{}": "values"}


def keyword_changes(
    context: Context,
    kind: Callable[..., Made],
    used: Iterable[Direction],
    facts: Mapping[str, Any],
    *,
    stored: bool = False,
) -> Iterator[Made]:
    """The changes of all keywords of one thing; `facts` are its id, `before` and `after`.

    `stored` says that it is of a custom resource, whose schema decides what servers keep, refuse and fill in of stored objects.
    """
    before, after = facts["before"], facts["after"]
    if before.keywords == after.keywords or not context.both_support("keywords", before.span, after.span):
        return
    old, new = _by_place(before.keywords), _by_place(after.keywords)
    _join_bounds(old, new)
    directions = frozenset(used)
    for place in sorted(old.keys() | new.keys()):
        values = old.get(place), new.get(place)
        if values[0] == values[1] or (place[1] in OF_VERSIONS and None in values):
            continue
        if place[1] == "description" and place[0] and kind is FieldChange:
            continue  # which is compared as a text
        if place[1] == "enum" and None in values and _same_values(before, after):
            continue  # which belong to the type of strings, and to none other
        for rule, was, now in _differences(place, *values, of_field=kind is FieldChange):
            if stored:
                rule = _of_stored(rule, values, after)
            yield from context.make(kind, rule, after.span, directions, old=was, new=now, **facts)


def _of_stored(rule: str, values: tuple[str | None, str | None], after: Any) -> str:
    """The graver rule of a change that concerns what is stored."""
    if rule == "unknown-fields-dropped":
        return "unknown-fields-pruned"
    if rule == "default-changed" and values[1] is None and getattr(after, "required", False):
        return "required-default-removed"
    if rule == "list-type-changed" and values[0] in (None, '"atomic"'):
        return "list-type-tightened"
    return rule


def _same_values(before: Any, after: Any) -> bool:
    """Whether the values of a type on one side are those of a keyword on the other: then the type changed, and not they."""
    for typed, worded in ((before, after), (after, before)):
        kind = getattr(typed, "type", None)  # an operation has none
        end = innermost(kind) if kind is not None else None
        values = frozenset(map(json.dumps, end.enum)) if isinstance(end, Scalar) else frozenset()
        if values and values in [members(word.value) for word in worded.keywords if word.name == "enum"]:
            return True
    return False


def _by_place(keywords: tuple[Keyword, ...]) -> _Words:
    return {(keyword.inside, keyword.name): keyword.value for keyword in keywords}


def _join_bounds(old: _Words, new: _Words) -> None:
    """One bound that became exclusive is one change: it is put beside the other under one name."""
    for inclusive, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        for inside in {place[0] for place in (*old, *new) if place[1] == exclusive}:
            pair = ((inside, inclusive), (inside, exclusive))
            if sum(place in old for place in pair) == sum(place in new for place in pair) == 1:
                for words in (old, new):
                    if pair[1] in words:
                        words[pair[0]] = f"{words.pop(pair[1])} (exclusive)"


def _differences(
    place: tuple[str, str], old: str | None, new: str | None, *, of_field: bool
) -> Iterator[tuple[str, str | None, str | None]]:
    """Rule, old and new words of what changed of one keyword."""
    inside, name = place
    if name == _VALIDATIONS and are_rules(old, new):
        for rule, was, now in validation_changes(old, new):
            yield rule, placed(was, inside), placed(now, inside)
    elif name == "enum" and of_field and (values := list(_values(old, new))):
        for rule, was, now in values:
            yield rule, placed(was, inside), placed(now, inside)
    elif name in _MERGING:
        rule, usual = _MERGING[name]
        if (old or usual) != (new or usual):
            yield rule, placed(_plain(old or usual), inside), placed(_plain(new or usual), inside)
    else:
        yield _rule(name, old, new), _words(place, old), _words(place, new)


def _values(old: str | None, new: str | None) -> Iterator[tuple[str, str | None, str | None]]:
    """What became of an enumeration of a field, as of one of strings."""
    before, after = (members(text) if text else frozenset() for text in (old, new))
    if not before or not after:
        if before or after:
            yield f"field-enum-{'removed' if before else 'added'}", _list(before), _list(after)
        return
    if gone := before - after:
        yield "field-enum-value-removed", _list(gone), None
    if come := after - before:
        yield "field-enum-value-added", None, _list(come)


def _list(values: frozenset[str]) -> str | None:
    return ", ".join(sorted(values)) or None


def _rule(name: str, old: str | None, new: str | None) -> str:
    if name in _SWITCHES and "true" in (old, new) and {old, new} <= {"true", "false", None}:
        return _SWITCHES[name][old == "true"]
    if name == "additionalProperties" and "false" not in (old, new) and None in (old, new):
        return "unknown-fields-kept" if old is None else "unknown-fields-dropped"
    if name == "default":
        return "default-changed"
    if name in _UNIONS:
        return "union-changed"
    if name in _ANNOTATIONS:
        return "annotation-changed"
    if name in LIMITS:
        return limit(name, old, new)
    return UNKNOWN if name.startswith("x-kubernetes-") else "keyword-changed"


def _words(place: tuple[str, str], value: str | None) -> str | None:
    """`maxItems: 8`, `pattern: "^-" (of the items)`."""
    return None if value is None else placed(f"{place[1]}: {value}", place[0])


@overload
def placed(value: str, inside: str) -> str: ...


@overload
def placed(value: str | None, inside: str) -> str | None: ...


def placed(value: str | None, inside: str) -> str | None:
    """A value with the part of a type that it is of."""
    if value is None:
        return None
    parts = [_INNER[inside[at : at + 2]] for at in range(0, len(inside), 2)]
    where = " of the ".join(reversed(parts))
    return value + (f" (of the {where})" if where else "")


def _plain(value: str) -> str:
    """A word or a list of words, without the marks of JSON."""
    found = json.loads(value)
    return ", ".join(map(str, found)) if isinstance(found, list) else str(found)
