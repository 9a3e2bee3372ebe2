# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Adaptation of syntax trees: what Google's library in C++ evaluates unlike servers becomes a call
of a function here.

The functions have names that no expression can write. Each takes a list, since the library cannot
pass all values otherwise.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from codegen.cel.runtime.cel_equality import contains, equal_values, merge_lists
from codegen.cel.runtime.cel_schemas import Node
from codegen.cel.runtime.cel_syntax import Expression, SyntaxTrees, kind_of, list_parts
from codegen.cel.runtime.cel_times import (
    count_milliseconds,
    has_offset,
    write_duration,
    write_time,
)
from codegen.cel.runtime.cel_values import MARK, OWN_TYPES, is_own, named_type, type_of

# The variable that tells whether an object has times with an offset.
OFFSETS: Final = f"{MARK}offsets"
HAS_OLD: Final = f"{MARK}hasOldSelf"
OLD: Final = "oldSelf"
# It begins the message of what a function cannot do.
UNSUPPORTED: Final = f"{MARK}unsupported: "

_EQUAL: Final = f"{MARK}equal"
_CONTAINS: Final = f"{MARK}contains"
_MERGE: Final = f"{MARK}merge"
_IS_OWN: Final = f"{MARK}isOwn"
_TYPE: Final = f"{MARK}type"
_NAMED_TYPE: Final = f"{MARK}namedType"
_MILLISECONDS: Final = f"{MARK}milliseconds"
_TIME_TEXT: Final = f"{MARK}timeText"
_DURATION_TEXT: Final = f"{MARK}durationText"
_UTC: Final = f"{MARK}utc"
_INSERT: Final = f"{MARK}insert"
_REFUSE: Final = f"{MARK}refuse"

_TIMESTAMP: Final = "google.protobuf.Timestamp"
_DURATION: Final = "google.protobuf.Duration"
_OFFSET_LOST: Final = f"{UNSUPPORTED}the library does not keep the offset of a time"
# Functions of lists that return a list with the same items, or one of the items.
_SAME_ITEMS: Final = frozenset(
    ("distinct", "filter", "reverse", "slice", "sort", "@sortByAssociatedKeys")
)
_ITEM: Final = frozenset(("min", "max"))


class Shape(NamedTuple):
    """The schema of the value of an expression, and whether it is an optional value."""

    node: Node
    is_optional: bool = False


Scope = Mapping[str, Shape | None]


def adapted_functions(nodes: list[Node]) -> dict[str, Callable[[list[Any]], Any]]:
    """Return the functions that adapted expressions call.

    They refer to a schema by its position.
    """
    return {
        _EQUAL: lambda values: equal_values(nodes[values[0]], values[1], values[2]),
        _CONTAINS: lambda values: contains(
            nodes[values[0]].inner, values[2], values[1]
        ),
        _MERGE: lambda values: merge_lists(nodes[values[0]], values[1], values[2]),
        _IS_OWN: lambda values: is_own(values[0]),
        _TYPE: lambda values: type_of(values[0]),
        _NAMED_TYPE: lambda values: named_type(values[0]),
        _MILLISECONDS: lambda values: count_milliseconds(values[0]),
        _TIME_TEXT: _time_text,
        _DURATION_TEXT: lambda values: write_duration(values[0]),
        _UTC: _require_utc,
        _INSERT: _insert,
        _REFUSE: _refuse,
    }


def _time_text(values: list[Any]) -> str:
    """Return the text of a time. The second value tells whether its offset may have been lost."""
    value, *lost = values
    if lost == [True]:
        raise ValueError(_OFFSET_LOST)
    return write_time(value)


def _require_utc(values: list[Any]) -> Any:
    """Return the text of a time in UTC."""
    value = values[0]
    if isinstance(value, str) and has_offset(value):
        raise ValueError(_OFFSET_LOST)
    return value


def _refuse(values: list[Any]) -> None:
    raise ValueError(values[0])


