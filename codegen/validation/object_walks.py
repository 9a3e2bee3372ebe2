"""Walk through objects by their types, to locate values of definitions and to fill in defaults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from codegen.model import Array, Definition, Map, Ref, Reference, Type
from codegen.model.definitions import definition_refs
from codegen.model.inline_objects import hoist_inline_objects
from codegen.model.keywords import allows_null, find_default
from codegen.validation.object_finding import Steps


class ValueLocator:
    """A locator of the values of some definitions in objects."""

    def __init__(self, reference: Reference, wanted: frozenset[str]) -> None:
        self._reference = reference
        self._wanted = wanted.intersection(reference.definitions)
        self._leading = _find_leading(reference, self._wanted)
        self._routes: dict[str, tuple[tuple[str, Type], ...]] = {}

    def locate(self, obj: Any, key: str) -> Iterator[tuple[str, Steps, Any]]:
        """Yield definition, steps and value of each wanted value in an object, outer ones first."""
        waiting: list[tuple[Type, Steps, Any]] = [(Ref(key=key), (), obj)]
        while waiting:
            expression, steps, value = waiting.pop()
            found: list[tuple[Type, Steps, Any]] = []
            match expression:
                case Ref(key=owner) if isinstance(value, dict):
                    if owner in self._wanted:
                        yield owner, steps, value
                    for name, inner in self._leading_fields(owner):
                        if value.get(name) is not None:
                            found.append((inner, (*steps, name), value[name]))
                case Array(items=inner) if isinstance(value, list):
                    found = [(inner, (*steps, index), item) for index, item in enumerate(value)]
                case Map(values=inner) if isinstance(value, dict):
                    found = [(inner, (*steps, (name,)), item) for name, item in value.items()]
            waiting += reversed(found)

    def _leading_fields(self, key: str) -> tuple[tuple[str, Type], ...]:
        """Return the fields of a definition that lead to a wanted definition."""
        if key not in self._routes:
            definition = self._reference.definitions.get(key)
            fields = definition.fields if definition is not None and key in self._leading else ()
            resolved = [(field.name, self._reference.resolve(field.type)) for field in fields]
            self._routes[key] = tuple(
                (name, expression) for name, expression in resolved if self._leads_to_wanted(expression)
            )
        return self._routes[key]

    def _leads_to_wanted(self, expression: Type) -> bool:
        while isinstance(expression, Array | Map):
            expression = expression.items if isinstance(expression, Array) else expression.values
        return isinstance(expression, Ref) and (expression.key in self._wanted or expression.key in self._leading)


def _find_leading(reference: Reference, wanted: frozenset[str]) -> frozenset[str]:
    """Return the definitions with fields that lead to a wanted definition."""
    users: dict[str, set[str]] = {}
    for key, definition in reference.definitions.items():
        for target in definition_refs(definition):
            users.setdefault(target, set()).add(key)
    found: set[str] = set()
    waiting = list(wanted)
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user not in found:
                found.add(user)
                waiting.append(user)
    return frozenset(found)


_DEEPEST = 500


class DefaultFiller:
    """The defaults of custom resources in one reference."""

    def __init__(self, reference: Reference) -> None:
        self._given = reference
        self._reference: Reference | None = None
        self._known: dict[str, bool] = {}

    def fill(self, key: str, obj: object) -> object:
        """Return the object with its defaults, or the object itself if there are none."""
        given = self._given.definitions.get(key)
        if given is None or given.resource is None or not isinstance(obj, dict):
            return obj
        if self._reference is None:
            self._reference = hoist_inline_objects(self._given)
        definitions = self._reference.definitions
        if key not in self._known:
            reached = self._reference.closure(key)
            self._known[key] = any(
                find_default(field.keywords) for each in reached for field in definitions[each].fields
            )
        return self._fill_object(obj, definitions[key], 0) if self._known[key] else obj

    def _fill_object(self, value: dict[str, Any], definition: Definition, depth: int) -> dict[str, Any]:
        filled = dict(value)
        for field in definition.fields:
            now = filled.get(field.name)
            is_left_out = field.name not in filled or (now is None and not allows_null(field.keywords))
            if is_left_out and (text := find_default(field.keywords)):
                filled[field.name] = now = json.loads(text)
            if isinstance(now, dict | list) and depth < _DEEPEST:
                filled[field.name] = self._fill_value(now, field.type, depth + 1)
        return filled

    def _fill_value(self, value: Any, expression: Type, depth: int) -> Any:
        match expression:
            case Ref(key=key) if isinstance(value, dict):
                definition = self._reference.definitions.get(key) if self._reference else None
                return self._fill_object(value, definition, depth) if definition and definition.documented else value
            case Array(items=items) if isinstance(value, list):
                return [self._fill_value(each, items, depth + 1) for each in value]
            case Map(values=values) if isinstance(value, dict):
                return {name: self._fill_value(each, values, depth + 1) for name, each in value.items()}
            case _:
                return value
