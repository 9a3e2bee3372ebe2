"""Successors of removed definitions and operations in other versions that are still served."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.model import Definition, Operation, Reference
from codegen.model.kubernetes import VERSION, succeeding_groups, version_rank

_Identity = tuple[str, str, str, tuple[str, ...]]


def find_successors(old: Reference, new: Reference) -> Mapping[str, str]:
    """Find the most stable other version of each removed definition.

    The successor of a kind is in the same group or in the group that replaced it.
    """
    named: dict[str, list[Definition]] = {}
    for definition in sorted(
        new.definitions.values(),
        key=lambda each: version_rank(each.gvk.version if each.gvk else each.package.rpartition(".")[2]),
    ):
        if definition.documented:
            named.setdefault(definition.name, []).append(definition)
    found = {}
    for key, before in old.definitions.items():
        if key not in new.definitions:
            successors = (after.key for after in named.get(before.name, ()) if _is_successor(before, after))
            found[key] = next(successors, "")
    return {key: successor for key, successor in found.items() if successor}


def _is_successor(before: Definition, after: Definition) -> bool:
    """Return whether the second of two namesakes can be another version of the first."""
    if before.gvk is not None and after.gvk is not None:
        return after.gvk.group in succeeding_groups(before.gvk.group)
    home = _find_group(after)
    return bool(home) and home == _find_group(before)


def find_operation_successors(old: Reference, new: Reference) -> Mapping[str, str]:
    """Find the same operation in the most stable other version of the kind, for each removed one."""
    served: dict[_Identity, str] = {}
    for operation in sorted(
        new.operations.values(), key=lambda each: version_rank(each.gvk.version if each.gvk else "")
    ):
        served.setdefault(_operation_identity(operation), operation.id)
    removed = (each for name, each in old.operations.items() if name not in new.operations)
    return {
        each.id: served[_operation_identity(each)]
        for each in removed
        if each.gvk is not None and _operation_identity(each) in served
    }


def _operation_identity(operation: Operation) -> _Identity:
    """Identify an operation in all versions by method, group, kind and the path after the version."""
    gvk = operation.gvk
    parts = operation.path.strip("/").split("/")
    at = next((number for number, part in enumerate(parts) if VERSION.fullmatch(part)), -1)
    return operation.method, gvk.group if gvk else "", gvk.kind if gvk else "", tuple(parts[at + 1 :])


def _find_group(definition: Definition) -> str:
    """Return the package without its version, or an empty text if it has none."""
    home, _, version = definition.package.rpartition(".")
    return home if VERSION.fullmatch(version) else ""
