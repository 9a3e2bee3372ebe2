"""Objects in protobuf, in the envelope of k8s.io/apimachinery.

kubectl sends some requests in no other form. `protobuf.toml` lists the fields of the messages.
"""

from __future__ import annotations

import base64
import json
import sys
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClassesForFiles
from msgspec import Struct

from codegen.core.json_types import JsonMapping, JsonObject, JsonValue
from codegen.endpoint.body_syntax import RefusedBody
from codegen.kube import moments

_MAGIC = b"k8s\0"
_PACKAGE = "endpoint"
_ENVELOPE = "Unknown"  # the name in runtime/generated.proto
_ILLEGAL_WIRE_TYPES = (6, 7)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Texts are bytes here, since Go and this endpoint replace what is no UTF-8, and do not refuse it.
_SCALARS = {
    "string": FieldDescriptorProto.TYPE_BYTES,
    "bytes": FieldDescriptorProto.TYPE_BYTES,
    "int": FieldDescriptorProto.TYPE_INT64,
    "bool": FieldDescriptorProto.TYPE_BOOL,
}


class UnknownMessage(Exception):  # noqa: N818  - the caller writes JSON instead
    """An object with a kind or field that is missing in the table."""


class TooManyValues(Exception):  # noqa: N818  - the caller answers 413
    """A message with more items than allowed."""


class MessageField(Struct, frozen=True):
    """A field of a message with its number, its JSON name and the type of its values.

    The mark is `*` for an optional field, `[]` for a list and `{}` for a map.
    """

    number: int
    name: str
    mark: str
    type: str


