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

from codegen.kube.bodies import Body, unrecognised

_MAGIC = b"k8s\0"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MOST_NUMBER_BYTES = 10
_DEEPEST = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UnknownMessage(Exception):  # noqa: N818  - the caller writes JSON instead
    """An object of a kind, or with a field, that the table does not have."""


class _Unreadable(Exception):  # noqa: N818  - becomes the refusal of a body
    pass


class Field(NamedTuple):
    """A field of a message: its name in JSON, and its type with the marks before it."""

    name: str
    type: str

    @property
    def plain(self) -> str:
        """The type without marks."""
        return self.type.lstrip("*[]{}")

    @property
    def is_always_written(self) -> bool:
        """Whether Go writes the field even if it is empty."""
        return self.type == self.plain


@cache
def _messages() -> Mapping[str, Mapping[int, Field]]:
    """Return the fields of all messages by their numbers; the message of a kind has its name."""
    data = tomllib.loads(Path(__file__).with_name("protobuf.toml").read_text(encoding="utf-8"))
    messages: dict[str, dict[int, Field]] = {}
    for name, lines in data.items():
        fields = (line.split() for line in lines)
        messages[name] = {int(number): Field(name, kind) for number, name, kind in fields}
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
    head = _text(1, api_version) + _text(2, kind)
    return _MAGIC + _delimited(1, head) + _delimited(2, _encode_message(rest, kind)) + _text(3, "") + _text(4, "")


def _encode_message(obj: Mapping[str, Any], message: str) -> bytes:
    fields = _messages()[message]
    known = {field.name for field in fields.values()}
    if unknown := next((name for name, value in obj.items() if name not in known and value is not None), None):
        raise UnknownMessage(unknown)
    return b"".join(part for number, field in fields.items() for part in _encode_field(number, field, obj))


def _encode_field(number: int, field: Field, obj: Mapping[str, Any]) -> Iterator[bytes]:
    value = obj.get(field.name)
    if field.type.startswith("[]"):
        for item in value or ():
            yield _encode_value(number, field.plain, item)
    elif field.type.startswith("{}"):
        for name, item in sorted((value or {}).items()):
            yield _delimited(number, _text(1, name) + _encode_value(2, field.plain, item))
    elif value is not None or field.is_always_written:
        yield _encode_value(number, field.plain, value)


def _encode_value(number: int, kind: str, value: Any) -> bytes:
    match kind:
        case "string":
            return _text(number, value or "")
        case "int" | "bool":
            return _number(number << 3 | _VARINT) + _number(int(value or 0))
        case "bytes":
            return _delimited(number, base64.b64decode(value or ""))
        case "time":
            return _delimited(number, _encode_time(value))
        case "json":
            text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
            return _delimited(number, _text(1, text))
        case "strings":
            return _delimited(number, b"".join(_text(1, item) for item in value or ()))
    return _delimited(number, _encode_message(value or {}, kind))


def _encode_time(text: str | None) -> bytes:
    if not text:
        return b""
    seconds = (datetime.fromisoformat(text) - _EPOCH) // timedelta(seconds=1)
    return _number(1 << 3) + _number(seconds) + _number(2 << 3) + _number(0)


def _number(value: int) -> bytes:
    value &= 2**64 - 1
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*encoded, value))


def _delimited(number: int, data: bytes) -> bytes:
    return _number(number << 3 | _BYTES) + _number(len(data)) + data


def _text(number: int, text: str) -> bytes:
    return _delimited(number, text.encode("utf-8", errors="replace"))


# ------------------------------------------------------------------------------------------------------------ reading


def read_body(data: bytes, api_version: str, kind: str) -> Body:
    """Read a body, which should be of this kind. Never raises for its contents."""
    try:
        return Body(obj=_decode(data, api_version, kind))
    except _Unreadable as fault:
        return Body(obj={}, refusal=unrecognised(data, kind, str(fault)))


