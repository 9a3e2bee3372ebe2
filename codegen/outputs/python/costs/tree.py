"""The tree of an expression that a library of CEL has compiled, with the types and the overloads that it found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from codegen.outputs.python.runtime.cel_tree import unpacked

_PRIMITIVES = ("", "bool", "int", "uint", "double", "string", "bytes")
_WELL_KNOWN = ("", "dyn", "timestamp", "duration")
_MAP = "google.protobuf.Struct"
_LIST = "google.protobuf.ListValue"
_DYNAMIC = "google.protobuf.Value"


class Tree(Struct, frozen=True, kw_only=True):
    """An expression, with the kind of each part of it (`dyn` where it has none of its own) and the overloads of each call, by id."""

    root: Any
    kinds: Mapping[int, str]
    items: Mapping[int, str]
    overloads: Mapping[int, tuple[str, ...]]


def read(serialised: bytes) -> Tree:
    """The tree of a compiled expression."""
    checked = unpacked(serialised)
    types = {entry.key: entry.value for entry in checked.types}
    return Tree(
        root=checked.expr,
        kinds={key: _kind(value) for key, value in types.items()},
        items={key: _kind(value.list.of) for key, value in types.items() if value.HasField("list")},
        overloads={entry.key: tuple(entry.value.overloads) for entry in checked.references if entry.value.overloads},
    )


def _kind(of: Any) -> str:
    """bool, int, uint, double, string, bytes, timestamp, duration, list, map, object or dyn; of an optional value its own."""
    if of.primitive:
        return _PRIMITIVES[of.primitive]
    if of.well_known:
        return _WELL_KNOWN[of.well_known]
    if of.HasField("list"):
        return "list"
    if of.HasField("map"):
        return "map"
    if of.message:
        return {_MAP: "map", _LIST: "list", _DYNAMIC: "dyn"}.get(of.message, "object")
    if of.HasField("abstract") and of.abstract.of:
        return _kind(of.abstract.of[0])
    return "dyn"
