"""Checkers: each finds all that is wrong with a value of one type."""

import math
import re
from datetime import datetime
from typing import Any, Final, Protocol

from codegen.outputs.python.runtime.errors import (
    _DUPLICATE,
    _INVALID,
    _REQUIRED,
    _UNKNOWN,
    _UNSUPPORTED,
    _WORDS,
    _WRONG_TYPE,
    _At,
    _Errors,
    _kind,
)

_DEPTH: Final = 200  # levels of lists and objects
_MANY: Final = 10_000  # lists and objects
# The ids of the lists and objects around a value; how many were looked at, as the only item; and those of value and checker
# that need not be looked at again, with how deep they stood. (No class: it would be another one in each module.)
_Inside = tuple[set[int], list[int], dict[tuple[int, int], int]]


def _is_time(v: Any) -> bool:
    if type(v) is not str or _RFC_3339.fullmatch(v) is None:
        return False
    try:
        datetime.fromisoformat(v)
    except ValueError:
        return False
    return True


_RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"
)


class _Checker(Protocol):
    """Finds all that is wrong with a value of one type."""

    def find(self, value: Any, at: _At, errors: _Errors, inside: _Inside) -> None:
        """Add what is wrong."""
        ...


def _wrong(expected: str, value: object, at: _At, errors: _Errors) -> None:
    found = _WORDS.get(type(value)) or _kind(value)
    errors.append((at, _WRONG_TYPE, "type", {"expected": expected, "found": found}))


def _refuse(value: object, at: _At, errors: _Errors, inside: _Inside) -> None:
    """Add that a list or object stands inside itself, or too deep."""
    if id(value) in inside[0]:
        errors.append((at, _INVALID, "cycle", None))
    else:
        errors.append((at, _INVALID, "depth", {"limit": _DEPTH}))


def _again(what: tuple[int, int], errors: _Errors, inside: _Inside) -> bool:
    """Whether a checker has looked at a value before. Who looks at very many may go the same ways again and again, to parts
    that stand in many places. What was good may be too deep further down.
    """
    around, _, done = inside
    known = done.get(what)
    if known is not None and (errors or known >= len(around)):
        return True
    done[what] = len(around)
    return False


class _Exact:
    """A string or a boolean: the type says all."""

    __slots__ = ("kind", "word")

    def __init__(self, kind: type, word: str) -> None:
        self.kind = kind
        self.word = word

    def find(self, value: Any, at: _At, errors: _Errors, inside: _Inside) -> None:
        if type(value) is not self.kind:
            found = _WORDS.get(type(value)) or _kind(value)
            if found != self.word:
                said = {"expected": self.word, "found": found}
                errors.append((at, _WRONG_TYPE, "type", said))


class _Integer:
    __slots__ = ("high", "low", "word")

    def __init__(self, bits: int, word: str = "integer") -> None:
        self.low: int | None = -(2 ** (bits - 1)) if bits else None
        self.high: int | None = 2 ** (bits - 1) - 1 if bits else None
        self.word = word

    def find(self, value: Any, at: _At, errors: _Errors, inside: _Inside) -> None:
        kind = _WORDS.get(type(value)) or _kind(value)
        if kind == "integer":
            low, high = self.low, self.high
            if low is not None and high is not None and not low <= value <= high:
                errors.append((at, _INVALID, "range", {"low": low, "high": high}))
        elif kind != "string" or self.word == "integer":
            said = {"expected": self.word, "found": kind}
            errors.append((at, _WRONG_TYPE, "type", said))


class _Number:
    __slots__ = ()

    def find(self, value: Any, at: _At, errors: _Errors, inside: _Inside) -> None:
        kind = _kind(value)
        if kind not in ("integer", "number"):
            _wrong("number", value, at, errors)
        elif kind == "number" and not math.isfinite(value):
            errors.append((at, _INVALID, "format", {"expected": "finite"}))


class _Choice:
    __slots__ = ("said", "values", "word")

    def __init__(self, word: str, *values: str) -> None:
        self.word = word
        self.values = frozenset(values)
        self.said = {"expected": ", ".join(sorted(self.values))}

    def find(self, value: Any, at: _At, errors: _Errors, inside: _Inside) -> None:
        if not isinstance(value, str):
            _wrong("string", value, at, errors)
        elif value not in self.values:
            errors.append((at, _UNSUPPORTED, self.word, self.said))


class _Time:
    __slots__ = ()

    def find(self, value: Any, at: _At, errors: _Errors, inside: _Inside) -> None:
        if not isinstance(value, str):
            _wrong("string", value, at, errors)
        elif not _is_time(str(value)):
            errors.append((at, _INVALID, "format", {"expected": "time"}))


class _Anything:
    """Any JSON value, or any JSON object."""

    __slots__ = ("only_objects",)

    def __init__(self, only_objects: bool) -> None:
        self.only_objects = only_objects

    def find(self, value: Any, at: _At, errors: _Errors, inside: _Inside) -> None:
        kind = _kind(value)
        if self.only_objects and kind != "object":
            _wrong("object", value, at, errors)
        elif kind == "object":
            _MAP_OF_ANYTHING.find(value, at, errors, inside)
        elif kind == "array":
            _LIST_OF_ANYTHING.find(value, at, errors, inside)
        elif kind == "number" and not math.isfinite(value):
            errors.append((at, _INVALID, "format", {"expected": "finite"}))
        elif kind == "other":
            _wrong("json", value, at, errors)


