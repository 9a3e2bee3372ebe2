"""One change that many operations share is told once, with all of them: a shared parameter, an answer that every operation has."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from codegen.drift.compare.changes import Change, OperationChange, ParameterChange, ResponseChange, TextChange
from codegen.findings.levels import Direction
from codegen.model import common_parameter_id

_OF_OPERATIONS = (OperationChange, ParameterChange, ResponseChange, TextChange)


def told_once(changes: Iterable[Change]) -> list[Change]:
    """The changes, those that operations share as one, at the place of the first. Its `ids` are what it is told for.

    Two operations share a change if it has the same rule, the same name in both, and the same values before and after. What only one of
    them can have is told for each: that it came or went, and what is called after it.
    """
    shared: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        shared.setdefault(_sharing(change), []).append(change)
    return [found[0] if len(found) == 1 else _joined(found) for found in shared.values()]


def _sharing(change: Change) -> tuple[object, ...]:
    owner, mark, name = change.id.partition("#")
    own = not mark and change.id in (change.old, change.new)  # an operation that came or went
    if not isinstance(change, _OF_OPERATIONS) or " /" not in owner or own:
        return (change.rule.id, change.id, change.old, change.new, change.locale, id(change))
    return (type(change), change.rule.id, name, change.grade, change.old, change.new, change.locale)


def _joined(changes: list[Change]) -> Change:
    first = changes[0]
    name = first.id.partition("#")[2]
    if isinstance(first, ResponseChange):
        shared = f"response {name}"
    elif name:
        shared = common_parameter_id(name)
    else:
        way = "" if first.direction is Direction.BOTH else f", {first.direction}"
        shared = f"operations{way}: {first.new or first.old or first.rule.id}"
    return replace(first, id=shared, ids=tuple(change.id for change in changes))
