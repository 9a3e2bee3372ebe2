"""The estimated costs of the rules of a custom resource, beside what a server allows."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from codegen.model import Definition
from codegen.outputs.python.costs.shapes import MOST, Placed, shapes_of
from codegen.outputs.python.field_types import Types, types_at
from codegen.outputs.python.rules import PlacedRule, rules_of
from codegen.outputs.python.runtime.cel_engine import engine
from codegen.outputs.python.runtime.cel_native import NativeEngine
from codegen.outputs.python.runtime.cel_program import CannotRun, Fault

# `StaticEstimatedCostLimit` and `StaticEstimatedCRDCostLimit` of k8s.io/apiextensions-apiserver, pkg/apis/apiextensions/validation
EXPRESSION_LIMIT = 10_000_000
VERSION_LIMIT = 100_000_000
WORDS = ("rule", "messageExpression")
NOT_COMPILED = "it does not compile"
NEEDS = "only cel-expr-python can tell"
_DYNAMIC = Types(of="dyn", messages=b"")


class Cost(Struct, frozen=True, kw_only=True):
    """The estimated cost of one expression of a rule (`rule` or `messageExpression`); None where it cannot be estimated, and why."""

    rule: PlacedRule
    word: str
    cost: int | None
    why: str = ""

    @property
    def path(self) -> str:
        """The field that the rule stands at, with [] and {} for items and values; nothing at the root."""
        return self.rule.id.removeprefix(self.rule.definition.key).removeprefix("#")

    @property
    def text(self) -> str:
        """The expression."""
        return str(self.rule.data.get(self.word) or "").strip()

    @property
    def is_too_high(self) -> bool:
        """Whether a server refuses the expression for its cost."""
        return self.cost is not None and self.cost > EXPRESSION_LIMIT


def costs_of(definition: Definition) -> tuple[Cost, ...]:
    """The cost of each expression of a custom resource, as often as an object can have its value; that of a message counts once."""
    rules = rules_of(definition) if definition.resource is not None else ()
    if not rules:
        return ()
    shapes = shapes_of(definition)
    return tuple(
        _cost(rule, word, shapes.get(rule.id))
        for rule in rules
        for word in WORDS
        if str(rule.data.get(word) or "").strip()
    )


def total(costs: Iterable[Cost]) -> int:
    """What all expressions cost together, but those that cost too much by themselves and those that cannot be estimated."""
    return min(sum(each.cost or 0 for each in costs if not each.is_too_high), MOST)


def factor(cost: int, limit: int) -> str:
    """How far a cost is above a limit, as servers say it: `1.2x`, `more than 100x`."""
    if cost > 100 * limit:
        return "more than 100x"
    return f"{cost / limit:.1f}x" if cost >= 1.5 * limit else f"{cost / limit:f}x"


def _cost(rule: PlacedRule, word: str, placed: Placed | None) -> Cost:
    from codegen.outputs.python.costs import estimate, tree  # only where there are rules

    by = engine()
    if not isinstance(by, NativeEngine):
        return Cost(rule=rule, word=word, cost=None, why=NEEDS)
    if placed is None:
        return Cost(rule=rule, word=word, cost=None, why="the schema has no type at its place")
    types = types_at(rule) or _DYNAMIC
    optional = "oldSelf" if rule.data.get("optionalOldSelf") is True else ""
    names = ("self", "oldSelf_value", "has_oldSelf") if optional else ("self", "oldSelf")
    kinds = {name: "bool" if name.startswith("has_") else types.of for name in names}
    try:
        read = tree.read(by.tree(str(rule.data[word]), kinds, types.messages, optional))
        cost = estimate.greatest_cost(read, placed.shape, read.root.loop.result if optional else None)
    except Fault:
        return Cost(rule=rule, word=word, cost=None, why=NOT_COMPILED)
    except CannotRun as error:
        return Cost(rule=rule, word=word, cost=None, why=str(error))
    times = placed.cardinality if word == "rule" else 1
    return Cost(rule=rule, word=word, cost=min(cost * times, MOST))
