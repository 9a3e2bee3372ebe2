"""Reading of keywords without a counterpart in the model.

Equivalent spellings give one keyword. `nullable` stands for null in a list of types, a union or an
enumeration, and an exclusive bound for a bound with a mark. The order of unordered lists and the
form of numbers do not count. Keywords without an effect are left out.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import NamedTuple

from codegen.core.json_types import JsonList, JsonObject, JsonValue
from codegen.kube.scalars import scalar_type
from codegen.model import Keyword
from codegen.readers.openapi.keyword_folding import KeywordsByPlace, fold_keywords
from codegen.readers.openapi.keyword_forms import (
    FIELDS,
    FORMED,
    TYPING,
    UNIONS,
    boolean_schema,
    distinct_members,
    is_null,
    is_well_formed,
    limits_beside_reference,
    only_restricts_fields,
)
from codegen.readers.openapi.keyword_values import write_canonical

# Keywords that other modules read, or that describe the document instead of the value.
_READ = frozenset(
    (
        "description",
        "type",
        "format",
        "$ref",
        "$id",
        "$schema",
        "$comment",
        "$defs",
        "definitions",
        "x-kubernetes-list-type",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-patch-strategy",
        "x-kubernetes-patch-merge-key",
        "x-kubernetes-map-type",
        "x-kubernetes-group-version-kind",
    )
)
_INT_OR_STRING = "x-kubernetes-int-or-string"
_INCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_SCALAR_LIMITS = frozenset(
    ("type", "pattern", "minLength", "maxLength", "minimum", "maximum", *_INCLUSIVE, "multipleOf")
)
# The model has these of a value, but not of list items and map values.
_OF_VALUES = frozenset(
    (
        "description",
        *(f"x-kubernetes-{word}" for word in ("list-type", "list-map-keys", "map-type")),
    )
)
_TEXTS = frozenset(("description", "title"))
INNER = {"items": "[]", "additionalProperties": "{}"}
_LEAST = frozenset(("minLength", "minItems", "minProperties"))
# Keywords with a schema that values have to match; the schema `false` forbids them.
_FALSE_FORBIDS = frozenset(
    ("contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties")
)
_NOTHING: tuple[JsonValue, ...] = (None, False, {}, [], "")  # values without a restriction


def read_keywords(
    schema: object,
    *,
    skip: Collection[str] = (),
    keep_null: bool = True,
    keep_inner_null: bool = False,
    skip_fields: bool = False,
) -> tuple[Keyword, ...]:
    """Read the keywords of a schema and of its items and values, except the names in `skip`.

    Without `keep_null` the keyword `nullable` of the value is left out, unless `x-nullable` sets
    it. Without `keep_inner_null` that of items and values is, where servers drop null or read it as
    a zero value. With `skip_fields` the fields of an inline object are left out.
    """
    if schema is False:
        schema = boolean_schema(schema)
    if type(schema) is not dict or _is_read_elsewhere(schema):
        return ()
    collector = _KeywordCollector(skip_fields=skip_fields, keep_inner_null=keep_inner_null)
    collector.collect(schema, "", skip)
    keywords = collector.found
    if not (keep_null or schema.get("x-nullable") is True):
        keywords.pop(("", "nullable"), None)
    return tuple([keywords[place] for place in sorted(keywords)])


def _is_read_elsewhere(schema: JsonObject) -> bool:
    """Return whether the model has other homes for all keywords of a schema."""
    if not _READ.issuperset(schema) or type(schema.get("type")) is list:
        return False
    has_untyped_format = "format" in schema and "type" not in schema
    return not has_untyped_format


class InlineObject(NamedTuple):
    """The schema of an object with fields inside another schema, and the steps to it."""

    schema: JsonObject | None = None
    steps: tuple[str | int, ...] = ()


def find_inline_object(schema: object) -> InlineObject:
    """Find the object with fields inside a schema."""
    steps: tuple[str | int, ...] = ()
    while isinstance(schema, dict) and "$ref" not in schema:
        if isinstance(schema.get("properties"), dict) and schema["properties"]:
            return InlineObject(schema, steps)
        if (word := next((word for word in INNER if word in schema), None)) is not None:
            schema, steps = schema[word], (*steps, word)
            continue
        word = next((word for word in UNIONS if isinstance(schema.get(word), list)), "")
        listed = schema[word] if word else ()
        parts = [
            (at, part)
            for at, part in enumerate(listed)
            if isinstance(part, dict) and not is_null(part)
        ]
        if len(parts) != 1:
            break
        steps, schema = (*steps, word, parts[0][0]), parts[0][1]
    return InlineObject()


def allows_null_everywhere(schemas: Iterable[JsonValue]) -> bool | None:
    """Return whether all optional fields of a document allow null, which then has no meaning; None
    if it has no such field.

    This tool writes optional fields so, for clients that send null for unset fields, and texts in
    lists and maps.
    """
    inline = None
    for schema in schemas:
        properties = schema.get("properties") if isinstance(schema, dict) else None
        if not isinstance(properties, dict):
            continue
        required = schema.get("required")
        for name, raw in properties.items():
            if (isinstance(required, list) and name in required) or not (
                isinstance(raw, dict) and raw.keys() - _TEXTS
            ):
                continue  # an open type always allows null
            if all(keyword.name != "nullable" or keyword.inside for keyword in read_keywords(raw)):
                return False
            inline = True
    return inline


class _KeywordCollector:
    """A collector of the keywords of one schema, by part of its type and name."""

    def __init__(self, *, skip_fields: bool, keep_inner_null: bool) -> None:
        self.found: KeywordsByPlace = {}
        self._skip_fields = skip_fields
        self._keep_inner_null = keep_inner_null

    def collect(self, schema: JsonObject, inside: str, skip: Collection[str] = ()) -> None:
        """Collect the keywords of a schema at this part of the type."""
        for word, value in schema.items():
            if word == "type" and type(value) is list:
                self._collect_types(value, inside)
            elif word in UNIONS:
                continue  # after the words that their members hold beside
            elif word in FORMED and not is_well_formed(word, value):
                continue  # reported by the reader of types
            elif _is_skipped(word, schema, inside, skip):
                continue
            elif (inner := _inner_schema(word, schema)) is not None:
                self._collect_inner(inner, inside + INNER[word])
            elif (
                word in FIELDS and self._skip_fields and isinstance(schema.get("properties"), dict)
            ):
                continue
            elif word in ("nullable", "x-nullable"):
                if value is True:
                    self._add("nullable", True, inside)
            elif word in ("enum", "const"):
                self._collect_values(word, value, schema, inside)
            elif _is_significant(word, value, schema):
                # newer versions write the number of an exclusive bound; YAML has keys other than
                # strings, written here as in JSON
                number = schema[_INCLUSIVE[word]] if value is True and word in _INCLUSIVE else value
                self._add(word if isinstance(word, str) else json.dumps(word), number, inside)
        self._collect_format(schema, inside)
        self._collect_unions(schema, inside, skip)

    def _collect_unions(self, schema: JsonObject, inside: str, skip: Collection[str]) -> None:
        """Collect the choices of a schema, then the members that are no choice."""
        members: list[JsonObject] = []
        for word in UNIONS:
            if word in schema and word not in skip and is_well_formed(word, schema[word]):
                members += self._collect_union(word, schema[word], schema, inside)
        for member in members:
            self._fold(member, inside)

    def _fold(self, member: JsonObject, inside: str) -> None:
        """Add the keywords of a member, which do not replace those of the schema around it."""
        collector = _KeywordCollector(
            skip_fields=self._skip_fields, keep_inner_null=self._keep_inner_null
        )
        collector.collect(member, inside)
        fold_keywords(self.found, collector.found)

    def _add(self, word: str, value: object, inside: str) -> None:
        self.found[inside, word] = Keyword(
            name=word, value=write_canonical(word, value), inside=inside
        )

    def _collect_inner(self, schema: JsonObject, inside: str) -> None:
        """Collect the keywords of list items or map values."""
        self.collect(schema, inside)
        if not self._keep_inner_null and schema.get("x-nullable") is not True:
            self.found.pop((inside, "nullable"), None)

    def _collect_format(self, schema: JsonObject, inside: str) -> None:
        """Collect a format of any value, which no type of the model has."""
        value = schema.get("format")
        if isinstance(value, str) and TYPING.isdisjoint(schema) and _INT_OR_STRING not in schema:
            self._add("format", value, inside)

    def _collect_types(self, value: JsonList, inside: str) -> None:
        words = [word for word in value if word != "null"]
        if len(words) < len(value):
            self._add("nullable", True, inside)
        if len(words) != 1 and sorted(map(str, words)) != ["integer", "string"]:
            self._add("type", words, inside)

    def _collect_union(
        self, word: str, value: JsonValue, schema: JsonObject, inside: str
    ) -> list[JsonObject]:
        """Collect a union, and return the members that are no choice: each of int-or-string, and
        the only one beside null.

        A union with one part is kept if this part restricts fields of the object around it.
        """
        if value is None:
            return []
        if not all(isinstance(part, dict) for part in value):
            self._add(word, value, inside)
            return []
        parts = [part for part in distinct_members(word, value) if not is_null(part)]
        if any(map(is_null, value)):
            self._add("nullable", True, inside)
        permitted = _SCALAR_LIMITS if schema.get(_INT_OR_STRING) is True else {"type"}
        is_int_or_string = sorted(str(part.get("type")) for part in parts) == ["integer", "string"]
        if is_int_or_string and all(map(permitted.issuperset, parts)):
            return parts  # written schemas have each limit beside its type
        if word == "allOf" and (limits := limits_beside_reference(parts)):
            return limits
        if len(parts) == 1 and not only_restricts_fields(parts[0], schema):
            return parts
        if parts:
            self._add(word, parts, inside)
        return []

    def _collect_values(self, word: str, value: object, schema: JsonObject, inside: str) -> None:
        """Collect an enumeration, unless its strings are part of the type."""
        values = value if word == "enum" and isinstance(value, list) else [value]
        if word == "enum" and None in values:
            self._add("nullable", True, inside)
            values = [value for value in values if value is not None]
        kind = schema.get("type")
        strings = kind in (None, "string") or (isinstance(kind, list) and "string" in kind)
        if values and not (strings and all(isinstance(value, str) for value in values)):
            self._add("enum", values, inside)


def _is_skipped(word: str, schema: JsonObject, inside: str, skip: Collection[str]) -> bool:
    """Return whether a keyword is not wanted, or read as a part of the type."""
    if word == "additionalProperties" and _describes_other_fields(schema):
        return False
    return word in skip or (word in _READ and not (inside and word in _OF_VALUES))


def _inner_schema(word: str, schema: JsonObject) -> JsonObject | None:
    """Return the schema of list items or map values, or None for all other keywords."""
    if word == "items" and schema[word] is False:
        return boolean_schema(False)
    if word not in INNER or not isinstance(schema[word], dict):
        return None
    if word == "additionalProperties" and _describes_other_fields(schema):
        return None  # a limit of the object with the named fields
    inner: JsonObject = schema[word]
    return inner


def _describes_other_fields(schema: JsonObject) -> bool:
    """Return whether `additionalProperties` is a schema for fields beside named ones."""
    named = schema.get("properties")
    is_schema = isinstance(schema["additionalProperties"], dict)
    return is_schema and isinstance(named, dict) and bool(named)


def _is_significant(word: str, value: object, schema: JsonObject) -> bool:
    """Return whether a well-formed keyword adds a fact to the model and the other keywords."""
    if any(
        bound == word and schema.get(exclusive) is True for exclusive, bound in _INCLUSIVE.items()
    ):
        return False  # the exclusive bound expresses it
    if word in _INCLUSIVE and isinstance(value, bool):
        bound = schema.get(_INCLUSIVE[word])  # without it the mark has no meaning
        return value and bound is not None and is_well_formed(_INCLUSIVE[word], bound)
    if word == "default":
        # an empty object as the default of a reference only makes it optional
        return not (value == {} and ("$ref" in schema or "allOf" in schema))
    if word == "contentEncoding":
        return schema.get("format") != "byte"
    if word == "additionalProperties" and isinstance(value, bool):
        # with fields it may allow more of them, without fields all are allowed
        return value is isinstance(schema.get("properties"), dict)
    if word in INNER:
        return value is not True
    if word in ("minimum", "maximum"):
        return not _is_format_bound(word, value, schema.get("format"))
    if word == "uniqueItems":
        kind = schema.get("type", "array")
        is_list = kind == "array" or (isinstance(kind, list) and "array" in kind)
        return value is True and is_list and schema.get("x-kubernetes-list-type") != "set"
    if (word in _LEAST and value == 0) or (word == _INT_OR_STRING and "type" not in schema):
        return False  # every value has this length, or this is the type itself
    if word in _FALSE_FORBIDS and value is False:
        return True
    if word == "not":
        return value is not None  # an empty schema allows everything, its negation nothing
    return not any(
        value is nothing or (type(value) is type(nothing) and value == nothing)
        for nothing in _NOTHING
    )


def _is_format_bound(word: str, value: object, shape: object) -> bool:
    """Return whether a bound follows from the integer format beside it."""
    bounds = scalar_type("integer", shape).bounds if isinstance(shape, str) else None
    if bounds is None or isinstance(value, bool) or not isinstance(value, int | float):
        return value is None
    return value <= bounds[0] if word == "minimum" else value >= bounds[1]
