"""Objects in protobuf, in the envelope of k8s.io/apimachinery, by the table of messages in `protobuf.toml`."""

from __future__ import annotations

import base64
import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from codegen.endpoint.body_syntax import Body, describe_unrecognised

_MAGIC = b"k8s\0"
_NUMBER, _FIXED64, _BYTES = 0, 1, 2  # wire types
_MOST_NUMBER_BYTES = 10
_DEEPEST = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Part = tuple[int, "int | bytes"]  # the number of a field, and its value on the wire


class UnknownMessage(Exception):  # noqa: N818  - the caller writes JSON instead
    """An object with a kind or field that is missing in the table."""


class _Unreadable(Exception):  # noqa: N818  - becomes the refusal of a body
    pass


class Field(NamedTuple):
    """A field with its JSON name, its mark and the type of its values.

    The mark is `*` for an optional field, `[]` for a list and `{}` for a map.
    """

    name: str
    mark: str
    type: str


@cache
def _messages() -> Mapping[str, Mapping[int, Field]]:
    """Return the fields of all messages by their numbers. The message of a kind has its name."""
    data = tomllib.loads(Path(__file__).with_name("protobuf.toml").read_text(encoding="utf-8"))
    messages: dict[str, dict[int, Field]] = {}
    for message, lines in data.items():
        for number, name, marked in (line.split() for line in lines):
            plain = marked.lstrip("*[]{}")
            messages.setdefault(message, {})[int(number)] = Field(name, marked.removesuffix(plain), plain)
    return messages


def has_kind(kind: str) -> bool:
    """Return whether objects of a kind can be read and written."""
    return kind in _messages()


# ------------------------------------------------------------------------------------------------------------ writing


def encode(obj: Mapping[str, Any]) -> bytes:
    """Encode an object in its envelope. Raises UnknownMessage."""
    api_version, kind = str(obj.get("apiVersion", "")), str(obj.get("kind", ""))
    if not has_kind(kind):
        raise UnknownMessage(kind)
    rest = {name: value for name, value in obj.items() if name not in ("apiVersion", "kind")}
    head = _encode_part(1, api_version.encode()) + _encode_part(2, kind.encode())
    parts = {1: head, 2: _encode_message(rest, kind), 3: b"", 4: b""}
    return _MAGIC + b"".join(_encode_part(number, data) for number, data in parts.items())


def _encode_message(obj: Mapping[str, Any], message: str) -> bytes:
    fields = _messages()[message]
    known = {field.name for field in fields.values()}
    if unknown := next((name for name, value in obj.items() if name not in known and value is not None), None):
        raise UnknownMessage(unknown)
    return b"".join(
        _encode_part(number, value)
        for number, field in fields.items()
        for value in _encode_field(field, obj.get(field.name))
    )


def _encode_field(field: Field, value: Any) -> Iterator[int | bytes]:
    if field.mark == "[]":
        yield from (_encode_value(field.type, item) for item in value or ())
    elif field.mark == "{}":
        for name, item in sorted((value or {}).items()):
            yield _encode_part(1, _encode_value("string", name)) + _encode_part(2, _encode_value(field.type, item))
    elif value is not None or not field.mark:  # Go writes a field that is not optional even if it is empty
        yield _encode_value(field.type, value)


def _encode_value(kind: str, value: Any) -> int | bytes:
    match kind:
        case "string":
            return str(value or "").encode("utf-8", errors="replace")
        case "int" | "bool":
            return int(value or 0)
        case "bytes":
            return base64.b64decode(value or "")
        case "time":
            seconds = (datetime.fromisoformat(value) - _EPOCH) // timedelta(seconds=1) if value else 0
            return _encode_part(1, seconds) + _encode_part(2, 0) if value else b""
        case "json":
            text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
            return _encode_part(1, text.encode("utf-8", errors="replace"))
        case "strings":
            return b"".join(_encode_part(1, _encode_value("string", item)) for item in value or ())
    return _encode_message(value or {}, kind)


def _encode_part(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _encode_number(number << 3 | _NUMBER) + _encode_number(value)
    return _encode_number(number << 3 | _BYTES) + _encode_number(len(value)) + value


def _encode_number(value: int) -> bytes:
    value &= 2**64 - 1
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*encoded, value))


# ------------------------------------------------------------------------------------------------------------ reading


