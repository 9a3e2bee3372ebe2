"""Types that other types only repeat: the members of `allOf`, which the model copies.

Nobody sends or reads such a type by itself, so its changes count for the types that repeat it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from codegen.core.diagnostics import Direction, Span
from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context
from codegen.model import Definition, Field, Reference, split_prose_id

_REASON = "; no operation uses the type itself, and those that repeat it stay as they are"


class _FieldChange(Struct, frozen=True, kw_only=True):
    """What equal changes of a field and of its repetition have in common."""

    rule: str
    name: str
    span: Span


def find_repeated_types(
    reference: Reference, directions: Mapping[str, frozenset[Direction]]
) -> Iterator[str]:
    """Yield the keys of types without a direction, all of whose fields stand in types with one."""
    unused = [
        definition
        for key, definition in reference.definitions.items()
        if key not in directions and definition.fields
    ]
    if not unused or not directions:
        return
    used_spans: set[Span] = set()
    for key, definition in reference.definitions.items():
        if key in directions:
            used_spans.update(_list_spans(definition))
    for definition in unused:
        if {*_list_spans(definition)} <= used_spans:
            yield definition.key


def _list_spans(definition: Definition) -> Iterator[Span]:
    for field in definition.fields:
        yield field.span


def soften_repeated_changes(context: Context, changes: Sequence[Change]) -> list[Change]:
    """Make a change of a repeated type INFO if no type that repeats it has changed with it."""
    old = {*find_repeated_types(context.old.reference, context.directions)}
    new = {*find_repeated_types(context.new.reference, context.directions)}
    repeated = {key for key in old if context.new_keys.get(key, key) in new}
    if not repeated:
        return list(changes)
    effective = {_find_facts(each) for each in changes if not _belongs_to(each, repeated)}
    softened: list[Change] = []
    for change in changes:
        is_idle = _belongs_to(change, repeated) and _find_facts(change) not in effective
        softened.append(change.as_documentation(_REASON) if is_idle else change)
    return softened


def _belongs_to(change: Change, keys: Collection[str]) -> bool:
    key, name = split_prose_id(change.id)
    return bool(name) and key in keys


def _find_facts(change: Change) -> _FieldChange:
    field = change.after or change.before
    span = field.span if isinstance(field, Field) else change.span
    return _FieldChange(rule=change.rule.id, name=split_prose_id(change.id)[1], span=span)
