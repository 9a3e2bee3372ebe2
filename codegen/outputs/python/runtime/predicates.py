"""Predicates: each says at once that a value is valid for certain."""

# ruff: noqa: RUF100, SIM110, SIM201
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

import math
from collections.abc import Callable
from types import NoneType
from typing import Any, Final

from .checkers import Object

# Predicates (`_is_...`, `_list_of_...`) say yes where a value is valid for certain; else no, or a KeyError at a name that
# they do not know. Most objects are valid, and known to be so fast. Checkers (`_check_...`) run only behind another
# answer, and find all that is wrong.

ROOM: Final = 30  # levels of recursion that predicates follow
Kinds = dict[Any, Any]  # name of a field -> the type or the predicate of its values


def is_string(v: Any) -> bool:
    return type(v) is str


def is_boolean(v: Any) -> bool:
    return type(v) is bool


def is_integer(v: Any) -> bool:
    return type(v) is int


def is_int32(v: Any) -> bool:
    return type(v) is int and -(2**31) <= v < 2**31


def is_int64(v: Any) -> bool:
    return type(v) is int and -(2**63) <= v < 2**63


def is_int_or_string(v: Any) -> bool:
    return type(v) is str or type(v) is int


def is_int32_or_string(v: Any) -> bool:
    return type(v) is str or is_int32(v)


def is_number(v: Any) -> bool:
    return type(v) is int or (type(v) is float and math.isfinite(v))


def is_any(v: Any) -> bool:
    kind = type(v)
    if kind is dict:
        return not v or _is_tree_of_names(v, ROOM, {})
    if kind is list:
        return not v or _is_tree_of_items(v, ROOM, {})
    if kind is float:
        return math.isfinite(v)
    return kind is str or kind is int or kind is bool or v is None


def is_open(v: Any) -> bool:
    return type(v) is dict and (not v or _is_tree_of_names(v, ROOM, {}))


# `seen` are the ids of lists and objects in which all is JSON, with the room that they had: a part may stand in many places.
# Only what has several parts itself can make that many ways to them.


def _is_tree_of_names(v: dict[Any, Any], room: int, seen: dict[int, int]) -> bool:
    inner = 0
    for name, item in v.items():
        if type(name) is not str:
            return False
        kind = type(item)
        if kind is str or kind in _PLAIN:
            continue
        if kind is float and math.isfinite(item):
            continue
        tree = _TREES.get(kind)
        if tree is None:
            return False
        if not item:
            continue
        inner += 1
        if inner == 2 and seen.get(id(v), ROOM + 1) <= room:
            return True
        if room < 1 or not tree(item, room - 1, seen):
            return False
    if inner > 1:
        seen[id(v)] = room
    return True


def _is_tree_of_items(v: list[Any], room: int, seen: dict[int, int]) -> bool:
    inner = 0
    for item in v:
        kind = type(item)
        if kind is str or kind in _PLAIN:
            continue
        if kind is float and math.isfinite(item):
            continue
        tree = _TREES.get(kind)
        if tree is None:
            return False
        if not item:
            continue
        inner += 1
        if inner == 2 and seen.get(id(v), ROOM + 1) <= room:
            return True
        if room < 1 or not tree(item, room - 1, seen):
            return False
    if inner > 1:
        seen[id(v)] = room
    return True


_PLAIN: Final = frozenset((int, bool, NoneType))
_TREES: Final[dict[Any, Callable[[Any, int, dict[int, int]], bool]]] = {
    dict: _is_tree_of_names,
    list: _is_tree_of_items,
}


def are_strings(items: Any) -> bool:
    if type(items) is not list:
        return False
    for v in items:
        if type(v) is not str:
            return False
    return True


def are_named_strings(items: Any) -> bool:
    if type(items) is not dict:
        return False
    for k in items:
        if type(k) is not str or type(items[k]) is not str:
            return False
    return True


def nulls(d: dict[Any, Any], seen: int, checker: "Object") -> bool:
    """Whether all that was not seen in an object is null where that may be."""
    for k, v in d.items():
        if v is None and k in checker.optional:
            seen += 1
    return seen == len(d)


def unlike(items: list[Any], key: str) -> bool:
    """Whether no two of several objects have the same string or number under a key that all have."""
    if len(items) == 2:
        return not items[0][key] == items[1][key]
    return len({item[key] for item in items}) == len(items)


def unlike_all(items: list[Any], *keys: str) -> bool:
    """Whether no two of several objects have the same strings or numbers under all of the keys."""
    return len({tuple([item.get(key) for key in keys]) for item in items}) == len(items)
