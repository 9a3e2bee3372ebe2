"""Grouping of changes with one cause: a group version, a kind or path, and a part that operations
or equal objects share.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Direction
from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context
from codegen.drift.compare.inputs import served_version
from codegen.drift.compare.renamed_resources import fold_resource_changes
from codegen.model import (
    Definition,
    Field,
    GroupVersionKind,
    Operation,
    Reference,
    Response,
    belongs_to_operation,
    common_parameter_id,
    split_prose_id,
)

_Key = TypeVar("_Key", bound=Hashable)
_LIST = "List"
_RENAMES = frozenset(("definition-renamed", "definition-moved"))
_NULL_RULES = frozenset(("nullable-added", "nullable-removed"))


class _Position(Struct, frozen=True, order=True):
    """The position of a change in a report, by its place in the second source if possible."""

    is_old: bool
    path: str
    line: int
    column: int
    id: str
    rule: str
    direction: Direction


class _Remaining:
    """The changes that belong to no group yet."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._changes = {id(change): change for change in changes}

    def take(self, members: Iterable[Change]) -> list[Change]:
        """Return the members that are left, and remove them."""
        taken = [member for member in members if id(member) in self._changes]
        for taken_member in taken:
            del self._changes[id(taken_member)]
        return taken

    def keep(self, members: Iterable[Change]) -> list[Change]:
        """Return the members that are left."""
        return [member for member in members if id(member) in self._changes]

    @property
    def changes(self) -> list[Change]:
        """All changes that are left."""
        return list(self._changes.values())


def group_changes(context: Context, changes: Sequence[Change]) -> list[Change]:
    """Replace each group of changes with one cause by one change, in order of position.

    A change belongs to the first family that still has another member.
    """
    changes = fold_resource_changes(context, changes)
    versions = _collect_versions(context, changes)
    remaining = _Remaining(
        change for change in changes if not _is_kind_of_version(change, versions)
    )
    merged: list[Change] = []
    for name, family in versions.items():
        merged.append(_merge_version(context, name, remaining.take(family)))
    for family in _find_families(context, remaining.changes):
        if len(remaining.keep(family)) > 1:
            merged.append(_merge_family(remaining.take(family)))
    ordered = sorted(remaining.changes, key=position)
    for family in _group_by(ordered, lambda change: _shared_facts(context, change)).values():
        merged.append(_merge_shared(family))
    return sorted(merged, key=position)


def position(change: Change) -> _Position:
    """Return the sort key of a change."""
    return _Position(
        not change.in_new,
        change.span.path,
        change.span.line,
        change.span.column,
        change.id,
        change.rule.id,
        change.direction,
    )


def _is_kind_of_version(change: Change, versions: Collection[str]) -> bool:
    """Return whether only the kinds of these group versions differ for a shared type."""
    before, after = change.before, change.after
    if change.rule.id != "definition-kinds-changed":
        return False
    assert isinstance(before, Definition)  # noqa: S101 - both sides have the type
    assert isinstance(after, Definition)  # noqa: S101
    return all(gvk.api_version in versions for gvk in {*before.gvks} ^ {*after.gvks})


def _group_by(changes: Iterable[Change], key: Callable[[Change], _Key]) -> dict[_Key, list[Change]]:
    groups: dict[_Key, list[Change]] = {}
    for change in changes:
        groups.setdefault(key(change), []).append(change)
    return groups


def _lone_element(change: Change) -> Definition | Operation | None:
    """Return the definition or operation that was added or removed."""
    if change.before is not None and change.after is not None:
        return None
    element = change.before or change.after
    if isinstance(element, Definition | Operation):
        return element
    return None


def _kind_of(change: Change) -> GroupVersionKind | None:
    """Return the kind of a changed definition or operation."""
    element = change.before or change.after
    if isinstance(element, Definition | Operation):
        return element.gvk
    return None


def _collect_versions(context: Context, changes: Sequence[Change]) -> dict[str, list[Change]]:
    """Collect the definitions and operations of each group version that only one side has.

    A type that moved to another version belongs to its former one.
    """
    old, new = context.old.kinds, context.new.kinds
    removed = _map_packages(context.old.reference, old.keys() - new.keys())
    added = _map_packages(context.new.reference, new.keys() - old.keys())
    families = _group_by(
        changes,
        lambda change: _find_version(change, added if change.before is None else removed),
    )
    families.pop("", None)
    return families


