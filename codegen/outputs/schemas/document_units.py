"""Which definitions and operations stand in which file: each in at least one, so that no part of a reference is left out.

A kind has a file, and what it is made of is in it. What no kind leads to has files of its own: definitions by their own name, operations
of no kind (`/version`, logs) together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from codegen.model import Definition, Operation, Reference, definition_refs, naming, refs
from codegen.outputs.job import roots

_OF_NO_KIND = "nonresource-urls"  # as RBAC calls them


class DocumentUnit(Struct, frozen=True, kw_only=True):
    """One file: its name without an ending, the definition that it is about (None: it has operations alone), and its operations."""

    stem: str
    root: Definition | None
    operations: tuple[Operation, ...] = ()


def schema_roots(reference: Reference) -> tuple[Definition, ...]:
    """The definitions that have a file: the roots, and the fewest others that lead to all that no root leads to."""
    listed = roots(reference)
    documented = (definition for definition in reference.definitions.values() if definition.documented)
    others = minimal_roots(reference, documented, (definition.key for definition in listed))
    return tuple(sorted((*listed, *others), key=lambda definition: definition.key))


def minimal_roots(reference: Reference, candidates: Iterable[Definition], known: Iterable[str]) -> list[Definition]:
    """The candidates that lead to all others of them, without those that the definitions `known` lead to, by key.

    Of candidates that lead to each other and that nothing else leads to, the first.
    """
    covered = set(reference.closure(*known))
    left = sorted((each for each in candidates if each.key not in covered), key=lambda definition: definition.key)
    inner = {target for each in left for target in definition_refs(each) if target != each.key}
    chosen = []
    for each in (*(each for each in left if each.key not in inner), *left):
        if each.key not in covered:
            chosen.append(each)
            covered.update(reference.closure(each.key, but=covered))
    return chosen


def list_units(reference: Reference) -> list[DocumentUnit]:
    """The files of a format that holds operations: each root that has some, and what is in none of these."""
    listed = schema_roots(reference)
    stems = naming.schema_stems(listed)
    owned, unowned = _assign_owners(reference, listed)
    held = [key for root in listed if root.key in owned for key in (root.key, *operation_keys(owned[root.key]))] + list(
        operation_keys(unowned)
    )
    alone = {root.key for root in minimal_roots(reference, listed, held)}
    found = [
        DocumentUnit(stem=stems[root.key], root=root, operations=tuple(owned.get(root.key, ())))
        for root in listed
        if root.key in owned or root.key in alone
    ]
    if unowned:
        stem = naming.UniqueNames(stems.values()).take(_OF_NO_KIND, f"{_OF_NO_KIND}-")
        found.append(DocumentUnit(stem=stem, root=None, operations=tuple(unowned)))
    return found


def operation_keys(operations: Iterable[Operation]) -> Iterable[str]:
    """The definitions that operations name."""
    for operation in operations:
        for parameter in operation.parameters:
            yield from refs(parameter.type)
        for response in operation.responses:
            yield from refs(response.type)


def _assign_owners(
    reference: Reference, listed: tuple[Definition, ...]
) -> tuple[Mapping[str, list[Operation]], list[Operation]]:
    """Root key -> its operations, and those of no root. Each operation belongs to one, so that Status does not collect every delete.

    The first that is a root decides: the operation's own kind, the page that documents it, its body, its answers; else the root that has
    the resource whose subresource (`exec`, `proxy`) this is.
    """
    keys = {definition.key for definition in listed}
    by_kind = {gvk: definition.key for definition in listed for gvk in definition.gvks}
    by_page = {
        operation: [section.key for section in page.sections]
        for page in reference.pages
        for operation in page.operations
    }
    owners: dict[str, str] = {}
    for operation in reference.operations.values():
        candidates = [by_kind[operation.gvk]] if operation.gvk in by_kind else []
        candidates += by_page.get(operation.id, [])
        candidates += [key for part in operation.parameters if part.place == "body" for key in refs(part.type)]
        candidates += [key for answer in operation.responses for key in refs(answer.type)]
        if owner := next((key for key in candidates if key in keys), None):
            owners[operation.id] = owner
    by_path = {reference.operations[known].path: owner for known, owner in reversed(owners.items())}
    owned: dict[str, list[Operation]] = {}
    unowned: list[Operation] = []
    for operation in reference.operations.values():
        owner = owners.get(operation.id) or _owner_above(operation.path, by_path)
        (owned.setdefault(owner, []) if owner else unowned).append(operation)
    return owned, unowned


def _owner_above(path: str, by_path: Mapping[str, str]) -> str | None:
    """The root that has the operations of the nearest path above."""
    while "/" in path:
        if owner := by_path.get(path):
            return owner
        path = path.rpartition("/")[0]
    return None
