"""Walk through objects by the fields of their definitions to locate values."""

from collections.abc import Callable, Container, Iterator, Sequence
from typing import Any, NamedTuple

from codegen.kube.errors import DICT, LIST, TUPLE
from codegen.kube.field_paths import FieldPath, Steps
from codegen.validation.runtime.value_checks import is_same


class Route(NamedTuple):
    """A field that leads to values of a definition.

    `containers` are the lists (`list`) and maps (`map`) around the values, from the outside.
    """

    field: str
    definition: str
    containers: tuple[str, ...] = ()


class LocatedValue(NamedTuple):
    """A value inside an object, with its definition and the steps to it."""

    definition: str
    steps: Steps
    value: Any


FindRoutes = Callable[[str], Sequence[Route]]  # the routes of a definition


def locate_values(
    obj: Any, definition: str, wanted: Container[str], find_routes: FindRoutes
) -> Iterator[LocatedValue]:
    """Yield each value of a wanted definition in an object, outer ones first."""
    waiting = [LocatedValue(definition, (), obj)]
    while waiting:
        located = waiting.pop()
        if not isinstance(located.value, DICT):
            continue
        if located.definition in wanted:
            yield located
        inner: list[LocatedValue] = []
        for route in find_routes(located.definition):
            value = located.value.get(route.field)
            if value is not None:
                field = LocatedValue(
                    route.definition, (*located.steps, route.field), value
                )
                inner += _open_containers(field, route.containers)
        waiting += reversed(inner)


def _open_containers(
    located: LocatedValue, containers: Sequence[str]
) -> list[LocatedValue]:
    """Return the values inside lists and maps."""
    values = [located]
    for container in containers:
        inner: list[LocatedValue] = []
        for definition, steps, value in values:
            if container == "list" and isinstance(value, LIST):
                for index, item in enumerate(value):
                    inner.append(LocatedValue(definition, (*steps, index), item))
            elif container == "map" and isinstance(value, DICT):
                for name, item in value.items():
                    inner.append(LocatedValue(definition, (*steps, (name,)), item))
        values = inner
    return values


def find_items(obj: Any) -> Iterator[tuple[Steps, Any]]:
    """Yield the items of a list of objects, with the steps to them."""
    items = obj.get("items") if isinstance(obj, DICT) else None
    if isinstance(items, LIST):
        for index, item in enumerate(items):
            yield ("items", index), item


def find_stored(obj: Any, old: Any, steps: Steps) -> Any:
    """Return the stored value at these steps, or None.

    An item of a changed list has none, as nothing tells which item it was.
    """
    for step in steps:
        if isinstance(step, int):
            if not isinstance(old, LIST) or not is_same(obj, old):
                return None
            obj, old = obj[step], old[step]
            continue
        name = step[0] if isinstance(step, TUPLE) else step
        obj = obj[name]
        old = old.get(name) if isinstance(old, DICT) else None
    return old


def is_changed(path: FieldPath, value: Any, old: Any) -> bool:
    """Return whether the values at a path differ from the stored ones."""
    new_values = [placed.value for placed in path.find(value)]
    old_values = [placed.value for placed in path.find(old)]
    return not is_same(new_values, old_values)
