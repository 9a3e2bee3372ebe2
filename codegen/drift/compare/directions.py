"""Directions of types: sent in request bodies, returned in responses, or both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codegen.core.diagnostics import Direction
from codegen.model import Definition, Reference, refs

BOTH_WAYS = frozenset({Direction.REQUEST, Direction.RESPONSE})
_STATUS = "status"


def find_directions(references: Iterable[Reference]) -> dict[str, frozenset[Direction]]:
    """Find the directions of all types used by operations of the references."""
    found: dict[str, set[Direction]] = {}
    for reference in references:
        bodies = [*_body_types(reference)]
        roots = {
            Direction.REQUEST: [root for body in bodies for root in _sent_types(reference, *body)],
            Direction.RESPONSE: [*_returned_types(reference)],
        }
        for direction, keys in roots.items():
            for key in reference.closure(*keys):
                found.setdefault(key, set()).add(direction)
        for key, _ in bodies:
            found.setdefault(key, set()).add(Direction.REQUEST)
    return {key: frozenset(used) for key, used in found.items()}


def _body_types(reference: Reference) -> Iterator[tuple[str, str]]:
    """Yield the types of request bodies with the paths of their operations."""
    for operation in reference.operations.values():
        for parameter in operation.parameters:
            if parameter.place == "body":
                yield from ((key, operation.path) for key in refs(parameter.type))


def _sent_types(reference: Reference, key: str, path: str) -> Iterator[str]:
    """Yield the types that a body leads to; servers drop a sent status except at `/status`."""
    definition = reference.definitions.get(key)
    if definition is None or path.endswith(f"/{_STATUS}") or not _is_kind(definition):
        yield key
        return
    for field in definition.fields:
        if field.name != _STATUS:
            yield from refs(field.type)


def _is_kind(definition: Definition) -> bool:
    return definition.field("kind") is not None and definition.field("apiVersion") is not None


def _returned_types(reference: Reference) -> Iterator[str]:
    for operation in reference.operations.values():
        for response in operation.responses:
            yield from refs(response.type)
