"""What two documents say of a value beyond its type, word by word: limits, defaults, null, unions, rules, and words of others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from codegen.drift.compare.changes import Change
from codegen.findings.levels import Direction
from codegen.model import Keyword, Scalar, innermost

if TYPE_CHECKING:
    from codegen.drift.compare.context import Context

Made = TypeVar("Made", bound=Change)
_Words = dict[tuple[str, str], str]  # (inside, name) -> value
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UNIONS = frozenset(("allOf", "anyOf", "oneOf", "type", "content", "discriminator", "x-kubernetes-unions"))
_SWITCHES = {
    "nullable": ("nullable-added", "nullable-removed"),
    "readOnly": ("read-only-added", "read-only-removed"),
    "deprecated": ("deprecation-added", "deprecation-removed"),
    "x-kubernetes-preserve-unknown-fields": ("unknown-fields-kept", "unknown-fields-dropped"),
}
_ANNOTATIONS = frozenset(("title", "example", "examples", "externalDocs", "xml", "summary", "tags", "schemes"))
_LIMITS = frozenset(
    (
        *("pattern", "multipleOf", "uniqueItems", "enum", "const", "not", "if", "then", "else", "contains", "minContains"),
        *("maxContains", "prefixItems", "propertyNames", "patternProperties", "dependencies", "dependentRequired"),
        *("dependentSchemas", "additionalProperties", "items", "required", "unevaluatedProperties", "unevaluatedItems"),
        *(*_UPPER, *_LOWER),
    )
)  # fmt: skip
# What only some versions of documents can say, and clients alone use: a side without it says nothing by that.
OF_VERSIONS = frozenset(("tags", "schemes"))
_VALIDATIONS = "x-kubernetes-validations"
_INNER = {"[]": "items", "{}": "values"}


def keyword_changes(
    context: Context,
    kind: Callable[..., Made],
    used: Iterable[Direction],
    facts: Mapping[str, Any],
) -> Iterator[Made]:
    """The changes of all keywords of one thing; `facts` are its id, `before` and `after`."""
    before, after = facts["before"], facts["after"]
    if before.keywords == after.keywords or not context.both_can_say("keywords", before.span, after.span):
        return
    old, new = _by_place(before.keywords), _by_place(after.keywords)
    _join_bounds(old, new)
    directions = frozenset(used)
    for place in sorted(old.keys() | new.keys()):
        values = old.get(place), new.get(place)
        if values[0] == values[1] or (place[1] in OF_VERSIONS and None in values):
            continue
        if place[1] == "enum" and None in values and _same_values(before, after):
            continue  # which belong to the type of strings, and to none other
        for rule, was, now in _differences(place, *values):
            yield from context.make(kind, rule, after.span, directions, old=was, new=now, **facts)


def _same_values(before: Any, after: Any) -> bool:
    """Whether the values of a type on one side are those of a keyword on the other: then the type changed, and not they."""
    for typed, worded in ((before, after), (after, before)):
        end = innermost(typed.type)
        values = frozenset(map(json.dumps, end.enum)) if isinstance(end, Scalar) else frozenset()
        if values and values in [_listed(word.value) for word in worded.keywords if word.name == "enum"]:
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
    place: tuple[str, str], old: str | None, new: str | None
) -> Iterator[tuple[str, str | None, str | None]]:
    """Rule, old and new words of what changed of one keyword."""
    name = place[1]
    if name == _VALIDATIONS and (rules := list(_validations(old, new))):
        yield from rules
        return
    yield _rule(name, old, new), _words(place, old), _words(place, new)


def _rule(name: str, old: str | None, new: str | None) -> str:
    if name in _SWITCHES and "true" in (old, new) and {old, new} <= {"true", "false", None}:
        return _SWITCHES[name][old == "true"]
    if name == "additionalProperties" and "false" not in (old, new):
        return "unknown-fields-kept" if old is None else "unknown-fields-dropped" if new is None else "limit-changed"
    if name == "default":
        return "default-changed"
    if name in _UNIONS:
        return "union-changed"
    if name in _ANNOTATIONS:
        return "annotation-changed"
    return _limit(name, old, new) if name in _LIMITS else "keyword-changed"


def _limit(name: str, old: str | None, new: str | None) -> str:
    if old is None:
        return "limit-tightened"
    if new is None:
        return "limit-relaxed"
    if name == "enum" and (values := (_listed(old), _listed(new))):
        if values[1] < values[0]:
            return "limit-tightened"
        return "limit-relaxed" if values[0] < values[1] else "limit-changed"
    if name not in (*_UPPER, *_LOWER) or (numbers := _numbers(old, new)) is None:
        return "limit-changed"
    sign = 1 if name in _LOWER else -1
    stricter = (sign * numbers[1][0], numbers[1][1]) > (sign * numbers[0][0], numbers[0][1])
    return "limit-tightened" if stricter else "limit-relaxed"


def _numbers(*texts: str) -> tuple[tuple[float, bool], ...] | None:
    """The bounds as numbers, each with whether it is exclusive; None where one is no number."""
    try:
        return tuple([(float(text.removesuffix(" (exclusive)")), text.endswith(")")) for text in texts])
    except ValueError:
        return None


def _listed(text: str) -> frozenset[str]:
    values = json.loads(text)
    return frozenset(json.dumps(value, sort_keys=True) for value in values) if isinstance(values, list) else frozenset()


def _validations(old: str | None, new: str | None) -> Iterator[tuple[str, str | None, str | None]]:
    """The rules that are new or gone, by what they demand; nothing where only their messages differ."""
    before, after = _rules_of(old), _rules_of(new)
    for rule in sorted(before.keys() - after.keys()):
        yield "validation-removed", rule, None
    for rule in sorted(after.keys() - before.keys()):
        yield "validation-added", None, rule


def _rules_of(text: str | None) -> Mapping[str, Any]:
    entries = json.loads(text) if text else []
    return {
        str(entry.get("rule")): entry
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict)
    }


def _words(place: tuple[str, str], value: str | None) -> str | None:
    """`maxItems: 8`, `pattern: "^-" (of the items)`."""
    if value is None:
        return None
    inside, name = place
    parts = [_INNER[inside[at : at + 2]] for at in range(0, len(inside), 2)]
    where = " of the ".join(reversed(parts))
    return f"{name}: {value}" + (f" (of the {where})" if where else "")
