"""Directions of types: sent in requests, returned in responses, or both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codegen.core.diagnostics import Direction
from codegen.model import Operation, Reference, refs
from codegen.model.definitions import message_refs

BOTH_WAYS = frozenset({Direction.REQUEST, Direction.RESPONSE})
_STATUS = "status"


def find_directions(references: Iterable[Reference]) -> dict[str, frozenset[Direction]]:
    """Find the directions of all types used by operations of the references."""
    directions: dict[str, frozenset[Direction]] = {}
    for reference in references:
        sent: set[str] = set()
        returned: set[str] = set()
        for operation in reference.operations.values():
            sent.update(_list_sent_types(reference, operation))
            for response in operation.responses:
                returned.update(message_refs(response))
        for key in {*reference.closure(*sorted(sent)), *_list_bodies(reference)}:
            directions[key] = directions.get(key, frozenset()) | {Direction.REQUEST}
        for key in reference.closure(*sorted(returned)):
            directions[key] = directions.get(key, frozenset()) | {Direction.RESPONSE}
    return directions


def _list_bodies(reference: Reference) -> Iterator[str]:
    """Yield the types of all request bodies, also those whose status is dropped."""
    for operation in reference.operations.values():
        for parameter in operation.parameters:
            if parameter.place == "body":
                yield from message_refs(parameter)


def _list_sent_types(reference: Reference, operation: Operation) -> Iterator[str]:
    """Yield the types that the parameters and the body of an operation lead to."""
    for parameter in operation.parameters:
        for key in message_refs(parameter):
            if parameter.place == "body":
                yield from _list_types_of_body(reference, key, operation.path)
            else:
                yield key


def _list_types_of_body(reference: Reference, key: str, path: str) -> Iterator[str]:
    """Yield the types that a body leads to; servers drop a sent status except at `/status`."""
    definition = reference.definitions.get(key)
    is_kind = (
        definition is not None
        and definition.field("kind") is not None
        and definition.field("apiVersion") is not None
    )
    if definition is None or not is_kind or path.endswith(f"/{_STATUS}"):
        yield key
        return
    for field in definition.fields:
        if field.name != _STATUS:
            yield from refs(field.type)
