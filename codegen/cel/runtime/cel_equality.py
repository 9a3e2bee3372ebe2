"""Equality and sums of values by their schemas: the order of sets and of lists with keys has no meaning."""

from collections.abc import Mapping
from typing import Any, Final

from codegen.cel.runtime.cel_schemas import Node
from codegen.kube.errors import DICT, LIST

_MISSING: Final = object()


def equal_values(node: Node | None, value: Any, other: Any) -> bool:
    """Return whether two values of a schema are equal for a server."""
    if isinstance(value, LIST) and isinstance(other, LIST):
        return _equal_lists(node, value, other)
    if isinstance(value, DICT) and isinstance(other, DICT):
        return _equal_maps(node, value, other)
    return equal_scalars(value, other)


def equal_scalars(value: Any, other: Any) -> bool:
    """Return whether two values are equal in CEL, where no bool is a number."""
    return bool(value == other) and isinstance(value, bool) == isinstance(other, bool)


def _equal_lists(node: Node | None, value: list[Any], other: list[Any]) -> bool:
    if len(value) != len(other):
        return False
    inner = node.inner if node is not None else None
    if node is not None and node.list_type == "set":
        return all(contains(inner, value, item) for item in other)
    if node is not None and node.list_type == "map":
        by_key = {item_key(node, item): item for item in value}
        return all(
            equal_values(inner, by_key.get(item_key(node, item), _MISSING), item)
            for item in other
        )
    return all(
        equal_values(inner, one, two) for one, two in zip(value, other, strict=True)
    )


def _equal_maps(
    node: Node | None, value: Mapping[str, Any], other: Mapping[str, Any]
) -> bool:
    if value.keys() != other.keys():
        return False
    return all(
        equal_values(node.part(name) if node is not None else None, item, other[name])
        for name, item in value.items()
    )


def contains(inner: Node | None, items: list[Any], item: Any) -> bool:
    """Return whether a list with items of a schema contains a value."""
    return any(equal_values(inner, one, item) for one in items)


def merge_lists(node: Node, value: list[Any], other: list[Any]) -> list[Any]:
    """Return the sum of a set or of a list with keys and another list, as servers merge them.

    Items of the second list replace those with the same key, and the others are appended.
    """
    merged = list(value)
    if node.list_type == "set":
        for item in other:
            if not contains(node.inner, merged, item):
                merged.append(item)
        return merged
    positions = {item_key(node, item): at for at, item in enumerate(value)}
    for item in other:
        at = positions.get(item_key(node, item))
        if at is None:
            merged.append(item)
        else:
            merged[at] = item
    return merged


def item_key(node: Node, item: Any) -> Any:
    """Return what identifies an item of a list with keys."""
    if not isinstance(item, DICT):
        return repr(item)
    return tuple(repr(item.get(name)) for name in node.key_names)