def _insert(values: list[Any]) -> dict[Any, Any]:
    """Return a map with another entry, or with those of another map."""
    target, *added = values
    entries: dict[Any, Any]
    if len(added) == 1:
        entries = added[0]
    else:
        key, value = added
        entries = {key: value}
    if not target.keys().isdisjoint(entries):
        raise ValueError("insert failed: key already exists")
    return {**target, **entries}


class Adapter:
    """Adapts one expression. `positions` returns the position of a schema for the functions."""

    def __init__(self, trees: SyntaxTrees, position_of: Callable[[Node], int]) -> None:
        self._trees = trees
        self._position_of = position_of
        self._is_offset_lost = False

    def adapt(
        self, expression: Expression, scope: Scope, *, has_optional_old: bool
    ) -> None:
        """Adapt an expression over variables of these schemas."""
        self._has_optional_old = has_optional_old
        self._adapt(expression, scope)
        if self._is_offset_lost:
            self._require_utc(expression)

    def _adapt(self, expression: Expression, scope: Scope) -> Shape | None:
        """Adapt an expression, and return the schema of its value if it is known."""
        match kind_of(expression):
            case "ident_expr":
                return self._adapt_name(expression, scope)
            case "select_expr":
                return self._adapt_selection(expression, scope)
            case "call_expr":
                return self._adapt_call(expression, scope)
            case "list_expr":
                shapes = [
                    self._adapt(element, scope)
                    for element in expression.list_expr.elements
                ]
                return _list_of(next(filter(None, shapes), None))
            case "comprehension_expr":
                return self._adapt_comprehension(expression.comprehension_expr, scope)
            case _:
                pass
        for part in list_parts(expression):
            self._adapt(part.expression, scope)
        return None

    def _adapt_name(self, expression: Expression, scope: Scope) -> Shape | None:
        name = expression.ident_expr.name
        shape = scope.get(name)
        if (
            name == OLD
            and self._has_optional_old
            and shape is not None
            and shape.is_optional
        ):
            trees = self._trees
            present = trees.call("of", trees.name(OLD), target=trees.name("optional"))
            absent = trees.call("none", target=trees.name("optional"))
            expression.CopyFrom(
                trees.call("_?_:_", trees.name(HAS_OLD), present, absent)
            )
        return shape

    def _adapt_selection(self, expression: Expression, scope: Scope) -> Shape | None:
        if (name := _qualified_name(expression)) in OWN_TYPES and name.partition(".")[
            0
        ] not in scope:
            expression.CopyFrom(self._call(_NAMED_TYPE, self._trees.constant(name)))
            return None
        selection = expression.select_expr
        shape = _part(self._adapt(selection.operand, scope), selection.field)
        if selection.test_only:
            return None
        return shape

    def _adapt_comprehension(self, loop: Any, scope: Scope) -> Shape | None:
        items = self._adapt(loop.iter_range, scope)
        start = self._adapt(loop.accu_init, scope)
        inner = {**scope, loop.iter_var: None, loop.accu_var: start}
        if loop.iter_var2:  # after the index of an item, or the key of a value
            inner[loop.iter_var2] = _item(items)
        elif items is not None and items.node.kind == "array":
            inner[loop.iter_var] = _item(items)
        self._adapt(loop.loop_condition, inner)
        step = self._adapt(loop.loop_step, inner)
        return self._adapt(loop.result, {**scope, loop.accu_var: start or step})

    def _adapt_call(self, expression: Expression, scope: Scope) -> Shape | None:
        call = expression.call_expr
        name, is_method = _called_function(call, scope)
        target = None
        if is_method:
            target = self._adapt(call.target, scope)
        arguments = [self._adapt(argument, scope) for argument in call.args]
        match name, len(call.args):
            case ("_==_" | "_!=_", 2):
                self._adapt_equality(expression, arguments[0])
            case ("@in", 2):
                self._adapt_membership(expression, arguments[1])
            case ("_+_", 2):
                return self._adapt_sum(expression, arguments[0], arguments[1])
            case ("string", 1) if not is_method:
                self._adapt_text(expression, arguments[0])
            case ("type", 1) if not is_method:
                self._adapt_type(expression)
            case ("getMilliseconds", 0) if is_method:
                expression.CopyFrom(self._call(_MILLISECONDS, call.target))
            case ("validate", 1) if is_method:
                self._take_first_item(expression)
            case ("format.named", 1):
                self._take_first_item(expression)
            case ("sum", 0) if is_method:
                self._adapt_sum_of_durations(call, target)
            case ("cel.@mapInsert", _):
                expression.CopyFrom(self._call(_INSERT, *call.args))
            case _:
                pass
        return _result(name, call, target, arguments)

    def _adapt_equality(self, expression: Expression, left: Shape | None) -> None:
        """Compare values with sets and lists with keys here. The left value decides, as in Go."""
        if left is None or not left.node.has_merged_lists:
            return
        call = expression.call_expr
        if left.is_optional:
            why = (
                f"{UNSUPPORTED}the library does not compare optional lists of the types set and "
                "map"
            )
            compared = self._call(_REFUSE, self._trees.constant(why))
        else:
            compared = self._call(_EQUAL, self._position(left), *call.args)
        is_negated = call.function == "_!=_"
        expression.CopyFrom(
            self._trees.call("!_", compared) if is_negated else compared
        )

    def _adapt_membership(self, expression: Expression, items: Shape | None) -> None:
        """Look for values with sets and lists with keys here."""
        if items is None or items.is_optional or items.node.inner is None:
            return
        if items.node.kind == "array" and items.node.inner.has_merged_lists:
            expression.CopyFrom(
                self._call(_CONTAINS, self._position(items), *expression.call_expr.args)
            )

    def _adapt_sum(
        self, expression: Expression, left: Shape | None, right: Shape | None
    ) -> Shape | None:
        """Merge a set or a list with keys and another list."""
        if left is not None and left.node.is_merged and not left.is_optional:
            expression.CopyFrom(
                self._call(_MERGE, self._position(left), *expression.call_expr.args)
            )
            return left
        shape = left or right
        if shape is not None:
            return _list_of(_item(shape))
        return None

    def _adapt_sum_of_durations(self, call: Any, items: Shape | None) -> None:
        """Add no time to a list of durations, whose sum is a duration also if the list is empty."""
        trees = self._trees
        item = _item(items)
        if item is not None and item.node.format == "duration":
            zero = trees.call("duration", trees.constant("0s"))
            call.target.CopyFrom(trees.call("_+_", call.target, trees.list(zero)))

    def _adapt_text(self, expression: Expression, shape: Shape | None) -> None:
        """Write times and durations as Go does."""
        trees = self._trees
        argument = trees.copy(expression.call_expr.args[0])
        if kind_of(argument) == "const_expr":
            return
        if (
            kind_of(argument) == "call_expr"
            and argument.call_expr.function == "timestamp"
        ):
            text = argument.call_expr.args[0]
            expression.CopyFrom(self._call(_TIME_TEXT, text))
            return
        if shape is not None and shape.node.kind and not _may_be_time(shape.node):
            return
        self._is_offset_lost = True
        kind = trees.call("type", argument)
        time = self._call(_TIME_TEXT, argument, trees.name(OFFSETS))
        duration = self._call(_DURATION_TEXT, argument)
        is_time = trees.call("_==_", kind, trees.name(_TIMESTAMP))
        is_duration = trees.call("_==_", kind, trees.name(_DURATION))
        plain = trees.copy(expression)
        no_time = trees.call("_?_:_", is_duration, duration, plain)
        expression.CopyFrom(trees.call("_?_:_", is_time, time, no_time))

    def _adapt_type(self, expression: Expression) -> None:
        """Return the types of Kubernetes, whose values are maps here."""
        trees = self._trees
        native = trees.copy(expression)
        argument = native.call_expr.args[0]
        is_map = trees.call("_==_", native, trees.name("map"))
        is_of_kubernetes = trees.call("_&&_", is_map, self._call(_IS_OWN, argument))
        expression.CopyFrom(
            trees.call("_?_:_", is_of_kubernetes, self._call(_TYPE, argument), native)
        )

    def _take_first_item(self, expression: Expression) -> None:
        """Take the optional value that a function returns as a list."""
        listed = self._trees.copy(expression)
        expression.CopyFrom(self._trees.call("_[?_]", listed, self._trees.constant(0)))

    def _require_utc(self, expression: Expression) -> None:
        """Refuse times with an offset in an expression that writes times of unknown origin."""
        for part in list_parts(expression):
            self._require_utc(part.expression)
        if (
            kind_of(expression) == "call_expr"
            and expression.call_expr.function == "timestamp"
        ):
            argument = expression.call_expr.args[0]
            argument.CopyFrom(self._call(_UTC, self._trees.copy(argument)))

    def _position(self, shape: Shape) -> Expression:
        return self._trees.constant(self._position_of(shape.node))

    def _call(self, function: str, *arguments: Expression) -> Expression:
        return self._trees.call(function, self._trees.list(*arguments))


