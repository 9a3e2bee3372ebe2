"""A kind that came or went is one change, with its list, what it is made of and its operations; so are the operations of one path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from codegen.drift.compare.changes import Change, DefinitionChange, OperationChange
from codegen.drift.compare.context import Context
from codegen.model import Definition, GroupVersionKind, Operation, Reference

Key = TypeVar("Key")
_LIST = "List"


def by_family(context: Context, changes: Sequence[Change]) -> list[Change]:
    """The changes, with one for each kind, and one for operations of one kind or path, that only one side has."""
    joined: dict[int, Change | None] = {}
    for rule, side in (("removed", context.old), ("added", context.new)):
        definitions = _of(DefinitionChange, f"definition-{rule}", changes)
        operations = _of(OperationChange, f"operation-{rule}", changes)
        for family in (*_kinds(side.reference, definitions, operations), *_operations(side.reference, operations)):
            family = [change for change in family if id(change) not in joined]
            if len(family) > 1:
                joined.update((id(change), None) for change in family)
                joined[id(family[0])] = _joined(family)
    return [found for change in changes if (found := joined.get(id(change), change)) is not None]


def _of(kind: type[Change], rule: str, changes: Sequence[Change]) -> list[Change]:
    return [change for change in changes if isinstance(change, kind) and change.rule.id == rule]


def _thing(change: Change) -> Definition | Operation | None:
    """The definition or operation that only one side has."""
    if isinstance(change, DefinitionChange | OperationChange):
        return change.before or change.after
    return None


def _kinds(reference: Reference, definitions: Sequence[Change], operations: Sequence[Change]) -> Iterator[list[Change]]:
    """Each kind first, then its list, the types that both lead to, its operations."""
    by_key = {change.id: change for change in definitions}
    served = _grouped(operations, _kind_of)
    followed: set[str] = set()  # what these lead to went with the kind from which they were met
    by_kind: dict[GroupVersionKind, Change] = {}
    for change in definitions:
        if isinstance(thing := _thing(change), Definition) and thing.gvk is not None:
            by_kind[thing.gvk] = change
    for gvk, change in by_kind.items():
        if gvk.kind.endswith(_LIST) and replace(gvk, kind=gvk.kind.removesuffix(_LIST)) in by_kind:
            continue
        lists = [found for found in (by_kind.get(replace(gvk, kind=gvk.kind + _LIST)),) if found is not None]
        keys = reference.closure(change.id, *(found.id for found in lists), but=followed)
        followed.update(keys)
        parts = [by_key[key] for key in keys if key in by_key and reference.definitions[key].gvk is None]
        yield [change, *lists, *parts, *served.get(gvk, ())]


def _operations(reference: Reference, operations: Sequence[Change]) -> Iterator[list[Change]]:
    """All operations of a kind, where none is left; else those of one path."""
    served: dict[GroupVersionKind | None, int] = {}
    for operation in reference.operations.values():
        served[operation.gvk] = served.get(operation.gvk, 0) + 1
    for gvk, family in _grouped(operations, _kind_of).items():
        if gvk is not None and len(family) == served[gvk]:
            yield family
    yield from _grouped(operations, lambda change: change.id.partition(" ")[2]).values()


def _kind_of(change: Change) -> GroupVersionKind | None:
    thing = _thing(change)
    return thing.gvk if isinstance(thing, Operation) else None


def _grouped(changes: Sequence[Change], key: Callable[[Change], Key]) -> dict[Key, list[Change]]:
    groups: dict[Key, list[Change]] = {}
    for change in changes:
        groups.setdefault(key(change), []).append(change)
    return groups


def _joined(family: list[Change]) -> Change:
    """The first of a family, told for all of it."""
    first, ids = family[0], tuple(change.id for change in family)
    if isinstance(first, DefinitionChange):
        return replace(first, ids=ids)
    paths = {name.partition(" ")[2] for name in ids}
    if len(paths) == 1:
        name = paths.pop()
    else:
        gvk = _kind_of(first)
        name = str(gvk or first.id)
    return replace(first, id=name, ids=ids)
