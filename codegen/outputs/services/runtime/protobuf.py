"""Objects in protobuf, as clients written in Go send them: by the numbers of their fields, inside the envelope of k8s.io/apimachinery."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from codegen.outputs.services.runtime.bodies import Body, unrecognised

MAGIC = b"k8s\0"
_FILE = Path(__file__).parents[1] / "protobuf.json"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MOST = 10  # bytes of a number
_ZERO: Mapping[str, Any] = {"string": "", "int": 0, "bool": False, "bytes": ""}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DEEPEST = 100


class UnnumberedError(Exception):
    """An object with a field whose number is not known here."""


class _Unreadable(Exception):  # noqa: N818  - told in the answer
    pass


class Field(NamedTuple):
    """One field of a message: its name in JSON (empty: its fields stand beside the others), and its type with the marks before it."""

    name: str
    number: int
    type: str

    @property
    def plain(self) -> str:
        """The type without marks."""
        return self.type.lstrip("*[]{}")

    @property
    def always(self) -> bool:
        """Whether Go writes it even where there is nothing."""
        return self.type == self.plain


class Numbers:
    """The fields of messages by their keys, and the messages of kinds (`apps/v1 Deployment`)."""

    def __init__(self, kinds: Mapping[str, str], messages: Mapping[str, Sequence[Sequence[Any]]]) -> None:
        self._kinds = kinds
        self._messages = messages
        self._fields: dict[str, tuple[Field, ...]] = {}

    def key(self, api_version: str, kind: str) -> str:
        """The message of a kind; an empty string where it is not known."""
        return self._kinds.get(f"{api_version} {kind}", "")

    def fields(self, key: str) -> tuple[Field, ...]:
        """The fields of a message, in the order of their numbers."""
        if key not in self._fields:
            self._fields[key] = tuple(Field(*each) for each in self._messages[key])
        return self._fields[key]

    # ------------------------------------------------------------------------------------------------------ writing

    def encode(self, obj: Mapping[str, Any]) -> bytes:
        """An object in its envelope. Raises UnnumberedError for one of which not all is known."""
        api_version, kind = str(obj.get("apiVersion", "")), str(obj.get("kind", ""))
        key = self.key(api_version, kind)
        if not key:
            raise UnnumberedError(kind)
        head = _text(1, api_version) + _text(2, kind)
        raw = self._message(obj, key, frozenset(("apiVersion", "kind")))
        return MAGIC + _delimited(1, head) + _delimited(2, raw) + _text(3, "") + _text(4, "")

    def _message(self, obj: Mapping[str, Any], key: str, known: frozenset[str] = frozenset()) -> bytes:
        fields = self.fields(key)
        names = known | {name for field in fields for name in self._names(field)}
        if lacking := next((name for name, value in obj.items() if name not in names and value is not None), None):
            raise UnnumberedError(lacking)
        return b"".join(part for field in fields for part in self._written(field, obj))

    def _names(self, field: Field) -> Iterator[str]:
        """The names in JSON that a field stands for."""
        if field.name:
            yield field.name
        else:
            for inner in self.fields(field.plain):
                yield from self._names(inner)

    def _written(self, field: Field, obj: Mapping[str, Any]) -> Iterator[bytes]:
        if not field.name:
            own = {name: value for name in self._names(field) if (value := obj.get(name)) is not None}
            if own or field.always:
                yield _delimited(field.number, self._message(own, field.plain))
            return
        value = obj.get(field.name)
        if field.type.startswith("[]"):
            for item in value or ():
                yield self._one(field.number, field.plain, item)
        elif field.type.startswith("{}"):
            for name, item in sorted((value or {}).items()):
                yield _delimited(field.number, _text(1, name) + self._one(2, field.plain, item))
        elif value is not None or field.always:
            yield self._one(field.number, field.plain, value)

    def _one(self, number: int, kind: str, value: Any) -> bytes:
        match kind:
            case "string":
                return _text(number, value or "")
            case "int" | "bool":
                return _tag(number, _VARINT) + _number(int(value or 0))
            case "bytes":
                return _delimited(number, base64.b64decode(value or ""))
            case "time" | "micro-time":
                return _delimited(number, _moment(value))
            case "json":
                text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
                return _delimited(number, _delimited(1, text.encode()) if value is not None else b"")
            case "quantity":
                return _delimited(number, _text(1, str(value if value is not None else "0")))
            case "int-or-string":
                is_text = isinstance(value, str)
                amount = _tag(1, _VARINT) + _number(is_text) + _tag(2, _VARINT) + _number(0 if is_text else value or 0)
                return _delimited(number, amount + _text(3, value if is_text else ""))
            case "items":
                return _delimited(number, b"".join(_text(1, item) for item in value or ()))
        return _delimited(number, self._message(value or {}, kind, frozenset(("apiVersion", "kind"))))

    # ------------------------------------------------------------------------------------------------------ reading

    def read(self, data: bytes, api_version: str, kind: str) -> Body:
        """A body in its envelope, of which a server wants this kind. Never raises for its contents."""
        try:
            return Body(obj=self._decoded(data, api_version, kind))
        except _Unreadable as fault:
            return Body(obj={}, refusal=unrecognised(data, kind, str(fault)))

    def _decoded(self, data: bytes, api_version: str, kind: str) -> dict[str, Any]:
        if not data:
            raise _Unreadable("empty data")
        if not data.startswith(MAGIC):
            shown = " ".join(map(str, MAGIC))
            raise _Unreadable(f"provided data does not appear to be a protobuf message, expected prefix [{shown}]")
        head, raw = {"apiVersion": api_version, "kind": kind}, b""
        for number, _, value in _parts(data[len(MAGIC) :]):
            if number == 1 and isinstance(value, bytes):
                named = {each: _decoded_text(word) for each, _, word in _parts(value) if isinstance(word, bytes)}
                head = {"apiVersion": named.get(1) or api_version, "kind": named.get(2) or kind}
            elif number == 2 and isinstance(value, bytes):
                raw = value
        if (head["apiVersion"], head["kind"]) != (api_version, kind):
            return head
        return {**head, **self._object(raw, self.key(api_version, kind), 0)}

    def _object(self, data: bytes, key: str, depth: int) -> dict[str, Any]:
        if depth > _DEEPEST:
            raise _Unreadable("proto: nesting too deep")
        fields = {field.number: field for field in self.fields(key)}
        found: dict[str, Any] = {}
        for number, wire, value in _parts(data):
            field = fields.get(number)
            name = key.rpartition(".")[2]
            if field is None:
                raise _Unreadable(f"proto: {name}: the number {number} is of no field that is known here")
            if wire != (_VARINT if field.plain in ("int", "bool") else _BYTES):
                raise _Unreadable(f"proto: wrong wireType = {wire} for field {field.name or field.plain}")
            self._put(found, field, value, depth)
        return found

    def _put(self, found: dict[str, Any], field: Field, value: int | bytes, depth: int) -> None:
        """Add a field to an object, unless it is what Go writes where nothing is."""
        if field.type.startswith("{}"):
            parts = {number: part for number, _, part in _parts(_as_bytes(value))}
            name = _decoded_text(_as_bytes(parts.get(1, b"")))
            found.setdefault(field.name, {})[name] = self._value(field.plain, parts.get(2, b""), depth)
            return
        read = self._value(field.plain, value, depth)
        if not field.name:
            found.update(read)
        elif field.type.startswith("[]"):
            found.setdefault(field.name, []).append(read)
        elif read is not None and not (field.always and read in (_ZERO.get(field.plain), {})):
            found[field.name] = read

    def _value(self, kind: str, value: int | bytes, depth: int) -> Any:
        if kind == "int":
            amount = value if isinstance(value, int) else 0
            return amount - 2**64 if amount >= 2**63 else amount
        if kind == "bool":
            return bool(value)
        data = _as_bytes(value)
        match kind:
            case "string":
                return _decoded_text(data)
            case "bytes":
                return base64.b64encode(data).decode()
            case "time" | "micro-time":
                return _shown_moment(data, micro=kind == "micro-time")
            case "json":
                return _json(next((part for number, _, part in _parts(data) if number == 1), b"null"))
            case "quantity":
                return "".join(_decoded_text(_as_bytes(part)) for number, _, part in _parts(data) if number == 1)
            case "int-or-string":
                parts = {number: part for number, _, part in _parts(data)}
                return _decoded_text(_as_bytes(parts.get(3, b""))) if parts.get(1) else parts.get(2, 0)
            case "items":
                return [_decoded_text(_as_bytes(part)) for number, _, part in _parts(data) if number == 1]
        return self._object(data, kind, depth + 1)


@cache
def numbers() -> Numbers | None:
    """The numbers that lie beside the package; None where it knows none."""
    if not _FILE.is_file():
        return None
    found = json.loads(_FILE.read_text(encoding="utf-8"))
    return Numbers(found["kinds"], found["messages"])


# --------------------------------------------------------------------------------------------------------------- wire


def _parts(data: bytes) -> Iterator[tuple[int, int, int | bytes]]:
    """The fields of a message: number, wire type, value."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == _VARINT:
            value, at = _varint(data, at)
            yield number, wire, value
            continue
        if wire == _BYTES:
            size, at = _varint(data, at)
        elif wire in (_FIXED64, _FIXED32):
            size = 8 if wire == _FIXED64 else 4
        else:
            raise _Unreadable(f"proto: illegal wireType {wire}")
        if at + size > len(data):
            raise _Unreadable("unexpected EOF")
        yield number, wire, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(_MOST):
        if at >= len(data):
            raise _Unreadable("unexpected EOF")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return value, at
    raise _Unreadable("proto: integer overflow")


