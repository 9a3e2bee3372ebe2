"""Custom resources as a server sees them when it checks: with the defaults of their schema.

A default is filled in where a field is absent, or null and may not be; inside lists and maps, and inside of what was filled in, too.
(Kubernetes: Extend the Kubernetes API with CustomResourceDefinitions, Defaulting.) What documents say of Kubernetes' own kinds are no such
defaults.
"""

from __future__ import annotations

import json
from typing import Any

from codegen.model import Array, Definition, Map, Ref, Reference, Type
from codegen.model.keywords import allows_null, default_of
from codegen.model.written_out import named

_DEEPEST = 500


class Defaults:
    """The defaults of one reference, read when the first object of a kind comes."""

    def __init__(self, reference: Reference) -> None:
        self._given = reference
        self._reference: Reference | None = None
        self._known: dict[str, bool] = {}

    def filled(self, key: str, obj: object) -> object:
        """The object with its defaults; the object itself where its kind has none."""
        given = self._given.definitions.get(key)
        if given is None or given.resource is None or not isinstance(obj, dict):
            return obj
        if self._reference is None:
            self._reference = named(self._given)
        definitions = self._reference.definitions
        if key not in self._known:
            reached = self._reference.closure(key)
            self._known[key] = any(default_of(field.keywords) for each in reached for field in definitions[each].fields)
        return self._object(obj, definitions[key], 0) if self._known[key] else obj

    def _object(self, value: dict[str, Any], definition: Definition, depth: int) -> dict[str, Any]:
        filled = dict(value)
        for field in definition.fields:
            now = filled.get(field.name)
            is_left_out = field.name not in filled or (now is None and not allows_null(field.keywords))
            if is_left_out and (text := default_of(field.keywords)):
                filled[field.name] = now = json.loads(text)
            if isinstance(now, dict | list) and depth < _DEEPEST:
                filled[field.name] = self._value(now, field.type, depth + 1)
        return filled

    def _value(self, value: Any, expression: Type, depth: int) -> Any:
        match expression:
            case Ref(key=key) if isinstance(value, dict):
                definition = self._reference.definitions.get(key) if self._reference else None
                return self._object(value, definition, depth) if definition and definition.documented else value
            case Array(items=items) if isinstance(value, list):
                return [self._value(each, items, depth + 1) for each in value]
            case Map(values=values) if isinstance(value, dict):
                return {name: self._value(each, values, depth + 1) for name, each in value.items()}
            case _:
                return value
