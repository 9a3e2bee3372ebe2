"""Value constraints of a reference for validators, beyond the types.

A type with limits is a `ConstrainedType`, also inside lists and maps. Keywords that the run time
cannot check are reported with a reason. A choice with such a part is left out as a whole, since
half of it would refuse valid values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Span
from codegen.core.json_types import JsonObject
from codegen.kube.constraints import WORDS
from codegen.kube.formats import FORMATS
from codegen.kube.patterns import compile_pattern
from codegen.kube.scalars import EMPTY_OBJECT, WHOLE_NUMBERS
from codegen.model import (
    Array,
    Definition,
    Field,
    Keyword,
    Map,
    Ref,
    Reference,
    Scalar,
    Type,
    kubernetes,
)
from codegen.model.keywords.decoding import Decoding, Decodings, drops_null
from codegen.model.keywords.keyword import (
    allows_null,
    find_default,
    group_by_part,
    null_parts,
    own_values,
)

_CHOICES = frozenset(("allOf", "anyOf", "oneOf", "not"))
ConstraintWords = tuple[tuple[str, str], ...]  # pairs of keyword and JSON value, sorted
# Keywords that are read as the type of a value.
_OF_TYPES = frozenset(("properties", "items", "additionalProperties", "nullable"))
_CHECKED = WORDS - _OF_TYPES - {"format"}  # in addition to the type and its format
_NO_LIMITS = frozenset(
    (
        "description",
        "title",
        "default",
        "example",
        "externalDocs",
        "readOnly",
        "writeOnly",
        "deprecated",
    )
)
_COUNTS = frozenset(("minProperties", "maxProperties"))
_OTHER_WORDS = frozenset(
    (
        "if",
        "then",
        "else",
        "contains",
        "prefixItems",
        "patternProperties",
        "propertyNames",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "minContains",
        "maxContains",
        "unevaluatedItems",
        "unevaluatedProperties",
    )
)
# Formats of types with their own checker, or without any demand.
_FORMATS_OF_TYPES = (
    frozenset(("int32", "int64", "float", "double", "password", "")) | kubernetes.DECODED
)
_OBJECT, _EMPTY_OBJECT = Scalar(type="object"), Scalar(type="object", format=EMPTY_OBJECT)


class ConstrainedType(Struct, frozen=True, kw_only=True):
    """A type with constraints on its values."""

    of: CheckedType
    words: ConstraintWords


class NullableType(Struct, frozen=True, kw_only=True):
    """An item or value type with null as a permitted value."""

    of: CheckedType


class UniqueList(Struct, frozen=True, kw_only=True):
    """A list inside a list or map, whose items differ in their keys; those of a set have none."""

    items: CheckedType
    keys: tuple[str, ...]


CheckedType = Type | ConstrainedType | NullableType | UniqueList


class UncheckedReason(Struct, frozen=True, kw_only=True):
    """The reason for leaving a keyword unchecked.

    `name` selects the localized text `unchecked_<name>`, `value` fills it in.
    """

    name: str
    value: str = ""

    def text(self, words: Mapping[str, str]) -> str:
        """The reason in the words of a language (`Locale.findings`)."""
        return words[f"unchecked_{self.name}"].format(value=self.value)


class UncheckedConstraint(Struct, frozen=True, kw_only=True):
    """A keyword without a check, with its reason, first location and number of occurrences."""

    word: str
    reason: UncheckedReason
    span: Span
    count: int


class ReferenceConstraints:
    """The value constraints of one reference, whose inline objects are definitions already."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._decodings = Decodings(reference)
        self._left_out: dict[
            tuple[str, UncheckedReason], dict[tuple[int, str], Span]
        ] = {}  # the places, each once

    @property
    def left_out(self) -> Iterable[UncheckedConstraint]:
        """The unchecked keywords among the requested types."""
        return [
            UncheckedConstraint(
                word=word, reason=reason, span=next(iter(places.values())), count=len(places)
            )
            for (word, reason), places in self._left_out.items()
        ]

    def field_type(self, field: Field, owner: str) -> CheckedType:
        """Return the type of a field of a definition without aliases, with its limits."""
        decoding = self._decodings.find(owner)
        return self._constrain(field.type, field.keywords, "", field, decoding, frozenset())

    def defaults(self, definition: Definition) -> str:
        """Return the defaults that servers fill in before they validate, as JSON, or nothing."""
        if self._decodings.find(definition.key) is not Decoding.CUSTOM:
            return ""
        values: JsonObject = {}
        for field in definition.fields:
            default = find_default(field.keywords)
            if default not in ("", "null"):
                values[field.name] = json.loads(default)
        if values:
            return json.dumps(values, sort_keys=True, ensure_ascii=False)
        return ""

    def object_constraints(self, definition: Definition) -> ConstraintWords:
        """The limits of the objects of a definition."""
        words = self._read_constraints(definition.keywords, "", definition)
        words += self._other_fields(definition)
        nulls = frozenset(field.name for field in definition.fields if allows_null(field.keywords))
        if self._decodings.find(definition.key) is Decoding.CUSTOM:
            words = _add_kept_nulls(words, nulls)
        if not nulls:
            return words
        return tuple(
            (word, json.dumps(_mark_nullable(json.loads(value), nulls)))
            if word in _CHOICES
            else (word, value)
            for word, value in words
        )

    def _other_fields(self, definition: Definition) -> ConstraintWords:
        """Return the limits of fields that a definition does not name."""
        schema = own_values(definition.keywords).get("additionalProperties")
        if not definition.fields or not isinstance(schema, dict) or not schema:
            return ()
        if reason := _schema_reason(schema):
            self._leave_out("additionalProperties", reason, "", definition)
            return ()
        named = {field.name: True for field in definition.fields}
        values = {"additionalProperties": schema, "properties": named}
        return tuple((word, json.dumps(value, sort_keys=True)) for word, value in values.items())

    def _constrain(
        self,
        expression: Type,
        keywords: tuple[Keyword, ...],
        path: str,
        place: Field | Definition,
        decoding: Decoding,
        inside: frozenset[str],
    ) -> CheckedType:
        typed: CheckedType
        match expression:
            case Array(items=items):
                checked = self._constrain(items, keywords, f"{path}[]", place, decoding, inside)
                keys = _inner_unique_keys(keywords, path) if path else None
                if keys is None:
                    typed = Array(items=cast("Type", checked))
                else:
                    typed = UniqueList(items=checked, keys=keys)
            case Map(values=values):
                checked = self._constrain(values, keywords, f"{path}{{}}", place, decoding, inside)
                typed = Map(values=cast("Type", checked))
            case Ref(key=key) if self._is_alias(key, inside):
                alias = self._reference.definitions[key]
                typed = self._constrain(
                    cast("Type", alias.type),
                    alias.keywords,
                    "",
                    alias,
                    self._decodings.find(key),
                    inside | {key},
                )
            case _:
                typed = self._reference.resolve(expression)
        words = self._read_constraints(keywords, path, place)
        if isinstance(typed, Scalar) and typed.format not in _FORMATS_OF_TYPES:
            words = self._add_format(words, typed, path, place)
        if _drops_null_values(typed, keywords, path, decoding):
            words = _add_kept_nulls(words, frozenset())
        if typed == _OBJECT and isinstance(place, Field) and place.empty:
            typed = _EMPTY_OBJECT
        reads_null = path in null_parts(keywords) or drops_null(typed, path, decoding)
        if decoding is not Decoding.TYPED and isinstance(typed, Scalar):
            typed = _accept_decimal_point(typed)
        if words:
            typed = ConstrainedType(of=typed, words=words)
        if path and reads_null:
            return NullableType(of=typed)
        return typed

    def _add_format(
        self, words: ConstraintWords, typed: Scalar, path: str, place: Field | Definition
    ) -> ConstraintWords:
        """Add the format of a string, or record that it is not checked."""
        if reason := _find_reason("format", typed.format):
            self._leave_out("format", reason, path, place)
        elif typed.type == "string":  # servers check no other formats
            return tuple(sorted((*words, ("format", json.dumps(typed.format)))))
        return words

    def _is_alias(self, key: str, inside: frozenset[str]) -> bool:
        definition = self._reference.definitions.get(key)
        is_other = key not in kubernetes.SERVED and key not in inside
        return is_other and definition is not None and definition.type is not None

    def _read_constraints(
        self, keywords: Iterable[Keyword], path: str, place: Field | Definition
    ) -> ConstraintWords:
        limits: list[tuple[str, str]] = []
        for keyword in keywords:
            if keyword.inside != path:
                continue
            if keyword.name in _OTHER_WORDS:
                self._leave_out(keyword.name, UncheckedReason(name="word"), path, place)
            elif keyword.name == kubernetes.EMBEDDED and keyword.value == "true":
                required = {field.name for field in place.fields if field.required}
                if missing := [name for name in ("apiVersion", "kind") if name not in required]:
                    limits.append(("required", json.dumps(missing)))
            elif keyword.name in _CHECKED:
                if reason := _find_reason(keyword.name, json.loads(keyword.value)):
                    self._leave_out(keyword.name, reason, path, place)
                else:
                    limits.append((keyword.name, keyword.value))
        return _merge_required(limits)

    def _leave_out(
        self, word: str, reason: UncheckedReason, path: str, place: Field | Definition
    ) -> None:
        """Record the location of an unchecked word once, however often its type is used."""
        self._left_out.setdefault((word, reason), {})[id(place), path] = place.span


