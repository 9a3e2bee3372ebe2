"""Codecs of values without inner values, and the errors of one object."""

from collections.abc import Callable, Iterable
from typing import Any, Final, cast

from codegen.kube.encoded import decode_base64, encode_base64
from codegen.kube.errors import (
    INVALID,
    TUPLE,
    UNKNOWN,
    Errors,
    PathNode,
    describe_error,
    field_path,
    path_steps,
)
from codegen.kube.moments import (
    format_micro_time,
    format_timestamp,
    is_date,
    parse_date_time,
    parse_micro_time,
    parse_time,
)
from codegen.kube.primitives import (
    INT32,
    INT32_OR_STRING,
    INT64,
    INT_OR_STRING,
    STRING,
    Checker,
    wrong,
)
from codegen.outputs.python.runtime.messages import MESSAGES

# checkers of scalars do not look at it
_NOWHERE: Final = (set[int](), [0], dict[tuple[int, int], int]())


class Problems:
    """The errors of one object, at the root of the places of its values."""

    def __init__(self) -> None:
        self.errors: Errors = []
        self.unknown: Errors = []


def find_problems(at: PathNode) -> Problems:
    """Return the problems at the root of a place."""
    while isinstance(at, TUPLE):
        at = at[0]
    return cast("Problems", at)


def describe_errors(errors: Errors) -> list[tuple[str, str]]:
    """Return the field path and the message of each error, in the words of validators."""
    return [
        (field_path(path_steps(error[0])), describe_error(error, MESSAGES["en"]))
        for error in errors
    ]


def describe_unknown(
    names: Iterable[str], permitted: Iterable[str]
) -> list[tuple[str, str]]:
    """Return the paths and messages of unknown fields at the root of an object."""
    return describe_errors(
        [
            ((None, name), UNKNOWN, "unknown", {"known": tuple(permitted)})
            for name in names
        ]
    )


class Codec:
    """A codec of one type, which by default leaves values as they are.

    Servers read null as `zero` in lists and maps of types with such a value.
    """

    __slots__ = ("plain", "zero")

    def __init__(self, plain: bool = True) -> None:
        self.plain = plain  # the value itself is its wire form
        self.zero: Any = None

    def read(self, value: object, at: PathNode) -> Any:
        return value

    def write(self, value: object, at: PathNode) -> Any:
        return value


class ScalarCodec(Codec):
    """A codec of values that a checker of validators accepts. Values of `kind` need no check."""

    __slots__ = ("checker", "kind")

    def __init__(self, checker: Checker, kind: type | None = None) -> None:
        super().__init__()
        self.checker = checker
        self.kind = kind

    def read(self, value: object, at: PathNode) -> Any:
        if type(value) is not self.kind:
            self.checker.find(value, at, find_problems(at).errors, _NOWHERE)
        return value


class ParsedCodec(Codec):
    """A codec with one function for reading the wire form and another for writing it. `word` is the key of its name in messages."""

    __slots__ = ("back", "make", "types", "word")

    def __init__(
        self,
        word: str,
        make: Callable[[Any], Any],
        back: Callable[[Any], Any],
        types: tuple[type, ...] = (str,),
    ) -> None:
        super().__init__(plain=False)
        self.word = word
        self.make = make
        self.back = back
        self.types = types

    def read(self, value: object, at: PathNode) -> Any:
        if not isinstance(value, self.types) or isinstance(value, bool):
            wrong(
                "string" if self.types == (str,) else "string_or_number",
                value,
                at,
                find_problems(at).errors,
            )
            return None
        try:
            return self.make(value)
        except ValueError:
            return self._refuse(at)

    def write(self, value: object, at: PathNode) -> Any:
        try:
            return self.back(value)
        except (AttributeError, TypeError, ValueError):
            return self._refuse(at)

    def _refuse(self, at: PathNode) -> None:
        find_problems(at).errors.append(
            (at, INVALID, "format", {"expected": self.word})
        )


class DateCodec(Codec):
    """A codec of strings of the format `date`, which stay strings."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(plain=False)

    def read(self, value: object, at: PathNode) -> Any:
        if not isinstance(value, str):
            return wrong("string", value, at, find_problems(at).errors)
        if not is_date(value):
            find_problems(at).errors.append(
                (at, INVALID, "of_format", {"format": "'date'"})
            )
        return value

    def write(self, value: object, at: PathNode) -> Any:
        return self.read(value, at)


def class_codec(kind: Any) -> ParsedCodec:
    """Return the codec of a class with `WIRE_WORD`, `WIRE_TYPES` and `WIRE_ZERO`."""
    codec = ParsedCodec(
        kind.WIRE_WORD, kind, lambda value: kind(value).written, kind.WIRE_TYPES
    )
    if kind.WIRE_ZERO is not None:
        codec.zero = kind(kind.WIRE_ZERO)
    return codec


STR: Final = ScalarCodec(STRING, str)
STR.zero = ""
INT32_CODEC: Final = ScalarCodec(INT32)
INT64_CODEC: Final = ScalarCodec(INT64)
INT_OR_STR: Final = ScalarCodec(INT_OR_STRING, str)
INT32_OR_STR: Final = ScalarCodec(INT32_OR_STRING, str)
BYTES: Final = ParsedCodec("base64", decode_base64, encode_base64)
DATE: Final = DateCodec()
TIME: Final = ParsedCodec("time", parse_time, format_timestamp)
DATE_TIME: Final = ParsedCodec("time", parse_date_time, format_timestamp)
MICRO_TIME: Final = ParsedCodec("micro_time", parse_micro_time, format_micro_time)
