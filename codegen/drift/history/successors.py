"""Successors of removed definitions and operations in other versions that are still served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from codegen.model import Definition, Reference
from codegen.model.kubernetes import VERSION, succeeding_groups, version_rank


def find_successors(old: Reference, new: Reference) -> Mapping[str, str]:
    """Find the most stable other version of each removed definition.

    The successor of a kind is in the same group or in the group that replaced it.
    """
    versions: dict[tuple[str, str], list[tuple[object, str]]] = {}
    for key, definition in new.definitions.items():
        if definition.documented:
            group, version = _split_version(definition)
            versions.setdefault((definition.name, group), []).append((version_rank(version), key))
    successors: dict[str, str] = {}
    for key, before in old.definitions.items():
        if key in new.definitions:
            continue
        candidates: list[tuple[object, str]] = []
        for group in succeeding_groups(_split_version(before).group):
            candidates.extend(versions.get((before.name, group), ()))
        if candidates:
            successors[key] = min(candidates)[1]
    return successors


class _GroupVersion(NamedTuple):
    """The group of a kind, or the package of another type, and its version."""

    group: str
    version: str


def _split_version(definition: Definition) -> _GroupVersion:
    """Split the version from the group or package of a type."""
    if definition.gvk is not None:
        return _GroupVersion(definition.gvk.group, definition.gvk.version)
    package, _, version = definition.package.rpartition(".")
    if VERSION.fullmatch(version):
        return _GroupVersion(package, version)
    return _GroupVersion(definition.package, version)


def find_operation_successors(old: Reference, new: Reference) -> Mapping[str, str]:
    """Find the operation that replaces each removed one.

    It is the same operation of the most stable other version of the kind.
    """
    served = {
        identity: name for _, name, identity in sorted(_identify_operations(new), reverse=True)
    }
    return {
        name: served[identity]
        for _, name, identity in _identify_operations(old)
        if name not in new.operations and identity in served
    }


def _identify_operations(reference: Reference) -> Iterator[tuple[object, str, tuple[str, ...]]]:
    """Yield the operations on kinds, each with the rank of its version, its id, and an identity
    without the version.
    """
    for name, operation in reference.operations.items():
        if operation.gvk is not None:
            path = (part for part in operation.path.split("/") if not VERSION.fullmatch(part))
            yield (
                version_rank(operation.gvk.version),
                name,
                (operation.method, operation.gvk.group, operation.gvk.kind, *path),
            )
