"""Classes of the API as dataclasses: how each is read from its wire form and written to it."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import Any, ClassVar, NoReturn, Self, cast

from .duration import Duration as Duration
from .encoded import decoded, encoded
from .errors import ModelError
from .moments import micro_time_of, micro_time_text, time_of, time_text
from .quantity import Quantity as Quantity

At = Any  # where a value stands: (the place above, the step from there), at the root the list of problems


class Codec:
    """How values of one type are read from the wire form and written to it; as they are, if nothing else is said."""

    __slots__ = ("needed", "plain")

    def __init__(self, plain: bool = True) -> None:
        self.needed = False
        self.plain = plain  # the value itself is its wire form

    def read(self, value: Any, at: At) -> Any:
        return value

    def write(self, value: Any) -> Any:
        return value


class Model:
    """What all classes have: the wire form, and the names of both sides."""

    __slots__ = ()

    ATTRIBUTE_NAMES: ClassVar[Mapping[str, str]] = MappingProxyType({})
    WIRE_NAMES: ClassVar[Mapping[str, str]] = MappingProxyType({})
    _FIELDS: ClassVar[dict[str, Any]] = {}  # wire name -> codec or class, in the order of attributes
    _CODECS: ClassVar[Sequence[tuple[str, str, Callable[[Any], Any], Codec]]] = ()

    def __init_subclass__(cls) -> None:
        names = dict(zip(cls._FIELDS, cls.__annotations__, strict=True))
        cls.ATTRIBUTE_NAMES = MappingProxyType(names)
        cls.WIRE_NAMES = MappingProxyType({name: wire for wire, name in names.items()})
        cls._CODECS = [(wire, name, attrgetter(name), _codec(cls._FIELDS[wire])) for wire, name in names.items()]

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Read the wire form. Unknown fields are left out, null is absent.

        Raises:
            ModelError: With every field that is missing or of another type.

        """
        problems: list[tuple[str, str]] = []
        try:
            made = cls._parse(data, problems)
        except RecursionError:
            raise ModelError([("", "is nested too deeply")]) from None
        if problems:
            raise ModelError(problems)
        return made

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read JSON text. Raises ModelError like `from_dict`, also for text that is not valid JSON."""
        try:
            data = json.loads(text, parse_constant=_no_json)
        except RecursionError:
            raise ModelError([("", "is nested too deeply")]) from None
        except ValueError as error:
            raise ModelError([("", f"is not valid JSON: {error}")]) from None
        return cls.from_dict(data)

    def to_dict(self) -> dict[str, Any]:
        """The wire form: names as on the wire, without what is None. Open objects are shared, not copied."""
        made = {}
        for wire, _, get, codec in self._CODECS:
            value = get(self)
            if value is not None:
                made[wire] = value if codec.plain else codec.write(value)
        return made

    def to_json(self, *, indent: int | None = None) -> str:
        """The wire form as JSON text."""
        data = self.to_dict()
        return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=indent)

    @classmethod
    def _parse(cls, data: Any, at: At) -> Self:
        if not isinstance(data, dict):
            return cast("Self", _wrong(at, "an object", data))
        made: dict[str, Any] = {}
        for wire, name, _, codec in cls._CODECS:
            value = data.get(wire)
            if value is not None:
                made[name] = codec.read(value, (at, wire))
            elif codec.needed:
                _report((at, wire), "is required")
                made[name] = None
        return cls(**made)


def _no_json(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON value")


def _report(at: At, message: str) -> None:
    steps: list[Any] = []
    while isinstance(at, tuple):
        at, step = at
        steps.append(step)
    path = ""
    for step in reversed(steps):
        if isinstance(step, str):
            path += f".{step}" if path else step
        else:
            path += f"[{step}]" if isinstance(step, int) else f"[{step[0]}]"
    at.append((path, message))


def _wrong(at: At, expected: str, value: object) -> None:
    found = "null" if value is None else type(value).__name__
    if isinstance(value, str) and len(value) <= 40:
        found = repr(value)
    _report(at, f"must be {expected}, not {found}")


class Of(Codec):
    """An object of a class, which may be named by a function where it stands further below."""

    __slots__ = ("late", "model")

    def __init__(self, model: type[Model] | None, late: Callable[[], Any] | None = None) -> None:
        super().__init__(plain=False)
        self.model = model
        self.late = late

    def read(self, value: Any, at: At) -> Any:
        if self.model is None and self.late is not None:
            self.model = self.late()
        return cast("type[Model]", self.model)._parse(value, at)

    def write(self, value: Any) -> Any:
        return value.to_dict()


def _codec(of: Any) -> Codec:
    if isinstance(of, Codec):
        return of
    return Of(of) if isinstance(of, type) else Of(None, of)


class Needed(Codec):
    """A field that is required."""

    __slots__ = ("of",)

    def __init__(self, of: Any) -> None:
        self.of = _codec(of)
        super().__init__(self.of.plain)
        self.needed = True

    def read(self, value: Any, at: At) -> Any:
        return self.of.read(value, at)

    def write(self, value: Any) -> Any:
        return self.of.write(value)


class Exact(Codec):
    """A value of a type of Python."""

    __slots__ = ("kind", "word")

    def __init__(self, kind: type, word: str) -> None:
        super().__init__()
        self.kind = kind
        self.word = word

    def read(self, value: Any, at: At) -> Any:
        return value if isinstance(value, self.kind) else _wrong(at, self.word, value)


class Integer(Codec):
    __slots__ = ("bits",)

    def __init__(self, bits: int) -> None:
        super().__init__()
        self.bits = bits

    def read(self, value: Any, at: At) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            return _wrong(at, "an integer", value)
        if self.bits and not -(2 ** (self.bits - 1)) <= value < 2 ** (self.bits - 1):
            _report(at, f"must be an integer of {self.bits} bits")
        return value


class Number(Codec):
    __slots__ = ()

    def read(self, value: Any, at: At) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        return _wrong(at, "a finite number", value)


class IntOrString(Codec):
    __slots__ = ()

    def read(self, value: Any, at: At) -> Any:
        if isinstance(value, (int, str)) and not isinstance(value, bool):
            return value
        return _wrong(at, "an integer or a string", value)


class Choice(Codec):
    __slots__ = ("values",)

    def __init__(self, *values: str) -> None:
        super().__init__()
        self.values = values

    def read(self, value: Any, at: At) -> Any:
        if isinstance(value, str) and value in self.values:
            return value
        return _wrong(at, " or ".join(map(repr, self.values)), value)


class Made(Codec):
    """A value of a class of its own, made of the wire form by one function and brought back by another."""

    __slots__ = ("back", "made", "types", "word")

    def __init__(
        self, word: str, types: tuple[type, ...], made: Callable[[Any], Any], back: Callable[[Any], Any]
    ) -> None:
        super().__init__(plain=False)
        self.word = word
        self.types = types
        self.made = made
        self.back = back

    def read(self, value: Any, at: At) -> Any:
        if isinstance(value, self.types) and not isinstance(value, bool):
            try:
                return self.made(value)
            except ValueError:
                pass
        return _wrong(at, self.word, value)

    def write(self, value: Any) -> Any:
        return self.back(value)


def _quantity_written(value: Any) -> str | int | float:
    return Quantity(value).written


def _duration_written(value: Any) -> str:
    return Duration(value).written


class List(Codec):
    __slots__ = ("item",)

    def __init__(self, of: Any) -> None:
        self.item = _codec(of)
        super().__init__(self.item.plain)

    def read(self, value: Any, at: At) -> Any:
        if not isinstance(value, list):
            return _wrong(at, "a list", value)
        read = self.item.read
        if self.item is STR:  # null is an empty string for servers too
            return ["" if item is None else read(item, (at, index)) for index, item in enumerate(value)]
        return [read(item, (at, index)) for index, item in enumerate(value)]

    def write(self, value: Any) -> Any:
        write = self.item.write
        return [write(item) for item in value]


class Map(Codec):
    __slots__ = ("values",)

    def __init__(self, of: Any) -> None:
        self.values = _codec(of)
        super().__init__(self.values.plain)

    def read(self, value: Any, at: At) -> Any:
        if not isinstance(value, dict):
            return _wrong(at, "an object", value)
        made = {}
        for key, item in value.items():
            if item is None and self.values is STR and isinstance(key, str):
                made[key] = ""  # as servers read it
            elif isinstance(key, str):
                made[key] = self.values.read(item, (at, (key,)))
            else:
                _wrong(at, "an object with strings as keys", key)
        return made

    def write(self, value: Any) -> Any:
        write = self.values.write
        return {key: write(item) for key, item in value.items()}


ANY = Codec()
OBJECT = Exact(dict, "an object")
STR = Exact(str, "a string")
BOOL = Exact(bool, "a boolean")
INT = Integer(0)
INT32 = Integer(32)
INT64 = Integer(64)
FLOAT = Number()
INT_OR_STR = IntOrString()
TIME = Made("a date and time of RFC 3339 with an offset", (str,), time_of, time_text)
MICRO_TIME = Made(
    "a date and time of RFC 3339 with six digits of a second and an offset", (str,), micro_time_of, micro_time_text
)
QUANTITY = Made("a quantity like 500m, 1.5 or 2Gi", (str, int, float), Quantity, _quantity_written)
DURATION = Made("a duration like 1h30m or 250ms", (str,), Duration, _duration_written)
BYTES = Made("standard base64", (str,), decoded, encoded)