class _CalledFunction(NamedTuple):
    """The name of a called function, and whether it is called on a value."""

    name: str
    is_method: bool


def _called_function(call: Any, scope: Scope) -> _CalledFunction:
    """Return the function of a call. What stands before a point may be a part of its name."""
    if not call.HasField("target"):
        return _CalledFunction(call.function, is_method=False)
    namespace = _qualified_name(call.target)
    if namespace == "" or namespace.partition(".")[0] in scope:
        return _CalledFunction(call.function, is_method=True)
    return _CalledFunction(f"{namespace}.{call.function}", is_method=False)


def _may_be_time(node: Node) -> bool:
    return node.kind == "string" and node.format in ("date", "date-time", "duration")


def _qualified_name(expression: Expression) -> str:
    """Return a name with dots, such as `net.IP`, or an empty string for other expressions."""
    match kind_of(expression):
        case "ident_expr":
            name: str = expression.ident_expr.name
            return name
        case "select_expr" if not expression.select_expr.test_only:
            outer = _qualified_name(expression.select_expr.operand)
            if outer:
                return f"{outer}.{expression.select_expr.field}"
            return ""
        case _:
            pass
    return ""


def _part(shape: Shape | None, name: str) -> Shape | None:
    """Return the schema of a field or of a value of a map."""
    part = shape.node.part(name) if shape is not None else None
    if part is not None and shape is not None:
        return Shape(part, shape.is_optional)
    return None


