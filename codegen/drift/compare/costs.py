"""Rules that cost more than a server allows, where they did not before: it refuses the new definition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from codegen.drift.compare.changes import Change, ResourceChange
from codegen.drift.compare.context import Context
from codegen.findings.diagnostics import Span
from codegen.findings.finding import NotCompared
from codegen.model import Definition
from codegen.outputs.python.costs import rules
from codegen.outputs.python.costs.rules import Cost


class Costs(Struct, frozen=True, kw_only=True):
    """What the comparison of costs came to."""

    changes: tuple[Change, ...] = ()
    not_compared: tuple[NotCompared, ...] = ()


def rule_costs(context: Context) -> Costs:
    """The rules of versions that both sides serve, or the new one alone, that became too costly; and those that cannot be estimated."""
    changes: list[Change] = []
    unknown: Counter[str] = Counter()
    for key, after in context.new.reference.definitions.items():
        if after.resource is None or not context.new.documents(key):
            continue
        before = context.old.reference.definitions.get(key)
        if before is not None and before.keywords == after.keywords and before.fields == after.fields:
            continue  # a server leaves out the limits for a schema that has not changed
        old = rules.costs_of(before) if before is not None else ()
        new = rules.costs_of(after)
        changes += _expressions(context, after, old, new)
        changes += _all(context, after, old, new)
        known = {(each.path, each.text) for each in old}
        unknown.update(
            each.why
            for each in new
            if each.cost is None and each.why != rules.NOT_COMPILED and (each.path, each.text) not in known
        )
    return Costs(
        changes=tuple(changes),
        not_compared=tuple(
            NotCompared(what=f"what new rules cost a server: {why}", count=count) for why, count in unknown.items()
        ),
    )


def _expressions(
    context: Context, definition: Definition, old: tuple[Cost, ...], new: tuple[Cost, ...]
) -> Iterator[Change]:
    known = {(each.path, each.text) for each in old if each.is_too_high}
    for each in new:
        if each.cost is not None and each.is_too_high and (each.path, each.text) not in known:
            factor = rules.factor(each.cost, rules.EXPRESSION_LIMIT)
            span = each.rule.field.span if each.rule.field is not None else definition.span
            yield from _change(context, "validation-too-costly", definition, f"{each.text} ({factor})", span, each.path)


def _all(context: Context, definition: Definition, old: tuple[Cost, ...], new: tuple[Cost, ...]) -> Iterator[Change]:
    cost = rules.total(new)
    if cost > rules.VERSION_LIMIT >= rules.total(old):
        words = rules.factor(cost, rules.VERSION_LIMIT)
        yield from _change(context, "validations-too-costly", definition, words, definition.span, "")


def _change(context: Context, rule: str, definition: Definition, new: str, span: Span, places: str) -> Iterator[Change]:
    name = definition.resource.name if definition.resource is not None else definition.name
    yield from context.make(ResourceChange, rule, span, id=definition.key, name=name, new=new, places=places)
