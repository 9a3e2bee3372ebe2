"""Which types are sent and which are answered: what request bodies and responses lead to."""

from __future__ import annotations

from collections.abc import Iterable

from codegen.compare.rules import Direction
from codegen.model import Reference, refs

ALL = frozenset({Direction.REQUEST, Direction.RESPONSE})


def directions(references: Iterable[Reference]) -> dict[str, frozenset[Direction]]:
    """The directions of every type that an operation of any of the references leads to."""
    found: dict[str, set[Direction]] = {}
    for reference in references:
        operations = reference.operations.values()
        sent = [
            key
            for each in operations
            for parameter in each.parameters
            if parameter.place == "body"
            for key in refs(parameter.type)
        ]
        answered = [key for each in operations for response in each.responses for key in refs(response.type)]
        for direction, roots in ((Direction.REQUEST, sent), (Direction.RESPONSE, answered)):
            for key in reference.closure(*roots):
                found.setdefault(key, set()).add(direction)
    return {key: frozenset(used) for key, used in found.items()}
