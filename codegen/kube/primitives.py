"""Checkers of strings, numbers and booleans."""

import json
import math
from collections.abc import Callable
from typing import Any, Final, Protocol

from codegen.kube.encoded import is_base64
from codegen.kube.errors import (
    DICT,
    INVALID,
    LIST,
    UNSUPPORTED,
    WRONG_TYPE,
    Errors,
    PathNode,
    json_type,
)
from codegen.kube.moments import is_date_time, is_micro_time, is_time

# The ids of the containers around a value, the number of checked containers, and the depths of
# checked pairs of value and checker. It is no class, since each module would have its own.
Inside = tuple[set[int], list[int], dict[tuple[int, int], int]]


class Checker(Protocol):
    """A checker of values of one type."""

    def find(
        self, value: object, at: PathNode, errors: Errors, inside: Inside, /
    ) -> None:
        """Add the errors of a value."""
        ...


def wrong(expected: str, value: object, at: PathNode, errors: Errors) -> None:
    words = {"expected": expected, "found": json_type(value)}
    errors.append((at, WRONG_TYPE, "type", words))


def find_repeated(items: list[Any], keys: tuple[str, ...] = ()) -> list[int]:
    """Return the indexes of repeated items, or of items with repeated values of the keys."""
    seen: set[str] = set()
    repeated: list[int] = []
    for index, item in enumerate(items):
        identity = item
        if keys:
            if not isinstance(item, DICT):
                continue
            identity = [item.get(key) for key in keys]
        try:
            text = json.dumps(_drop_decimal_points(identity), sort_keys=True)
        except (TypeError, ValueError, RecursionError):
            continue  # no JSON, which is an error of the type
        if text in seen:
            repeated.append(index)
        seen.add(text)
    return repeated


def _drop_decimal_points(value: Any) -> Any:
    """Return a JSON value in which equal numbers are written alike."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, DICT):
        return {name: _drop_decimal_points(item) for name, item in value.items()}
    if isinstance(value, LIST):
        return [_drop_decimal_points(item) for item in value]
    return value


def is_finite(value: float) -> bool:
    """Return whether a number is one of 64 bits, as servers read it."""
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond the largest float
        return False


def is_whole(value: object) -> bool:
    """Return whether a number with a decimal point has no fraction."""
    return isinstance(value, float) and value.is_integer()


class Exact:
    """A checker of any string or any boolean."""

    __slots__ = ("kind", "word")

    def __init__(self, kind: type, word: str) -> None:
        self.kind = kind
        self.word = word

    def find(self, value: object, at: PathNode, errors: Errors, inside: Inside) -> None:
        if json_type(value) != self.word:
            wrong(self.word, value, at, errors)


class Integer:
    """A checker of integers, or of integers and strings.

    With `floats`, a number with a decimal point is one if its fraction is zero, as in JSON Schema.
    """

    __slots__ = ("floats", "high", "low", "word")

    def __init__(
        self, bits: int, word: str = "integer", *, floats: bool = False
    ) -> None:
        self.low = -(2 ** (bits - 1))
        self.high = 2 ** (bits - 1) - 1
        self.word = word
        self.floats = floats

    def find(self, value: object, at: PathNode, errors: Errors, inside: Inside) -> None:
        kind = json_type(value)
        if kind == "integer" or (self.floats and is_whole(value)):
            if not self.low <= value <= self.high:
                bounds = {"low": self.low, "high": self.high}
                errors.append((at, INVALID, "range", bounds))
        elif kind != "string" or self.word == "integer":
            wrong(self.word, value, at, errors)


class Number:
    __slots__ = ()

    def find(self, value: Any, at: PathNode, errors: Errors, inside: Inside) -> None:
        kind = json_type(value)
        if kind not in ("integer", "number"):
            wrong("number", value, at, errors)
        elif not is_finite(value):
            errors.append((at, INVALID, "format", {"expected": "finite"}))


class Choice:
    __slots__ = ("said", "values", "word")

    def __init__(self, word: str, *values: str) -> None:
        self.word = word
        self.values = frozenset(values)
        self.said = {"expected": tuple(sorted(self.values))}

    def find(self, value: object, at: PathNode, errors: Errors, inside: Inside) -> None:
        if not isinstance(value, str):
            wrong("string", value, at, errors)
        elif value not in self.values:
            errors.append((at, UNSUPPORTED, self.word, self.said))


class Text:
    """A checker of strings with a recognizer."""

    __slots__ = ("recognises", "word")

    def __init__(self, word: str, recognises: Callable[[Any], bool]) -> None:
        self.word = word
        self.recognises = recognises

    def find(self, value: object, at: PathNode, errors: Errors, inside: Inside) -> None:
        if not isinstance(value, str):
            wrong("string", value, at, errors)
        elif not self.recognises(str(value)):
            errors.append((at, INVALID, "format", {"expected": self.word}))


class Amount:
    """A checker of quantities, as numbers or recognized strings."""

    __slots__ = ("recognises",)

    def __init__(self, recognises: Callable[[Any], bool]) -> None:
        self.recognises = recognises

    def find(self, value: Any, at: PathNode, errors: Errors, inside: Inside) -> None:
        if isinstance(value, str):
            if not self.recognises(str(value)):
                errors.append((at, INVALID, "format", {"expected": "quantity"}))
            return
        kind = json_type(value)
        if kind == "number":
            if not math.isfinite(value):
                errors.append((at, INVALID, "format", {"expected": "finite"}))
        elif kind != "integer":
            wrong("string_or_number", value, at, errors)


STRING: Final = Exact(str, "string")
BOOLEAN: Final = Exact(bool, "boolean")
INT32: Final = Integer(32)
INT64: Final = Integer(64)
# servers read an integer without a format as one of 64 bits too
INTEGER: Final = INT64
INT_OR_STRING: Final = Integer(64, "int_or_string")
INT32_OR_STRING: Final = Integer(32, "int_or_string")
# integers as JSON Schema has them
WHOLE_INT32: Final = Integer(32, floats=True)
WHOLE_INT64: Final = Integer(64, floats=True)
WHOLE_INTEGER: Final = WHOLE_INT64
WHOLE_INT_OR_STRING: Final = Integer(64, "int_or_string", floats=True)
NUMBER: Final = Number()
TIME: Final = Text("time", is_time)
DATE_TIME: Final = Text("time", is_date_time)
MICRO_TIME: Final = Text("micro_time", is_micro_time)
BYTES: Final = Text("base64", is_base64)