class _Map:
    __slots__ = ("exact", "values")

    def __init__(self, values: _Checker) -> None:
        self.values = values
        self.exact = values.kind if isinstance(values, _Exact) else None

    def find(self, value: Any, at: _At, errors: _Errors, inside: _Inside) -> None:
        if not isinstance(value, dict):
            _wrong("object", value, at, errors)
            return
        me = id(value)
        around, steps, _ = inside
        if me in around or len(around) > _DEPTH:
            _refuse(value, at, errors, inside)
            return
        steps[0] += 1
        if steps[0] > _MANY and _again((me, id(self)), errors, inside):
            return
        around.add(me)
        exact = self.exact
        for name, item in value.items():
            if type(name) is not str and not isinstance(name, str):
                place = (at, (name,))
                errors.append((place, _WRONG_TYPE, "key", {"found": _kind(name)}))
            elif type(item) is not exact:
                self.values.find(item, (at, (name,)), errors, inside)
        around.discard(me)


class _List:
    """A list; `keys` are the fields by which no two items may be the same, for a set there are none."""

    __slots__ = ("exact", "item", "keys")

    def __init__(self, item: _Checker, keys: tuple[str, ...] | None = None) -> None:
        self.item = item
        self.keys = keys
        self.exact = item.kind if isinstance(item, _Exact) else None

    def find(self, value: Any, at: _At, errors: _Errors, inside: _Inside) -> None:
        if not isinstance(value, list):
            _wrong("array", value, at, errors)
            return
        me = id(value)
        around, steps, _ = inside
        if me in around or len(around) > _DEPTH:
            _refuse(value, at, errors, inside)
            return
        steps[0] += 1
        if steps[0] > _MANY and _again((me, id(self)), errors, inside):
            return
        around.add(me)
        exact = self.exact
        repeated: set[int] = set()
        if self.keys is not None and len(value) > 1:
            repeated = self.repeated(value)
        for index, item in enumerate(value):
            if index in repeated:
                errors.append(((at, index), _DUPLICATE, "duplicate", None))
            if type(item) is not exact:
                self.item.find(item, (at, index), errors, inside)
        around.discard(me)

    def repeated(self, value: list[Any]) -> set[int]:
        """The places of items that stand further up already."""
        seen: set[Any] = set()
        found: set[int] = set()
        for index, item in enumerate(value):
            parts: list[Any] = [item]
            if self.keys:
                if not isinstance(item, dict):
                    continue
                parts = [item.get(key) for key in self.keys]
            kinds = [_kind(part) for part in parts]
            if "object" in kinds or "array" in kinds or "other" in kinds:
                continue
            same = (*kinds, *parts)
            if same in seen:
                found.add(index)
            seen.add(same)
        return found


class _Object:
    """An object with fields. It is made empty and gets its table when all others exist."""

    __slots__ = ("exact", "fields", "open", "optional", "required")

    def __init__(self) -> None:
        self.open = False
        self.required: tuple[str, ...] = ()
        self.fields: dict[Any, _Checker] = {}
        self.exact: dict[Any, type] = {}
        self.optional: frozenset[Any] = frozenset()

    def define(
        self,
        required: tuple[str, ...],
        fields: dict[Any, _Checker],
        others: bool = False,
    ) -> None:
        """`others` says that it may have fields beside these, of any values."""
        self.open = others
        self.required = required
        self.fields = fields
        self.optional = frozenset(fields) - frozenset(required)
        for name, checker in fields.items():
            if isinstance(checker, _Exact):
                self.exact[name] = checker.kind

    def find(self, value: Any, at: _At, errors: _Errors, inside: _Inside) -> None:
        if not isinstance(value, dict):
            _wrong("object", value, at, errors)
            return
        me = id(value)
        around, steps, _ = inside
        if me in around or len(around) > _DEPTH:
            _refuse(value, at, errors, inside)
            return
        steps[0] += 1
        if steps[0] > _MANY and _again((me, id(self)), errors, inside):
            return
        around.add(me)
        for name in self.required:
            if value.get(name) is None:
                errors.append(((at, name), _REQUIRED, "required", None))
        exact = self.exact
        fields = self.fields
        for name, item in value.items():
            if exact.get(name) is type(item):
                continue
            checker = fields.get(name)
            if checker is not None:
                if item is not None:
                    checker.find(item, (at, name), errors, inside)
            elif isinstance(name, str):
                if self.open:
                    _ANYTHING.find(item, (at, name), errors, inside)
                else:
                    errors.append(((at, name), _UNKNOWN, "unknown", None))
            else:
                place = (at, (name,))
                errors.append((place, _WRONG_TYPE, "key", {"found": _kind(name)}))
        around.discard(me)


_STRING: Final = _Exact(str, "string")
_BOOLEAN: Final = _Exact(bool, "boolean")
_INTEGER: Final = _Integer(0)
_INT32: Final = _Integer(32)
_INT64: Final = _Integer(64)
_INT_OR_STRING: Final = _Integer(0, "int_or_string")
_NUMBER: Final = _Number()
_TIME: Final = _Time()
_ANYTHING: Final = _Anything(False)
_OPEN_OBJECT: Final = _Anything(True)
_MAP_OF_ANYTHING: Final = _Map(_ANYTHING)
_LIST_OF_ANYTHING: Final = _List(_ANYTHING)
