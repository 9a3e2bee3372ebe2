"""The base of dataclasses of the API, which reads and writes their wire form."""

import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType, NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    NoReturn,
    Self,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from codegen.kube.encoded import decode_base64, encode_base64
from codegen.kube.errors import (
    DICT,
    FieldValidation,
    FieldWarning,
    ModelError,
    check_mode,
    describe_unknown_field,
    field_path,
    path_steps,
)
from codegen.kube.moments import format_micro_time, format_timestamp, parse_micro_time, parse_timestamp
from codegen.outputs.python.runtime.wire import (
    STR,
    At,
    ChoiceCodec,
    Codec,
    ExactCodec,
    IntegerCodec,
    IntOrStringCodec,
    ListCodec,
    MapCodec,
    NullableCodec,
    NumberCodec,
    ObjectCodec,
    ParsedCodec,
    Problems,
    class_codec,
    find_problem_list,
    report,
    wrong,
)

_Row = tuple[
    str, str, Callable[[Any], Any], Codec, bool, bool
]  # name on the wire, attribute, its getter, codec, whether it is required, and whether null is a value of it


class Model:
    """The base of all dataclasses, with the wire form and the names of both sides.

    A class states its fields as annotations; how each is read and written follows from them when the class is used for the first
    time. `names` are the names on the wire that are not the camel case of the attribute; `keeps` says that the API leaves the object
    open: fields that it does not name are kept. `NULLS` are the names on the wire of optional fields in which null is a value: where it
    stands, it is written back.
    """

    __slots__ = ("_unknown",)

    _unknown: dict[str, Any]  # and null of fields where that is a value
    NULLS: ClassVar[tuple[str, ...]] = ()
    ATTRIBUTE_NAMES: ClassVar[Mapping[str, str]] = MappingProxyType({})
    WIRE_NAMES: ClassVar[Mapping[str, str]] = MappingProxyType({})
    _names: ClassVar[Mapping[str, str]] = MappingProxyType({})
    _keeps: ClassVar[bool] = False
    _hides: ClassVar[tuple[str, ...]] = ()  # attributes that hold credentials
    FIELD_VALIDATION: ClassVar[FieldValidation] = (
        "Strict"  # what `from_dict` does with an unknown field if nothing else is said
    )
    _table: ClassVar[tuple[_Row, ...]] = ()

    def __init_subclass__(cls, names: Mapping[str, str] | None = None, keeps: bool | None = None) -> None:
        if names is not None:  # slots make the class a second time, without its arguments
            cls._names = names
        if keeps is not None:
            cls._keeps = keeps
        wires = {name: cls._names[name] if name in cls._names else _to_camel_case(name) for name in cls.__annotations__}
        wires = {**cls.WIRE_NAMES, **wires}
        both = {"WIRE_NAMES": wires, "ATTRIBUTE_NAMES": {wire: name for name, wire in wires.items()}}
        for constant, names_ in both.items():
            setattr(cls, constant, MappingProxyType(names_))
        cls._table = ()

    @classmethod
    def from_dict(cls, data: object, *, field_validation: FieldValidation | None = None) -> Self:
        """Read the wire form. Null is absent, except in fields with null as a value.

        Args:
            data: What a JSON or YAML parser gives.
            field_validation: What an unknown field is. Strict: an error. Warn: a FieldWarning. Ignore: nothing. What is no error is kept
                and written back by `to_dict`, so an object of a newer server comes back whole.

        Raises:
            ModelError: With every field that is missing, unknown or of another type.

        """
        return cls._read(data, field_validation)

    @classmethod
    def _read(cls, data: object, field_validation: FieldValidation | None) -> Self:
        problems = Problems(check_mode(cls.FIELD_VALIDATION if field_validation is None else field_validation))
        try:
            obj = cls._parse(data, problems)
        except RecursionError:
            raise ModelError([("", "is nested too deeply")]) from None
        if problems:
            raise ModelError(problems)
        for at, text in problems.warnings:
            warnings.warn(FieldWarning(f"{at}: {text}"), stacklevel=3)
        return obj

    @classmethod
    def from_json(cls, text: str | bytes, *, field_validation: FieldValidation | None = None) -> Self:
        """Read JSON text. Raises ModelError like `from_dict`, also for text that is not valid JSON."""
        try:
            data = json.loads(text, parse_constant=_reject_constant)
        except RecursionError:
            raise ModelError([("", "is nested too deeply")]) from None
        except ValueError as error:
            raise ModelError([("", f"is not valid JSON: {error}")]) from None
        return cls._read(data, field_validation)

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form without optional fields that are None. Open objects are shared, not copied."""
        wire_form: dict[str, Any] = {}
        for wire, _, get, codec, needed, null in self._table or self._build_table():
            value = get(self)
            if value is not None:
                wire_form[wire] = value if codec.plain else codec.write(value)
            elif null and needed:
                wire_form[wire] = None
        unknown = getattr(self, "_unknown", None)
        if unknown:
            for wire, value in unknown.items():
                wire_form.setdefault(wire, value)
        return wire_form

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the wire form as JSON text."""
        data = self.to_dict()
        return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=indent)

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        if any(getattr(self, name) != getattr(other, name) for name in self.WIRE_NAMES):
            return False
        mine, others = getattr(self, "_unknown", None), getattr(other, "_unknown", None)
        return (not mine and not others) or _kept_fields(self, mine or {}) == _kept_fields(other, others or {})

    def __repr__(self) -> str:
        values = ((name, getattr(self, name)) for name in self.WIRE_NAMES)
        shown = [
            f"{name}=..." if name in self._hides else f"{name}={value!r}" for name, value in values if value is not None
        ]
        return f"{type(self).__qualname__}({', '.join(shown)})"

    @classmethod
    def _parse(cls, data: Any, at: At) -> Self:
        if not isinstance(data, DICT):
            return cast("Self", wrong(at, "an object", data))
        values: dict[str, Any] = {}
        nulls: list[str] = []
        known = 0
        for wire, name, _, codec, needed, null in cls._table or cls._build_table():
            value = data.get(wire)
            if value is not None:
                values[name] = codec.read(value, (at, wire))
                known += 1
            elif null and wire in data:
                values[name] = None
                known += 1
                if not needed:
                    nulls.append(wire)
            elif needed:
                report((at, wire), "is required")
                values[name] = None
        obj = cls(**values)
        unknown = cls._read_unknown_fields(data, at) if known != len(data) else None
        if unknown or nulls:
            obj._unknown = {**dict.fromkeys(nulls), **(unknown or {})}
        return obj

    @classmethod
    def _read_unknown_fields(cls, data: dict[Any, Any], at: At) -> dict[str, Any]:
        """Return the fields unknown to the class, and report them."""
        names = cls.ATTRIBUTE_NAMES
        unknown = {key: value for key, value in data.items() if key not in names}
        problems = find_problem_list(at)
        for key in unknown:
            if not isinstance(key, str):
                wrong(at, "an object with strings as keys", key)
            elif not cls._keeps and problems.mode != "Ignore":
                said = problems if problems.mode == "Strict" else problems.warnings
                said.append((field_path(path_steps((at, key))), describe_unknown_field(key, names)))
        return unknown

    @classmethod
    def _build_table(cls) -> tuple[_Row, ...]:
        hints = get_type_hints(cls, localns={}, include_extras=True)
        cls._table = tuple(
            [
                (
                    cls.WIRE_NAMES[each.name],
                    each.name,
                    attrgetter(each.name),
                    cls._codec(hints[each.name]),
                    each.default is MISSING,
                    cls._has_null(each.name, each.default is MISSING, hints[each.name]),
                )
                for each in fields(cast("Any", cls))
            ]
        )
        return cls._table

    @classmethod
    def _has_null(cls, name: str, needed: bool, hint: Any) -> bool:
        """Return whether null is a value of a field, by the annotation if the field is required."""
        return NoneType in get_args(hint) if needed else cls.WIRE_NAMES[name] in cls.NULLS

    @classmethod
    def _codec(cls, hint: Any) -> Codec:
        """Return the codec of an annotation."""
        if isinstance(hint, type) and issubclass(hint, Model):
            return ObjectCodec(hint._parse)
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return cast("Codec", arguments[1])
        if origin in (Union, UnionType):
            kinds = [each for each in arguments if each is not NoneType]
            return cls._codec(kinds[0]) if len(kinds) == 1 else _CODECS[frozenset(kinds)]
        if origin is Literal:
            return ChoiceCodec(*arguments)
        if hint in _CODECS:
            return _CODECS[hint]
        if hasattr(cast("Any", hint), "WIRE_WORD"):
            return class_codec(hint)
        inner = arguments[0 if origin is list else 1]
        codec = cls._codec(inner)
        if NoneType in get_args(inner):
            codec = NullableCodec(codec)
        return ListCodec(codec) if origin is list else MapCodec(codec)


