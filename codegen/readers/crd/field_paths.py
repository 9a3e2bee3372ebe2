"""Paths to a field of a schema, as `fieldPath` of CEL rules and selectable fields have them.

Source: `ValidFieldPath` in `pkg/apiserver/schema/cel` of k8s.io/apiextensions-apiserver.
"""

from __future__ import annotations

import re

from msgspec import Struct

from codegen.core.json_types import JsonObject
from codegen.readers.crd.violations import format_value, read_object

_TOKEN = re.compile(r"\.(?P<field>[^.\[\]]+)|\['(?P<key>(?:[^'\\]|\\.)*)'\]")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "'": "'",
    "\\": "\\",
}


class FieldPathError(Exception):
    """A path that does not lead to a field. The text is the end of a sentence."""


class FieldTarget(Struct, frozen=True, kw_only=True):
    """The schema to which a path leads, and the names on the way."""

    names: tuple[str, ...]
    schema: JsonObject


def follow_field_path(path: str, schema: JsonObject, *, with_brackets: bool = True) -> FieldTarget:
    """Return the target of a path such as `.spec['tall-trees'].name`. Raises `FieldPathError`.

    `with_brackets` allows names in brackets, which are fields, or keys of a map.
    """
    names: list[str] = []
    position = 0
    while position < len(path):
        token = _TOKEN.match(path, position)
        if token is None:
            raise FieldPathError("it has to be fields such as .spec.size")
        if token["key"] is not None and not with_brackets:
            raise FieldPathError("names in brackets are not allowed")
        if token["key"] is None:
            name = token["field"]
        else:
            name = _unescape(token["key"])
        schema = _enter(schema, name)
        names.append(name)
        position = token.end()
    if not names:
        raise FieldPathError("it is empty")
    return FieldTarget(names=tuple(names), schema=schema)


def _enter(schema: JsonObject, name: str) -> JsonObject:
    """Return the schema of a field, or of the values of a map."""
    fields, values = read_object(schema, "properties"), schema.get("additionalProperties")
    if not fields and isinstance(values, dict):
        return values
    if not isinstance(fields.get(name), dict):
        raise FieldPathError(f"it does not refer to a field: {format_value(name)}")
    return read_object(fields, name)


def _unescape(text: str) -> str:
    def replace(escape: re.Match[str]) -> str:
        if escape[1] not in _ESCAPED:
            raise FieldPathError(f"unknown escape \\{escape[1]}")
        return _ESCAPED[escape[1]]

    return _ESCAPE.sub(replace, text)
