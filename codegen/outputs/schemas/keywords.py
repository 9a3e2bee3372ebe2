"""What a document says of values beyond their types, in the words of each dialect: limits, defaults, remarks, extensions.

Limits stand where the type is that they are about: beside a `$ref` or a choice strict validators refuse them. A pattern is written if
all engines read it alike; Go's have words that those of ECMAScript lack. What is not written here was reported when it was read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from codegen.core.escaping.documents import Json
from codegen.core.patterns import lazy_pattern
from codegen.model import Keyword

Schema = dict[str, Json]

_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "enum")
_LIMITS = {
    "string": frozenset(("pattern", "minLength", "maxLength")),
    "integer": frozenset(_NUMBERS),
    "number": frozenset(_NUMBERS),
    "array": frozenset(("minItems", "maxItems", "uniqueItems")),
    "object": frozenset(("minProperties", "maxProperties")),
}
_REMARKS = frozenset(("title", "default", "deprecated", "readOnly", "writeOnly"))
_EXCLUSIVE = {"exclusiveMinimum": ("minimum", max), "exclusiveMaximum": ("maximum", min)}
_STEPS = {"[]": "items", "{}": "additionalProperties"}
# Characters, classes and groups that mean the same in Go, ECMAScript with its flag for Unicode, and Python.
_ALIKE = lazy_pattern(
    r"(?:[^\\\[\](){}]|\\[dDwWsSbB.^$*+?()\[\]{}|/\\]|\[\^?(?:[^\\\[\]]|\\[dDwWsS.^$*+?()\[\]{}|/\\-])+\]|\((?:\?:|(?!\?))|\)|\{[0-9]+(?:,[0-9]*)?\})*"
)


def limited(schema: Schema, keywords: Iterable[Keyword], *, marks_exclusive: bool) -> Schema:
    """A schema with the limits of its values and of what its lists and maps hold.

    `marks_exclusive` writes an exclusive bound as OpenAPI 3.0 and draft 4 do: the bound, and a mark beside it.
    """
    for keyword in keywords:
        place = _inside(schema, keyword.inside)
        if place is None or keyword.name not in _words_for(place):
            continue
        value: Json = json.loads(keyword.value)
        if keyword.name == "pattern" and not (isinstance(value, str) and _ALIKE.fullmatch(value)):
            continue
        if marks_exclusive and keyword.name in _EXCLUSIVE and isinstance(value, int | float):
            bound, stricter = _EXCLUSIVE[keyword.name]
            other = place.get(bound, value)
            if isinstance(other, int | float) and stricter(other, value) == value:
                place[bound], place[keyword.name] = value, True
        else:
            place[keyword.name] = value
    return schema


def _words_for(schema: Schema) -> frozenset[str]:
    named = schema.get("type")
    types = named if isinstance(named, list) else [named]
    return frozenset().union(*(_LIMITS.get(word, frozenset()) for word in types if isinstance(word, str)))


def _inside(schema: Schema, path: str) -> Schema | None:
    """The part of a schema that keywords mean: `[]` items, `{}` values, one for each level."""
    for at in range(0, len(path), 2):
        inner = schema.get(_STEPS[path[at : at + 2]])
        if not isinstance(inner, dict):
            return None
        schema = inner
    return schema


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


def allow_null(keywords: Iterable[Keyword]) -> bool:
    """Whether a document says itself that a value may be null."""
    return any(keyword.name == "nullable" and not keyword.inside for keyword in keywords)
