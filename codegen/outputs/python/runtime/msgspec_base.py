"""The base of structs of msgspec for the classes of the API."""

from abc import ABCMeta
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from sys import float_info
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, get_type_hints

from msgspec import NODEFAULT, Meta, MsgspecError, Struct, convert, json
from msgspec.structs import fields, replace

from codegen.kube.encoded import WrittenBytes, decode_base64
from codegen.kube.errors import FieldValidation
from codegen.kube.moments import (
    format_micro_time,
    is_date,
    parse_date_time,
    parse_micro_time,
    parse_time,
)
from codegen.outputs.python.runtime.objects import WireObject
from codegen.outputs.python.runtime.scalar_codecs import (
    BYTES,
    DATE,
    DATE_TIME,
    INT32_CODEC,
    INT64_CODEC,
    MICRO_TIME,
    TIME,
    ParsedCodec,
)
from codegen.outputs.python.runtime.wire import (
    CodecRow,
    build_row,
    object_codec,
)

Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1), INT32_CODEC]
Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1), INT64_CODEC]
IntOrString = Int64 | str
_LARGEST = float_info.max
# which NaN and Infinity are not between
Number = Annotated[float, Meta(ge=-_LARGEST, le=_LARGEST)]


class _ReadKind(ABCMeta):
    """A kind of value that msgspec asks for, since it reads other ones itself."""


class _Day(metaclass=_ReadKind):
    """A string of the format `date`."""


class _GoTime(metaclass=_ReadKind):
    """A timestamp that Go reads."""


class _FormattedTime(metaclass=_ReadKind):
    """A timestamp of the format `date-time` of custom resources."""


_Day.register(str)
_GoTime.register(datetime)
_FormattedTime.register(datetime)

if TYPE_CHECKING:
    Bytes = bytes
    Date = str
    Time = datetime
    DateTime = datetime
else:
    # so that msgspec asks: of base64 it reads less than servers
    Bytes = Annotated[WrittenBytes, BYTES]
    Date = Annotated[_Day, DATE]
    Time = Annotated[_GoTime, TIME]
    DateTime = Annotated[_FormattedTime, DATE_TIME]


class Moment(datetime):
    """A timestamp written with six digits of a second, as servers require."""

    @classmethod
    def from_datetime(cls, moment: datetime) -> Self:
        """Return the same moment."""
        return cls.combine(moment.date(), moment.timetz())


MicroTime = Annotated[
    Moment,
    ParsedCodec(
        MICRO_TIME.word,
        lambda text: Moment.from_datetime(parse_micro_time(text)),
        format_micro_time,
    ),
]


def read_value(kind: type, value: object) -> Any:
    """Read a value of a type unknown to msgspec, as the `dec_hook` of decoders."""
    if hasattr(kind, "WIRE_WORD"):
        return kind(value)
    if not isinstance(value, str):
        raise TypeError("must be a string")
    if kind is _Day:
        if not is_date(value):
            raise ValueError("must be of the format 'date'")
        return value
    if kind is _GoTime:
        return parse_time(value)
    if kind is _FormattedTime:
        return parse_date_time(value)
    if kind is Moment:
        return Moment.from_datetime(parse_micro_time(value))
    if kind is WrittenBytes:
        obj = WrittenBytes(decode_base64(value))
        obj.written = value
        return obj
    raise NotImplementedError(f"{kind.__name__} is not a type of these classes")


class StructModel(
    Struct,
    WireObject,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
    dict=True,
):
    """The base of all structs, with unknown fields in their `__dict__`."""

    @classmethod
    def _read_natively(cls, data: object, mode: FieldValidation) -> Self | None:
        del mode  # exact objects have no unknown fields
        try:
            return convert(data, cls, dec_hook=read_value) if _is_exact(cls) else None
        except (MsgspecError, UnicodeError):
            return None

    @classmethod
    def _read_text_natively(cls, text: str | bytes) -> Self | None:
        try:
            return (
                json.decode(text, type=cls, dec_hook=read_value)
                if _is_exact(cls)
                else None
            )
        except (MsgspecError, UnicodeError, RecursionError):
            return None

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the wire form as JSON text."""
        text = json.encode(self.to_dict())
        return (json.format(text, indent=indent) if indent else text).decode()

    @classmethod
    def _field_rows(cls) -> list[CodecRow]:
        hints = get_type_hints(cls, include_extras=True)
        return [
            build_row(
                cls,
                field.encode_name,
                field.name,
                hints[field.name],
                field.required,
                field.default_factory is not NODEFAULT,
            )
            for field in fields(cls)
        ]

    @classmethod
    def _build(cls, values: dict[str, Any], kept: dict[str, Any]) -> Self:
        obj = cls(**values)
        if kept:
            vars(obj)["_unknown"] = kept
        return obj

    def _kept_fields(self) -> Mapping[str, Any]:
        return self._drop_set_fields(vars(self)["_unknown"]) if vars(self) else {}

    __repr__ = WireObject.__repr__

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return list(WireObject.__rich_repr__(self))

    def __eq__(self, other: object) -> bool:
        if (
            isinstance(other, StructModel)
            and self._kept_fields() != other._kept_fields()
        ):
            return False
        return super().__eq__(other)

    def __copy__(self) -> Self:
        copied = replace(self)
        vars(copied).update(vars(self))
        return copied

    def __reduce__(self) -> Any:
        return (*super().__reduce__(), vars(self) or None)


class StructWarningModel(StructModel):
    """The base of structs with warnings of unknown fields by default."""

    FIELD_VALIDATION: ClassVar[FieldValidation] = "Warn"


class StructStrictModel(StructModel):
    """The base of structs that refuse unknown fields by default."""

    FIELD_VALIDATION: ClassVar[FieldValidation] = "Strict"


@cache
def _is_exact(model: object) -> bool:
    """Return whether msgspec itself reads all fields of a class, or refuses an object."""
    codec = object_codec(model)
    if codec.has_inner_kinds():
        return False
    return not any(inner.of.OPEN or inner.of.NULLS for inner in codec.classes())
