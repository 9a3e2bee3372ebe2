"""A group version that came or went is one change, which lists its kinds; not one for each of its types and operations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from codegen.drift.compare.changes import Change, DefinitionChange, GroupVersionChange, OperationChange
from codegen.drift.compare.context import Context
from codegen.drift.compare.side import served_version
from codegen.model import Definition, Operation, Reference

_GONE = ("definition-removed", "operation-removed")
_CAME = ("definition-added", "operation-added")


def by_group_version(context: Context, changes: Sequence[Change]) -> list[Change]:
    """The changes, with one for each group version that only one side has, instead of those of its types and operations.

    A list of kinds that lacks nothing but those of such a group version has not changed by itself.
    """
    old, new = context.old.kinds, context.new.kinds
    gone, came = (
        {name: old[name] for name in old.keys() - new.keys()},
        {name: new[name] for name in new.keys() - old.keys()},
    )
    if not gone and not came:
        return list(changes)
    homes = _homes(context.old.reference, gone), _homes(context.new.reference, came)
    members: dict[tuple[str, str], list[Change]] = {}
    left = []
    for change in changes:
        if change.rule.id in _GONE and (name := _home(change, homes[0], gone)):
            members.setdefault(("group-version-removed", name), []).append(change)
        elif change.rule.id in _CAME and (name := _home(change, homes[1], came)):
            members.setdefault(("group-version-added", name), []).append(change)
        else:
            left.append(change)
    reported = {name for _, name in members}
    left = [change for change in left if not _only_lists(change, reported)]
    for (rule, name), absorbed in members.items():
        removed = rule == "group-version-removed"
        kinds = ", ".join(_without_lists(gone[name] if removed else came[name]))
        left += context.make(
            GroupVersionChange,
            rule,
            absorbed[0].span,
            in_new=absorbed[0].in_new,
            id=name,
            old=kinds if removed else None,
            new=None if removed else kinds,
            ids=tuple(change.id for change in absorbed),
        )
    return left


def _homes(reference: Reference, names: Iterable[str]) -> dict[str, str]:
    """The packages that hold kinds of these group versions and of no other."""
    wanted = frozenset(names)
    homes: dict[str, set[str]] = {}
    for definition in reference.definitions.values():
        if definition.gvk is not None:
            homes.setdefault(definition.package, set()).add(definition.gvk.api_version)
    return {package: name for package, found in homes.items() if len(found) == 1 for name in found if name in wanted}


def _home(change: Change, homes: dict[str, str], names: Iterable[str]) -> str:
    """The group version among these that a type or an operation belongs to."""
    thing = getattr(change, "before", None) or getattr(change, "after", None)
    name = ""
    if isinstance(change, DefinitionChange) and isinstance(thing, Definition):
        name = homes.get(thing.package, thing.gvk.api_version if thing.gvk else "")
    elif isinstance(change, OperationChange) and isinstance(thing, Operation):
        name = served_version(thing)
    return name if name in names else ""


def _only_lists(change: Change, reported: set[str]) -> bool:
    """Whether the kinds of a shared type differ in those of such group versions only."""
    if not isinstance(change, DefinitionChange) or change.rule.id != "definition-kinds-changed":
        return False
    sides = [definition.gvks if definition else () for definition in (change.before, change.after)]
    return {gvk for gvk in {*sides[0]} ^ {*sides[1]} if gvk.api_version not in reported} == set()


def _without_lists(kinds: Collection[str]) -> Iterator[str]:
    """The kinds in order, without the lists of one of them."""
    return (kind for kind in sorted(kinds) if not (kind.endswith("List") and kind.removesuffix("List") in kinds))
