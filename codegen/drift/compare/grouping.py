"""Grouping of changes with one cause: a group version, a kind or path, and a part that operations
or equal objects share.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from msgspec.structs import replace

from codegen.core.diagnostics import Direction, count_noun
from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context
from codegen.drift.compare.inputs import served_version
from codegen.findings.rules.rule import Aspect
from codegen.model import (
    Definition,
    GroupVersionKind,
    Operation,
    Reference,
    Response,
    belongs_to_operation,
    common_parameter_id,
    split_prose_id,
)

_Key = TypeVar("_Key")
_Merge = Callable[[Sequence[Change]], Change]
_LIST = "List"


def group_changes(context: Context, changes: Sequence[Change]) -> list[Change]:
    """Replace each group of changes with one cause by one change, in order of position.

    A change belongs to the first family that still has another member.
    """
    versions = _collect_versions(context, changes)
    left = {
        id(change): change
        for change in changes
        # The kinds of a shared type can differ only in those of these group versions.
        if change.rule.id != "definition-kinds-changed"
        or any(
            gvk.api_version not in versions for gvk in {*change.before.gvks} ^ {*change.after.gvks}
        )
    }
    groups: list[tuple[tuple[Any, ...], Change]] = []

    def take(members: Sequence[Change], merge: _Merge) -> None:
        merged = merge(members)
        groups.append((position(merged), merged))
        for change in members:
            del left[id(change)]

    for name, family in versions.items():
        take(family, partial(_merge_version, context, name))
    for family in _find_families(context, list(left.values())):
        members = [change for change in family if id(change) in left]
        if len(members) > 1:
            take(members, _merge_family)
    for family in _group_changes(
        sorted(left.values(), key=position), partial(_shared_fact, context)
    ).values():
        take(family, _merge_shared)
    return [change for _, change in sorted(groups, key=lambda each: each[0])]


def position(change: Change) -> tuple[Any, ...]:
    """Return the sort key of a change, by its place in the second source if possible."""
    span = change.span
    return (
        not change.in_new,
        span.path,
        span.line,
        span.column,
        change.id,
        change.rule.id,
        change.direction,
    )


def _group_changes(
    changes: Iterable[Change], key: Callable[[Change], _Key]
) -> dict[_Key, list[Change]]:
    groups: dict[_Key, list[Change]] = {}
    for change in changes:
        groups.setdefault(key(change), []).append(change)
    return groups


def _changed_element(change: Change) -> Definition | Operation | None:
    """Return the definition or operation that was added or removed."""
    element = change.before or change.after
    return (
        element
        if isinstance(element, Definition | Operation) and None in (change.before, change.after)
        else None
    )


def _collect_versions(context: Context, changes: Sequence[Change]) -> dict[str, list[Change]]:
    """Collect the definitions and operations of each group version that only one side has.

    A type that moved to another version belongs to its former one, except kinds, whose successor is
    worth a change of its own.
    """
    old, new = context.old.kinds, context.new.kinds
    gone = _map_packages(context.old.reference, old.keys() - new.keys())
    come = _map_packages(context.new.reference, new.keys() - old.keys())
    found = _group_changes(
        changes, lambda change: _find_version(change, gone if change.before is not None else come)
    )
    found.pop("", None)
    return found


def _map_packages(reference: Reference, names: Collection[str]) -> Mapping[str, str]:
    """Map packages to their group version, and these group versions to themselves.

    A package counts if all its kinds are of one of these group versions.
    """
    homes: dict[str, set[str]] = {}
    for definition in reference.definitions.values() if names else ():
        if definition.gvk is not None:
            homes.setdefault(definition.package, set()).add(definition.gvk.api_version)
    packages = {
        package: min(found)
        for package, found in homes.items()
        if len(found) == 1 and found <= {*names}
    }
    return {**packages, **{name: name for name in names}}


def _find_version(change: Change, homes: Mapping[str, str]) -> str:
    """Return the added or removed group version of a changed definition or operation, or an empty
    text.
    """
    element = _changed_element(change)
    if (
        change.rule.aspect is Aspect.NAME
        and isinstance(change.before, Definition)
        and not change.before.gvks
    ):
        element = change.before
    if element is None:
        return ""
    if isinstance(element, Operation):
        return homes.get(served_version(element), "")
    return homes.get(element.package, homes.get(element.gvk.api_version, "") if element.gvk else "")


def _merge_version(context: Context, name: str, family: Sequence[Change]) -> Change:
    is_removed = name in context.old.kinds
    kinds = (context.old if is_removed else context.new).kinds[name]
    text = ", ".join(sorted(kinds - {kind + _LIST for kind in kinds}))
    return context.make(
        "group-version-removed" if is_removed else "group-version-added",
        family[0].span,
        in_new=family[0].in_new,
        id=name,
        old=text if is_removed else None,
        new=None if is_removed else text,
        more=f", with {text or 'no kind'}",
        ids=tuple(change.id for change in family),
    )


def _find_families(context: Context, changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Yield each kind with its list, types and operations, the operations of a kind, and those of a
    path.
    """
    for attribute, side in (("before", context.old), ("after", context.new)):
        own = [
            change for change in changes if _changed_element(change) and getattr(change, attribute)
        ]
        operations = [change for change in own if isinstance(_changed_element(change), Operation)]
        served = _group_changes(operations, lambda change: (change.before or change.after).gvk)
        yield from _find_kinds(side.reference, own, served)
        for gvk, family in served.items():
            # A kind with some operations left is not gone.
            if gvk and len(family) == sum(
                each.gvk == gvk for each in side.reference.operations.values()
            ):
                yield family
        yield from _group_changes(operations, _operation_path).values()


