# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Rewriting compiled expressions, so that `cel-expr-python` runs what it only compiles and `+` merges lists as servers do.

- A function in Python cannot return an optional value. Functions that do are called for a list of the value, and that for its first item.
- The library has no function that puts an entry into a map, which `transformMap` and `transformMapEntry` expand to.
- `+` of a set or of a list with keys merges. (Kubernetes: Validation rules, k8s.io/apiserver/pkg/cel/common)

A compiled expression is a `cel.expr.CheckedExpr` (github.com/google/cel-spec, proto/cel/expr/checked.proto). Only the fields that are read here
are declared; protobuf keeps the others.
"""

import importlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from codegen.cel.runtime.cel_functions import FUNCTIONS
from codegen.cel.runtime.cel_schemas import Node
from codegen.cel.runtime.cel_values import Function, overload

_MERGE: Final = "kubernetes_merge"
_INSERT: Final = "kubernetes_insert"
_LISTED: Final = {each.name: f"kubernetes_{each.name}_list" for each in FUNCTIONS if each.gives.startswith("optional ")}
_FIRST_ITEM: Final = ("_[?_]", "list_optindex_optional_int")
_NEEDS_REWRITING: Final = re.compile(r"\b(?:transformMap|transformMapEntry|validate|named)\s*\(")

_PACKAGE: Final = "tree"
# message -> fields as `name number type`; `*` marks a list. Maps are lists of entries in the wire format.
_MESSAGES: Final[Mapping[str, str]] = {
    "Checked": "references 2 Reference_of* types 3 Type_of* expr 4 Expr",
    "Reference_of": "key 1 int64 value 2 Reference",
    "Type_of": "key 1 int64",
    "Reference": "overloads 3 string*",
    "Expr": "id 2 int64 const 3 Const ident 4 Ident select 5 Select call 6 Call list 7 List struct 8 Struct loop 9 Loop",
    "Const": "int 3 int64 string 6 string",
    "Ident": "name 1 string",
    "Select": "operand 1 Expr field 2 string",
    "Call": "target 1 Expr function 2 string args 3 Expr*",
    "List": "elements 1 Expr*",
    "Struct": "entries 2 Entry*",
    "Entry": "key 3 Expr value 4 Expr",
    "Loop": "name 1 string over 2 Expr result_name 3 string start 4 Expr condition 5 Expr step 6 Expr result 7 Expr second 8 string",
}


def needs_rewriting(text: str) -> bool:
    """Return whether an expression may call a function beyond the library."""
    return _NEEDS_REWRITING.search(text) is not None


def rewrite(serialized: bytes, schemas: Mapping[str, Node]) -> bytes | None:
    """Rewrite a compiled expression with schemas of its variables. Return None if there is nothing to do."""
    outer = importlib.import_module("google.protobuf.any_pb2").Any.FromString(serialized)
    checked = _message_class("Checked").FromString(outer.value)
    ids = _Ids(checked)
    merges = _MergeRewriter(checked, schemas, ids).rewrite() if schemas else False
    if not (_rewrite_calls(checked, ids) or merges):
        return None
    outer.value = checked.SerializeToString()
    result: bytes = outer.SerializeToString()
    return result


# ------------------------------------------------------------------------------------------------------------- messages


@cache
def _message_class(name: str) -> Any:
    pool = importlib.import_module("google.protobuf.descriptor_pool").DescriptorPool()
    pool.AddSerializedFile(_declare_messages().SerializeToString())
    class_of = importlib.import_module("google.protobuf.message_factory").GetMessageClass
    return class_of(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))


def _declare_messages() -> Any:
    descriptors = importlib.import_module("google.protobuf.descriptor_pb2")
    kinds = descriptors.FieldDescriptorProto
    file = descriptors.FileDescriptorProto(name=f"{_PACKAGE}.proto", package=_PACKAGE, syntax="proto2")
    for name, fields in _MESSAGES.items():
        message, parts = file.message_type.add(name=name), fields.split()
        for at in range(0, len(parts), 3):
            field, number, kind = parts[at : at + 3]
            descriptor = message.field.add(name=field, number=int(number))
            descriptor.label = kinds.LABEL_REPEATED if kind.endswith("*") else kinds.LABEL_OPTIONAL
            kind = kind.rstrip("*")
            if kind in _MESSAGES:
                descriptor.type, descriptor.type_name = kinds.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
            else:
                descriptor.type = getattr(kinds, f"TYPE_{kind.upper()}")
    return file


class _Ids:
    """The ids of the nodes of a tree, by which it names the overload of each call."""

    def __init__(self, checked: Any) -> None:
        self._references: dict[int, Any] = {each.key: each.value for each in checked.references}
        self._checked = checked
        self._last: int = max((each.key for each in (*checked.references, *checked.types)), default=0)

    def new(self) -> int:
        """Return an unused id."""
        self._last += 1
        return self._last

    def set_overload(self, expr: Any, name: str) -> None:
        """Record the overload of the call of an expression."""
        if expr.id not in self._references:
            self._references[expr.id] = self._checked.references.add(key=expr.id).value
        del self._references[expr.id].overloads[:]
        self._references[expr.id].overloads.append(name)


# ---------------------------------------------------------------------------------------- optional values, entries of maps


def _rewrite_calls(checked: Any, ids: _Ids) -> bool:
    """Replace the calls that the library cannot run; return whether there was one."""
    found = False
    for expr in _calls(checked.expr):
        call = expr.call
        if call.function == "cel.@mapInsert":
            call.function = _INSERT
            ids.set_overload(expr, overload(_INSERT, len(call.args) - 2))
            found = True
        elif call.function in _LISTED:
            _take_first_item(expr, ids)
            found = True
    return found


def _calls(part: Any) -> Iterator[Any]:
    """Yield every call in a part of a tree, inner calls first."""
    for field, value in part.ListFields():
        if field.message_type is not None:
            for each in value if isinstance(value, Sequence) else (value,):
                yield from _calls(each)
    if part.DESCRIPTOR.name == "Expr" and part.HasField("call"):
        yield part


def _take_first_item(expr: Any, ids: _Ids) -> None:
    listed = type(expr)(id=ids.new())
    listed.call.function = _LISTED[expr.call.function]
    if expr.call.HasField("target"):
        listed.call.args.add().CopyFrom(expr.call.target)
    listed.call.args.extend(expr.call.args)
    expr.call.Clear()
    expr.call.function, first = _FIRST_ITEM
    expr.call.args.add().CopyFrom(listed)
    expr.call.args.add(id=ids.new()).const.int = 0
    ids.set_overload(listed, overload(listed.call.function, 0))
    ids.set_overload(expr, first)


def _insert(entries: Mapping[Any, Any], *more: Any) -> dict[Any, Any]:
    """Add an entry, given as key and value, or those of another map. Raises ValueError for a key that is there."""
    added = {more[0]: more[1]} if len(more) > 1 else more[0]
    for key in added:
        if key in entries:
            raise ValueError(f"insert failed: key {key} already exists")
    return {**entries, **added}


# -------------------------------------------------------------------------------------------------------- merged lists


class _MergeRewriter:
    """Replaces each `+` of lists that merge with a call of `_MERGE`, which gets the keys of the list."""

    def __init__(self, checked: Any, schemas: Mapping[str, Node], ids: _Ids) -> None:
        self._found = False
        self._root = checked.expr
        self._ids = ids
        self._variables: dict[str, Node | None] = {**schemas}
        self._visitors: dict[str, Callable[[Any], Node | None]] = {
            "ident": lambda expr: self._variables.get(expr.ident.name),
            "select": self._select,
            "call": self._call,
            "list": self._list,
            "struct": self._struct,
            "loop": self._loop,
        }

    def rewrite(self) -> bool:
        """Rewrite the tree, and return whether there was something to merge."""
        self._visit(self._root)
        return self._found

    def _visit(self, expr: Any) -> Node | None:
        """Rewrite an expression; return the schema of its value, if it has one."""
        visitor = next((visitor for name, visitor in self._visitors.items() if expr.HasField(name)), None)
        return None if visitor is None else visitor(expr)

    def _select(self, expr: Any) -> Node | None:
        above = self._visit(expr.select.operand)
        return None if above is None else above.below(expr.select.field)

    def _call(self, expr: Any) -> Node | None:
        call = expr.call
        if call.HasField("target"):
            self._visit(call.target)
        schemas = [self._visit(each) for each in call.args]
        if call.function == "_[_]":
            return None if schemas[0] is None else schemas[0].below(None)
        if call.function == "_?_:_":
            return schemas[1] if schemas[1] is not None else schemas[2]
        if call.function != "_+_" or schemas[0] is None or (keys := schemas[0].merge_keys) is None:
            return None
        self._merge(expr, keys)
        return schemas[0]

    def _merge(self, expr: Any, keys: tuple[str, ...]) -> None:
        self._found = True
        expr.call.function = _MERGE
        listed = expr.call.args.add(id=self._ids.new())
        listed.list.SetInParent()
        for key in keys:
            listed.list.elements.add(id=self._ids.new()).const.string = key
        self._ids.set_overload(expr, overload(_MERGE, 0))

    def _list(self, expr: Any) -> None:
        for each in expr.list.elements:
            self._visit(each)

    def _struct(self, expr: Any) -> None:
        for each in expr.struct.entries:
            self._visit(each.value)

    def _loop(self, expr: Any) -> Node | None:
        loop = expr.loop
        over, start = self._visit(loop.over), self._visit(loop.start)
        # a single variable takes the items of a list, but the keys of a map
        item = over.below(None) if over is not None and (loop.second or over.kind == "array") else None
        names = {loop.result_name: start, (loop.second or loop.name): item}
        before = {name: self._variables.get(name) for name in names}
        self._variables.update(names)
        for each in (loop.condition, loop.step):
            self._visit(each)
        found = self._visit(loop.result)
        self._variables.update(before)
        return found


def _merge(one: Any, other: Any, keys: Sequence[str]) -> list[Any]:
    """Merge lists by keys, or by values if there are none: a set keeps its items, items with known keys are replaced."""
    if not isinstance(one, list) or not isinstance(other, list):
        raise ValueError("no such overload")
    found = list(one)
    places: dict[Any, int] = {}
    for place, item in enumerate(one):
        places.setdefault(_identity(item, keys), place)
    for item in other:
        at = places.get(_identity(item, keys))
        if at is None:
            found.append(item)
        elif keys:
            found[at] = item
    return found


def _identity(item: Any, keys: Sequence[str]) -> Any:
    """Return what identifies an item: its keys, or its value; `true` is not 1."""
    if keys and isinstance(item, dict):
        return "keys", tuple(_hashable(item.get(key)) for key in keys)
    return isinstance(item, bool), _hashable(item)


def _hashable(value: Any) -> Any:
    if isinstance(value, dict):
        return dict, frozenset((name, _hashable(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return list, tuple(map(_hashable, value))
    return bytes(value) if isinstance(value, bytearray) else value


# The functions that rewritten expressions call, beside those of `cel_functions`.
TREE_FUNCTIONS: Final = (
    Function(_MERGE, ("dyn", "dyn", "strings"), "dyn", _merge),
    Function(_INSERT, ("entries", "entries"), "entries", _insert),
    Function(_INSERT, ("entries", "dyn", "dyn"), "entries", _insert),
    *(
        Function(_LISTED[each.name], (*each.takes,), f"list of {each.gives}", each.run)
        for each in FUNCTIONS
        if each.name in _LISTED
    ),
)
