"""Checkers: each finds all that is wrong with a value of one type."""

import math
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

from .encoded import is_base64
from .errors import (
    DICT,
    DUPLICATE,
    INVALID,
    LIST,
    REQUIRED,
    UNKNOWN,
    UNSUPPORTED,
    WRONG_TYPE,
    At,
    Errors,
    word_of,
)
from .moments import is_date_time, is_micro_time, is_time

DEPTH: Final = 200  # levels of lists and objects
MANY: Final = 10_000  # lists and objects
# The ids of the lists and objects around a value; how many were looked at, as the only item; and those of value and checker
# that need not be looked at again, with how deep they stood. (No class: it would be another one in each module.)
Inside = tuple[set[int], list[int], dict[tuple[int, int], int]]


class Checker(Protocol):
    """Finds all that is wrong with a value of one type."""

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        """Add what is wrong."""
        ...


def _wrong(expected: str, value: object, at: At, errors: Errors) -> None:
    found = word_of(value)
    errors.append((at, WRONG_TYPE, "type", {"expected": expected, "found": found}))


def _refuse(value: object, at: At, errors: Errors, inside: Inside) -> None:
    """Add that a list or object stands inside itself, or too deep."""
    if id(value) in inside[0]:
        errors.append((at, INVALID, "cycle", None))
    else:
        errors.append((at, INVALID, "depth", {"limit": DEPTH}))


def _again(what: tuple[int, int], errors: Errors, inside: Inside) -> bool:
    """Whether a checker has looked at a value before. Who looks at very many may go the same ways again and again, to parts
    that stand in many places. What was good may be too deep further down.
    """
    around, _, done = inside
    known = done.get(what)
    if known is not None and (errors or known >= len(around)):
        return True
    done[what] = len(around)
    return False


class Exact:
    """A string or a boolean: the type says all."""

    __slots__ = ("kind", "word")

    def __init__(self, kind: type, word: str) -> None:
        self.kind = kind
        self.word = word

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        if type(value) is not self.kind:
            found = word_of(value)
            if found != self.word:
                said = {"expected": self.word, "found": found}
                errors.append((at, WRONG_TYPE, "type", said))


class Integer:
    __slots__ = ("high", "low", "word")

    def __init__(self, bits: int, word: str = "integer") -> None:
        self.low: int | None = -(2 ** (bits - 1)) if bits else None
        self.high: int | None = 2 ** (bits - 1) - 1 if bits else None
        self.word = word

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        kind = word_of(value)
        if kind == "integer":
            low, high = self.low, self.high
            if low is not None and high is not None and not low <= value <= high:
                errors.append((at, INVALID, "range", {"low": low, "high": high}))
        elif kind != "string" or self.word == "integer":
            said = {"expected": self.word, "found": kind}
            errors.append((at, WRONG_TYPE, "type", said))


class Number:
    __slots__ = ()

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        kind = word_of(value)
        if kind not in ("integer", "number"):
            _wrong("number", value, at, errors)
        elif kind == "number" and not math.isfinite(value):
            errors.append((at, INVALID, "format", {"expected": "finite"}))


class Choice:
    __slots__ = ("said", "values", "word")

    def __init__(self, word: str, *values: str) -> None:
        self.word = word
        self.values = frozenset(values)
        self.said = {"expected": ", ".join(sorted(self.values))}

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        if not isinstance(value, str):
            _wrong("string", value, at, errors)
        elif value not in self.values:
            errors.append((at, UNSUPPORTED, self.word, self.said))


class Text:
    """A string of a form that a function recognises."""

    __slots__ = ("recognises", "word")

    def __init__(self, word: str, recognises: Callable[[Any], bool]) -> None:
        self.word = word
        self.recognises = recognises

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        if not isinstance(value, str):
            _wrong("string", value, at, errors)
        elif not self.recognises(str(value)):
            errors.append((at, INVALID, "format", {"expected": self.word}))


class Amount:
    """A quantity: a number, or a string that a function recognises."""

    __slots__ = ("recognises",)

    def __init__(self, recognises: Callable[[Any], bool]) -> None:
        self.recognises = recognises

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        kind = word_of(value)
        if kind == "string":
            if not self.recognises(str(value)):
                errors.append((at, INVALID, "format", {"expected": "quantity"}))
        elif kind == "number":
            if not math.isfinite(value):
                errors.append((at, INVALID, "format", {"expected": "finite"}))
        elif kind != "integer":
            _wrong("string_or_number", value, at, errors)


def _takes_null(item: Checker) -> bool:
    """Whether null as an item of a list or a value of a map is read as an empty one: where these are any strings."""
    return isinstance(item, Exact) and item.kind is str


class Anything:
    """Any JSON value, or any JSON object."""

    __slots__ = ("only_objects",)

    def __init__(self, only_objects: bool) -> None:
        self.only_objects = only_objects

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        kind = word_of(value)
        if self.only_objects and kind != "object":
            _wrong("object", value, at, errors)
        elif kind == "object":
            _MAP_OF_ANYTHING.find(value, at, errors, inside)
        elif kind == "array":
            _LIST_OF_ANYTHING.find(value, at, errors, inside)
        elif kind == "number" and not math.isfinite(value):
            errors.append((at, INVALID, "format", {"expected": "finite"}))
        elif kind == "other":
            _wrong("json", value, at, errors)


class Nullable:
    """An item of a list or a value of a map that may be null."""

    __slots__ = ("of",)

    def __init__(self, of: Checker) -> None:
        self.of = of

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        if value is not None:
            self.of.find(value, at, errors, inside)


