# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""What `cel-expr-python` compiles and cannot run, told in the tree of an expression by what it can.

A function in Python cannot give an optional value: one that does is asked for a list of the value, and the list for its first item, if it
has one. And the library has no function that puts an entry into a map, which `transformMap` and `transformMapEntry` are made of.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from .cel_functions import FUNCTIONS
from .cel_tree import Ids, calls

OPTIONAL: Final = {
    each.name: f"kubernetes_{each.name}_list" for each in FUNCTIONS if each.gives.startswith("optional ")
}
INSERT: Final = "kubernetes_insert"
_INSERT: Final = "cel.@mapInsert"
_NEEDED: Final = re.compile(r"\b(?:transformMap|transformMapEntry|validate|named)\s*\(")
_FIRST: Final = ("_[?_]", "list_optindex_optional_int")


def insert(entries: Mapping[Any, Any], *more: Any) -> dict[Any, Any]:
    """The entries with one more, given as key and value, or with those of another map. Raises ValueError for a key that is there."""
    added = {more[0]: more[1]} if len(more) > 1 else more[0]
    for key in added:
        if key in entries:
            raise ValueError(f"insert failed: key {key} already exists")
    return {**entries, **added}


def needed(text: str) -> bool:
    """Whether an expression may have something that `supply` supplies."""
    return _NEEDED.search(text) is not None


def supply(checked: Any) -> bool:
    """Say by other calls what the library cannot run; whether there was something."""
    ids = Ids(checked)
    found = False
    for expr in calls(checked.expr):
        call = expr.call
        if call.function == _INSERT:
            call.function = INSERT
            ids.refer(expr, f"{INSERT}_{len(call.args) - 1}")
            found = True
        elif call.function in OPTIONAL:
            _as_first(expr, ids)
            found = True
    return found


def _as_first(expr: Any, ids: Ids) -> None:
    asked = type(expr)(id=ids.new())
    asked.call.function = OPTIONAL[expr.call.function]
    if expr.call.HasField("target"):
        asked.call.args.add().CopyFrom(expr.call.target)
    asked.call.args.extend(expr.call.args)
    expr.call.Clear()
    expr.call.function, overload = _FIRST
    expr.call.args.add().CopyFrom(asked)
    at = expr.call.args.add(id=ids.new())
    at.const.int = 0
    ids.refer(asked, asked.call.function)
    ids.refer(expr, overload)
