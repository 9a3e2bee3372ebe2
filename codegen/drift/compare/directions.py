"""Directions of types: sent in requests, returned in responses, or both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from msgspec import Struct

from codegen.core.diagnostics import Direction
from codegen.model import Operation, Reference, refs
from codegen.model.definitions import message_refs

BOTH_WAYS = frozenset({Direction.REQUEST, Direction.RESPONSE})
_STATUS = "status"
_CALLBACKS, _WEBHOOKS = "callbacks", "webhooks"


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
        calls = _collect_calls(reference)
        sent.update(calls.sent)
        returned.update(calls.returned)
        for key in {*reference.closure(*sorted(sent)), *_list_bodies(reference)}:
            directions[key] = directions.get(key, frozenset()) | {Direction.REQUEST}
        for key in reference.closure(*sorted(returned)):
            directions[key] = directions.get(key, frozenset()) | {Direction.RESPONSE}
    return directions


class _Calls(Struct, frozen=True, kw_only=True):
    """The types that clients send and read when the server calls them."""

    sent: set[str]
    returned: set[str]


def _collect_calls(reference: Reference) -> _Calls:
    """Collect the types of callbacks and webhooks: clients read the requests, and send responses."""
    calls = _Calls(sent=set(), returned=set())
    for operation in reference.operations.values():
        for keyword in operation.keywords:
            if keyword.name == _CALLBACKS:
                _add_calls(calls, json.loads(keyword.value))
    for stated in reference.document:
        if stated.name == _WEBHOOKS:
            _add_calls(calls, json.loads(stated.value))
    known = reference.definitions.keys()
    return _Calls(sent=calls.sent & known, returned=calls.returned & known)


def _add_calls(calls: _Calls, value: object) -> None:
    """Add the types of all operations below a value."""
    if not isinstance(value, dict):
        return
    for name, part in value.items():
        if name in ("requestBody", "parameters"):
            calls.returned.update(_list_names(part))
        elif name == "responses":
            calls.sent.update(_list_names(part))
        else:
            _add_calls(calls, part)


def _list_names(value: object) -> Iterator[str]:
    """Yield the names of the types that a value refers to."""
    if isinstance(value, list):
        for part in value:
            yield from _list_names(part)
    elif isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            yield reference.rpartition("/")[2]
        for part in value.values():
            yield from _list_names(part)


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