def read_body(data: bytes, api_version: str, kind: str) -> Body:
    """Read a body of a kind. Never raises for its contents."""
    try:
        return Body(obj=_decode(data, api_version, kind))
    except _Unreadable as fault:
        return Body(obj={}, refusal=describe_unrecognised(data, kind, str(fault)))


def _decode(data: bytes, api_version: str, kind: str) -> dict[str, Any]:
    if not data:
        raise _Unreadable("empty data")
    if not data.startswith(_MAGIC):
        prefix = " ".join(map(str, _MAGIC))
        raise _Unreadable(f"provided data does not appear to be a protobuf message, expected prefix [{prefix}]")
    envelope = dict(_parts(data[len(_MAGIC) :]))
    named = {number: _decode_value("string", word, 0) for number, word in _parts(envelope.get(1, b""))}
    head = {"apiVersion": named.get(1) or api_version, "kind": named.get(2) or kind}
    if head != {"apiVersion": api_version, "kind": kind}:
        return head  # of another kind, which is refused for that
    return {**head, **_decode_message(envelope.get(2, b""), kind, 0)}


def _decode_message(data: int | bytes, message: str, depth: int) -> dict[str, Any]:
    if depth > _DEEPEST:
        raise _Unreadable("proto: nesting too deep")
    found: dict[str, Any] = {}
    for number, value in _parts(data):
        field = _messages()[message].get(number)
        if field is None:
            raise _Unreadable(f"proto: {message}: unknown field number {number}")
        if field.mark == "{}":
            entry = dict(_parts(value))
            name = _decode_value("string", entry.get(1, b""), depth)
            found.setdefault(field.name, {})[name] = _decode_value(field.type, entry.get(2, b""), depth)
            continue
        decoded = _decode_value(field.type, value, depth)
        if field.mark == "[]":
            found.setdefault(field.name, []).append(decoded)
        elif decoded is not None and (field.mark or decoded not in ("", 0, {})):
            found[field.name] = decoded  # an empty field that is not optional has no value
    return found


def _decode_value(kind: str, value: int | bytes, depth: int) -> Any:
    if isinstance(value, int) is not (kind in ("int", "bool")):
        raise _Unreadable(f"proto: wrong wireType for a value of the type {kind}")
    match kind:
        case "int":
            return _decode_number(value)
        case "bool":
            return bool(value)
        case "bytes" if isinstance(value, bytes):
            return base64.b64encode(value).decode()
        case "string" if isinstance(value, bytes):
            return value.decode("utf-8", errors="replace")
        case "strings":
            return [_decode_value("string", part, depth) for number, part in _parts(value) if number == 1]
    parts = dict(_parts(value)) if kind in ("time", "json") else {}
    try:
        if kind == "json":
            return json.loads(_decode_value("string", parts.get(1, b"null"), depth))
        if kind == "time":
            moment = _EPOCH + timedelta(seconds=_decode_number(parts.get(1, 0)))
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if parts else None
    except (ValueError, RecursionError, OverflowError):
        raise _Unreadable(f"proto: invalid {kind}") from None
    return _decode_message(value, kind, depth + 1)


def _decode_number(value: int | bytes) -> int:
    if not isinstance(value, int):
        raise _Unreadable("proto: wrong wireType for a number")
    return value - 2**64 if value >= 2**63 else value


def _parts(data: int | bytes) -> Iterator[Part]:
    """Yield the fields of a message."""
    data, at = data if isinstance(data, bytes) else b"", 0
    while at < len(data):
        key, at = _read_number(data, at)
        match key & 7:
            case 0:
                value, at = _read_number(data, at)
                yield key >> 3, value
                continue
            case 2:
                size, at = _read_number(data, at)
            case 1 | 5 as wire:
                size = 8 if wire == _FIXED64 else 4
            case wire:
                raise _Unreadable(f"proto: illegal wireType {wire}")
        if at + size > len(data):
            raise _Unreadable("unexpected EOF")
        yield key >> 3, data[at : at + size]
        at += size


def _read_number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(_MOST_NUMBER_BYTES):
        if at >= len(data):
            raise _Unreadable("unexpected EOF")
        value |= (data[at] & 0x7F) << (7 * shift)
        at += 1
        if data[at - 1] < 0x80:
            return value, at
    raise _Unreadable("proto: integer overflow")
