"""Codecs, which read values from their wire form and write them, one for each type."""

import math
from collections.abc import Callable
from typing import Any, Final, cast

from codegen.kube.errors import DICT, LIST, TUPLE, field_path, path_steps

At = Any  # where a value stands: (the place above, the step from there), at the root the list of problems


class Codec:
    """A codec of one type, which by default leaves values as they are."""

    __slots__ = ("plain",)

    def __init__(self, plain: bool = True) -> None:
        self.plain = plain  # the value itself is its wire form

    def read(self, value: Any, at: At) -> Any:
        return value

    def write(self, value: Any) -> Any:
        return value


class Problems(list[tuple[str, str]]):
    """A list of problems, with the mode for unknown fields."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.warnings: list[tuple[str, str]] = []


def report(at: At, message: str) -> None:
    find_problem_list(at).append((field_path(path_steps(at)), message))


def find_problem_list(at: At) -> Problems:
    """Return the list of problems at the root of a place."""
    while isinstance(at, TUPLE):
        at = at[0]
    return cast("Problems", at)


def wrong(at: At, expected: str, value: object) -> None:
    found = "null" if value is None else type(value).__name__
    if isinstance(value, str) and len(value) <= 40:
        found = repr(value)
    report(at, f"must be {expected}, not {found}")


class ObjectCodec(Codec):
    """A codec of objects of a class, read by `parse`."""

    __slots__ = ("parse",)

    def __init__(self, parse: Callable[[Any, At], Any]) -> None:
        super().__init__(plain=False)
        self.parse = parse

    def read(self, value: Any, at: At) -> Any:
        return self.parse(value, at)

    def write(self, value: Any) -> Any:
        return value.to_dict()


class ExactCodec(Codec):
    """A codec of values of one Python type."""

    __slots__ = ("kind", "word")

    def __init__(self, kind: type, word: str) -> None:
        super().__init__()
        self.kind = kind
        self.word = word

    def read(self, value: Any, at: At) -> Any:
        return value if isinstance(value, self.kind) else wrong(at, self.word, value)


class IntegerCodec(Codec):
    __slots__ = ("bits",)

    def __init__(self, bits: int) -> None:
        super().__init__()
        self.bits = bits

    def read(self, value: Any, at: At) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            return wrong(at, "an integer", value)
        if self.bits and not -(2 ** (self.bits - 1)) <= value < 2 ** (self.bits - 1):
            report(at, f"must be an integer of {self.bits} bits")
        return value


class NumberCodec(Codec):
    __slots__ = ()

    def read(self, value: Any, at: At) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        return wrong(at, "a finite number", value)


class IntOrStringCodec(Codec):
    __slots__ = ()

    def read(self, value: Any, at: At) -> Any:
        if isinstance(value, (int, str)) and not isinstance(value, bool):
            return value
        return wrong(at, "an integer or a string", value)


class ChoiceCodec(Codec):
    __slots__ = ("values",)

    def __init__(self, *values: str) -> None:
        super().__init__()
        self.values = values

    def read(self, value: Any, at: At) -> Any:
        if isinstance(value, str) and value in self.values:
            return value
        return wrong(at, " or ".join(map(repr, self.values)), value)


class ParsedCodec(Codec):
    """A codec with one function for reading the wire form and another for writing it."""

    __slots__ = ("back", "make", "types", "word")

    def __init__(
        self, word: str, types: tuple[type, ...], make: Callable[[Any], Any], back: Callable[[Any], Any]
    ) -> None:
        super().__init__(plain=False)
        self.word = word
        self.types = types
        self.make = make
        self.back = back

    def read(self, value: Any, at: At) -> Any:
        if isinstance(value, self.types) and not isinstance(value, bool):
            try:
                return self.make(value)
            except ValueError:
                pass
        return wrong(at, self.word, value)

    def write(self, value: Any) -> Any:
        return self.back(value)


def class_codec(kind: Any) -> ParsedCodec:
    """Return the codec of a class with `WIRE_WORD` and `WIRE_TYPES`."""
    return ParsedCodec(kind.WIRE_WORD, kind.WIRE_TYPES, kind, lambda value: kind(value).written)


class NullableCodec(Codec):
    """A codec of nullable items of a list or values of a map."""

    __slots__ = ("of",)

    def __init__(self, of: Codec) -> None:
        self.of = of
        super().__init__(self.of.plain)

    def read(self, value: Any, at: At) -> Any:
        return None if value is None else self.of.read(value, at)

    def write(self, value: Any) -> Any:
        return None if value is None else self.of.write(value)


class ListCodec(Codec):
    __slots__ = ("item",)

    def __init__(self, of: Codec) -> None:
        self.item = of
        super().__init__(self.item.plain)

    def read(self, value: Any, at: At) -> Any:
        if not isinstance(value, LIST):
            return wrong(at, "a list", value)
        read = self.item.read
        if self.item is STR:  # null is an empty string for servers too
            return ["" if item is None else read(item, (at, index)) for index, item in enumerate(value)]
        return [read(item, (at, index)) for index, item in enumerate(value)]

    def write(self, value: Any) -> Any:
        write = self.item.write
        return [write(item) for item in value]


class MapCodec(Codec):
    __slots__ = ("values",)

    def __init__(self, of: Codec) -> None:
        self.values = of
        super().__init__(self.values.plain)

    def read(self, value: Any, at: At) -> Any:
        if not isinstance(value, DICT):
            return wrong(at, "an object", value)
        result: dict[str, Any] = {}
        for key, item in value.items():
            if item is None and self.values is STR and isinstance(key, str):
                result[key] = ""  # as servers read it
            elif isinstance(key, str):
                result[key] = self.values.read(item, (at, (key,)))
            else:
                wrong(at, "an object with strings as keys", key)
        return result

    def write(self, value: Any) -> Any:
        write = self.values.write
        return {key: write(item) for key, item in value.items()}


STR: Final = ExactCodec(str, "a string")