def _item(shape: Shape | None) -> Shape | None:
    """Return the schema of the items of a list, or of the values of a map."""
    inner = shape.node.item if shape is not None else None
    if inner is not None and shape is not None:
        return Shape(inner, shape.is_optional)
    return None


def _list_of(item: Shape | None) -> Shape | None:
    """Return the schema of a list of these items, whose order has a meaning."""
    if item is not None and not item.is_optional:
        return Shape(Node.list_of(item.node))
    return None


def _make_optional(shape: Shape | None) -> Shape | None:
    if shape is not None:
        return shape._replace(is_optional=True)
    return None


def _make_required(shape: Shape | None) -> Shape | None:
    if shape is not None:
        return shape._replace(is_optional=False)
    return None


def _result(
    name: str, call: Any, target: Shape | None, arguments: list[Shape | None]
) -> Shape | None:
    """Return the schema of the value of a call."""
    first = target or next(iter(arguments), None)
    match name:
        case "_[_]":
            return _item(first)
        case "_[?_]":
            return _make_optional(_item(first))
        case "_?._":
            return _make_optional(_part(first, call.args[1].const_expr.string_value))
        case "_?_:_":
            return arguments[1] or arguments[2]
        case "flatten":
            return _list_of(_item(_item(first)))
        case "optional.of" | "optional.ofNonZeroValue":
            return _make_optional(first)
        case "value" | "orValue":
            return _make_required(first)
        case "or" | "dyn":
            return first
        case _:
            pass
    if name in _SAME_ITEMS:
        return _list_of(_item(first))
    if name in _ITEM:
        return _item(first)
    return None
