"""Parse JSON as Go does, with duplicate fields. Messages are those of encoding/json, less specific within literals."""

from __future__ import annotations

import json
import re
from typing import Any, Self

from codegen.kube.statuses import MOST_STRICT

_DEEPEST = 10_000
_MOST_DIGITS = 4000  # that Python converts to an integer
_BLANKS = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+')  # without the closing quote
_SCALAR = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?")
_SHOWN = {"'": r"'\''", '"': "'\"'", "\n": r"'\n'", "\t": r"'\t'", "\r": r"'\r'", "\\": r"'\\'"}


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


def parse_json(data: bytes) -> tuple[Any, tuple[str, ...]]:
    """Parse JSON, and return its value and the paths of duplicate fields. Raises ValueError in the words of Go."""
    try:
        return _load(data.decode("utf-8", errors="replace")), ()
    except (RecursionError, ValueError):
        parser = _Parser(data)
        return parser.parse(), tuple(parser.repeated)


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is not a number in JSON")


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
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
        self._open: list[list[Any] | dict[str, Any]] = [[]]  # the first holds the value itself
        self._keys: list[str] = [""]  # of the next value in each open object
        self.repeated: dict[str, None] = {}

    def parse(self) -> Any:
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
                self._expect(",", "after array element" if is_list else "after object key:value pair")
            if not is_list:
                if self._next_char() != '"':
                    raise self._syntax_error("looking for beginning of object key string")
                self._keys[-1] = self._string()
                self._expect(":", "after object key")
            self._put(self._value())
        if self._next_char():
            raise self._syntax_error("after top-level value")
        return self._open[0][0]  # type: ignore[index]

    def _put(self, value: Any) -> None:
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
        steps = (f"[{len(inside) - 1}]" if isinstance(inside, list) else f".{key}" for inside, key in pairs)
        return "".join(steps).removeprefix(".")

    def _value(self) -> Any:
        """Read a scalar, or the beginning of a list or object."""
        char = self._next_char()
        if char in ("{", "["):
            if len(self._open) > _DEEPEST:
                raise self._syntax_error("exceeded max depth")
            self._at += 1
            return [] if char == "[" else {}
        if char == '"':
            return self._string()
        found = _SCALAR.match(self._text, self._at)
        if found is None:
            raise self._syntax_error("looking for beginning of value")
        self._at = found.end()
        return _load(found[0])

    def _string(self) -> str:
        start, found = self._at, _STRING.match(self._text, self._at)
        self._at = found.end() if found else self._at
        if self._text[self._at : self._at + 1] != '"':
            raise self._syntax_error("in string literal")
        self._at += 1
        return str(_load(self._text[start : self._at].encode("latin-1").decode("utf-8", errors="replace")))

    def _next_char(self) -> str:
        found = _BLANKS.match(self._text, self._at)
        self._at = found.end() if found else self._at
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
        shown = _SHOWN.get(char) or (f"'{char}'" if char.isprintable() else f"'\\x{ord(char):02x}'")
        return ValueError(f"invalid character {shown} {where}")
