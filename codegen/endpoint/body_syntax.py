"""Read the syntax of JSON and YAML bodies as servers do.

A server turns YAML into JSON first, with the fields of each object in the order of their names.
Messages about JSON are those of encoding/json, less specific within literals.
"""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from decimal import Decimal
from typing import NamedTuple, Self

from codegen.core.json_types import JsonList, JsonObject, JsonValue
from codegen.kube.statuses import MOST_STRICT, go_value
from codegen.readers.documents.loader import read_body

_SHOWN = 30  # bytes of a body that a refusal shows
_HEAD = r'struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }'
_KINDS = {
    bool: "bool",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
_WORDS = range(-(2**63), 2**64)  # integers that Go keeps as such when it reads YAML
_JSON_ERROR = "couldn't get version/kind; json parse error:"


class DuplicateField(NamedTuple):
    """A duplicate field with its path and the message of the strict decoder.

    The path is empty for YAML. `warnings` are the messages of a lenient decoder.
    """

    path: str
    text: str
    warnings: tuple[str, ...]


class ParsedValue(NamedTuple):
    """The value of a text in JSON or YAML with its duplicate fields."""

    value: JsonValue
    duplicates: tuple[DuplicateField, ...] = ()


class ParsedJson(NamedTuple):
    """The value of a JSON text with the paths of its duplicate fields."""

    value: JsonValue
    repeated: tuple[str, ...] = ()


class RefusedBody(Exception):  # noqa: N818  - becomes an answer
    """A body that cannot be read, with the reason in the words of servers."""


def parse_value(data: bytes, *, is_yaml: bool = False) -> ParsedValue:
    """Read a body of any form. Raises RefusedBody."""
    if is_yaml:
        return _parse_yaml(data.decode("utf-8", errors="replace"))
    try:
        value, paths = parse_json(data)
    except ValueError as error:
        raise RefusedBody(f"{_JSON_ERROR} {error}") from None
    texts = [f"duplicate field {go_value(path)}" for path in paths]
    duplicates = [
        DuplicateField(path, text, (text,)) for path, text in zip(paths, texts, strict=True)
    ]
    return ParsedValue(value, tuple(duplicates))


def describe_unrecognised(data: bytes, kind: str, why: object) -> str:
    """Describe a body without an object, with its beginning as apimachinery's summarizeData shows
    it.
    """
    part = data[:_SHOWN]
    if data[:1] == b"{":
        shown = part.decode("utf-8", errors="replace")
    else:
        shown = part.hex()
    more = " ..." if len(data) > _SHOWN else ""
    return f"the object provided is unrecognized (must be of type {kind}): {why} ({shown or '<empty>'}{more})"


def require_object(value: object) -> JsonObject:
    """Return the object of a body, if its kind and version can be read. Raises RefusedBody."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RefusedBody(
            f"{_JSON_ERROR} json: cannot unmarshal {_kind(value)} into Go value of type {_HEAD}"
        )
    for name in ("apiVersion", "kind"):
        if value.get(name) is not None and not isinstance(value[name], str):
            text = (
                f"cannot unmarshal {_kind(value[name])} into Go struct field .{name} of type string"
            )
            raise RefusedBody(f"{_JSON_ERROR} json: {text}")
    api_version = value.get("apiVersion") or ""
    if api_version.count("/") > 1:
        raise RefusedBody(f"unexpected GroupVersion string: {api_version}")
    return value


def _kind(value: object) -> str:
    return next(word for kind, word in _KINDS.items() if isinstance(value, kind))


def _parse_yaml(text: str) -> ParsedValue:
    value, repeated, refusal = read_body(text)
    if refusal:
        raise RefusedBody(refusal)
    converted = _convert_to_json(value)
    if not repeated:
        return ParsedValue(converted)
    lines = tuple(f"line {line}: key {go_value(key)} already set in map" for line, key in repeated)
    message = "\n  ".join(("yaml: unmarshal errors:", *lines))
    return ParsedValue(converted, (DuplicateField(path="", text=message, warnings=lines),))


def _format_as_go(value: object) -> str:
    """Format a value as Go's `%v` does."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    if value == math.inf:
        return "+Inf"
    if value == -math.inf:
        return "-Inf"
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return str(value)


def _convert_to_json(value: object) -> JsonValue:
    """Return a value as Go writes it when it turns YAML into JSON."""
    match value:
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    shown = "<nil>" if key is None else str(key)
                    text = _format_as_go(item)
                    raise RefusedBody(
                        f"unsupported map key of type: %!s({shown}), key: {shown}, value: {text}"
                    )
            return {key: _convert_to_json(value[key]) for key in sorted(value)}
        case list():
            return [_convert_to_json(item) for item in value]
        case float() if not math.isfinite(value):
            raise RefusedBody(f"json: unsupported value: {_format_as_go(value)}")
        case int() if not isinstance(value, bool) and value not in _WORDS:
            return WrittenNumber(format(Decimal(repr(float(value))), "f"))
    return value


_DEEPEST = 10_000
_MOST_DIGITS = 4000  # that Python converts to an integer
_BLANKS = re.compile(r"[ \t\r\n]*+")
# A string up to its closing quote, which may be missing.
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+')
_SCALAR = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?")
_SHOWN_CHARS = {
    "'": r"'\''",
    '"': "'\"'",
    "\n": r"'\n'",
    "\t": r"'\t'",
    "\r": r"'\r'",
    "\\": r"'\\'",
}


class WrittenNumber(float):
    """A number that is no integer, with its text in the body."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Parse a number."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __str__(self) -> str:
        return self.text


def parse_json(data: bytes) -> ParsedJson:
    """Parse JSON. Raises ValueError in the words of Go."""
    # The library's own limit depends on the Python.
    if data.count(b"[") + data.count(b"{") <= _DEEPEST:
        with suppress(RecursionError, ValueError):
            return ParsedJson(_load(data.decode("utf-8", errors="replace")))
    parser = _Parser(data)
    value = parser.parse()
    return ParsedJson(value, tuple(parser.repeated))


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is not a number in JSON")


def _build_object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    obj = dict(pairs)
    if len(obj) != len(pairs):
        raise ValueError("a field occurs twice")
    return obj


# Refuses duplicate fields.
_load = json.JSONDecoder(
    object_pairs_hook=_build_object,
    parse_float=WrittenNumber,
    parse_int=lambda digits: int(digits) if len(digits) < _MOST_DIGITS else WrittenNumber(digits),
    parse_constant=_refuse_constant,
).decode


class _Parser:
    """A parser without recursion, for deep or faulty bodies and for duplicate fields."""

    def __init__(self, data: bytes) -> None:
        self._text = data.decode("latin-1")  # Go counts bytes
        self._at = 0
        self._open: list[JsonList | JsonObject] = [[]]  # the first holds the value itself
        self._keys: list[str] = [""]  # of the next value in each open object
        self.repeated: dict[str, None] = {}

    def parse(self) -> JsonValue:
        """Return the value. Raises ValueError for the first fault."""
        self._put(self._value())
        while len(self._open) > 1:
            inside = self._open[-1]
            is_list = isinstance(inside, list)
            char = self._next_char()
            if char == ("]" if is_list else "}"):
                self._at += 1
                self._open.pop()
                self._keys.pop()
                continue
            if inside:
                self._expect(
                    ",", "after array element" if is_list else "after object key:value pair"
                )
            if not is_list:
                if self._next_char() != '"':
                    raise self._syntax_error("looking for beginning of object key string")
                self._keys[-1] = self._string()
                self._expect(":", "after object key")
            self._put(self._value())
        if self._next_char():
            raise self._syntax_error("after top-level value")
        return self._open[0][0]  # type: ignore[index]

    def _put(self, value: object) -> None:
        """Add a value to the innermost list or object."""
        inside = self._open[-1]
        if isinstance(inside, list):
            inside.append(value)
        else:
            if self._keys[-1] in inside and len(self.repeated) < MOST_STRICT:
                self.repeated[self._path()] = None
            inside[self._keys[-1]] = value
        if isinstance(value, list | dict):
            self._open.append(value)
            self._keys.append("")

    def _path(self) -> str:
        pairs = zip(self._open[1:], self._keys[1:], strict=True)
        steps = (
            f"[{len(inside) - 1}]" if isinstance(inside, list) else f".{key}"
            for inside, key in pairs
        )
        return "".join(steps).removeprefix(".")

    def _value(self) -> JsonValue:
        """Read a scalar, or the beginning of a list or object."""
        char = self._next_char()
        if char in ("{", "["):
            if len(self._open) > _DEEPEST:
                raise self._syntax_error("exceeded max depth")
            self._at += 1
            if char == "[":
                return []
            return {}
        if char == '"':
            return self._string()
        match = _SCALAR.match(self._text, self._at)
        if match is None:
            raise self._syntax_error("looking for beginning of value")
        self._at = match.end()
        return _load(match[0])

    def _string(self) -> str:
        start, match = self._at, _STRING.match(self._text, self._at)
        self._at = match.end() if match else self._at
        if self._text[self._at : self._at + 1] != '"':
            raise self._syntax_error("in string literal")
        self._at += 1
        return str(
            _load(self._text[start : self._at].encode("latin-1").decode("utf-8", errors="replace"))
        )

    def _next_char(self) -> str:
        match = _BLANKS.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def _expect(self, wanted: str, where: str) -> None:
        """Read a character after blanks. Raises ValueError for another one."""
        if self._next_char() != wanted:
            raise self._syntax_error(where)
        self._at += 1

    def _syntax_error(self, where: str) -> ValueError:
        if self._at >= len(self._text):
            return ValueError("unexpected end of JSON input")
        char = self._text[self._at]
        shown = _SHOWN_CHARS.get(char) or (
            f"'{char}'" if char.isprintable() else f"'\\x{ord(char):02x}'"
        )
        return ValueError(f"invalid character {shown} {where}")
