"""Successors of removed definitions and operations in other versions that are still served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.model import Definition, Operation, Reference
from codegen.model.kubernetes import VERSION, succeeding_groups, version_rank

_Identity = tuple[str, str, str, tuple[str, ...]]
_Home = tuple[str, str, str]  # scope, group or package without its version, name
_Rank = tuple[tuple[int, int, int, str], int]


def find_successors(old: Reference, new: Reference) -> Mapping[str, str]:
    """Find the most stable other version of each removed definition.

    The successor of a kind is in the same group or in the group that replaced it.
    """
    best: dict[_Home, tuple[_Rank, str]] = {}
    for number, after in enumerate(new.definitions.values()):
        rank = (version_rank(_version(after)), number)
        for home in _homes(after) if after.documented else ():
            best[home] = min(best.get(home, (rank, after.key)), (rank, after.key))
    candidates = {
        key: [best[home] for home in _successor_homes(before) if home in best]
        for key, before in old.definitions.items()
        if key not in new.definitions
    }
    return {key: min(found)[1] for key, found in candidates.items() if found}


def find_operation_successors(old: Reference, new: Reference) -> Mapping[str, str]:
    """Find the same operation in the most stable other version of the kind, for each removed one."""
    served: dict[_Identity, Operation] = {}
    for operation in sorted(new.operations.values(), key=_stability):
        served.setdefault(_identity(operation), operation)
    removed = (operation for name, operation in old.operations.items() if name not in new.operations)
    return {
        operation.id: successor.id
        for operation in removed
        if operation.gvk is not None and (successor := served.get(_identity(operation))) is not None
    }


def _stability(operation: Operation) -> tuple[int, int, int, str]:
    return version_rank(operation.gvk.version if operation.gvk else "")


def _identity(operation: Operation) -> _Identity:
    """Identify an operation in all versions by method, group, kind and the path after the version."""
    gvk = operation.gvk
    parts = operation.path.strip("/").split("/")
    at = next((number for number, part in enumerate(parts) if VERSION.fullmatch(part)), -1)
    return operation.method, gvk.group if gvk else "", gvk.kind if gvk else "", tuple(parts[at + 1 :])


def _homes(after: Definition) -> Iterator[_Home]:
    """Yield the groups and packages of a definition, without versions."""
    if home := _home(after):
        yield "any", home, after.name
    if after.gvk is not None:
        yield "group", after.gvk.group, after.name
    elif home:
        yield "package", home, after.name


def _successor_homes(before: Definition) -> Iterator[_Home]:
    if before.gvk is None:
        yield "any", _home(before), before.name
        return
    yield from (("group", group, before.name) for group in succeeding_groups(before.gvk.group))
    yield "package", _home(before), before.name


def _home(definition: Definition) -> str:
    """Return the package without its version, or an empty text if it has none."""
    home, _, version = definition.package.rpartition(".")
    return home if VERSION.fullmatch(version) else ""


def _version(definition: Definition) -> str:
    return definition.gvk.version if definition.gvk else definition.package.rpartition(".")[2]
