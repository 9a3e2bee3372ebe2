"""Equality and sums of values by their schemas: the order of sets and of lists with keys has no
meaning.
"""

from collections.abc import Mapping
from typing import Any, Final

from codegen.cel.runtime.cel_schemas import Node
from codegen.kube.errors import DICT, LIST

_MISSING: Final = object()


def equal_values(node: Node | None, first: Any, second: Any) -> bool:
    """Return whether two values of a schema are equal for a server."""
    if isinstance(first, LIST) and isinstance(second, LIST):
        return _equal_lists(node, first, second)
    if isinstance(first, DICT) and isinstance(second, DICT):
        return _equal_maps(node, first, second)
    return equal_scalars(first, second)


def equal_scalars(first: object, second: object) -> bool:
    """Return whether two values are equal in CEL, where no bool is a number."""
    return bool(first == second) and isinstance(first, bool) == isinstance(second, bool)


def _equal_lists(node: Node | None, first: list[Any], second: list[Any]) -> bool:
    if len(first) != len(second):
        return False
    inner = None
    if node is not None:
        inner = node.inner
        if node.list_type == "set":
            return all(contains(inner, first, item) for item in second)
        if node.list_type == "map":
            by_key = {item_key(node, item): item for item in first}
            return all(
                equal_values(inner, by_key.get(item_key(node, item), _MISSING), item)
                for item in second
            )
    pairs = zip(first, second, strict=True)
    return all(equal_values(inner, left, right) for left, right in pairs)


def _equal_maps(
    node: Node | None, first: Mapping[str, object], second: Mapping[str, object]
) -> bool:
    if first.keys() != second.keys():
        return False
    for name, item in first.items():
        part = None
        if node is not None:
            part = node.part(name)
        if not equal_values(part, item, second[name]):
            return False
    return True


def contains(inner: Node | None, items: list[Any], item: object) -> bool:
    """Return whether a list with items of a schema contains a value."""
    return any(equal_values(inner, candidate, item) for candidate in items)


def merge_lists(node: Node, value: list[Any], added: list[Any]) -> list[Any]:
    """Return the sum of a set or of a list with keys and another list, as servers merge them.

    Items of the second list replace those with the same key, and the others are appended.
    """
    merged = list(value)
    if node.list_type == "set":
        for item in added:
            if not contains(node.inner, merged, item):
                merged.append(item)
        return merged
    positions = {item_key(node, item): at for at, item in enumerate(value)}
    for item in added:
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
