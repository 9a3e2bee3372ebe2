"""Directions of types: sent in request bodies, returned in responses, or both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codegen.core.diagnostics import Direction
from codegen.model import Reference, refs

BOTH_WAYS = frozenset({Direction.REQUEST, Direction.RESPONSE})
_STATUS = "status"


def find_directions(references: Iterable[Reference]) -> dict[str, frozenset[Direction]]:
    """Find the directions of all types used by operations of the references."""
    found: dict[str, set[Direction]] = {}
    for reference in references:
        operations = reference.operations.values()
        bodies = [
            (key, operation.path)
            for operation in operations
            for parameter in operation.parameters
            if parameter.place == "body"
            for key in refs(parameter.type)
        ]
        roots = {
            Direction.REQUEST: [root for body in bodies for root in _sent_types(reference, *body)],
            Direction.RESPONSE: [
                key for each in operations for answer in each.responses for key in refs(answer.type)
            ],
        }
        for direction, keys in roots.items():
            for key in reference.closure(*keys):
                found.setdefault(key, set()).add(direction)
        for key, _ in bodies:
            found.setdefault(key, set()).add(Direction.REQUEST)
    return {key: frozenset(used) for key, used in found.items()}


def _sent_types(reference: Reference, key: str, path: str) -> Iterator[str]:
    """Yield the types that a body leads to; servers drop a sent status except at `/status`."""
    definition = reference.definitions.get(key)
    is_kind = definition is not None and None not in (
        definition.field("kind"),
        definition.field("apiVersion"),
    )
    if definition is None or not is_kind or path.endswith(f"/{_STATUS}"):
        yield key
        return
    for field in definition.fields:
        if field.name != _STATUS:
            yield from refs(field.type)