def _decode(data: bytes, api_version: str, kind: str) -> dict[str, Any]:
    if not data:
        raise _Unreadable("empty data")
    if not data.startswith(_MAGIC):
        prefix = " ".join(map(str, _MAGIC))
        raise _Unreadable(f"provided data does not appear to be a protobuf message, expected prefix [{prefix}]")
    head, raw = {"apiVersion": api_version, "kind": kind}, b""
    for number, _, value in _parts(data[len(_MAGIC) :]):
        if number == 1 and isinstance(value, bytes):
            named = {each: _decoded_text(word) for each, _, word in _parts(value)}
            head = {"apiVersion": named.get(1) or api_version, "kind": named.get(2) or kind}
        elif number == 2 and isinstance(value, bytes):
            raw = value
    if (head["apiVersion"], head["kind"]) != (api_version, kind):
        return head  # of another kind, which is refused for that
    return {**head, **_decode_message(raw, kind, 0)}


def _decode_message(data: bytes, message: str, depth: int) -> dict[str, Any]:
    if depth > _DEEPEST:
        raise _Unreadable("proto: nesting too deep")
    fields = _messages()[message]
    found: dict[str, Any] = {}
    for number, wire, value in _parts(data):
        field = fields.get(number)
        if field is None:
            raise _Unreadable(f"proto: {message}: unknown field number {number}")
        if wire != (_VARINT if field.plain in ("int", "bool") else _BYTES):
            raise _Unreadable(f"proto: wrong wireType = {wire} for field {field.name}")
        if field.type.startswith("{}"):
            parts = {each: part for each, _, part in _parts(value)}
            found.setdefault(field.name, {})[_decoded_text(parts.get(1, b""))] = _decode_value(
                field.plain, parts.get(2, b""), depth
            )
            continue
        decoded = _decode_value(field.plain, value, depth)
        if field.type.startswith("[]"):
            found.setdefault(field.name, []).append(decoded)
        elif decoded is not None and not (field.is_always_written and decoded in ("", 0, {})):
            found[field.name] = decoded  # what Go writes for an empty field is no value
    return found


def _decode_value(kind: str, value: int | bytes, depth: int) -> Any:
    match kind:
        case "string":
            return _decoded_text(value)
        case "int":
            number = value if isinstance(value, int) else 0
            return number - 2**64 if number >= 2**63 else number
        case "bool":
            return bool(value)
        case "bytes":
            return base64.b64encode(value if isinstance(value, bytes) else b"").decode()
        case "time":
            return _decode_time(value)
        case "json":
            text = next((part for number, _, part in _parts(value) if number == 1), b"null")
            try:
                return json.loads(_decoded_text(text))
            except (ValueError, RecursionError):
                raise _Unreadable("proto: the JSON inside is not valid") from None
        case "strings":
            return [_decoded_text(part) for number, _, part in _parts(value) if number == 1]
    return _decode_message(value if isinstance(value, bytes) else b"", kind, depth + 1)


def _decode_time(data: int | bytes) -> str | None:
    parts = {number: part for number, _, part in _parts(data)}
    if not parts:
        return None
    seconds = parts.get(1, 0)
    if not isinstance(seconds, int):
        raise _Unreadable("proto: wrong wireType for a time")
    try:
        found = _EPOCH + timedelta(seconds=seconds - 2**64 if seconds >= 2**63 else seconds)
    except OverflowError:
        raise _Unreadable("proto: a time outside of the calendar") from None
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


def _parts(data: int | bytes) -> Iterator[tuple[int, int, int | bytes]]:
    """Yield the number, the wire type and the value of each field of a message."""
    data, at = data if isinstance(data, bytes) else b"", 0
    while at < len(data):
        key, at = _read_number(data, at)
        number, wire = key >> 3, key & 7
        value: int | bytes
        match wire:
            case 0:  # a number
                value, at = _read_number(data, at)
            case 1 | 2 | 5:
                size = {_FIXED64: 8, _FIXED32: 4}.get(wire)
                if size is None:
                    size, at = _read_number(data, at)
                if at + size > len(data):
                    raise _Unreadable("unexpected EOF")
                value, at = data[at : at + size], at + size
            case _:
                raise _Unreadable(f"proto: illegal wireType {wire}")
        yield number, wire, value


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


def _decoded_text(data: int | bytes) -> str:
    return data.decode("utf-8", errors="replace") if isinstance(data, bytes) else ""