def _accept_decimal_point(scalar: Scalar) -> Scalar:
    """Return the type with integers that may have a decimal point, such as 1.0."""
    form = WHOLE_NUMBERS.get((scalar.type, scalar.format))
    if form is None:
        return scalar
    return replace(scalar, format=form)


def _inner_unique_keys(keywords: Iterable[Keyword], path: str) -> tuple[str, ...] | None:
    """Return the fields by which the items of an inner list are unique, like `unique_keys`."""
    words = group_by_part(keywords).get(path, {})
    match words.get("x-kubernetes-list-type"):
        case "set":
            return ()
        case "map":
            return tuple(words.get("x-kubernetes-list-map-keys", ())) or None
    return None


def _mark_nullable(schema: object, nulls: frozenset[str]) -> Any:
    """Add the nullable required fields to a choice, where null is a value and not absent."""
    if isinstance(schema, list):
        return [_mark_nullable(alternative, nulls) for alternative in schema]
    if not isinstance(schema, dict):
        return schema
    marked_schema = {
        word: _mark_nullable(limit, nulls) if word in _CHOICES else limit
        for word, limit in schema.items()
    }
    if marked := [name for name in marked_schema.get("required", ()) if name in nulls]:
        marked_schema["nulls"] = marked
    return marked_schema


