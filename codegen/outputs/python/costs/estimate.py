"""The greatest cost of one expression over values of a shape. (cel-go checker/cost.go `coster`, as Kubernetes sets it up)"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from codegen.outputs.python.costs.calls import MAKES_OWN, OWN, Price, Value, price
from codegen.outputs.python.costs.ranges import NOTHING, ONE, UNKNOWN, Range, fixed
from codegen.outputs.python.costs.shapes import MOST, Shape
from codegen.outputs.python.costs.tree import Tree
from codegen.outputs.python.runtime.cel_program import CannotRun
from codegen.outputs.python.runtime.cel_tree import kind_of

_Path = tuple[str, ...]
_VARIABLES = ("self", "oldSelf")
_ACCUMULATORS = ("__result__", "@result")
_LIST, _MAP, _OBJECT = fixed(10), fixed(30), fixed(40)  # what it costs to make one
_FIXED_SIZE = frozenset(("bool", "int", "uint", "double", "timestamp", "duration"))
_OVERLOADS = {  # first words of the names of overloads
    "int64": "int",
    "uint64": "uint",
    **{name: name for name in ("bool", "double", "string", "bytes", "list", "map", "timestamp", "duration")},
}


class _Entries(Struct, frozen=True, kw_only=True):
    """The sizes of what is in a list or a map that an expression makes."""

    kind: str
    key: Range
    value: Range

    def union(self, other: _Entries | None) -> _Entries | None:
        if other is None:
            return None
        return _Entries(kind=self.kind, key=self.key.union(other.key), value=self.value.union(other.value))


class _Variable(Struct, frozen=True, kw_only=True):
    """A variable that an expression has declared."""

    path: _Path
    size: Range | None
    entries: _Entries | None


class _Known(Struct, kw_only=True):
    """What was found out of the parts of an expression, by their ids."""

    paths: dict[int, _Path] = field(default_factory=dict)
    sizes: dict[int, Range] = field(default_factory=dict)
    entries: dict[int, _Entries] = field(default_factory=dict)


def greatest_cost(tree: Tree, shape: Shape, root: Any = None) -> int:
    """The greatest cost of an expression, or of the part `root` of it, over values of a shape (`self` and `oldSelf`).

    Raises `CannotRun` for one that looks at a field without a type.
    """
    return _Estimate(tree, shape).cost(tree.root if root is None else root).most


class _Estimate:
    def __init__(self, tree: Tree, shape: Shape) -> None:
        self._tree = tree
        self._shape = shape
        self._known = _Known()
        self._variables: dict[str, list[_Variable]] = {}

    def cost(self, expr: Any) -> Range:
        """The cost of a part, with all that it needs."""
        match kind_of(expr):
            case "ident":
                variable = self._variable(expr.ident.name)
                self._known.paths[expr.id] = variable.path if variable is not None else (expr.ident.name,)
                return ONE
            case "select":
                return self._select(expr)
            case "call":
                return self._call(expr)
            case "list":
                return self._list(expr)
            case "struct":
                return self._struct(expr)
            case "loop":
                return self._bind(expr) if _is_bind(expr.loop) else self._loop(expr)
        return NOTHING

    # --------------------------------------------------------------------------------------------------------- parts

    def _select(self, expr: Any) -> Range:
        select = expr.select
        cost = self.cost(select.operand)
        if select.test:
            return cost  # Kubernetes: the test itself costs nothing
        if self._kind(select.operand) in ("map", "object"):
            cost = cost.plus(ONE)
        path = self._path(select.operand)
        holder = self._shape.at(path[1:]) if path and path[0] in _VARIABLES else None
        if holder is not None and holder.kind == "object" and select.field not in holder.fields:
            raise CannotRun(f"the schema has no type for {select.field}")
        self._known.paths[expr.id] = (*path, select.field)
        return cost

    def _list(self, expr: Any) -> Range:
        cost, size = _LIST, Range(MOST if expr.list.elements else 0, 0)
        for each in expr.list.elements:
            cost = cost.plus(self.cost(each))
            size = size.union(self._size_or_unknown(each))
        self._known.entries[expr.id] = _Entries(kind="list", key=ONE, value=size)
        return cost

    def _struct(self, expr: Any) -> Range:
        cost = _OBJECT if expr.struct.name else _MAP
        keys = values = Range(MOST if expr.struct.entries else 0, 0)
        for each in expr.struct.entries:
            cost = cost.plus(self.cost(each.key)).plus(self.cost(each.value))
            keys, values = keys.union(self._size_or_unknown(each.key)), values.union(self._size_or_unknown(each.value))
        if not expr.struct.name:
            self._known.entries[expr.id] = _Entries(kind="map", key=keys, value=values)
        return cost

    def _call(self, expr: Any) -> Range:
        call = expr.call
        if call.function == "dyn":
            cost = ONE.plus(self.cost(call.args[0]))
            self._copy(expr, call.args[0])
            return cost
        costs = [self.cost(each) for each in call.args]
        overloads = self._overloads(expr)
        if not overloads:
            return NOTHING
        target = self.cost(call.target) if call.HasField("target") else NOTHING
        if overloads[0] in ("logical_and", "logical_or"):
            return target.plus(Range(costs[0].least, costs[0].plus(costs[1]).most))
        cost, size = Range(MOST, 0), None
        for overload in overloads:
            found = self._conditional(expr) if overload == "conditional" else self._priced(expr, overload)
            spent = costs[0].plus(costs[1].union(costs[2])) if overload == "conditional" else _sum(costs)
            cost = cost.union(found.cost.plus(spent))
            if found.size is not None:
                size = found.size if size is None else size.union(found.size)
            if overload in ("index_list", "index_map"):
                self._known.paths[expr.id] = (
                    *self._path(call.args[0]),
                    "@items" if overload == "index_list" else "@values",
                )
                entries = self._entries(call.args[0])
                size = entries.value if entries is not None else None
            size = self._size(expr) if size is None else size
        if size is not None:
            self._known.sizes[expr.id] = size
        return target.plus(cost)

    def _priced(self, expr: Any, overload: str) -> Price:
        call = expr.call
        args = [self._value(each) for each in call.args]
        target = self._value(call.target) if call.HasField("target") else None
        if overload.startswith("add_") and len(args) == 2:
            first, second = (self._entries(each) for each in call.args)
            if first is not None and (both := first.union(second)) is not None:
                self._known.entries[expr.id] = both
        return price(self._name(expr), overload, target, args)

    def _conditional(self, expr: Any) -> Price:
        _, one, other = expr.call.args
        entries = self._entries(one)
        if entries is not None and (both := entries.union(self._entries(other))) is not None:
            self._known.entries[expr.id] = both
        return Price(cost=NOTHING, size=self._size_or_unknown(one).union(self._size_or_unknown(other)))

    def _loop(self, expr: Any) -> Range:
        loop = expr.loop
        cost = self.cost(loop.over).plus(self.cost(loop.start))
        self._push(loop.result_name, self._path(loop.start), self._size(loop.start), self._entries(loop.start))
        names = self._push_items(loop)
        each = self.cost(loop.goes_on).plus(self.cost(loop.step))
        for name in names:
            self._variables[name].pop()
        cost = cost.plus(self.cost(loop.result))
        self._variables[loop.result_name].pop()
        count = self._size_or_unknown(loop.over)
        what = kind_of(loop.start)
        if what == "const":
            self._copy_size(expr, loop.start)
        elif what in ("list", "struct"):
            self._known.sizes[expr.id] = count
            if (entries := self._entries(loop.step)) is not None:
                self._known.entries[expr.id] = entries
        return cost.plus(count.times(each))

    def _push_items(self, loop: Any) -> tuple[str, ...]:
        """Declare the variables of a loop: the key and the value of each entry, or the item of a list or the key of a map."""
        entries, path = self._entries(loop.over), self._path(loop.over)
        kind = entries.kind if entries is not None else self._kind(loop.over)
        is_list = kind == "list"
        key = ("@indices" if is_list else "@keys", entries.key if entries is not None else None)
        value = ("@items" if is_list else "@values", entries.value if entries is not None else None)
        pairs = {loop.name: key, loop.second: value} if loop.second else {loop.name: value if is_list else key}
        for name, (step, size) in pairs.items():
            self._push(name, (*path, step), size, None)
        return tuple(pairs)

    def _bind(self, expr: Any) -> Range:
        loop = expr.loop
        cost = self.cost(loop.over).plus(self.cost(loop.start))
        self._push(loop.result_name, self._path(loop.start), self._size(loop.start), self._entries(loop.start))
        cost = cost.plus(self.cost(loop.result))
        self._variables[loop.result_name].pop()
        self._copy(expr, loop.result)
        return cost

    # ------------------------------------------------------------------------------------------- what is known of parts

    def _push(self, name: str, path: _Path, size: Range | None, entries: _Entries | None) -> None:
        self._variables.setdefault(name, []).append(_Variable(path=path, size=size, entries=entries))

    def _variable(self, name: str) -> _Variable | None:
        known = self._variables.get(name)
        return known[-1] if known else None

    def _path(self, expr: Any) -> _Path:
        if kind_of(expr) == "ident" and (variable := self._variable(expr.ident.name)) is not None:
            return variable.path
        return self._known.paths.get(expr.id, ())

    def _kind(self, expr: Any) -> str:
        """The kind of a part: as the compiler has it, else that of the schema at its path."""
        if kind_of(expr) == "call" and self._name(expr) in MAKES_OWN and self._tree.kinds.get(expr.id) != "int":
            return OWN
        kind = self._tree.kinds.get(expr.id, "dyn")
        path = self._path(expr)
        if kind == "dyn" and path and path[0] in _VARIABLES and (shape := self._shape.at(path[1:])) is not None:
            return shape.kind
        return kind

    def _name(self, expr: Any) -> str:
        """The name of a function; `ip.isCanonical` is called on a variable that is none."""
        return str(expr.call.function)

    def _overloads(self, expr: Any) -> tuple[str, ...]:
        """The overloads of a call that fit the kinds of what it is given."""
        known = self._tree.overloads.get(expr.id, ())
        if len(known) < 2:
            return known
        call = expr.call
        given = [self._kind(each) for each in ([call.target] if call.HasField("target") else []) + list(call.args)]
        return tuple(each for each in known if _fits(each, given)) or known

    def _value(self, expr: Any) -> Value:
        kind = self._kind(expr)
        item_kind, item_size, path = "", UNKNOWN, self._path(expr)
        if kind == "list":
            item_kind = self._tree.items.get(expr.id, "dyn")
            shape = self._shape.at((*path[1:], "@items")) if path and path[0] not in _ACCUMULATORS else None
            if shape is not None:
                item_kind, item_size = shape.kind if item_kind == "dyn" else item_kind, Range(0, shape.most)
        number = expr.const.int if kind_of(expr) == "const" and expr.const.HasField("int") else None
        return Value(
            kind=kind, size=self._size_or_unknown(expr), item_kind=item_kind, item_size=item_size, number=number
        )

    def _size_or_unknown(self, expr: Any) -> Range:
        size = self._size(expr)
        return UNKNOWN if size is None else size

    def _size(self, expr: Any) -> Range | None:
        if (known := self._known.sizes.get(expr.id)) is not None:
            return known
        if (size := _written(expr)) is not None:
            return size
        path = self._path(expr)
        if path and path[0] not in _ACCUMULATORS and (shape := self._shape.at(path[1:])) is not None:
            size = self._known.sizes[expr.id] = Range(0, shape.most)
            return size
        if self._tree.kinds.get(expr.id) in _FIXED_SIZE:
            return ONE
        variable = self._variable(expr.ident.name) if kind_of(expr) == "ident" else None
        return variable.size if variable is not None else None

    def _entries(self, expr: Any) -> _Entries | None:
        if (known := self._known.entries.get(expr.id)) is not None:
            return known
        variable = self._variable(expr.ident.name) if kind_of(expr) == "ident" else None
        return variable.entries if variable is not None else None

    def _copy(self, expr: Any, other: Any) -> None:
        self._copy_size(expr, other)
        if (entries := self._entries(other)) is not None:
            self._known.entries[expr.id] = entries

    def _copy_size(self, expr: Any, other: Any) -> None:
        if (size := self._size(other)) is not None:
            self._known.sizes[expr.id] = size


def _is_bind(loop: Any) -> bool:
    return (
        kind_of(loop.over) == "list"
        and not loop.over.list.elements
        and loop.goes_on.const.HasField("bool")
        and not loop.goes_on.const.bool
        and loop.result_name not in _ACCUMULATORS
    )


def _written(expr: Any) -> Range | None:
    """The size of what is written out in an expression."""
    match kind_of(expr):
        case "const":
            text = next((getattr(expr.const, word) for word in ("string", "bytes") if expr.const.HasField(word)), None)
            return ONE if text is None else fixed(len(text))
        case "list":
            return fixed(len(expr.list.elements))
        case "struct" if not expr.struct.name:
            return fixed(len(expr.struct.entries))
    return None


def _fits(overload: str, given: list[str]) -> bool:
    """Whether an overload can be meant for values of these kinds, by its name: `less_string`, `add_list`, `in_map`, `index_list`."""
    name, _, rest = overload.partition("_")
    words = rest.removeprefix("equals_").split("_")
    wanted: list[str | None]
    if name == "in":
        wanted = [None, _OVERLOADS.get(words[0])]
    elif name in ("less", "greater", "add"):
        first = _OVERLOADS.get(words[0])
        wanted = [first, _OVERLOADS.get(words[1]) if len(words) > 1 else first]
    elif name in ("index", "size"):
        wanted = [_OVERLOADS.get(words[0])]
    else:
        wanted = [_OVERLOADS.get(name)] if words == ["size"] else []
    numbers = ("int", "uint", "double")
    return all(
        want is None or kind == "dyn" or kind == want or (name != "add" and kind in numbers and want in numbers)
        for want, kind in zip(wanted, given, strict=False)
    )


def _sum(costs: list[Range]) -> Range:
    found = NOTHING
    for each in costs:
        found = found.plus(each)
    return found
