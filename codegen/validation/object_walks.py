"""Walk through objects by their types to locate values and to fill in defaults."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from codegen.kube.field_paths import FieldPath
from codegen.model import Array, Definition, Map, Ref, Reference, Type
from codegen.model.keywords.keyword import allows_null, find_default
from codegen.model.types import innermost
from codegen.validation.object_finding import Steps
from codegen.validation.value_checks import is_same


class ValueLocator:
    """A locator of the values of some definitions in objects."""

    def __init__(
        self,
        reference: Reference,
        wanted: frozenset[str],
        dropped: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        """Prepare the walk, which does not enter the dropped fields of definitions."""
        self._reference = reference
        self._dropped = dropped
        self._wanted = wanted.intersection(reference.definitions)
        self._routes: dict[str, tuple[tuple[str, Type], ...]] = {}

    def locate(self, obj: object, key: str) -> Iterator[tuple[str, Steps, Any]]:
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
            fields = definition.fields if definition is not None else ()
            resolved = [(field.name, self._reference.resolve(field.type)) for field in fields]
            self._routes[key] = tuple(
                (name, expression)
                for name, expression in resolved
                if (key, name) not in self._dropped
                and isinstance(inner := innermost(expression), Ref)
                and not self._wanted.isdisjoint(self._reference.closure(inner.key))
            )
        return self._routes[key]


def fill_defaults(definitions: Mapping[str, Definition], key: str, obj: object) -> object:
    """Return a custom resource with its defaults, and other objects as they are.

    The definitions have no inline objects.
    """
    definition = definitions.get(key)
    is_custom = definition is not None and definition.resource is not None
    try:
        return _fill_value(obj, Ref(key=key), definitions) if is_custom else obj
    except RecursionError:  # which the schema reports
        return obj


def _fill_value(value: object, expression: Type, definitions: Mapping[str, Definition]) -> Any:
    match expression:
        case Ref(key=key) if isinstance(value, dict):
            definition = definitions.get(key)
            if definition is None or not definition.documented:
                return value
            filled = dict(value)
            for field in definition.fields:
                is_left_out = filled.get(field.name) is None and (
                    field.name not in filled or not allows_null(field.keywords)
                )
                if is_left_out and (text := find_default(field.keywords)):
                    filled[field.name] = json.loads(text)
                if isinstance(filled.get(field.name), dict | list):
                    filled[field.name] = _fill_value(filled[field.name], field.type, definitions)
            return filled
        case Array(items=items) if isinstance(value, list):
            return [_fill_value(each, items, definitions) for each in value]
        case Map(values=values) if isinstance(value, dict):
            return {name: _fill_value(each, values, definitions) for name, each in value.items()}
    return value


def find_stored(obj: Any, old: Any, steps: Steps) -> Any:
    """Return the stored value at these steps, or None.

    An item of a changed list has none, as nothing tells which item it was.
    """
    for step in steps:
        if isinstance(step, int):
            if not isinstance(old, list) or not is_same(obj, old):
                return None
            obj, old = obj[step], old[step]
        else:
            name = step[0] if isinstance(step, tuple) else step
            obj, old = obj[name], old.get(name) if isinstance(old, dict) else None
    return old


def is_changed(path: FieldPath, value: object, old: object) -> bool:
    """Return whether the values at a path differ from the stored ones."""
    new_values = [place.value for place in path.find(value)]
    old_values = [place.value for place in path.find(old)]
    return not is_same(new_values, old_values)
