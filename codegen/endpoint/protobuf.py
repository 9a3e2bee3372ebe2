"""Objects in protobuf, in the envelope of k8s.io/apimachinery, by the table of messages in
`protobuf.toml`.
"""

from __future__ import annotations

import base64
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from codegen.endpoint.body_syntax import RefusedBody

_MAGIC = b"k8s\0"
_VARINT, _BYTES = 0, 2  # wire types, the only ones in the messages of the table
_MOST_NUMBER_BYTES = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Wire = int | bytes  # the value of a field


class UnknownMessage(Exception):  # noqa: N818  - the caller writes JSON instead
    """An object with a kind or field that is missing in the table."""


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
            messages.setdefault(message, {})[int(number)] = Field(
                name, marked.removesuffix(plain), plain
            )
    return messages


def has_kind(kind: str) -> bool:
    """Return whether objects of a kind can be read and written."""
    return kind in _messages()


def encode(obj: Mapping[str, Any]) -> bytes:
    """Encode an object in its envelope. Raises UnknownMessage."""
    api_version, kind = str(obj.get("apiVersion", "")), str(obj.get("kind", ""))
    if not has_kind(kind):
        raise UnknownMessage(kind)
    rest = {name: value for name, value in obj.items() if name not in ("apiVersion", "kind")}
    head = _write_field(1, api_version.encode()) + _write_field(2, kind.encode())
    parts = {1: head, 2: _encode_message(rest, kind), 3: b"", 4: b""}
    return _MAGIC + b"".join(_write_field(number, data) for number, data in parts.items())


def _encode_message(obj: Mapping[str, Any], message: str) -> bytes:
    fields = _messages()[message]
    known = {field.name for field in fields.values()}
    if unknown := next(
        (name for name, value in obj.items() if name not in known and value is not None), None
    ):
        raise UnknownMessage(unknown)
    return b"".join(
        _write_field(number, value)
        for number, field in fields.items()
        for value in _encode_field(field, obj.get(field.name))
    )


def _encode_field(field: Field, value: Any) -> Iterator[Wire]:
    if field.mark == "[]":
        yield from (_encode_value(field.type, item) for item in value or ())
    elif field.mark == "{}":
        for name, item in sorted((value or {}).items()):
            yield _write_field(1, _encode_value("string", name)) + _write_field(
                2, _encode_value(field.type, item)
            )
    elif (
        value is not None or not field.mark
    ):  # Go writes a field that is not optional even if it is empty
        yield _encode_value(field.type, value)


def _encode_value(kind: str, value: Any) -> Wire:
    match kind:
        case "string":
            return str(value or "").encode("utf-8", errors="replace")
        case "int" | "bool":
            return int(value or 0)
        case "bytes":
            return base64.b64decode(value or "")
        case "time":
            seconds = (
                (datetime.fromisoformat(value) - _EPOCH) // timedelta(seconds=1) if value else 0
            )
            return _write_field(1, seconds) + _write_field(2, 0) if value else b""
        case "json":
            return _write_field(
                1, json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
            )
        case "strings":
            return b"".join(_write_field(1, _encode_value("string", item)) for item in value or ())
    return _encode_message(value or {}, kind)


def _write_field(number: int, value: Wire) -> bytes:
    if isinstance(value, int):
        return _write_number(number << 3 | _VARINT) + _write_number(value)
    return _write_number(number << 3 | _BYTES) + _write_number(len(value)) + value


def _write_number(value: int) -> bytes:
    value &= 2**64 - 1
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*encoded, value))


def decode(data: bytes, api_version: str, kind: str) -> dict[str, Any]:
    """Decode an object of a kind. Raises RefusedBody."""
    if not data:
        raise RefusedBody("empty data")
    if not data.startswith(_MAGIC):
        prefix = " ".join(map(str, _MAGIC))
        raise RefusedBody(
            f"provided data does not appear to be a protobuf message, expected prefix [{prefix}]"
        )
    envelope = dict(_read_fields(data[len(_MAGIC) :]))
    named = {
        number: _decode_value("string", word) for number, word in _read_fields(envelope.get(1, b""))
    }
    head = {"apiVersion": named.get(1) or api_version, "kind": named.get(2) or kind}
    if head != {"apiVersion": api_version, "kind": kind}:
        return head  # of another kind, which is refused for that
    return {**head, **_decode_message(envelope.get(2, b""), kind)}


def _decode_message(data: Wire, message: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, value in _read_fields(data):
        field = _messages()[message].get(number)
        if field is None:
            raise RefusedBody(f"proto: {message}: unknown field number {number}")
        if field.mark == "{}":
            entry = dict(_read_fields(value))
            name = _decode_value("string", entry.get(1, b""))
            found.setdefault(field.name, {})[name] = _decode_value(field.type, entry.get(2, b""))
        elif field.mark == "[]":
            found.setdefault(field.name, []).append(_decode_value(field.type, value))
        else:
            decoded = _decode_value(field.type, value)
            if decoded is not None and (
                field.mark or decoded not in ("", 0, {})
            ):  # else empty, which is no value
                found[field.name] = decoded
    return found


def _decode_value(kind: str, value: Wire) -> Any:
    decoder = _DECODERS.get(kind)
    try:
        return decoder(value) if decoder is not None else _decode_message(value, kind)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise RefusedBody(f"proto: invalid {kind}") from None


def _decode_integer(value: Any) -> int:
    return int(value - 2**64 if value >= 2**63 else value)


def _decode_time(value: Any) -> str | None:
    parts = dict(_read_fields(value))
    moment = _EPOCH + timedelta(seconds=_decode_integer(parts.get(1, 0)))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if parts else None


_DECODERS: Mapping[str, Callable[[Any], Any]] = {
    "string": lambda value: value.decode("utf-8", errors="replace"),
    "int": _decode_integer,
    "bool": lambda value: _decode_integer(value) != 0,
    "bytes": lambda value: base64.b64encode(value).decode(),
    "time": _decode_time,
    "json": lambda value: json.loads(
        _decode_value("string", dict(_read_fields(value)).get(1, b"null"))
    ),
    "strings": lambda value: [_decode_value("string", part) for _, part in _read_fields(value)],
}


def _read_fields(data: Wire) -> Iterator[tuple[int, Wire]]:
    """Yield the numbers and values of the fields of a message."""
    if isinstance(data, int):
        raise RefusedBody("proto: a number in place of a message")
    at = 0
    while at < len(data):
        key, at = _read_number(data, at)
        if key & 7 not in (_VARINT, _BYTES):
            raise RefusedBody(f"proto: illegal wireType {key & 7}")
        value, at = _read_number(data, at)
        if key & 7 == _VARINT:
            yield key >> 3, value
            continue
        if at + value > len(data):
            raise RefusedBody("unexpected EOF")
        yield key >> 3, data[at : at + value]
        at += value


def _read_number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(_MOST_NUMBER_BYTES):
        if at >= len(data):
            raise RefusedBody("unexpected EOF")
        value |= (data[at] & 0x7F) << (7 * shift)
        at += 1
        if data[at - 1] < 0x80:
            return value, at
    raise RefusedBody("proto: integer overflow")
