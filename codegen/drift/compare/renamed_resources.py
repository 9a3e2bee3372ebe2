"""Changes that follow from another scope, plural or kind of a custom resource.

Its operations are derived from these facts: their paths, ids and texts change with them.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context
from codegen.model import (
    Definition,
    GroupVersionKind,
    Operation,
    belongs_to_operation,
    field_id,
    split_prose_id,
)

_CAUSES = frozenset(("scope-changed", "resource-renamed", "resource-kind-changed"))
_SUBRESOURCES = frozenset(("status", "scale"))
_NAMES = frozenset(("definition-renamed", "field-value-changed"))


class _Resource(Struct, frozen=True, kw_only=True):
    """The kinds of a custom resource with such a change, and the keys of its definitions and lists
    on both sides.
    """

    kinds: frozenset[GroupVersionKind]
    keys: frozenset[str]


def fold_resource_changes(context: Context, changes: Sequence[Change]) -> Sequence[Change]:
    """Leave out the changes of operations and names that follow from those of their resource."""
    remaining = list(changes)
    for cause in changes:
        if cause.rule.id not in _CAUSES:
            continue
        resource = _find_resource(context, cause)
        consequences: list[Change] = []
        for change in remaining:
            if change.rule.id not in _CAUSES and _follows(context, resource, change):
                consequences.append(change)
        if consequences:
            ids = [*(cause.ids or (cause.id,)), *(change.id for change in consequences)]
            remaining[remaining.index(cause)] = replace(cause, ids=tuple(dict.fromkeys(ids)))
            remaining = [change for change in remaining if change not in consequences]
    return remaining


def _find_resource(context: Context, cause: Change) -> _Resource:
    kinds: set[GroupVersionKind] = set()
    keys: set[str] = set()
    old_keys = {new: old for old, new in context.new_keys.items()}
    for key in cause.ids or (cause.id,):
        after = context.new.reference.definitions[key]
        before = context.old.reference.definitions.get(old_keys.get(key, key))
        for definition in filter(None, (before, after)):
            kinds.update(definition.gvks)
            keys.add(definition.key)
            keys.update(_list_keys(definition))
    return _Resource(kinds=frozenset(kinds), keys=frozenset(keys))


def _list_keys(definition: Definition) -> list[str]:
    """Return the key of the list of a custom resource."""
    if definition.resource is None:
        return []
    return [f"{definition.package}.{definition.resource.list_kind}"]


def _follows(context: Context, resource: _Resource, change: Change) -> bool:
    """Return whether a change is of an operation or of a name of the resource."""
    owner, _ = split_prose_id(change.id)
    if belongs_to_operation(owner):
        old = context.old.reference.operations.get(owner)
        new = context.new.reference.operations.get(owner)
        operations = [operation for operation in (old, new) if operation is not None]
        is_of_resource = any(operation.gvk in resource.kinds for operation in operations)
        return is_of_resource and not _is_lone_subresource(context, change)
    if change.rule.id not in _NAMES:
        return False
    return owner in resource.keys and change.id in (owner, field_id(owner, "kind"))


def _is_lone_subresource(context: Context, change: Change) -> bool:
    """Return whether a change adds or removes a subresource that only one side serves."""
    element = change.before or change.after
    if not isinstance(element, Operation) or (change.before and change.after):
        return False
    name = element.path.rpartition("/")[2]
    if name not in _SUBRESOURCES or element.gvk is None:
        return False
    other_side = context.new if change.before else context.old
    for operation in other_side.reference.operations.values():
        if operation.gvk is None or operation.gvk.api_version != element.gvk.api_version:
            continue
        if operation.path.rpartition("/")[2] == name:
            return False
    return True
