"""The assignment of definitions and operations to files. Each is in at least one file.

A kind has a file with all types that it needs. Definitions that no kind needs have files of their
own, and operations without a kind share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from msgspec import Struct

from codegen.model import (
    Definition,
    GroupVersionKind,
    Operation,
    Reference,
    definition_refs,
    find_used_keys,
    refs,
)
from codegen.model.file_names import schema_stems
from codegen.model.unique_names import UniqueNames
from codegen.outputs.job import roots

_OF_NO_KIND = "nonresource-urls"  # the name in RBAC


class DocumentUnit(Struct, frozen=True, kw_only=True):
    """A file with its name without an ending, its main definition if there is one, and its
    operations.
    """

    stem: str
    root: Definition | None
    operations: tuple[Operation, ...]


def schema_roots(reference: Reference) -> tuple[Definition, ...]:
    """Return the definitions with a file, the roots and the fewest others for the rest."""
    listed = roots(reference)
    documented = (
        definition for definition in reference.definitions.values() if definition.documented
    )
    unreached = minimal_roots(reference, documented, (definition.key for definition in listed))
    return tuple(sorted((*listed, *unreached), key=lambda definition: definition.key))


def minimal_roots(
    reference: Reference, candidates: Iterable[Definition], reached: Iterable[str]
) -> list[Definition]:
    """Find the fewest candidates to reach all others, sorted by key.

    Candidates within reach of `reached` are left out. Of candidates that only reach each other, the
    first is returned.
    """
    covered = set(reference.closure(*reached))
    left = sorted(
        (definition for definition in candidates if definition.key not in covered),
        key=lambda definition: definition.key,
    )
    inner: set[str] = set()
    for definition in left:
        inner.update(key for key in definition_refs(definition) if key != definition.key)
    outer = [definition for definition in left if definition.key not in inner]
    chosen = []
    for definition in (*outer, *left):
        if definition.key not in covered:
            chosen.append(definition)
            covered.update(reference.closure(definition.key, but=covered))
    return chosen


def list_units(reference: Reference) -> list[DocumentUnit]:
    """List the files for operations, of roots and of the rest."""
    listed = schema_roots(reference)
    stems = schema_stems(listed)
    assigned = _assign_owners(reference, listed)
    owned = assigned.by_root
    used = {root.key for root in listed if root.key in owned}
    for operations in (*owned.values(), assigned.unowned):
        used |= find_used_keys(operations)
    alone = {root.key for root in minimal_roots(reference, listed, used)}
    units = [
        DocumentUnit(stem=stems[root.key], root=root, operations=tuple(owned.get(root.key, ())))
        for root in listed
        if root.key in owned or root.key in alone
    ]
    if assigned.unowned:
        stem = UniqueNames(stems.values()).take(_OF_NO_KIND, f"{_OF_NO_KIND}-")
        units.append(DocumentUnit(stem=stem, root=None, operations=tuple(assigned.unowned)))
    return units


class _OwnedOperations(NamedTuple):
    """The operations of each root by its key, and the operations without a root."""

    by_root: Mapping[str, list[Operation]]
    unowned: list[Operation]


def _assign_owners(reference: Reference, listed: tuple[Definition, ...]) -> _OwnedOperations:
    """Assign each operation to one root.

    The first root decides among the operation's own kind, its page, its body and its responses.
    Otherwise the root of the resource above a subresource such as `exec` decides. So Status does
    not collect every delete.
    """
    keys = {definition.key for definition in listed}
    by_kind: dict[GroupVersionKind, str] = {}
    for definition in listed:
        by_kind.update(dict.fromkeys(definition.gvks, definition.key))
    by_page: dict[str, tuple[str, ...]] = {}
    for page in reference.pages:
        by_page.update(dict.fromkeys(page.operations, page.section_keys))
    owners: dict[str, str] = {}
    for operation in reference.operations.values():
        if operation.gvk in by_kind:
            candidates = [by_kind[operation.gvk]]
        else:
            candidates = []
        candidates += by_page.get(operation.id, ())
        for parameter in operation.parameters:
            if parameter.place == "body":
                candidates += refs(parameter.type)
        for response in operation.responses:
            candidates += refs(response.type)
        if owner := next((key for key in candidates if key in keys), None):
            owners[operation.id] = owner
    by_path = {reference.operations[name].path: owner for name, owner in reversed(owners.items())}
    owned: dict[str, list[Operation]] = {}
    unowned: list[Operation] = []
    for operation in reference.operations.values():
        above = (operation.path, *map(str, PurePosixPath(operation.path).parents))
        owner = owners.get(operation.id) or next(
            (by_path[path] for path in above if path in by_path), None
        )
        if owner:
            owned.setdefault(owner, []).append(operation)
        else:
            unowned.append(operation)
    return _OwnedOperations(by_root=owned, unowned=unowned)
