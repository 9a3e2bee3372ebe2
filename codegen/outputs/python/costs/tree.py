"""The tree of an expression that a library of CEL has compiled, with the types and the overloads that it found.

Read from a serialised `cel.expr.CheckedExpr` (github.com/google/cel-spec, proto/cel/expr/checked.proto), of which only what a cost
depends on is declared here.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import Struct

_PACKAGE = "tree"
# message -> fields as `name number type`; `*` marks a list. Maps are lists of entries in the wire format.
_MESSAGES = {
    "Checked": "references 2 Reference_of* types 3 Type_of* expr 4 Expr",
    "Reference_of": "key 1 int64 value 2 Reference",
    "Type_of": "key 1 int64 value 2 Type",
    "Reference": "name 1 string overloads 3 string*",
    "Type": "primitive 3 int32 wrapper 4 int32 well_known 5 int32 list 6 Part map 7 Map message 9 string abstract 14 Abstract",
    "Part": "of 1 Type",
    "Map": "key 1 Type of 2 Type",
    "Abstract": "name 1 string of 2 Type*",
    "Expr": "id 2 int64 const 3 Const ident 4 Ident select 5 Select call 6 Call list 7 List struct 8 Made loop 9 Loop",
    "Const": "null 1 int32 bool 2 bool int 3 int64 uint 4 uint64 double 5 double string 6 string bytes 7 bytes",
    "Ident": "name 1 string",
    "Select": "operand 1 Expr field 2 string test 3 bool",
    "Call": "target 1 Expr function 2 string args 3 Expr*",
    "List": "elements 1 Expr*",
    "Made": "name 1 string entries 2 Entry*",
    "Entry": "key 3 Expr value 4 Expr",
    "Loop": "name 1 string over 2 Expr result_name 3 string start 4 Expr goes_on 5 Expr step 6 Expr result 7 Expr second 8 string",
}
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
    packed = importlib.import_module("google.protobuf.any_pb2").Any.FromString(serialised)
    checked = _class("Checked").FromString(packed.value)
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


@cache
def _class(name: str) -> Any:
    pool = importlib.import_module("google.protobuf.descriptor_pool").DescriptorPool()
    pool.AddSerializedFile(_declared().SerializeToString())
    made = importlib.import_module("google.protobuf.message_factory").GetMessageClass
    return made(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))


def _declared() -> Any:
    words = importlib.import_module("google.protobuf.descriptor_pb2")
    kinds = words.FieldDescriptorProto
    file = words.FileDescriptorProto(name=f"{_PACKAGE}.proto", package=_PACKAGE, syntax="proto2")
    for name, fields in _MESSAGES.items():
        message, parts = file.message_type.add(name=name), fields.split()
        for at in range(0, len(parts), 3):
            field, number, kind = parts[at : at + 3]
            made = message.field.add(name=field, number=int(number))
            made.label = kinds.LABEL_REPEATED if kind.endswith("*") else kinds.LABEL_OPTIONAL
            kind = kind.rstrip("*")
            if kind in _MESSAGES:
                made.type, made.type_name = kinds.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
            else:
                made.type = getattr(kinds, f"TYPE_{kind.upper()}")
    return file
