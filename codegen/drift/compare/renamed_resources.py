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


class _Resources(Struct, frozen=True, kw_only=True):
    """The kinds of custom resources with such a change, and the keys of their definitions and lists
    on the old side.
    """

    kinds: frozenset[GroupVersionKind]
    keys: frozenset[str]


def fold_resource_changes(context: Context, changes: Sequence[Change]) -> Sequence[Change]:
    """Leave out the changes of operations and names that follow from those of their resource."""
    causes = [change for change in changes if change.rule.id in _CAUSES]
    if not causes:
        return changes
    resources = _find_resources(context, causes)
    folded: list[str] = []
    remaining: list[Change] = []
    for change in changes:
        if change.rule.id not in _CAUSES and _follows(context, resources, change):
            folded.append(change.id)
        else:
            remaining.append(change)
    if not folded:
        return changes
    first = causes[0]
    ids = tuple(dict.fromkeys((*(first.ids or (first.id,)), *folded)))
    at = remaining.index(first)
    remaining[at] = replace(first, ids=ids)
    return remaining


def _find_resources(context: Context, causes: Sequence[Change]) -> _Resources:
    kinds: set[GroupVersionKind] = set()
    keys: set[str] = set()
    old_keys = {new: old for old, new in context.new_keys.items()}
    for cause in causes:
        for key in cause.ids or (cause.id,):
            after = context.new.reference.definitions[key]
            before = context.old.reference.definitions.get(old_keys.get(key, key))
            for definition in filter(None, (before, after)):
                kinds.update(definition.gvks)
                keys.add(definition.key)
                keys.update(_list_keys(definition))
    return _Resources(kinds=frozenset(kinds), keys=frozenset(keys))


def _list_keys(definition: Definition) -> list[str]:
    """Return the key of the list of a custom resource."""
    if definition.resource is None:
        return []
    return [f"{definition.package}.{definition.resource.list_kind}"]


def _follows(context: Context, resources: _Resources, change: Change) -> bool:
    owner, _ = split_prose_id(change.id)
    if belongs_to_operation(owner):
        old = context.old.reference.operations.get(owner)
        new = context.new.reference.operations.get(owner)
        operations = [operation for operation in (old, new) if operation is not None]
        is_of_resource = any(operation.gvk in resources.kinds for operation in operations)
        return is_of_resource and not _is_lone_subresource(context, change)
    if change.rule.id not in _NAMES:
        return False
    return owner in resources.keys and change.id in (owner, field_id(owner, "kind"))


def _is_lone_subresource(context: Context, change: Change) -> bool:
    """Return whether a change adds or removes a subresource that only one side serves."""
    element = change.before or change.after
    if not isinstance(element, Operation) or (change.before and change.after):
        return False
    name = element.path.rpartition("/")[2]
    if name not in _SUBRESOURCES or not isinstance(element, Operation):
        return False
    other = context.new if change.before else context.old
    for operation in other.reference.operations.values():
        is_same_version = (
            operation.gvk is not None
            and element.gvk is not None
            and (operation.gvk.api_version == element.gvk.api_version)
        )
        if is_same_version and operation.path.rpartition("/")[2] == name:
            return False
    return True