def _tag(number: int, wire: int) -> bytes:
    return _number(number << 3 | wire)


def _number(value: int) -> bytes:
    value &= 2**64 - 1
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _delimited(number: int, data: bytes) -> bytes:
    return _tag(number, _BYTES) + _number(len(data)) + data


def _text(number: int, text: str) -> bytes:
    return _delimited(number, text.encode("utf-8", errors="replace"))


def _as_bytes(value: int | bytes) -> bytes:
    return value if isinstance(value, bytes) else b""


def _decoded_text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def _json(data: int | bytes) -> Any:
    try:
        return json.loads(_as_bytes(data))
    except (ValueError, RecursionError):
        raise _Unreadable("proto: the JSON inside is not valid") from None


def _moment(text: str | None) -> bytes:
    """A moment as seconds and nanoseconds; nothing where there is none."""
    if not text:
        return b""
    since = datetime.fromisoformat(text) - _EPOCH
    seconds, rest = divmod(since, timedelta(seconds=1))
    return _tag(1, _VARINT) + _number(seconds) + _tag(2, _VARINT) + _number(rest.microseconds * 1000)


def _shown_moment(data: bytes, *, micro: bool) -> str | None:
    parts = {number: part for number, _, part in _parts(data)}
    if not parts:
        return None
    seconds, nanos = parts.get(1, 0), parts.get(2, 0)
    if not isinstance(seconds, int) or not isinstance(nanos, int):
        raise _Unreadable("proto: wrong wireType for a moment")
    seconds -= 2**64 if seconds >= 2**63 else 0
    try:
        moment = _EPOCH + timedelta(seconds=seconds, microseconds=nanos // 1000)
    except OverflowError:
        raise _Unreadable("proto: a moment that no calendar has") from None
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if micro else "%Y-%m-%dT%H:%M:%SZ")
