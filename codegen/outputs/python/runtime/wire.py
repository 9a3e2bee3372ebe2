"""Codecs, which read values from their wire form and write them, one for each type."""

import math
from collections.abc import Callable
from datetime import datetime
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NamedTuple,
    Union,
    cast,
    get_args,
    get_origin,
)

from codegen.kube.encoded import decode_base64, encode_base64
from codegen.kube.errors import DICT, LIST, TUPLE, describe_unknown_field, field_path, path_steps
from codegen.kube.moments import format_micro_time, format_timestamp, parse_micro_time, parse_timestamp

At = Any  # where a value stands: (the place above, the step from there), at the root the list of problems


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


class Codec:
    """A codec of one type, which by default leaves values as they are."""

    __slots__ = ("plain",)

    def __init__(self, plain: bool = True) -> None:
        self.plain = plain  # the value itself is its wire form

    def read(self, value: Any, at: At) -> Any:
        return value

    def write(self, value: Any, at: At) -> Any:
        return value


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

    def write(self, value: Any, at: At) -> Any:
        try:
            return self.back(value)
        except (AttributeError, TypeError, ValueError):
            return wrong(at, self.word, value)


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

    def write(self, value: Any, at: At) -> Any:
        return None if value is None else self.of.write(value, at)


class ListCodec(Codec):
    __slots__ = ("of",)

    def __init__(self, of: Codec) -> None:
        self.of = of
        super().__init__(self.of.plain)

    def read(self, value: Any, at: At) -> Any:
        if not isinstance(value, LIST):
            return wrong(at, "a list", value)
        read = self.of.read
        if self.of is STR:  # null is an empty string for servers too
            return ["" if item is None else read(item, (at, index)) for index, item in enumerate(value)]
        return [read(item, (at, index)) for index, item in enumerate(value)]

    def write(self, value: Any, at: At) -> Any:
        if not isinstance(value, (LIST, TUPLE)):
            return wrong(at, "a list", value)
        write = self.of.write
        return [write(item, (at, index)) for index, item in enumerate(value)]


class MapCodec(Codec):
    __slots__ = ("of",)

    def __init__(self, of: Codec) -> None:
        self.of = of
        super().__init__(self.of.plain)

    def read(self, value: Any, at: At) -> Any:
        if not isinstance(value, DICT):
            return wrong(at, "an object", value)
        result: dict[str, Any] = {}
        for key, item in value.items():
            if item is None and self.of is STR and isinstance(key, str):
                result[key] = ""  # as servers read it
            elif isinstance(key, str):
                result[key] = self.of.read(item, (at, (key,)))
            else:
                wrong(at, "an object with strings as keys", key)
        return result

    def write(self, value: Any, at: At) -> Any:
        if not isinstance(value, DICT):
            return wrong(at, "an object", value)
        write = self.of.write
        return {key: write(item, (at, (key,))) for key, item in value.items()}


class FieldHint(NamedTuple):
    """A field of a class, with its names on both sides and its annotation."""

    wire: str
    name: str
    hint: Any
    required: bool


class FieldRow(NamedTuple):
    """A field in the table of its class. `null` says that null is one of its values."""

    wire: str
    name: str
    codec: Codec
    required: bool
    null: bool


