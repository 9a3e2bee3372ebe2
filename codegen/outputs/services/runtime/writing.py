"""What a server sends: objects as JSON or YAML in Go's layout, warnings as headers, events one by one."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from codegen.outputs.services.runtime import protobuf
from codegen.outputs.services.runtime.negotiation import JSON, PROTOBUF, YAML, Form
from codegen.outputs.services.runtime.statuses import StatusError, failure

_LONE = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_COMPACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_MOST_WARNED = 4096  # characters of all warnings; from there on each is cut
_CUT = 256  # characters that are left of it


class Written(Protocol):
    """An object of a generated class."""

    def to_dict(self) -> dict[str, Any]: ...  # noqa: D102


class Raw(NamedTuple):
    """An answer that is no object of the API: the log of a container, a file."""

    data: bytes
    media_type: str = "text/plain"


class Event(NamedTuple):
    """One event of a watch: ADDED, MODIFIED, DELETED, BOOKMARK or ERROR, and its object."""

    type: str
    object: Written | Mapping[str, Any]


class Watch(NamedTuple):
    """The answer to a list that is watched: events as they come."""

    events: AsyncIterable[Event]


def plain(value: Written | Mapping[str, Any]) -> Mapping[str, Any]:
    """An object as JSON has it."""
    return value if isinstance(value, Mapping) else value.to_dict()


def written(obj: Mapping[str, Any], form: Form) -> tuple[bytes, str]:
    """An object in a form, and the media type: that of JSON where its numbers in protobuf are not known.

    Raises StatusError where only a part is asked for that it does not have.
    """
    shown = partial(obj) if form.partial and obj.get("kind") != "Status" else obj
    if form.media_type == PROTOBUF and (known := protobuf.numbers()) is not None:
        with suppress(protobuf.UnnumberedError):
            return known.encode(shown), PROTOBUF
    if form.media_type == YAML:
        from codegen.outputs.services.runtime.yaml_text import dumped  # takes longer than all else here

        return _bytes(dumped(shown)), YAML
    return json_of(shown, pretty=form.pretty), JSON


def json_of(obj: Any, *, pretty: bool = False) -> bytes:
    """A value as Go writes JSON: what could end a script in a page is written as an escape."""
    text = json.dumps(obj, ensure_ascii=False, allow_nan=False, indent=2) if pretty else f"{_COMPACT.encode(obj)}\n"
    for char, escape in _ESCAPES.items():
        if char in text:
            text = text.replace(char, escape)
    return _bytes(text)


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a character, which Go replaces while it reads
        return _LONE.sub("\ufffd", text).encode()


def partial(obj: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata of an object, or of each of a list."""
    items = obj.get("items")
    if isinstance(items, list):
        listed = [{**partial(item)} for item in items]
        return {
            "kind": "PartialObjectMetadataList",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": obj.get("metadata") or {},
            "items": listed,
        }
    if "metadata" not in obj:
        raise StatusError(failure(406, f"you requested PartialObjectMetadata, but {obj.get('kind')} has no metadata"))
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"] or {}}


async def lines(watch: Watch, form: Form) -> AsyncIterator[bytes]:
    """The events of a watch, a line of JSON each."""
    async for event in watch.events:
        obj = plain(event.object)
        shown = partial(obj) if form.partial and event.type != "ERROR" else obj
        yield json_of({"type": event.type, "object": shown})


def warning_headers(warnings: Sequence[str]) -> list[str]:
    """The values of Warning headers, each warning once; where they are very long together, all are cut."""
    if not warnings:
        return []
    listed = [text for text in dict.fromkeys(warnings) if text and not _CONTROLS.search(text)]
    if sum(map(len, listed)) > _MOST_WARNED:
        listed = list(_cut(listed))
    return [f"299 - {_quoted(text)}" for text in listed]


def _cut(warnings: Sequence[str]) -> Iterator[str]:
    written = 0
    for text in warnings:
        if written >= _MOST_WARNED:
            return
        written += len(text[:_CUT])
        yield text[:_CUT]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
