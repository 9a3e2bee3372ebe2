"""What takes the place of a definition or an operation that a release no longer has, where another version of it is still served."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.model import Definition, Operation, Reference
from codegen.model.kubernetes import VERSION, succeeding_groups, version_rank

_Place = tuple[str, str, str, tuple[str, ...]]


def successor(old: Reference, new: Reference, key: str) -> str | None:
    """The key of the same definition in the most stable version that the newer reference has; None if there is none.

    For a kind that is of its group, or of the group that took its group's place.
    """
    before = old.definitions[key]
    candidates = [
        after
        for after in new.definitions.values()
        if after.documented and after.key != key and _stands_for(after, before)
    ]
    return min(candidates, key=lambda each: version_rank(_version(each))).key if candidates else None


def operation_successors(old: Reference, new: Reference) -> Mapping[str, str]:
    """For each operation that only the older reference has, the same one on the kind in another version, the most stable one."""
    served: dict[_Place, Operation] = {}
    for operation in sorted(new.operations.values(), key=_stability):
        served.setdefault(_place(operation), operation)
    gone = (operation for name, operation in old.operations.items() if name not in new.operations)
    return {
        operation.id: heir.id
        for operation in gone
        if operation.gvk is not None and (heir := served.get(_place(operation))) is not None
    }


def _stability(operation: Operation) -> tuple[int, int, int, str]:
    return version_rank(operation.gvk.version if operation.gvk else "")


def _place(operation: Operation) -> _Place:
    """What an operation does, whatever the version: method, group, kind, and the parts of the path behind the version."""
    gvk = operation.gvk
    parts = operation.path.strip("/").split("/")
    at = next((place for place, part in enumerate(parts) if VERSION.fullmatch(part)), -1)
    return operation.method, gvk.group if gvk else "", gvk.kind if gvk else "", tuple(parts[at + 1 :])


def _stands_for(after: Definition, before: Definition) -> bool:
    if after.name != before.name:
        return False
    if before.gvk is not None and after.gvk is not None:
        return after.gvk.group in succeeding_groups(before.gvk.group)
    return _home(after) == _home(before) != ""


def _home(definition: Definition) -> str:
    """The package without its version; nothing where it has none."""
    home, _, version = definition.package.rpartition(".")
    return home if VERSION.fullmatch(version) else ""


def _version(definition: Definition) -> str:
    return definition.gvk.version if definition.gvk else definition.package.rpartition(".")[2]
