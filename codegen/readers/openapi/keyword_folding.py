"""Folding of the keywords of a schema with those of a member that always holds beside it.

A repeated bound is combined exactly. All limits of a member stay in an `allOf` of their part where
one of them has no exact combination, such as `pattern`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from codegen.core.json_types import JsonList, JsonValue
from codegen.model import Keyword

_Place = tuple[str, str]  # the part of the type, and the name
KeywordsByPlace = dict[_Place, Keyword]
# Words without a limit. The schema around a member has the last say about them.
_NO_LIMITS = frozenset(
    (
        "default",
        "deprecated",
        "description",
        "example",
        "examples",
        "externalDocs",
        "nullable",
        "readOnly",
        "title",
        "writeOnly",
    )
)


def fold_keywords(around: KeywordsByPlace, member: KeywordsByPlace) -> None:
    """Add the keywords of a member to those of the schema around it, so that both hold."""
    parts: dict[str, list[Keyword]] = {}
    for keyword in member.values():
        if keyword.name in _NO_LIMITS:
            around.setdefault((keyword.inside, keyword.name), keyword)
        else:
            parts.setdefault(keyword.inside, []).append(keyword)
    for inside, limits in parts.items():
        _fold_limits(around, inside, limits)


def _fold_limits(around: KeywordsByPlace, inside: str, limits: list[Keyword]) -> None:
    combined: list[Keyword] = []
    for keyword in limits:
        present = around.get((inside, keyword.name))
        both = keyword if present is None else _combine(present, keyword)
        if both is None:
            combined = [_add_member(around.get((inside, "allOf")), inside, limits)]
            break
        combined.append(both)
    for keyword in combined:
        around[inside, keyword.name] = keyword


def _combine(present: Keyword, repeated: Keyword) -> Keyword | None:
    """Return the keyword that demands the same as two of one name, or None."""
    if present.value == repeated.value:
        return present
    combine = _COMBINATIONS.get(present.name)
    if combine is None:
        return None
    value = combine(json.loads(present.value), json.loads(repeated.value))
    return Keyword(name=present.name, value=_write(value), inside=present.inside)


def _add_member(present: Keyword | None, inside: str, limits: Iterable[Keyword]) -> Keyword:
    """Return an `allOf` with one more member."""
    if present is not None:
        members = json.loads(present.value)
    else:
        members = []
    members.append({keyword.name: json.loads(keyword.value) for keyword in limits})
    ordered = sorted(members, key=_write)
    return Keyword(name="allOf", value=_write(ordered), inside=inside)


def _join_lists(first: JsonList, second: JsonList) -> JsonList:
    return [*first, *(item for item in second if item not in first)]


def _join_names(first: list[str], second: list[str]) -> list[str]:
    return sorted({*first, *second})


def _write(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


_COMBINATIONS: dict[str, Callable[[JsonValue, JsonValue], JsonValue]] = {
    "allOf": _join_lists,
    "exclusiveMaximum": min,
    "exclusiveMinimum": max,
    "maxItems": min,
    "maxLength": min,
    "maxProperties": min,
    "maximum": min,
    "minItems": max,
    "minLength": max,
    "minProperties": max,
    "minimum": max,
    "required": _join_names,
    "x-kubernetes-validations": _join_lists,
}
