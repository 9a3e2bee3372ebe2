"""Classes of the API as structs of msgspec: what all of them have."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from msgspec import DecodeError, Meta, Struct, ValidationError, convert, json, to_builtins
from msgspec.structs import fields, replace

from .duration import Duration as Duration
from .encoded import WrittenBytes, decoded, encoded
from .errors import ModelError, mode_of
from .quantity import Quantity as Quantity
from .unknown import Class, Library, Plan, Reading, opens, shape_of, written

Time = Annotated[datetime, Meta(tz=True)]
MicroTime = Annotated[
    str,  # msgspec writes a fraction only if there is one, servers want six digits
    Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}(Z|[+-][0-9]{2}:[0-9]{2})$"),
]
if TYPE_CHECKING:
    Bytes = bytes
else:
    Bytes = WrittenBytes  # so that msgspec asks: of base64 it reads less than servers
IntOrString = int | str
Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


def read_value(kind: type, value: Any) -> Any:
    """What msgspec asks for types that it does not know: the `dec_hook` of decoders that one makes oneself."""
    if kind is Quantity or kind is Duration:
        return kind(value)
    if kind is WrittenBytes:
        if not isinstance(value, str):
            raise ValueError("must be a string")
        made = WrittenBytes(decoded(value))
        made.written = value
        return made
    raise NotImplementedError(f"{kind.__name__} is no type of these classes")


def write_value(value: Any) -> Any:
    """The wire form of a value that msgspec does not know: the `enc_hook` of encoders that one makes oneself."""
    if isinstance(value, (Quantity, Duration)):
        return value.written
    if isinstance(value, bytes):
        return encoded(value)
    raise NotImplementedError(f"{type(value).__name__} is no type of these classes")


class Model(Struct, kw_only=True, rename="camel", omit_defaults=True, forbid_unknown_fields=True, dict=True):
    """What all structs have. Types are strict; null is absent."""

    FIELD_VALIDATION: ClassVar[str] = "Strict"  # what `from_dict` does with an unknown field if nothing else is said

    @classmethod
    def from_dict(cls, data: object, *, field_validation: str | None = None) -> Self:
        """Read the wire form. Null is absent.

        Args:
            data: The object as JSON or YAML has it.
            field_validation: What an unknown field is: Strict, an error; Warn, a FieldWarning; Ignore, nothing. With the
                last two it is kept, and written back by `to_dict`.

        Raises:
            ModelError: With all unknown fields, or the first value that is missing or of another type.

        """
        mode = mode_of(field_validation or cls.FIELD_VALIDATION)
        try:
            if mode == "Strict" and not _opens(cls):
                try:
                    return convert(data, cls, dec_hook=read_value)
                except (ValidationError, UnicodeError):
                    pass  # it may be for a null that servers read
            return cls._read(data, mode)
        except RecursionError:
            raise ModelError([("", "is nested too deeply")]) from None

    @classmethod
    def _read(cls, data: object, mode: str) -> Self:
        reading = Reading(_LIBRARY, cls)
        known = reading.known(data)
        problems = list(reading.found) if mode == "Strict" else []
        try:
            made = convert(known, cls, dec_hook=read_value)
        except ValidationError as error:
            raise ModelError([_problem(str(error)), *problems]) from None
        except UnicodeError:
            raise ModelError([("", "has a text that is no Unicode")]) from None
        reading.checked(mode)
        return reading.keep(data, made)

    @classmethod
    def from_json(cls, text: str | bytes, *, field_validation: str | None = None) -> Self:
        """Read JSON text, else like `from_dict`. Raises ModelError also for text that is not valid JSON."""
        mode = mode_of(field_validation or cls.FIELD_VALIDATION)
        try:
            if mode == "Strict" and not _opens(cls):
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
        """The wire form: names as on the wire, without what is None."""
        made: dict[str, Any] = to_builtins(self, enc_hook=write_value)
        return written(_LIBRARY, self, made, Class(type(self))) if _Kept.any else made

    def to_json(self, *, indent: int | None = None) -> str:
        """The wire form as JSON text."""
        text = json.encode(self.to_dict() if _Kept.any else self, enc_hook=write_value)
        return (json.format(text, indent=indent) if indent else text).decode()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Model) and self.__dict__ != other.__dict__:
            return False
        return super().__eq__(other)

    def __copy__(self) -> Self:
        made = replace(self)
        vars(made).update(vars(self))
        return made

    def __reduce__(self) -> Any:
        return (*super().__reduce__(), self.__dict__ or None)


class WarningModel(Model):
    """Structs that keep unknown fields and warn of them."""

    FIELD_VALIDATION: ClassVar[str] = "Warn"


class KeepingModel(Model):
    """Structs that keep unknown fields."""

    FIELD_VALIDATION: ClassVar[str] = "Ignore"


class _Kept:
    """Whether there are objects with fields that their classes do not have; most programs never have one."""

    any = False


@cache
def _plan(model: Any) -> Plan:
    known = {field.encode_name: (field.name, shape_of(field.type, Model)) for field in fields(model)}
    return Plan(known, not model.__struct_config__.forbid_unknown_fields)


def _get(made: Any) -> Mapping[str, Any]:
    others: dict[str, Any] = made.__dict__.get("others", {})
    return others


def _set(made: Any, others: dict[str, Any]) -> None:
    _Kept.any = True
    made.__dict__["others"] = others


_LIBRARY = Library(_plan, _get, _set, False)


@cache
def _opens(model: Any) -> bool:
    return opens(_LIBRARY, model)


def _problem(message: str) -> tuple[str, str]:
    """The field path and the message that msgspec writes as one text."""
    said, _, place = message.partition(" - at `$")
    if said.startswith("Object missing required field `"):
        place = f"{place.rstrip('`')}.{said.partition('`')[2].rstrip('`')}"
        said = "is required"
    return place.rstrip("`").removeprefix("."), f"{said[:1].lower()}{said[1:]}"