def _drops_null_values(
    typed: CheckedType, keywords: tuple[Keyword, ...], path: str, decoding: Decoding
) -> bool:
    """Return whether servers drop the nulls of a map."""
    is_custom_map = isinstance(typed, Map) and decoding is Decoding.CUSTOM
    return is_custom_map and f"{path}{{}}" not in null_parts(keywords)


def _add_kept_nulls(words: ConstraintWords, nulls: frozenset[str]) -> ConstraintWords:
    """Add the fields whose null counts to limits of the number of fields. Servers drop others."""
    if all(word not in _COUNTS for word, _ in words):
        return words
    return tuple(sorted((*words, ("nulls", json.dumps(sorted(nulls))))))


def _merge_required(words: list[tuple[str, str]]) -> ConstraintWords:
    """Sort the words, with all required names in one."""
    lists = [json.loads(value) for word, value in words if word == "required"]
    if len(lists) > 1:
        names = dict.fromkeys(chain.from_iterable(lists))
        words = [(word, value) for word, value in words if word != "required"]
        words.append(("required", json.dumps(list(names))))
    return tuple(sorted(words))


def _find_reason(word: str, value: object) -> UncheckedReason | None:
    if word == "pattern":
        try:
            compile_pattern(value)
        except (ValueError, TypeError) as error:
            return UncheckedReason(name="pattern", value=f"{value!r}: {error}")
    elif word == "format" and value not in FORMATS and value not in _FORMATS_OF_TYPES:
        return UncheckedReason(name="format", value=repr(value))
    elif word == "not":
        return _schema_reason(value)
    elif word in ("allOf", "anyOf", "oneOf"):
        if not isinstance(value, list) or not value:
            return UncheckedReason(name="list")
        return next(filter(None, map(_schema_reason, value)), None)
    elif word == "properties":
        if not isinstance(value, dict):
            return UncheckedReason(name="object")
        return next(filter(None, map(_schema_reason, value.values())), None)
    elif word == "items" or (word == "additionalProperties" and value is not True):
        return _schema_reason(value)
    return None


def _schema_reason(schema: object) -> UncheckedReason | None:
    """Return why a schema cannot be checked, or None."""
    if isinstance(schema, bool):
        return None
    if not isinstance(schema, Mapping):
        return UncheckedReason(name="schema", value=json.dumps(schema)[:80])
    for word, value in schema.items():
        if word in _NO_LIMITS or word.startswith("x-"):
            continue
        if word not in WORDS:
            return UncheckedReason(name="inside", value=repr(word))
        if reason := _find_reason(word, value):
            return reason
    return None