@cache
def _tables() -> Mapping[str, Mapping[str, MessageField]]:
    """Return the fields of all messages by names. The message of a kind has the kind's name."""
    text = Path(__file__).with_name("protobuf.toml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, MessageField]] = {}
    for message, lines in tomllib.loads(text).items():
        fields = tables[message] = {}
        for line in lines:
            number, name, marked_type = line.split()
            type_name = marked_type.lstrip("*[]{}")
            mark = marked_type.removesuffix(type_name)
            fields[name] = MessageField(int(number), name, mark, type_name)
    return tables


@cache
def _message_classes() -> Mapping[str, type[Message]]:
    """Return a class of the library for each message."""
    file = FileDescriptorProto(name="endpoint.proto", package=_PACKAGE, syntax="proto2")
    map_values: set[str] = set()  # the types of the values of maps
    for name, fields in _tables().items():
        message = file.message_type.add(name=name)
        for field in fields.values():
            _add_field(message, field)
            if field.mark == "{}":
                map_values.add(field.type)
    for value_type in sorted(map_values):
        entry = file.message_type.add(name=_entry_name(value_type))
        _add_field(entry, MessageField(1, "key", "*", "string"))
        _add_field(entry, MessageField(2, "value", "*", value_type))
    pool = DescriptorPool()
    pool.Add(file)
    classes = GetMessageClassesForFiles([file.name], pool)
    return {name.removeprefix(f"{_PACKAGE}."): cls for name, cls in classes.items()}


def _entry_name(value_type: str) -> str:
    """Return the name of the message that holds a key and a value of a map."""
    return f"{value_type}Entry"


def _add_field(message: DescriptorProto, field: MessageField) -> None:
    """Describe a field to the library. A map is a list of entries, as it is on the wire."""
    added = message.field.add(name=field.name, number=field.number)
    is_list = field.mark in ("[]", "{}")
    if is_list:
        added.label = added.LABEL_REPEATED
    else:
        added.label = added.LABEL_OPTIONAL
    if field.mark == "{}":
        type_name = _entry_name(field.type)
    else:
        type_name = field.type
    if type_name in _SCALARS:
        added.type = _SCALARS[type_name]
    else:
        added.type = added.TYPE_MESSAGE
        added.type_name = f".{_PACKAGE}.{type_name}"


def has_kind(kind: str) -> bool:
    """Return whether objects of a kind can be read and written."""
    return kind in _tables()


def encode(obj: Mapping[str, object]) -> bytes:
    """Encode an object in its envelope. Raises UnknownMessage."""
    api_version, kind = str(obj.get("apiVersion", "")), str(obj.get("kind", ""))
    if not has_kind(kind):
        raise UnknownMessage(kind)
    fields = {name: value for name, value in obj.items() if name not in ("apiVersion", "kind")}
    message = _message_classes()[kind]()
    _fill(message, fields, kind)
    envelope = _message_classes()[_ENVELOPE]()
    _fill(envelope, {"typeMeta": {"apiVersion": api_version, "kind": kind}}, _ENVELOPE)
    envelope.raw = message.SerializeToString()
    return _MAGIC + bytes(envelope.SerializeToString())


def _fill(message: Any, obj: JsonMapping, name: str) -> None:
    """Set the fields of a message. Go also writes empty ones, unless they are optional."""
    table = _tables()[name]
    for field_name, value in obj.items():
        if field_name not in table and value is not None:
            raise UnknownMessage(field_name)
    for field in table.values():
        value = obj.get(field.name)
        if field.mark == "[]":
            for item in value or ():
                _append(getattr(message, field.name), item, field.type)
        elif field.mark == "{}":
            for key, item in sorted((value or {}).items()):
                entry = getattr(message, field.name).add()
                _set(entry, "key", key, "string")
                _set(entry, "value", item, field.type)
        elif value is not None or not field.mark:
            _set(message, field.name, value, field.type)


def _append(items: Any, value: Any, type_name: str) -> None:
    if type_name in _SCALARS:
        items.append(_encode_scalar(value, type_name))
    else:
        _fill(items.add(), _expand(value, type_name), type_name)


def _set(message: object, field_name: str, value: object, type_name: str) -> None:
    if type_name in _SCALARS:
        setattr(message, field_name, _encode_scalar(value, type_name))
        return
    inner = getattr(message, field_name)
    inner.SetInParent()
    _fill(inner, _expand(value, type_name), type_name)


def _encode_scalar(value: JsonValue, type_name: str) -> bytes | int:
    match type_name:
        case "string":
            return str(value or "").encode("utf-8", errors="replace")
        case "bytes":
            return base64.b64decode(value or "")
    return int(value or 0)


def _expand(value: JsonValue, type_name: str) -> JsonMapping:
    """Return the fields of a message whose value is no object in JSON."""
    if value is None:
        return {}
    match type_name:
        case "Time":
            seconds = (moments.parse_time(value) - _EPOCH) // timedelta(seconds=1)
            return {"seconds": seconds, "nanos": 0}
        case "FieldsV1":
            return {"Raw": json.dumps(value, separators=(",", ":"), sort_keys=True)}
        case "ExtraValue":
            return {"items": value}
    fields: JsonMapping = value
    return fields


def decode(
    data: bytes, api_version: str, kind: str, *, most_items: int = sys.maxsize
) -> JsonObject:
    """Decode an object of a kind.

    Raises RefusedBody, or TooManyValues for more items of lists and maps.
    """
    if not data:
        raise RefusedBody("empty data")
    if not data.startswith(_MAGIC):
        prefix = " ".join(map(str, _MAGIC))
        raise RefusedBody(
            f"provided data does not appear to be a protobuf message, expected prefix [{prefix}]"
        )
    envelope = _parse_message(data[len(_MAGIC) :], _ENVELOPE)
    reader = _MessageReader(most_items)
    type_meta = reader.read(envelope.typeMeta, "TypeMeta")
    identity = {
        "apiVersion": type_meta.get("apiVersion") or api_version,
        "kind": type_meta.get("kind") or kind,
    }
    if identity != {"apiVersion": api_version, "kind": kind}:
        return identity  # of another kind, which is refused for that
    return {**identity, **reader.read(_parse_message(envelope.raw, kind), kind)}


def _parse_message(data: bytes, name: str) -> Any:
    """Parse a message. Raises RefusedBody for wrong syntax and fields outside the table."""
    message = _message_classes()[name]()
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise RefusedBody(_describe_error(data)) from None
    size = message.ByteSize()
    message.DiscardUnknownFields()
    if message.ByteSize() != size:
        raise RefusedBody(f"proto: {name}: unknown field")
    return message


def _describe_error(data: bytes) -> str:
    """Return the words of servers for a message that the library refuses."""
    wire_type = data[0] & 7
    if wire_type in _ILLEGAL_WIRE_TYPES:
        return f"proto: illegal wireType {wire_type}"
    return "unexpected EOF"


class _MessageReader:
    """Reads messages as JSON has them. Raises TooManyValues beyond a number of items."""

    def __init__(self, most_items: int) -> None:
        self._items_left = most_items

    def read(self, message: Any, name: str) -> JsonObject:
        """Return the fields of a message."""
        obj: JsonObject = {}
        for field in _tables()[name].values():
            value = getattr(message, field.name)
            if field.mark in ("[]", "{}"):
                if len(value):
                    obj[field.name] = self._read_items(value, field)
            elif message.HasField(field.name):
                decoded = self._read_value(value, field.type)
                is_empty = decoded in (None, "", 0, {})
                if not is_empty or (field.mark and decoded is not None):
                    obj[field.name] = decoded
        return obj

    def _read_items(self, items: Any, field: MessageField) -> Any:
        """Return the items of a list or map."""
        self._items_left -= len(items)
        if self._items_left < 0:
            raise TooManyValues
        if field.mark == "[]":
            return [self._read_value(item, field.type) for item in items]
        return {
            self._read_value(entry.key, "string"): self._read_value(entry.value, field.type)
            for entry in items
        }

    def _read_value(self, value: JsonValue, type_name: str) -> JsonValue:
        match type_name:
            case "string":
                return value.decode("utf-8", errors="replace")
            case "bytes":
                return base64.b64encode(value).decode()
            case "int" | "bool":
                return value
        return _collapse(self.read(value, type_name), type_name)


def _collapse(fields: Mapping[str, object], type_name: str) -> JsonValue:
    """Return the JSON value of a message, which is no object for some types."""
    match type_name:
        case "Time":
            return _format_time(fields)
        case "FieldsV1":
            return _read_json(fields)
        case "ExtraValue":
            return fields.get("items", [])
    return fields


def _format_time(fields: JsonMapping) -> str | None:
    if not fields:
        return None
    try:
        time = _EPOCH + timedelta(seconds=fields.get("seconds", 0))
    except OverflowError:
        raise RefusedBody("proto: invalid Time") from None
    return moments.format_timestamp(time, "seconds")


def _read_json(fields: JsonMapping) -> JsonValue:
    try:
        return json.loads(fields.get("Raw", "null"))
    except (ValueError, RecursionError):
        raise RefusedBody("proto: invalid FieldsV1") from None
