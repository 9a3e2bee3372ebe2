"""Grouping of changes with one cause: a group version, a kind or path, and a part that many operations share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from codegen.core.diagnostics import Direction
from codegen.drift.compare.changes import (
    Change,
    DefinitionChange,
    GroupVersionChange,
    OperationChange,
    OperationGroup,
    ParameterChange,
    ResponseChange,
    TextChange,
)
from codegen.drift.compare.context import Context
from codegen.drift.compare.inputs import served_version
from codegen.model import Definition, GroupVersionKind, Operation, Reference, common_parameter_id, split_prose_id

_Key = TypeVar("_Key")
_Positioned = tuple[tuple[Any, ...], Change]  # the position of the leading change, and the change for the group
_LIST = "List"
_SHARED = (OperationChange, ParameterChange, ResponseChange, TextChange)


def group_changes(context: Context, changes: Sequence[Change]) -> list[Change]:
    """Replace each group of changes with one cause by one change, in order of position."""
    groups: list[_Positioned] = []
    ungrouped = [*changes]
    for group in (_group_versions, _group_kinds_and_paths):
        joined, ungrouped = group(context, ungrouped)
        groups += joined
    groups += _deduplicate_changes(ungrouped)
    return [change for _, change in sorted(groups, key=lambda each: each[0])]


def position(change: Change) -> tuple[Any, ...]:
    """Return the sort key of a change, by its place in the second source if possible."""
    span = change.span
    return (not change.in_new, span.path, span.line, span.column, change.id, change.rule.id, change.direction)


def _collect_groups(changes: Iterable[Change], key: Callable[[Change], _Key]) -> dict[_Key, list[Change]]:
    groups: dict[_Key, list[Change]] = {}
    for change in changes:
        groups.setdefault(key(change), []).append(change)
    return groups


def _subject(change: Change) -> Definition | Operation | None:
    """Return the definition or operation that was added or removed."""
    if isinstance(change, DefinitionChange | OperationChange) and None in (change.before, change.after):
        return change.before or change.after
    return None


def _operation_kind(change: Change) -> GroupVersionKind | None:
    subject = _subject(change)
    return subject.gvk if isinstance(subject, Operation) else None


# -------------------------------------------------------------------------------------------------------- group versions


def _group_versions(context: Context, changes: Sequence[Change]) -> tuple[list[_Positioned], list[Change]]:
    """Join the definitions and operations of each group version that only one side has.

    Changed kinds of a definition that only reflect such a group version are dropped.
    """
    old, new = context.old.kinds, context.new.kinds
    gone = _homes(context.old.reference, old.keys() - new.keys())
    come = _homes(context.new.reference, new.keys() - old.keys())
    groups = _collect_groups(changes, lambda change: _group_version(change, come, gone))
    ungrouped = groups.pop("", [])
    joined = [
        (position(group[0]), made)
        for name, group in groups.items()
        for made in _join_group_version(context, name, group)
    ]
    return joined, [change for change in ungrouped if not _reflects_group_versions(change, groups)]


def _homes(reference: Reference, names: Collection[str]) -> Mapping[str, str]:
    """Map packages to their group version, and these group versions to themselves.

    A package counts if all its kinds are of one of these group versions.
    """
    homes: dict[str, set[str]] = {}
    for definition in reference.definitions.values() if names else ():
        if definition.gvk is not None:
            homes.setdefault(definition.package, set()).add(definition.gvk.api_version)
    packages = {package: min(found) for package, found in homes.items() if len(found) == 1 and found <= {*names}}
    return {**packages, **{name: name for name in names}}


def _group_version(change: Change, come: Mapping[str, str], gone: Mapping[str, str]) -> str:
    """Return the added or removed group version of a changed definition or operation, or an empty text."""
    subject = _subject(change)
    if subject is None:
        return ""
    homes = gone if subject is getattr(change, "before", None) else come
    if isinstance(subject, Operation):
        return homes.get(served_version(subject), "")
    api_version = subject.gvk.api_version if subject.gvk else ""
    return homes.get(subject.package, homes.get(api_version, ""))


def _join_group_version(context: Context, name: str, group: Sequence[Change]) -> Iterator[Change]:
    is_removed = name in context.old.kinds
    kinds = (context.old if is_removed else context.new).kinds[name]
    lists = {kind + _LIST for kind in kinds}
    text = ", ".join(sorted(kinds - lists))
    yield context.make(
        GroupVersionChange,
        "group-version-removed" if is_removed else "group-version-added",
        group[0].span,
        in_new=group[0].in_new,
        id=name,
        old=text if is_removed else None,
        new=None if is_removed else text,
        ids=tuple(change.id for change in group),
    )


def _reflects_group_versions(change: Change, names: Collection[str]) -> bool:
    """Return whether the kinds of a shared type differ only in those of these group versions."""
    if not isinstance(change, DefinitionChange) or change.rule.id != "definition-kinds-changed":
        return False
    before, after = ({*definition.gvks} if definition else set() for definition in (change.before, change.after))
    return all(gvk.api_version in names for gvk in before ^ after)


# ------------------------------------------------------------------------------------------------------- kinds and paths


def _group_kinds_and_paths(context: Context, changes: Sequence[Change]) -> tuple[list[_Positioned], list[Change]]:
    """Join each kind with its list, types and operations, and the operations of one kind or path."""
    joined: list[_Positioned] = []
    grouped: set[int] = set()
    for attribute, side in (("before", context.old), ("after", context.new)):
        own = [change for change in changes if (subject := _subject(change)) and subject is getattr(change, attribute)]
        definitions = [change for change in own if isinstance(change, DefinitionChange)]
        operations = [change for change in own if isinstance(change, OperationChange)]
        for family in (*_kinds(side.reference, definitions, operations), *_paths(side.reference, operations)):
            members = [change for change in family if id(change) not in grouped]
            if len(members) > 1:
                grouped.update(map(id, members))
                joined.append((position(members[0]), _join_family(members)))
    return joined, [change for change in changes if id(change) not in grouped]


def _kinds(reference: Reference, definitions: Sequence[Change], operations: Sequence[Change]) -> Iterator[list[Change]]:
    """Yield each kind with its list, the types that both lead to, and its operations."""
    by_key = {change.id: change for change in definitions}
    served = _collect_groups(operations, _operation_kind)
    visited: set[str] = set()  # types belong to the first kind that leads to them
    by_kind: dict[GroupVersionKind, Change] = {}
    for change in definitions:
        if isinstance(subject := _subject(change), Definition) and subject.gvk is not None:
            by_kind[subject.gvk] = change
    for gvk, change in by_kind.items():
        if gvk.kind.endswith(_LIST) and replace(gvk, kind=gvk.kind.removesuffix(_LIST)) in by_kind:
            continue
        lists = [found for found in (by_kind.get(replace(gvk, kind=gvk.kind + _LIST)),) if found is not None]
        keys = reference.closure(change.id, *(found.id for found in lists), but=visited)
        visited.update(keys)
        parts = [by_key[key] for key in keys if key in by_key and reference.definitions[key].gvk is None]
        yield [change, *lists, *parts, *served.get(gvk, ())]


def _paths(reference: Reference, operations: Sequence[Change]) -> Iterator[list[Change]]:
    """Yield all operations of a kind if none is left, then the operations of each path."""
    served: dict[GroupVersionKind | None, int] = {}
    for operation in reference.operations.values():
        served[operation.gvk] = served.get(operation.gvk, 0) + 1
    for gvk, family in _collect_groups(operations, _operation_kind).items():
        if gvk is not None and len(family) == served[gvk]:
            yield family
    yield from _collect_groups(operations, _path).values()


def _path(change: Change) -> str:
    subject = _subject(change)
    return subject.path if isinstance(subject, Operation) else ""


def _join_family(family: Sequence[Change]) -> Change:
    first, ids = family[0], tuple(change.id for change in family)
    if isinstance(first, DefinitionChange):
        return replace(first, ids=ids)
    paths = {*map(_path, family)}
    if len(paths) == 1:
        return replace(first, id=paths.pop(), ids=ids, group=OperationGroup.PATH)
    return replace(first, id=str(_operation_kind(first)), ids=ids, group=OperationGroup.KIND)


# ----------------------------------------------------------------------------------------------------- shared parameters


def _deduplicate_changes(changes: Iterable[Change]) -> Iterator[_Positioned]:
    """Join equal changes of several operations, such as that of a shared parameter, at the first of them.

    Two operations share a change with the same rule, name, and values before and after. Changes that only one operation can have, such as
    its removal, stay single.
    """
    for group in _collect_groups(sorted(changes, key=position), _shared_fact).values():
        yield position(group[0]), group[0] if len(group) == 1 else _join_shared(group)


def _shared_fact(change: Change) -> tuple[object, ...]:
    owner, name = split_prose_id(change.id)
    is_own = not name and change.id in (change.old, change.new)  # an added or removed operation
    if not isinstance(change, _SHARED) or " /" not in owner or is_own:
        return (id(change),)
    return (type(change), change.rule.id, name, change.grade, change.old, change.new, change.locale)


def _join_shared(changes: Sequence[Change]) -> Change:
    first = changes[0]
    name = split_prose_id(first.id)[1]
    if isinstance(first, ResponseChange):
        shared = f"response {name}"
    elif name:
        shared = common_parameter_id(name)
    else:
        direction = "" if first.direction is Direction.BOTH else f", {first.direction}"
        shared = f"operations{direction}: {first.new or first.old or first.rule.id}"
    ids = tuple(change.id for change in changes)
    if isinstance(first, OperationChange):
        return replace(first, id=shared, ids=ids, group=OperationGroup.CHANGE)
    return replace(first, id=shared, ids=ids)
