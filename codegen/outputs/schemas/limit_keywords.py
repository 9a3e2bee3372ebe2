"""What a document says of values beyond their types, in the words of each dialect: limits, defaults, remarks, extensions.

Limits stand where the type is that they are about: beside a `$ref` or a choice strict validators refuse them. A pattern is written if
all engines read it alike; Go's have words that those of ECMAScript lack. What is not written here was reported when it was read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from codegen.core.escaping.documents import Json
from codegen.core.patterns import is_alike
from codegen.model import Keyword

Schema = dict[str, Json]

_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_LIMITS = {
    "string": frozenset(("pattern", "minLength", "maxLength")),
    "integer": frozenset(_NUMBERS),
    "number": frozenset(_NUMBERS),
    "array": frozenset(("minItems", "maxItems", "uniqueItems")),
    "object": frozenset(("minProperties", "maxProperties")),
}
_VALUES = frozenset(("enum",))  # of any type; that of strings is part of theirs
_REMARKS = frozenset(("title", "default", "deprecated", "readOnly", "writeOnly"))
_REMARKS_INSIDE = _REMARKS | {"description"}  # of the value itself it is prose, in the language of the output
_EXCLUSIVE = {"exclusiveMinimum": ("minimum", max), "exclusiveMaximum": ("maximum", min)}
_EXCLUSIVE_OF = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
INT_OR_STRING = "x-kubernetes-int-or-string"
_CHOICES = frozenset(("allOf", "anyOf", "oneOf", "not"))
_NESTED = frozenset((*_CHOICES, "items", "additionalProperties"))
_NAMED = frozenset(("properties", "patternProperties"))
_STEPS = {"[]": "items", "{}": "additionalProperties"}


def apply_keywords(schema: Schema, keywords: Iterable[Keyword], *, marks_exclusive: bool) -> Schema:
    """A schema with the limits of its values, and with all that is said of what its lists and maps hold.

    `marks_exclusive` writes an exclusive bound as OpenAPI 3.0 and draft 4 do: the bound, and a mark beside it.
    """
    for keyword in keywords:
        place = _inside(schema, keyword.inside)
        if place is None or (keyword.inside and "$ref" in place):
            continue
        value: Json = json.loads(keyword.value)
        if keyword.name in _CHOICES:
            _choose(place, keyword.name, value, marks_exclusive=marks_exclusive)
        elif keyword.inside and (keyword.name in _REMARKS_INSIDE or keyword.name.startswith("x-")):
            place[keyword.name] = value
        elif (limit := _holder(place, keyword.name)) is not None:
            _limit(limit, keyword.name, value, marks_exclusive=marks_exclusive)
    return schema


def _holder(place: Schema, word: str) -> Schema | None:
    """The part of a schema that a limit is about: of a number or a string in one, that which is the string, or the number."""
    if place.get(INT_OR_STRING) is True and isinstance(choices := place.get("oneOf"), list):
        members = [each for each in choices if isinstance(each, dict) and word in _applicable_limits(each)]
        return members[0] if members else None
    return place if word in _applicable_limits(place) else None


def _limit(place: Schema, word: str, value: Json, *, marks_exclusive: bool) -> None:
    if word == "pattern" and not is_alike(value):
        return
    if marks_exclusive and word in _EXCLUSIVE and isinstance(value, int | float):
        bound, stricter = _EXCLUSIVE[word]
        other = place.get(bound, value)
        if isinstance(other, int | float) and stricter(other, value) == value:
            place[bound], place[word] = value, True
    else:
        place[word] = value


def _choose(place: Schema, word: str, value: Json, *, marks_exclusive: bool) -> None:
    """Add a choice whose parts restrict a value; one that names definitions is not written, which was reported when it was read."""
    if "$ref" in place or (choice := _restricting(value, marks_exclusive=marks_exclusive)) is None:
        return
    if word not in place:
        place[word] = choice
    elif isinstance(parts := place.setdefault("allOf", []), list):
        parts += choice if word == "allOf" and isinstance(choice, list) else [{word: choice}]


def _restricting(value: Json, *, marks_exclusive: bool) -> Json:
    """A choice, or a part of one, in the words of a dialect; None where it cannot be written."""
    if isinstance(value, list):
        parts = [_restricting(each, marks_exclusive=marks_exclusive) for each in value]
        return None if None in parts else parts
    if not isinstance(value, dict) or "$ref" in value:
        return None
    result: Schema = {}
    for word, inner in value.items():
        if word in _NAMED and isinstance(inner, dict):
            named = {name: _restricting(each, marks_exclusive=marks_exclusive) for name, each in inner.items()}
            if None in named.values():
                return None
            result[word] = named
        elif word in _NESTED and isinstance(inner, dict | list):
            if (nested := _restricting(inner, marks_exclusive=marks_exclusive)) is None:
                return None
            result[word] = nested
        elif word in _EXCLUSIVE_OF and isinstance(inner, bool) and not marks_exclusive:
            if inner and (bound := value.get(_EXCLUSIVE_OF[word])) is not None:
                result[word] = bound
        elif word == "pattern" and not is_alike(inner):
            return None
        else:
            result[word] = inner
    return result


def _applicable_limits(schema: Schema) -> frozenset[str]:
    named = schema.get("type")
    types = named if isinstance(named, list) else [named]
    values = frozenset() if "$ref" in schema or "enum" in schema else _VALUES
    return values.union(*(_LIMITS.get(word, frozenset()) for word in types if isinstance(word, str)))


def _inside(schema: Schema, path: str) -> Schema | None:
    """The part of a schema that keywords mean: `[]` items, `{}` values, one for each level."""
    for at in range(0, len(path), 2):
        inner = schema.get(_STEPS[path[at : at + 2]])
        if not isinstance(inner, dict):
            return None
        schema = inner
    return schema


def find_holder(schema: Schema, path: str) -> Iterator[tuple[Schema, str]]:
    """The schema that holds the part which keywords mean, and the word under which it holds it, if it is there."""
    holder = _inside(schema, path[:-2])
    word = _STEPS[path[-2:]]
    if holder is not None and word in holder:
        yield holder, word


def innermost_object(schema: Schema) -> tuple[str, Schema]:
    """What the lists and maps of a schema hold in the end, and the path that keywords have for it."""
    path = ""
    while True:
        for step, word in _STEPS.items():
            if isinstance(inner := schema.get(word), dict):
                path, schema = path + step, inner
                break
        else:
            return path, schema


def remarks(keywords: Iterable[Keyword]) -> Schema:
    """What is said about a value and forbids none: its default, whether it is read only; and the extensions."""
    return {
        keyword.name: json.loads(keyword.value)
        for keyword in keywords
        if not keyword.inside and (keyword.name in _REMARKS or keyword.name.startswith("x-"))
    }