def _find_kinds(
    reference: Reference,
    changes: Sequence[Change],
    served: Mapping[GroupVersionKind | None, Sequence[Change]],
) -> Iterator[list[Change]]:
    """Yield each kind with its list, the types that both lead to, and its operations."""
    definitions = {
        change.id: element
        for change in changes
        if isinstance(element := _changed_element(change), Definition)
    }
    by_key = {change.id: change for change in changes}
    by_kind = {each.gvk: by_key[key] for key, each in definitions.items() if each.gvk is not None}
    visited: set[str] = set()  # types belong to the first kind that leads to them
    for gvk, change in by_kind.items():
        if gvk.kind.endswith(_LIST) and replace(gvk, kind=gvk.kind.removesuffix(_LIST)) in by_kind:
            continue
        kind_list = by_kind.get(replace(gvk, kind=gvk.kind + _LIST))
        kinds = [change, kind_list] if kind_list else [change]
        keys = reference.closure(*(each.id for each in kinds), but=visited)
        visited.update(keys)
        parts = [by_key[key] for key in keys if key in definitions and definitions[key].gvk is None]
        yield [*kinds, *parts, *served.get(gvk, ())]


def _operation_path(change: Change) -> str:
    element = _changed_element(change)
    return element.path if isinstance(element, Operation) else ""


def _merge_family(family: Sequence[Change]) -> Change:
    first, ids = family[0], tuple(change.id for change in family)
    if isinstance(_changed_element(first), Definition):
        return replace(first, ids=ids, more=f", with {len(ids) - 1} of its types and operations")
    if len({*map(_operation_path, family)}) == 1:
        methods = ", ".join(
            element.method
            for each in family
            if isinstance(element := _changed_element(each), Operation)
        )
        return replace(
            first,
            id=_operation_path(first),
            subject=f"{_operation_path(first)} with {methods}",
            ids=ids,
        )
    gvk = (first.before or first.after).gvk
    subject = f"each of the {len(ids)} operations of {gvk.kind} ({gvk.api_version})" if gvk else ""
    return replace(first, id=str(gvk), subject=subject, ids=ids)


def _shared_fact(context: Context, change: Change) -> tuple[object, ...]:
    """Return the common facts of equal changes of several operations, or of a field of equal inline
    objects.

    A change that only one operation can have, such as its removal, shares nothing.
    """
    owner, name = split_prose_id(change.id)
    parent, _, last = change.id.rpartition(".")
    thing: tuple[object, ...]
    if belongs_to_operation(owner):
        thing = (
            ()
            if not name and change.id in (change.old, change.new)
            else (type(change.before or change.after), name)
        )
    else:
        sides = (context.old, context.new)
        thing = (
            (last, change.more, *(side.shared_objects.get(parent, parent) for side in sides))
            if "." in name
            else ()
        )
    if not thing:
        return (id(change),)
    return (*thing, change.rule.id, change.grade, change.old, change.new, change.locale)


def _merge_shared(changes: Sequence[Change]) -> Change:
    """Merge equal changes at the first of their operations, or at the field with the shortest path."""
    first, name = changes[0], split_prose_id(changes[0].id)[1]
    ids = tuple(change.id for change in changes)
    if len(changes) == 1:
        return first
    if not belongs_to_operation(split_prose_id(first.id)[0]):
        shortest = min(
            changes, key=lambda change: (change.id.count("."), len(change.id), change.id)
        )
        more = f"{first.more}, as at {count_noun(len(ids) - 1, 'other place')} of equal objects"
        return replace(shortest, more=more, ids=ids)
    thing = first.before or first.after
    if isinstance(thing, Response):
        shared = f"response {name}"
    elif name:
        shared = common_parameter_id(name)
    else:
        direction = "" if first.direction is Direction.BOTH else f", {first.direction}"
        shared = f"operations{direction}: {first.new or first.old or first.rule.id}"
    what = "each" if isinstance(thing, Operation) else shared
    return replace(first, id=shared, subject=f"{what} of {len(ids)} operations", ids=ids)
