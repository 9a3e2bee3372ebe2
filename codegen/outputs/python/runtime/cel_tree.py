# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""The tree of an expression that `cel-expr-python` has compiled, as a `cel.expr.CheckedExpr` of which what is needed here is declared.

(github.com/google/cel-spec, proto/cel/expr/checked.proto; what is not declared is kept as it is.)
"""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from .cel_program import CannotRun

_PACKAGE: Final = "tree"
# message -> fields as `name number type`; `*` marks a list. Maps are lists of entries in the wire format.
_MESSAGES: Final[Mapping[str, str]] = {
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
PARTS: Final = ("ident", "select", "call", "list", "struct", "loop")


def unpacked(serialised: bytes) -> Any:
    """The checked expression: `expr`, with `references` and `types`. Raises `CannotRun` where protobuf is not installed."""
    return _class("Checked").FromString(_any().FromString(serialised).value)


def packed(checked: Any, like: bytes) -> bytes:
    """A checked expression, serialised as the one that it was made of."""
    outer = _any().FromString(like)
    outer.value = checked.SerializeToString()
    found: bytes = outer.SerializeToString()
    return found


def calls(part: Any) -> Iterator[Any]:
    """Every expression inside a part of a tree, or the part, that is a call; those inside of it come before it."""
    for field, value in part.ListFields():
        if field.message_type is not None:
            for each in value if isinstance(value, Sequence) else (value,):
                yield from calls(each)
    if part.DESCRIPTOR.name == "Expr" and part.HasField("call"):
        yield part


class Ids:
    """What the parts of a tree refer to by their ids, and ids for new ones."""

    def __init__(self, checked: Any) -> None:
        self.references: dict[int, Any] = {each.key: each.value for each in checked.references}
        self._checked = checked
        self._last: int = max((each.key for each in (*checked.references, *checked.types)), default=0)

    def new(self) -> int:
        """An id that no part has."""
        self._last += 1
        return self._last

    def refer(self, expr: Any, overload: str) -> None:
        """Say which overload the call of an expression is of."""
        if expr.id not in self.references:
            self.references[expr.id] = self._checked.references.add(key=expr.id).value
        del self.references[expr.id].overloads[:]
        self.references[expr.id].overloads.append(overload)


def kind_of(expr: Any) -> str:
    """Which of `PARTS` an expression is, or `const`."""
    return next((name for name in PARTS if expr.HasField(name)), "const")


@cache
def _any() -> Any:
    try:
        return importlib.import_module("google.protobuf.any_pb2").Any
    except ImportError:
        raise CannotRun("protobuf is not installed") from None


@cache
def _class(name: str) -> Any:
    pool = importlib.import_module("google.protobuf.descriptor_pool").DescriptorPool()
    pool.AddSerializedFile(_declared().SerializeToString())
    class_of = importlib.import_module("google.protobuf.message_factory").GetMessageClass
    return class_of(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))


def _declared() -> Any:
    words = importlib.import_module("google.protobuf.descriptor_pb2")
    kinds = words.FieldDescriptorProto
    file = words.FileDescriptorProto(name=f"{_PACKAGE}.proto", package=_PACKAGE, syntax="proto2")
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
