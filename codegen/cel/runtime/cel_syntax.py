# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Syntax trees of expressions: the messages `cel.expr.Expr` that Google's parser gives out.

The package of the library has no Python classes of these messages, so they are described here.
"""

import importlib
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

Expression = Any  # a message `cel.expr.Expr`, whose class exists at run time only

_PACKAGE: Final = "cel.expr"
_PARSED: Final = f"type.googleapis.com/{_PACKAGE}.ParsedExpr"
# The fields of each message: name, number and type. A type in brackets repeats.
_MESSAGES: Final = {
    "Constant": (
        ("null_value", 1, "int32"),
        ("bool_value", 2, "bool"),
        ("int64_value", 3, "int64"),
        ("uint64_value", 4, "uint64"),
        ("double_value", 5, "double"),
        ("string_value", 6, "string"),
        ("bytes_value", 7, "bytes"),
    ),
    "Ident": (("name", 1, "string"),),
    "Select": (
        ("operand", 1, "Expr"),
        ("field", 2, "string"),
        ("test_only", 3, "bool"),
    ),
    "Call": (("target", 1, "Expr"), ("function", 2, "string"), ("args", 3, "[Expr]")),
    "CreateList": (("elements", 1, "[Expr]"), ("optional_indices", 2, "[int32]")),
    "Entry": (
        ("id", 1, "int64"),
        ("field_key", 2, "string"),
        ("map_key", 3, "Expr"),
        ("value", 4, "Expr"),
        ("optional_entry", 5, "bool"),
    ),
    "CreateStruct": (("message_name", 1, "string"), ("entries", 2, "[Entry]")),
    "Comprehension": (
        ("iter_var", 1, "string"),
        ("iter_range", 2, "Expr"),
        ("accu_var", 3, "string"),
        ("accu_init", 4, "Expr"),
        ("loop_condition", 5, "Expr"),
        ("loop_step", 6, "Expr"),
        ("result", 7, "Expr"),
        ("iter_var2", 8, "string"),
    ),
    "Expr": (
        ("id", 2, "int64"),
        ("const_expr", 3, "Constant"),
        ("ident_expr", 4, "Ident"),
        ("select_expr", 5, "Select"),
        ("call_expr", 6, "Call"),
        ("list_expr", 7, "CreateList"),
        ("struct_expr", 8, "CreateStruct"),
        ("comprehension_expr", 9, "Comprehension"),
    ),
    "ParsedExpr": (("expr", 2, "Expr"),),
}
# All fields but `id` exclude each other.
_ONE_OF: Final = {
    "Constant": "constant_kind",
    "Expr": "expr_kind",
}
_COUNTING_MACROS: Final = ("exists_one", "existsOne")
_RESULT: Final = "@result"


class Part(NamedTuple):
    """A direct part of an expression, with the variables that the expression declares for it."""

    expression: Expression
    declares: tuple[str, ...] = ()


class SyntaxTrees:
    """Reads, builds and writes syntax trees. Needs protobuf."""

    def __init__(self) -> None:
        pool = importlib.import_module(
            "google.protobuf.descriptor_pool"
        ).DescriptorPool()
        pool.Add(
            _describe_messages(
                importlib.import_module("google.protobuf.descriptor_pb2")
            )
        )
        factory = importlib.import_module("google.protobuf.message_factory")
        self._any = importlib.import_module("google.protobuf.any_pb2").Any
        self._parsed = factory.GetMessageClass(
            pool.FindMessageTypeByName(f"{_PACKAGE}.ParsedExpr")
        )
        self._expression = factory.GetMessageClass(
            pool.FindMessageTypeByName(f"{_PACKAGE}.Expr")
        )

    def read(self, serialized: bytes) -> Expression:
        """Return the tree of a parsed expression as the library serializes it."""
        wrapped = self._any.FromString(serialized)
        return self._parsed.FromString(wrapped.value).expr

    def expand_macros(self, expression: Expression) -> None:
        """Expand `existsOne` and `exists_one` in the forms that the library takes for functions."""
        for part in list_parts(expression):
            self.expand_macros(part.expression)
        if is_unexpanded_macro(expression):
            expression.CopyFrom(self._count_matches(expression.call_expr))

    def write(self, expression: Expression) -> bytes:
        """Serialize a tree for the library."""
        copied = self.copy(expression)
        # Parts that were copied or added have no ids of their own.
        for number, inner in enumerate(walk(copied), 1):
            inner.id = number
        parsed = self._parsed(expr=copied)
        serialized: bytes = self._any(
            type_url=_PARSED, value=parsed.SerializeToString()
        ).SerializeToString()
        return serialized

    def copy(self, expression: Expression) -> Expression:
        """Copy a tree."""
        copied = self._expression()
        copied.CopyFrom(expression)
        return copied

    def call(
        self, function: str, *arguments: Expression, target: Expression | None = None
    ) -> Expression:
        """Build a call of a function, or of a method of the target."""
        call = self._expression()
        call.call_expr.function = function
        if target is not None:
            call.call_expr.target.CopyFrom(target)
        call.call_expr.args.extend(arguments)
        return call

    def name(self, name: str) -> Expression:
        """Build a variable, or a qualified name."""
        expression = self._expression()
        first, *fields = name.split(".")
        expression.ident_expr.name = first
        for field in fields:
            expression = self.select(expression, field)
        return expression

    def select(self, operand: Expression, field: str) -> Expression:
        """Build the selection of a field."""
        selection = self._expression()
        selection.select_expr.operand.CopyFrom(operand)
        selection.select_expr.field = field
        return selection

    def list(self, *elements: Expression) -> Expression:
        """Build a list."""
        expression = self._expression()
        expression.list_expr.elements.extend(elements)
        expression.list_expr.SetInParent()
        return expression

    def constant(self, value: int | str | bool) -> Expression:
        """Build a constant."""
        expression = self._expression()
        if isinstance(value, bool):
            expression.const_expr.bool_value = value
        elif isinstance(value, int):
            expression.const_expr.int64_value = value
        else:
            expression.const_expr.string_value = value
        return expression

    def _count_matches(self, call: Any) -> Expression:
        """Build the loop of a macro that holds for exactly one item."""
        *variables, condition = call.args
        names = [variable.ident_expr.name for variable in variables]
        counted = self.call("_+_", self.name(_RESULT), self.constant(1))
        loop = self._expression()
        comprehension = loop.comprehension_expr
        comprehension.iter_range.CopyFrom(call.target)
        comprehension.iter_var = names[0]
        comprehension.iter_var2 = names[1] if len(names) > 1 else ""
        comprehension.accu_var = _RESULT
        comprehension.accu_init.CopyFrom(self.constant(0))
        comprehension.loop_condition.CopyFrom(self.constant(True))
        comprehension.loop_step.CopyFrom(
            self.call("_?_:_", condition, counted, self.name(_RESULT))
        )
        comprehension.result.CopyFrom(
            self.call("_==_", self.name(_RESULT), self.constant(1))
        )
        return loop


def _describe_messages(descriptors: Any) -> Any:
    """Describe the messages of syntax trees for protobuf."""
    file = descriptors.FileDescriptorProto(
        name="syntax.proto", package=_PACKAGE, syntax="proto3"
    )
    scalars = ("bool", "int32", "int64", "uint64", "double", "string", "bytes")
    for message_name, fields in _MESSAGES.items():
        message = file.message_type.add(name=message_name)
        if message_name in _ONE_OF:
            message.oneof_decl.add(name=_ONE_OF[message_name])
        for name, number, kind in fields:
            field = message.field.add(name=name, number=number)
            is_list = kind.startswith("[")
            single = kind.strip("[]")
            field.label = field.LABEL_REPEATED if is_list else field.LABEL_OPTIONAL
            if single in scalars:
                field.type = getattr(field, f"TYPE_{single.upper()}")
            else:
                field.type = field.TYPE_MESSAGE
                field.type_name = f".{_PACKAGE}.{single}"
            if message_name in _ONE_OF and name != "id":
                field.oneof_index = 0
    return file


def kind_of(expression: Expression) -> str:
    """Return the kind of an expression, such as `call_expr`."""
    kind: str = expression.WhichOneof("expr_kind") or ""
    return kind


def list_parts(expression: Expression) -> list[Part]:
    """List the direct parts of an expression."""
    match kind_of(expression):
        case "select_expr":
            return [Part(expression.select_expr.operand)]
        case "call_expr":
            call = expression.call_expr
            targets = [call.target] if call.HasField("target") else []
            return [Part(part) for part in (*targets, *call.args)]
        case "list_expr":
            return [Part(element) for element in expression.list_expr.elements]
        case "struct_expr":
            entries = expression.struct_expr.entries
            keys = [
                Part(entry.map_key) for entry in entries if entry.HasField("map_key")
            ]
            return keys + [Part(entry.value) for entry in entries]
        case "comprehension_expr":
            loop = expression.comprehension_expr
            variables = (loop.iter_var, loop.iter_var2, loop.accu_var)
            return [
                Part(loop.iter_range),
                Part(loop.accu_init),
                Part(loop.loop_condition, variables),
                Part(loop.loop_step, variables),
                Part(loop.result, (loop.accu_var,)),
            ]
        case _:
            pass
    return []


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and all parts of it, the inner ones first."""
    for part in list_parts(expression):
        yield from walk(part.expression)
    yield expression


def free_names(
    expression: Expression, declared: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Yield each use of a variable that the expression itself does not declare."""
    name = expression.ident_expr.name
    if kind_of(expression) == "ident_expr" and name not in declared:
        yield name
    for part in list_parts(expression):
        yield from free_names(part.expression, declared | {*part.declares})


def called_functions(expression: Expression) -> Iterator[str]:
    """Yield the functions and methods that an expression calls."""
    for inner in walk(expression):
        if kind_of(inner) == "call_expr":
            yield inner.call_expr.function


def is_unexpanded_macro(expression: Expression) -> bool:
    """Return whether an expression is a macro that the library's parser does not know."""
    if kind_of(expression) != "call_expr":
        return False
    call = expression.call_expr
    if call.function not in _COUNTING_MACROS or not call.HasField("target"):
        return False
    return len(call.args) in (2, 3) and all(
        kind_of(name) == "ident_expr" for name in call.args[:-1]
    )
