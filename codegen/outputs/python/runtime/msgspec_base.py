"""The base of structs of msgspec for the classes of the API."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from msgspec import DecodeError, Meta, Struct, ValidationError, convert, json, to_builtins
from msgspec.structs import fields, replace

from codegen.kube.encoded import WrittenBytes, decode_base64, encode_base64
from codegen.kube.errors import FieldValidation, ModelError, check_mode, field_path
from codegen.kube.moments import format_micro_time, parse_micro_time
from codegen.outputs.python.runtime.unknown import (
    ClassPlan,
    ClassShape,
    LibraryAdapter,
    UnknownFieldReader,
    build_shape,
    may_keep_fields,
    restore_kept_fields,
)

Time = Annotated[datetime, Meta(tz=True)]
if TYPE_CHECKING:
    Bytes = bytes
else:
    Bytes = WrittenBytes  # so that msgspec asks: of base64 it reads less than servers
IntOrString = int | str
Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class MicroTime(datetime):
    """A timestamp written with six digits of a second, as servers require."""

    @classmethod
    def from_datetime(cls, moment: datetime) -> Self:
        """Return the same moment."""
        return cls.combine(moment.date(), moment.timetz())


def read_value(kind: type, value: Any) -> Any:
    """Read a value of a type unknown to msgspec, as the `dec_hook` of decoders."""
    if hasattr(kind, "WIRE_WORD"):
        return kind(value)
    if kind in (MicroTime, WrittenBytes) and not isinstance(value, str):
        raise ValueError("must be a string")
    if kind is MicroTime:
        return MicroTime.from_datetime(parse_micro_time(value))
    if kind is WrittenBytes:
        obj = WrittenBytes(decode_base64(value))
        obj.written = value
        return obj
    raise NotImplementedError(f"{kind.__name__} is not a type of these classes")


def write_value(value: Any) -> Any:
    """Return the wire form of a value unknown to msgspec, as the `enc_hook` of encoders."""
    if hasattr(value, "WIRE_WORD"):
        return value.written
    if isinstance(value, bytes):
        return encode_base64(value)
    if isinstance(value, datetime):
        return format_micro_time(value)
    raise NotImplementedError(f"{type(value).__name__} is not a type of these classes")


class StructModel(Struct, kw_only=True, rename="camel", omit_defaults=True, forbid_unknown_fields=True, dict=True):
    """The base of all structs. Types are strict. Null is absent, except in fields with null as a value.

    `NULLS` are the wire names of optional fields with null as a value, which is written back after reading.
    """

    NULLS: ClassVar[tuple[str, ...]] = ()

    FIELD_VALIDATION: ClassVar[FieldValidation] = (
        "Strict"  # what `from_dict` does with an unknown field if nothing else is said
    )

    _hides: ClassVar[tuple[str, ...]] = ()  # attributes that hold credentials

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        values = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return [(name, ... if name in self._hides and value is not None else value) for name, value in values]

    def __repr__(self) -> str:
        shown = [f"{name}={'...' if value is ... else repr(value)}" for name, value in self.__rich_repr__()]
        return f"{type(self).__name__}({', '.join(shown)})"

    @classmethod
    def from_dict(cls, data: object, *, field_validation: FieldValidation | None = None) -> Self:
        """Read the wire form. Null is absent, except in fields with null as a value.

        Args:
            data: The object as JSON or YAML has it.
            field_validation: What an unknown field is: Strict, an error; Warn, a FieldWarning; Ignore, nothing. With the
                last two it is kept, and written back by `to_dict`.

        Raises:
            ModelError: With all unknown fields, or the first value that is missing or of another type.

        """
        mode = check_mode(cls.FIELD_VALIDATION if field_validation is None else field_validation)
        try:
            if mode == "Strict" and not _keeps(cls):
                try:
                    return convert(data, cls, dec_hook=read_value)
                except (ValidationError, UnicodeError):
                    pass  # it may be for a null that servers read
            return cls._read(data, mode)
        except RecursionError:
            raise ModelError([("", "is nested too deeply")]) from None

    @classmethod
    def _read(cls, data: object, mode: FieldValidation) -> Self:
        reading = UnknownFieldReader(_LIBRARY, cls)
        known = reading.remove_unknown(data)
        problems = list(reading.found) if mode == "Strict" else []
        try:
            obj = convert(known, cls, dec_hook=read_value)
        except ValidationError as error:
            raise ModelError([_problem(cls, known, str(error)), *problems]) from None
        except UnicodeError:
            raise ModelError([("", "has a text that is no Unicode")]) from None
        reading.report_unknown(mode)
        return reading.keep(data, obj)

    @classmethod
    def from_json(cls, text: str | bytes, *, field_validation: FieldValidation | None = None) -> Self:
        """Read JSON text, else like `from_dict`. Raises ModelError also for text that is not valid JSON."""
        mode = check_mode(cls.FIELD_VALIDATION if field_validation is None else field_validation)
        try:
            if mode == "Strict" and not _keeps(cls):
                try:
                    return json.decode(text, type=cls, dec_hook=read_value)
                except ValidationError:
                    pass  # said below, in the words of all classes
            data = json.decode(text)
        except RecursionError:
            raise ModelError([("", "is nested too deeply")]) from None
        except (DecodeError, UnicodeError) as error:
            raise ModelError([("", f"is not valid JSON: {error}")]) from None
        return cls.from_dict(data, field_validation=mode)

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form without optional fields that are None."""
        plain: dict[str, Any] = to_builtins(self, enc_hook=write_value)
        return restore_kept_fields(_LIBRARY, self, plain, ClassShape(type(self))) if _Kept.any else plain

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the wire form as JSON text."""
        text = json.encode(self.to_dict() if _Kept.any else self, enc_hook=write_value)
        return (json.format(text, indent=indent) if indent else text).decode()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, StructModel) and (vars(self) or vars(other)) and _kept_values(self) != _kept_values(other):
            return False
        return super().__eq__(other)

    def __copy__(self) -> Self:
        copied = replace(self)
        vars(copied).update(vars(self))
        return copied

    def __reduce__(self) -> Any:
        return (*super().__reduce__(), vars(self) or None)


class StructWarningModel(StructModel):
    """The base of structs with warnings of unknown fields, which are kept."""

    FIELD_VALIDATION: ClassVar[FieldValidation] = "Warn"


class StructKeepingModel(StructModel):
    """The base of structs with unknown fields kept."""

    FIELD_VALIDATION: ClassVar[FieldValidation] = "Ignore"


class _Kept:
    """A flag for objects with unknown fields, which most programs never have."""

    any = False


@cache
def _plan(model: Any) -> ClassPlan:
    known = {field.encode_name: (field.name, build_shape(field.type, StructModel)) for field in fields(model)}
    return ClassPlan(known, not model.__struct_config__.forbid_unknown_fields, kept=frozenset(model.NULLS))


def _kept_values(obj: Any) -> dict[str, Any]:
    """Return the values kept besides the fields of an object, without nulls of fields set since."""
    fields = _plan(obj.__class__).fields
    found = _get(obj).items()
    return {name: value for name, value in found if name not in fields or getattr(obj, fields[name][0]) is None}


def _get(obj: object) -> Mapping[str, Any]:
    kept: dict[str, dict[str, Any]] = vars(obj)
    return kept.get("others", {})


def _set(obj: Any, others: dict[str, Any]) -> None:
    _Kept.any = True
    vars(obj)["others"] = others


_LIBRARY = LibraryAdapter(_plan, _get, _set, keeps_open=False, knows_nulls=False)


@cache
def _keeps(model: Any) -> bool:
    return may_keep_fields(_LIBRARY, model)


def _problem(model: type[StructModel], data: Any, message: str) -> tuple[str, str]:
    """Split a message of msgspec into the field path and the text."""
    said, _, place = message.partition(" - at `$")
    path = _path(model, data, place.rstrip("`"))
    if said.startswith("Object missing required field `"):
        name = said.partition("`")[2].rstrip("`")
        return (f"{path}.{name}" if path else name), "is required"
    return path, f"{said[:1].lower()}{said[1:]}"


_STEP = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<index>[0-9]+)\]|\[\.\.\.\]")


def _path(model: type[StructModel], data: Any, place: str) -> str:
    """Return the field path of a place. Keys of maps, which msgspec leaves out, are found by bisection."""
    steps: list[Any] = []
    way: list[Any] = []  # the same, keys of maps as they are
    inside = data
    try:
        for found in _STEP.finditer(place):
            if found["name"] or found["index"]:
                way.append(found["name"] or int(found["index"]))
                steps.append(way[-1])
            else:
                keys = list(inside)
                while len(keys) > 1:
                    half = keys[: len(keys) // 2]
                    keys = half if _leads(model, _only(data, way, half), place) else keys[len(half) :]
                way.append(keys[0])
                steps.append((keys[0],))
            inside = inside[way[-1]]
    except (LookupError, TypeError):  # a name with a dot
        return place.removeprefix(".")
    return field_path(steps)


def _leads(model: type[StructModel], data: Any, place: str) -> bool:
    try:
        convert(data, model, dec_hook=read_value)
    except ValidationError as error:
        return str(error).endswith(f"${place}`")
    return False


def _only(data: Any, way: list[Any], keys: list[str]) -> Any:
    """Copy data with only some keys of a map."""
    if not way:
        return {key: data[key] for key in keys}
    copied = data.copy()
    copied[way[0]] = _only(data[way[0]], way[1:], keys)
    return copied