class Map:
    __slots__ = ("exact", "null", "values")

    def __init__(self, values: Checker) -> None:
        self.values = values
        self.null = _takes_null(values)
        self.exact = values.kind if isinstance(values, Exact) else None

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        if not isinstance(value, DICT):
            _wrong("object", value, at, errors)
            return
        me = id(value)
        around, steps, _ = inside
        if me in around or len(around) > DEPTH:
            _refuse(value, at, errors, inside)
            return
        steps[0] += 1
        if steps[0] > MANY and _again((me, id(self)), errors, inside):
            return
        around.add(me)
        exact = self.exact
        for name, item in value.items():
            if type(name) is not str and not isinstance(name, str):
                place = (at, (name,))
                errors.append((place, WRONG_TYPE, "key", {"found": word_of(name)}))
            elif type(item) is not exact and not (item is None and self.null):
                self.values.find(item, (at, (name,)), errors, inside)
        around.discard(me)


class List:
    """A list; `keys` are the fields by which no two items may be the same, for a set there are none."""

    __slots__ = ("exact", "item", "keys", "null")

    def __init__(self, item: Checker, keys: tuple[str, ...] | None = None) -> None:
        self.item = item
        self.keys = keys
        self.null = _takes_null(item)
        self.exact = item.kind if isinstance(item, Exact) else None

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        if not isinstance(value, LIST):
            _wrong("array", value, at, errors)
            return
        me = id(value)
        around, steps, _ = inside
        if me in around or len(around) > DEPTH:
            _refuse(value, at, errors, inside)
            return
        steps[0] += 1
        if steps[0] > MANY and _again((me, id(self)), errors, inside):
            return
        around.add(me)
        exact = self.exact
        repeated: set[int] = set()
        if self.keys is not None and len(value) > 1:
            repeated = self.repeated(value)
        for index, item in enumerate(value):
            if index in repeated:
                errors.append(((at, index), DUPLICATE, "duplicate", None))
            if type(item) is not exact and not (item is None and self.null):
                self.item.find(item, (at, index), errors, inside)
        around.discard(me)

    def repeated(self, value: list[Any]) -> set[int]:
        """The places of items that stand further up already."""
        seen: set[Any] = set()
        found: set[int] = set()
        for index, item in enumerate(value):
            parts: list[Any] = [item]
            if self.keys:
                if not isinstance(item, DICT):
                    continue
                parts = [item.get(key) for key in self.keys]
            kinds = [word_of(part) for part in parts]
            if "object" in kinds or "array" in kinds or "other" in kinds:
                continue
            same = (*kinds, *parts)
            if same in seen:
                found.add(index)
            seen.add(same)
        return found


class Object:
    """An object with fields. It is made without them, and gets its table when all others exist.

    `others` says that it may have fields beside these, of any values; `nulls` are those in which null is a value, so that it
    is there where it is required.
    """

    __slots__ = ("_fields", "exact", "nulls", "open", "optional", "required")

    def __init__(self, *required: str, nulls: Iterable[str] = (), others: bool = False) -> None:
        self.open = others
        self.nulls = frozenset(nulls)
        self.required = required
        self._fields: dict[Any, Checker] = {}
        self.exact: dict[Any, type] = {}
        self.optional: frozenset[Any] = frozenset()

    @property
    def fields(self) -> dict[Any, Checker]:
        """The checker of each field."""
        return self._fields

    @fields.setter
    def fields(self, fields: dict[Any, Checker]) -> None:
        self._fields = fields
        self.optional = frozenset(fields) - frozenset(self.required)
        self.exact = {name: checker.kind for name, checker in fields.items() if isinstance(checker, Exact)}

    def find(self, value: Any, at: At, errors: Errors, inside: Inside) -> None:
        if not isinstance(value, DICT):
            _wrong("object", value, at, errors)
            return
        me = id(value)
        around, steps, _ = inside
        if me in around or len(around) > DEPTH:
            _refuse(value, at, errors, inside)
            return
        steps[0] += 1
        if steps[0] > MANY and _again((me, id(self)), errors, inside):
            return
        around.add(me)
        for name in self.required:
            if value.get(name) is None and not (name in self.nulls and name in value):
                errors.append(((at, name), REQUIRED, "required", None))
        exact = self.exact
        fields = self._fields
        for name, item in value.items():
            if exact.get(name) is type(item):
                continue
            checker = fields.get(name)
            if checker is not None:
                if item is not None:
                    checker.find(item, (at, name), errors, inside)
            elif isinstance(name, str):
                if self.open:
                    ANYTHING.find(item, (at, name), errors, inside)
                else:
                    errors.append(((at, name), UNKNOWN, "unknown", None))
            else:
                place = (at, (name,))
                errors.append((place, WRONG_TYPE, "key", {"found": word_of(name)}))
        around.discard(me)


STRING: Final = Exact(str, "string")
BOOLEAN: Final = Exact(bool, "boolean")
INTEGER: Final = Integer(0)
INT32: Final = Integer(32)
INT64: Final = Integer(64)
INT_OR_STRING: Final = Integer(0, "int_or_string")
INT32_OR_STRING: Final = Integer(32, "int_or_string")
NUMBER: Final = Number()
TIME: Final = Text("time", is_time)
DATE_TIME: Final = Text("time", is_date_time)
MICRO_TIME: Final = Text("micro_time", is_micro_time)
BYTES: Final = Text("base64", is_base64)
ANYTHING: Final = Anything(False)
OPEN_OBJECT: Final = Anything(True)
_MAP_OF_ANYTHING: Final = Map(ANYTHING)
_LIST_OF_ANYTHING: Final = List(ANYTHING)
