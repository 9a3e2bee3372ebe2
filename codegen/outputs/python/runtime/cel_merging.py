# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""`+` of lists that are sets or have keys: servers merge them. (Kubernetes: Validation rules, k8s.io/apiserver/pkg/cel/common)

A set keeps its items and gets those that it does not have; of a list with keys the items with the keys of others are replaced by them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from .cel_program import Place
from .cel_tree import Ids, kind_of

MERGE: Final = "kubernetes_merge"  # the function that a merging `+` becomes
_OPERATOR: Final = "_+_"


class Merged(list[Any]):
    """A list that `+` merges."""

    __slots__ = ("keys",)

    def __init__(self, items: Sequence[Any], keys: tuple[str, ...]) -> None:
        super().__init__(items)
        self.keys = keys


def merge(one: Sequence[Any], other: Sequence[Any], keys: Sequence[str]) -> list[Any]:
    """The items of both lists, by keys or, where there are none, by their values."""
    if not isinstance(one, list) or not isinstance(other, list):
        raise ValueError("no such overload")
    found = list(one)
    places: dict[Any, int] = {}
    for place, item in enumerate(one):
        places.setdefault(_mark(item, keys), place)
    for item in other:
        at = places.get(_mark(item, keys))
        if at is None:
            found.append(item)
        elif keys:
            found[at] = item
    return found


def _mark(item: Any, keys: Sequence[str]) -> Any:
    """By what an item is found: its keys, or its value; `true` is not 1."""
    if keys and isinstance(item, dict):
        return "keys", tuple(_frozen(item.get(key)) for key in keys)
    return isinstance(item, bool), _frozen(item)


def _frozen(value: Any) -> Any:
    """A value as one that can be looked up, equal to all that equal it."""
    if isinstance(value, dict):
        return dict, frozenset((name, _frozen(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return list, tuple(map(_frozen, value))
    return bytes(value) if isinstance(value, bytearray) else value


def rewrite(checked: Any, variables: Mapping[str, Place]) -> bool:
    """Make each `+` of a tree that merges a call of `MERGE` with the keys; whether there was one."""
    walk = _Walk(checked, variables)
    walk.place(checked.expr)
    return walk.found


class _Walk:
    def __init__(self, checked: Any, variables: Mapping[str, Place]) -> None:
        self.found = False
        self._ids = Ids(checked)
        self._variables: dict[str, Place | None] = {**variables}
        self._parts: dict[str, Callable[[Any], Place | None]] = {
            "ident": lambda expr: self._variables.get(expr.ident.name),
            "select": self._select,
            "call": self._call,
            "list": self._list,
            "struct": self._struct,
            "loop": self._loop,
        }

    def place(self, expr: Any) -> Place | None:
        """The schema of what an expression gives, if it is a value of one, after a look at all inside it."""
        look = self._parts.get(kind_of(expr))
        return None if look is None else look(expr)

    def _select(self, expr: Any) -> Place | None:
        above = self.place(expr.select.operand)
        return None if above is None else above.below(expr.select.field)

    def _call(self, expr: Any) -> Place | None:
        call = expr.call
        if call.HasField("target"):
            self.place(call.target)
        places = [self.place(each) for each in call.args]
        if call.function == "_[_]":
            return None if places[0] is None else places[0].below(None)
        if call.function == "_?_:_":
            return places[1] if places[1] is not None else places[2]
        if call.function != _OPERATOR or places[0] is None or (keys := places[0].merged_by) is None:
            return None
        self._merge(expr, keys)
        return places[0]

    def _merge(self, expr: Any, keys: tuple[str, ...]) -> None:
        self.found = True
        expr.call.function = MERGE
        listed = expr.call.args.add(id=self._ids.new())
        listed.list.SetInParent()
        for key in keys:
            listed.list.elements.add(id=self._ids.new()).const.string = key
        self._ids.refer(expr, f"{MERGE}_0")

    def _list(self, expr: Any) -> None:
        for each in expr.list.elements:
            self.place(each)

    def _struct(self, expr: Any) -> None:
        for each in expr.struct.entries:
            self.place(each.value)

    def _loop(self, expr: Any) -> Place | None:
        loop = expr.loop
        over, start = self.place(loop.over), self.place(loop.start)
        # one variable goes over the items of a list, and over the keys of a map
        item = over.below(None) if over is not None and (loop.second or over.kind == "array") else None
        names = {loop.result_name: start, (loop.second or loop.name): item}
        before = {name: self._variables.get(name) for name in names}
        self._variables.update(names)
        for each in (loop.goes_on, loop.step):
            self.place(each)
        found = self.place(loop.result)
        self._variables.update(before)
        return found
