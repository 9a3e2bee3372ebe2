"""What takes the place of a definition or an operation that a release no longer has, where another version of it is still served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.model import Definition, Operation, Reference
from codegen.model.kubernetes import VERSION, succeeding_groups, version_rank

_Place = tuple[str, str, str, tuple[str, ...]]
_Home = tuple[str, str, str]  # what is asked for, a group or a package without its version, a name
_Rank = tuple[tuple[int, int, int, str], int]


def successors(old: Reference, new: Reference) -> Mapping[str, str]:
    """For each definition that only the older reference has, the key of the same one in another version, the most stable one.

    Those of a kind are of its group, or of the group that took its group's place.
    """
    best: dict[_Home, tuple[_Rank, str]] = {}
    for place, after in enumerate(new.definitions.values()):
        rank = (version_rank(_version(after)), place)
        for home in _homes(after) if after.documented else ():
            best[home] = min(best.get(home, (rank, after.key)), (rank, after.key))
    heirs = {
        key: [best[home] for home in _homes_of_heirs(before) if home in best]
        for key, before in old.definitions.items()
        if key not in new.definitions
    }
    return {key: min(found)[1] for key, found in heirs.items() if found}


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


def _homes(after: Definition) -> Iterator[_Home]:
    """Where one looks for a definition: those of a kind in their group and, for what says no kind, in their package too."""
    if home := _home(after):
        yield "any", home, after.name
    if after.gvk is not None:
        yield "group", after.gvk.group, after.name
    elif home:
        yield "package", home, after.name


def _homes_of_heirs(before: Definition) -> Iterator[_Home]:
    if before.gvk is None:
        yield "any", _home(before), before.name
        return
    yield from (("group", group, before.name) for group in succeeding_groups(before.gvk.group))
    yield "package", _home(before), before.name


def _home(definition: Definition) -> str:
    """The package without its version; nothing where it has none."""
    home, _, version = definition.package.rpartition(".")
    return home if VERSION.fullmatch(version) else ""


def _version(definition: Definition) -> str:
    return definition.gvk.version if definition.gvk else definition.package.rpartition(".")[2]