class ObjectCodec(Codec):
    """A codec of the objects of a class, by a table of its fields."""

    __slots__ = ("names", "nulls", "of", "rows")

    def __init__(self, of: Any) -> None:
        super().__init__(plain=False)
        self.of = of
        self.names: dict[str, str] = {}  # attributes by wire name
        self.rows: tuple[FieldRow, ...] = ()
        self.nulls: tuple[FieldRow, ...] = ()  # the rows with null as a value

    def table(self) -> tuple[FieldRow, ...]:
        """Return the fields. The table is made on first use, when all classes of the module exist."""
        if not self.rows:
            hints: list[FieldHint] = self.of.field_hints()
            self.names = {each.wire: each.name for each in hints}
            rows = [self._row(each) for each in hints]
            self.nulls = tuple([row for row in rows if row.null])
            self.rows = tuple(rows)
        return self.rows

    def _row(self, field: FieldHint) -> FieldRow:
        null = is_nullable(field.hint) if field.required else field.wire in self.of.NULLS
        return FieldRow(field.wire, field.name, find_codec(field.hint), field.required, null)

    def read(self, value: Any, at: At) -> Any:
        if not isinstance(value, DICT):
            return wrong(at, "an object", value)
        values: dict[str, Any] = {}
        kept: dict[str, Any] = {}
        known = 0
        for wire, name, codec, required, null in self.rows or self.table():
            item = value.get(wire)
            if item is not None:
                values[name] = codec.read(item, (at, wire))
                known += 1
            elif null and wire in value:
                values[name] = None
                known += 1
                if not required:
                    kept[wire] = None
            elif required:
                report((at, wire), "is required")
                values[name] = None
        if known != len(value):
            kept.update(self._read_unknown_fields(value, at))
        return self.of.build(values, kept)

    def _read_unknown_fields(self, value: dict[Any, Any], at: At) -> dict[str, Any]:
        """Return the fields unknown to the class, and report them."""
        unknown = {key: item for key, item in value.items() if key not in self.names}
        problems = find_problem_list(at)
        for key in unknown:
            if not isinstance(key, str):
                wrong(at, "an object with strings as keys", key)
            elif problems.mode != "Ignore" and not self.of.OPEN:
                said = problems if problems.mode == "Strict" else problems.warnings
                said.append((field_path(path_steps((at, key))), describe_unknown_field(key, self.names)))
        return unknown

    def write(self, value: Any, at: At) -> Any:
        if not isinstance(value, self.of):
            return wrong(at, f"an object of {self.of.__name__}", value)
        wire_form: dict[str, Any] = {}
        for wire, name, codec, required, null in self.rows or self.table():
            item = getattr(value, name)
            if item is not None:
                wire_form[wire] = item if codec.plain else codec.write(item, (at, wire))
            elif null and required:
                wire_form[wire] = None
        for wire, item in value.kept_fields().items():
            wire_form.setdefault(wire, item)
        return wire_form

    def classes(self) -> list["ObjectCodec"]:
        """Return the codecs of the class and of all classes inside its objects."""
        found = [self]
        for each in found:  # grows
            for row in each.table():
                inner = row.codec
                while isinstance(inner, (ListCodec, MapCodec, NullableCodec)):
                    inner = inner.of
                if isinstance(inner, ObjectCodec) and inner not in found:
                    found.append(inner)
        return found


def object_codec(of: Any) -> ObjectCodec:
    """Return the codec of a class."""
    codec = _OBJECT_CODECS.get(of)
    if codec is None:
        codec = _OBJECT_CODECS[of] = ObjectCodec(of)
    return codec


_OBJECT_CODECS: Final[dict[Any, ObjectCodec]] = {}


def is_nullable(hint: Any) -> bool:
    """Return whether an annotation names None."""
    return NoneType in get_args(hint)


def find_codec(hint: Any) -> Codec:
    """Return the codec of an annotation."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return next((each for each in arguments if isinstance(each, Codec)), None) or find_codec(arguments[0])
    if origin in (Union, UnionType):
        kinds = [each for each in arguments if each is not NoneType]
        return find_codec(kinds[0]) if len(kinds) == 1 else _CODECS[frozenset(kinds)]
    if origin is Literal:
        return ChoiceCodec(*arguments)
    if hint in _CODECS:
        return _CODECS[hint]
    if hasattr(hint, "field_hints"):
        return object_codec(hint)
    if hasattr(hint, "WIRE_WORD"):
        return class_codec(hint)
    inner = arguments[0 if origin is list else 1]
    codec = NullableCodec(find_codec(inner)) if is_nullable(inner) else find_codec(inner)
    return ListCodec(codec) if origin is list else MapCodec(codec)


STR: Final = ExactCodec(str, "a string")
BYTES: Final = ParsedCodec("standard base64", (str,), decode_base64, encode_base64)
TIME: Final = ParsedCodec("a date and time of RFC 3339 with an offset", (str,), parse_timestamp, format_timestamp)
MICRO_TIME: Final = ParsedCodec(
    "a date and time of RFC 3339 with six digits of a second and an offset", (str,), parse_micro_time, format_micro_time
)
_CODECS: Final[dict[Any, Codec]] = {
    Any: Codec(),
    str: STR,
    bool: ExactCodec(bool, "a boolean"),
    int: IntegerCodec(0),
    float: NumberCodec(),
    bytes: BYTES,
    datetime: TIME,
    frozenset((int, str)): IntOrStringCodec(),
    dict[str, Any]: ExactCodec(dict, "an object"),
}
