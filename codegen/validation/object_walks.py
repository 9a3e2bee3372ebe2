"""Walk through objects by their types to locate values and to fill in defaults."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from codegen.core.json_types import JsonValue
from codegen.model import Array, Definition, Map, Ref, Reference, Type
from codegen.model.keywords.keyword import allows_null, find_default
from codegen.model.kubernetes import META
from codegen.validation.runtime.value_walks import LocatedValue, Route, locate_values

_LIST_METADATA = Ref(key=f"{META}.ListMeta")


class RouteFinder:
    """Finds the fields of definitions that lead to some wanted definitions."""

    def __init__(
        self,
        reference: Reference,
        wanted: frozenset[str],
        dropped: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        """Prepare the search, which does not enter the dropped fields of definitions."""
        self._reference = reference
        self._dropped = dropped
        self.wanted = wanted.intersection(reference.definitions)
        self._routes: dict[str, tuple[Route, ...]] = {}

    def find_routes(self, key: str) -> tuple[Route, ...]:
        """Return the fields of a definition that lead to a wanted definition."""
        if key not in self._routes:
            self._routes[key] = tuple(self._search(key))
        return self._routes[key]

    def _search(self, key: str) -> Iterator[Route]:
        definition = self._reference.definitions.get(key)
        for field in definition.fields if definition is not None else ():
            expression = self._reference.resolve(field.type)
            containers: list[str] = []
            while isinstance(expression, Array | Map):
                if isinstance(expression, Array):
                    containers.append("list")
                    expression = expression.items
                else:
                    containers.append("map")
                    expression = expression.values
            if not isinstance(expression, Ref) or (key, field.name) in self._dropped:
                continue
            if not self.wanted.isdisjoint(self._reference.closure(expression.key)):
                yield Route(field.name, expression.key, tuple(containers))

    def locate(self, obj: JsonValue, key: str) -> Iterator[LocatedValue]:
        """Yield each value of a wanted definition in an object, outer ones first."""
        return locate_values(obj, key, self.wanted, self.find_routes)


def find_item_key(definition: Definition) -> str | None:
    """Return the definition of the items of a list of objects, or None for other definitions."""
    metadata, items = definition.field("metadata"), definition.field("items")
    if metadata is None or metadata.type != _LIST_METADATA or items is None:
        return None
    if isinstance(items.type, Array) and isinstance(items.type.items, Ref):
        return items.type.items.key
    return None


def fill_defaults(definitions: Mapping[str, Definition], key: str, obj: object) -> object:
    """Return a custom resource with its defaults, and other objects as they are.

    The definitions have no inline objects.
    """
    definition = definitions.get(key)
    is_custom = definition is not None and definition.resource is not None
    try:
        if is_custom:
            return _fill_value(obj, Ref(key=key), definitions)
        return obj
    except RecursionError:  # which the schema reports
        return obj


def _fill_value(
    value: object, expression: Type, definitions: Mapping[str, Definition]
) -> JsonValue:
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
            return [_fill_value(element, items, definitions) for element in value]
        case Map(values=values) if isinstance(value, dict):
            return {
                name: _fill_value(element, values, definitions) for name, element in value.items()
            }
    return value
