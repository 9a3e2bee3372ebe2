"""Constraints, defaults, annotations and extensions of documents as keywords of schemas.

Constraints stand beside the type that they limit, since strict validators refuse them beside a
`$ref` or a choice. A pattern is written if all regex engines read it alike. The reader reports all
other keywords.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen.core.escaping.documents import Json
from codegen.model.keywords.portable_patterns import is_portable_pattern

Schema = dict[str, Json]

_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_CONSTRAINTS = {
    "string": frozenset(("pattern", "minLength", "maxLength")),
    "integer": frozenset(_NUMBERS),
    "number": frozenset(_NUMBERS),
    "array": frozenset(("minItems", "maxItems", "uniqueItems")),
    "object": frozenset(("minProperties", "maxProperties")),
}
_VALUES = frozenset(("enum",))  # in any type but strings, whose types have their own
_ANNOTATIONS = frozenset(("title", "default", "deprecated", "readOnly", "writeOnly"))
_INNER_ANNOTATIONS = _ANNOTATIONS | {"description"}  # the description of the value itself is prose
_BOUNDS = {"exclusiveMinimum": ("minimum", max), "exclusiveMaximum": ("maximum", min)}
INT_OR_STRING = "x-kubernetes-int-or-string"
_CHOICES = frozenset(("allOf", "anyOf", "oneOf", "not"))
_NESTED = frozenset((*_CHOICES, "items", "additionalProperties"))
_NAMED = frozenset(("properties", "patternProperties"))


def add_constraints(
    schema: Schema, keywords: Mapping[str, Json], *, is_inner: bool, marks_exclusive: bool
) -> Schema:
    """Add the constraints of one part of a value to its schema.

    List items and map values get annotations too. `marks_exclusive` writes an exclusive bound as
    OpenAPI 3.0 does, by a mark beside the bound.
    """
    for word, value in keywords.items():
        if word in _CHOICES:
            _add_choice(schema, word, value, marks_exclusive=marks_exclusive)
        elif is_inner and (word in _INNER_ANNOTATIONS or word.startswith("x-")):
            schema[word] = value
        elif (holder := _find_holder(schema, word)) is not None:
            _add_constraint(holder, word, value, marks_exclusive=marks_exclusive)
    return schema


def other_fields_schema(keywords: Mapping[str, Json], *, marks_exclusive: bool) -> Json:
    """Return the schema of fields that an open object does not name, or true for any value."""
    value = keywords.get("additionalProperties")
    if not isinstance(value, dict):
        return True
    schema = _convert(value, marks_exclusive=marks_exclusive)
    if schema is None:
        return True
    return schema


def annotation_keywords(keywords: Mapping[str, Json]) -> Schema:
    """Return the keywords that restrict nothing, such as a default and extensions."""
    return {
        word: value
        for word, value in keywords.items()
        if word in _ANNOTATIONS or word.startswith("x-")
    }


def _find_holder(schema: Schema, word: str) -> Schema | None:
    """Find the schema with the type of a constraint, which may be a member of an int-or-string
    choice.
    """
    if schema.get(INT_OR_STRING) is True:
        choices = schema.get("oneOf")
    else:
        choices = None
    if isinstance(choices, list):
        candidates = choices
    else:
        candidates = [schema]
    return next(
        (
            candidate
            for candidate in candidates
            if isinstance(candidate, dict) and word in _applicable_words(candidate)
        ),
        None,
    )


def _applicable_words(schema: Schema) -> frozenset[str]:
    named = schema.get("type")
    types = named if isinstance(named, list) else [named]
    values = frozenset() if "$ref" in schema or "enum" in schema else _VALUES
    return values.union(
        *(_CONSTRAINTS.get(word, frozenset()) for word in types if isinstance(word, str))
    )


def _add_constraint(schema: Schema, word: str, value: Json, *, marks_exclusive: bool) -> None:
    if word == "pattern" and not is_portable_pattern(value):
        return
    if marks_exclusive and word in _BOUNDS and isinstance(value, int | float):
        bound, stricter = _BOUNDS[word]
        bound_value = schema.get(bound, value)
        if isinstance(bound_value, int | float) and stricter(bound_value, value) == value:
            schema[bound], schema[word] = value, True
    else:
        schema[word] = value


def _add_choice(schema: Schema, word: str, value: Json, *, marks_exclusive: bool) -> None:
    if "$ref" in schema or (choice := _convert(value, marks_exclusive=marks_exclusive)) is None:
        return
    if word not in schema:
        schema[word] = choice
    elif isinstance(parts := schema.setdefault("allOf", []), list):
        parts += choice if word == "allOf" and isinstance(choice, list) else [{word: choice}]


def _convert(value: Json, *, marks_exclusive: bool) -> Json:
    """Convert a choice, or a part of one, to a dialect.

    Return None for an empty choice or one that names definitions.
    """
    if isinstance(value, list):
        parts = [_convert(part, marks_exclusive=marks_exclusive) for part in value]
        if None in parts or not parts:
            return None
        return parts
    if not isinstance(value, dict) or "$ref" in value:
        return None
    result: Schema = {}
    for word, inner in value.items():
        if word in _NAMED and isinstance(inner, dict):
            named = {
                name: _convert(part, marks_exclusive=marks_exclusive)
                for name, part in inner.items()
            }
            if None in named.values():
                return None
            result[word] = named
        elif word in _NESTED and isinstance(inner, dict | list):
            if (nested := _convert(inner, marks_exclusive=marks_exclusive)) is None:
                return None
            result[word] = nested
        elif word in _BOUNDS and isinstance(inner, bool) and not marks_exclusive:
            if inner and (bound := value.get(_BOUNDS[word][0])) is not None:
                result[word] = bound
        elif word == "pattern" and not is_portable_pattern(inner):
            return None
        else:
            result[word] = inner
    return result