class WarningModel(Model):
    """A model with warnings of unknown fields by default."""

    __slots__ = ()

    FIELD_VALIDATION = "Warn"


class KeepingModel(Model):
    """A model without checks of unknown fields by default."""

    __slots__ = ()

    FIELD_VALIDATION = "Ignore"


def _kept_fields(obj: Any, unknown: dict[str, Any]) -> dict[str, Any]:
    """Return the unknown fields, and the kept nulls of known fields still without a value."""
    names = obj.ATTRIBUTE_NAMES
    return {wire: value for wire, value in unknown.items() if wire not in names or getattr(obj, names[wire]) is None}


def _to_camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join([word.capitalize() for word in rest])


def _reject_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON value")


Int32 = Annotated[int, IntegerCodec(32)]
Int64 = Annotated[int, IntegerCodec(64)]
MicroTime = Annotated[
    datetime,
    ParsedCodec(
        "a date and time of RFC 3339 with six digits of a second and an offset",
        (str,),
        parse_micro_time,
        format_micro_time,
    ),
]
_CODECS: dict[Any, Codec] = {
    Any: Codec(),
    str: STR,
    bool: ExactCodec(bool, "a boolean"),
    int: IntegerCodec(0),
    float: NumberCodec(),
    bytes: ParsedCodec("standard base64", (str,), decode_base64, encode_base64),
    datetime: ParsedCodec("a date and time of RFC 3339 with an offset", (str,), parse_timestamp, format_timestamp),
    frozenset((int, str)): IntOrStringCodec(),
    dict[str, Any]: ExactCodec(dict, "an object"),
}
