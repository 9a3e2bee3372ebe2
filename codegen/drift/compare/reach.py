"""Which types are sent and which are returned: what request bodies and responses lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codegen.findings.levels import Direction
from codegen.model import Definition, Reference, refs

ALL = frozenset({Direction.REQUEST, Direction.RESPONSE})
_STATUS = "status"


def directions(references: Iterable[Reference]) -> dict[str, frozenset[Direction]]:
    """The directions of every type that an operation of any of the references leads to."""
    found: dict[str, set[Direction]] = {}
    for reference in references:
        for direction, roots in ((Direction.REQUEST, _sent(reference)), (Direction.RESPONSE, _returned(reference))):
            for key in reference.closure(*roots):
                found.setdefault(key, set()).add(direction)
        for key in _bodies(reference):
            found.setdefault(key, set()).add(Direction.REQUEST)
    return {key: frozenset(used) for key, used in found.items()}


def _sent(reference: Reference) -> Iterator[str]:
    """The types that bodies lead to. A server drops the status of an object that is sent, except at its `/status`."""
    for operation in reference.operations.values():
        for parameter in operation.parameters:
            for key in refs(parameter.type) if parameter.place == "body" else ():
                definition = reference.definitions.get(key)
                if definition is None or operation.path.endswith(f"/{_STATUS}") or not _is_kind(definition):
                    yield key
                    continue
                for field in definition.fields:
                    if field.name != _STATUS:
                        yield from refs(field.type)


def _bodies(reference: Reference) -> Iterator[str]:
    for operation in reference.operations.values():
        for parameter in operation.parameters:
            if parameter.place == "body":
                yield from refs(parameter.type)


def _is_kind(definition: Definition) -> bool:
    return definition.field("kind") is not None and definition.field("apiVersion") is not None


def _returned(reference: Reference) -> Iterator[str]:
    for operation in reference.operations.values():
        for response in operation.responses:
            yield from refs(response.type)