def _map_packages(reference: Reference, names: Collection[str]) -> Mapping[str, str]:
    """Map packages to their group version, and these group versions to themselves.

    A package counts if all its kinds are of one of these group versions.
    """
    versions: dict[str, set[str]] = {}
    if names:
        for definition in reference.definitions.values():
            if definition.gvk is not None:
                versions.setdefault(definition.package, set()).add(definition.gvk.api_version)
    packages = {name: name for name in names}
    for package, served in versions.items():
        if len(served) == 1 and served <= {*names}:
            packages[package] = min(served)
    return packages


def _find_version(change: Change, packages: Mapping[str, str]) -> str:
    """Return the added or removed group version of a changed definition or operation, or an empty
    text.
    """
    element = _lone_element(change)
    before = change.before
    if change.rule.id in _RENAMES and isinstance(before, Definition):
        element = before
    if element is None:
        return ""
    if isinstance(element, Operation):
        return packages.get(served_version(element), "")
    if element.package in packages:
        return packages[element.package]
    if element.gvk:
        return packages.get(element.gvk.api_version, "")
    return ""


def _merge_version(context: Context, name: str, family: Sequence[Change]) -> Change:
    is_removed = name in context.old.kinds
    kinds = (context.old if is_removed else context.new).kinds[name]
    lists = {kind + _LIST for kind in kinds}
    text = ", ".join(sorted(kinds - lists))
    return Change(
        graded=context.grade("group-version-removed" if is_removed else "group-version-added"),
        id=name,
        subject=name,
        in_new=family[0].in_new,
        old=text if is_removed else None,
        new=None if is_removed else text,
        ending=f", with {text or 'no kind'}{_describe_successors(family)}",
        ids=tuple(change.id for change in family),
        span=family[0].span,
    )


def _describe_successors(family: Sequence[Change]) -> str:
    """Name the versions to which the kinds of a removed version moved."""
    kinds: dict[str, list[str]] = {}
    for change in family:
        before, after = change.before, change.after
        if not isinstance(before, Definition) or not isinstance(after, Definition):
            continue
        is_list = before.name.endswith(_LIST)
        if after.gvk is not None and not is_list:
            kinds.setdefault(after.gvk.api_version, []).append(after.gvk.kind)
    return "".join(
        f"; {', '.join(sorted(names))} moved to {version}" for version, names in kinds.items()
    )


def _find_families(context: Context, changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Yield each kind with its list, types and operations, the operations of a kind, and those of a
    path.
    """
    lone = [change for change in changes if _lone_element(change) is not None]
    removed = [change for change in lone if change.before is not None]
    added = [change for change in lone if change.after is not None]
    yield from _find_families_of_side(context.old.reference, removed)
    yield from _find_families_of_side(context.new.reference, added)


def _find_families_of_side(
    reference: Reference, changes: Sequence[Change]
) -> Iterator[list[Change]]:
    operations = [change for change in changes if isinstance(_lone_element(change), Operation)]
    served = _group_by(operations, _kind_of)
    yield from _find_kinds(reference, changes, served)
    for gvk, family in served.items():
        count = sum(operation.gvk == gvk for operation in reference.operations.values())
        if gvk and len(family) == count:  # a kind with some operations left is not gone
            yield family
    yield from _group_by(operations, _operation_path).values()


def _find_kinds(
    reference: Reference,
    changes: Sequence[Change],
    served: Mapping[GroupVersionKind | None, Sequence[Change]],
) -> Iterator[list[Change]]:
    """Yield each kind with its list, the types that both lead to, and its operations."""
    definitions: dict[str, Definition] = {}
    for change in changes:
        element = _lone_element(change)
        if isinstance(element, Definition):
            definitions[change.id] = element
    by_key = {change.id: change for change in changes}
    by_kind = {
        definition.gvk: by_key[key]
        for key, definition in definitions.items()
        if definition.gvk is not None
    }
    visited: set[str] = set()  # types belong to the first kind that leads to them
    for gvk, change in by_kind.items():
        if gvk.kind.endswith(_LIST) and replace(gvk, kind=gvk.kind.removesuffix(_LIST)) in by_kind:
            continue
        kinds = [change]
        if (kind_list := by_kind.get(replace(gvk, kind=gvk.kind + _LIST))) is not None:
            kinds.append(kind_list)
        keys = reference.closure(*(kind.id for kind in kinds), but=visited)
        visited.update(keys)
        parts = [by_key[key] for key in keys if key in definitions and definitions[key].gvk is None]
        yield [*kinds, *parts, *served.get(gvk, ())]


def _operation_path(change: Change) -> str:
    element = _lone_element(change)
    if isinstance(element, Operation):
        return element.path
    return ""


def _merge_family(family: Sequence[Change]) -> Change:
    """Merge the changes of a kind at its definition, or those of a path at its first operation."""
    first = family[0]
    ids = tuple(change.id for change in family)
    if isinstance(_lone_element(first), Definition):
        return replace(first, ids=ids, ending=f", with {len(ids) - 1} of its types and operations")
    path = _operation_path(first)
    if all(_operation_path(change) == path for change in family):
        elements = [_lone_element(change) for change in family]
        methods = ", ".join(
            element.method for element in elements if isinstance(element, Operation)
        )
        return replace(first, id=path, subject=f"{path} with {methods}", ids=ids)
    gvk = _kind_of(first)
    assert gvk is not None  # noqa: S101 - operations without a kind have one path
    subject = f"each of the {len(ids)} operations of {gvk.kind} ({gvk.api_version})"
    return replace(first, id=str(gvk), subject=subject, ids=ids)


class _SharedFacts(Struct, frozen=True, kw_only=True):
    """The facts that equal changes of several elements have in common.

    `part` is the shared part of an operation or of equal objects. A change that shares nothing has
    its own `number`.
    """

    part: tuple[str, ...] = ()
    number: int = 0
    rule: str = ""
    levels: str = ""
    old: str | None = None
    new: str | None = None
    locale: str = ""


def _shared_facts(context: Context, change: Change) -> _SharedFacts:
    """Return the common facts of equal changes of several operations, of a field of equal inline
    objects, or of a null that a whole source gained or lost.

    A change that only one operation can have, such as its removal, shares nothing.
    """
    part = _shared_part(context, change)
    if not part:
        return _SharedFacts(number=id(change))
    return _SharedFacts(
        part=part,
        rule=change.rule.id,
        levels=f"{change.grade.request} {change.grade.response}",
        old=change.old,
        new=change.new,
        locale=change.locale,
    )


def _shared_part(context: Context, change: Change) -> tuple[str, ...]:
    if change.rule.id in _NULL_RULES and context.one_side_has_no_null:
        return ("null",)
    owner, name = split_prose_id(change.id)
    if belongs_to_operation(owner):
        if not name and change.id in (change.old, change.new):
            return ()
        return (type(change.before or change.after).__name__, name)
    if "." not in name:
        return _inherited_field(change, name)
    parent, _, last = change.id.rpartition(".")
    old_object = context.old.shared_objects.get(parent, parent)
    new_object = context.new.shared_objects.get(parent, parent)
    return (last, change.ending, old_object, new_object)


def _inherited_field(change: Change, name: str) -> tuple[str, ...]:
    """Return the location of a field, which types that inherit it have in common."""
    field = change.after or change.before
    if not isinstance(field, Field) or not field.span.line:
        return ()
    return (name, change.ending, str(field.span))


def _merge_shared(changes: Sequence[Change]) -> Change:
    """Merge equal changes at their first operation, or at the field with the shortest path."""
    first, name = changes[0], split_prose_id(changes[0].id).name
    ids = tuple(change.id for change in changes)
    if len(changes) == 1:
        return first
    if not belongs_to_operation(split_prose_id(first.id).owner):
        shortest = min(
            changes, key=lambda change: (change.id.count("."), len(change.id), change.id)
        )
        others = [change.subject for change in changes if change is not shortest]
        if len(others) == 1:
            places = others[0]
        else:
            places = f"{len(others)} other places, such as {others[0]}"
        return replace(shortest, ending=f"{first.ending}, as at {places}", ids=ids)
    element = first.before or first.after
    if isinstance(element, Response):
        shared = f"response {name}"
    elif name:
        shared = common_parameter_id(name)
    else:
        if first.direction is Direction.BOTH:
            direction = ""
        else:
            direction = f", {first.direction}"
        shared = f"operations{direction}: {first.new or first.old or first.rule.id}"
    operations = "each" if isinstance(element, Operation) else shared
    return replace(first, id=shared, subject=f"{operations} of {len(ids)} operations", ids=ids)
