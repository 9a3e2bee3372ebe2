"""The base of dataclasses of the API, which reads and writes their wire form."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from inspect import get_annotations
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Self, get_type_hints

from codegen.outputs.python.runtime.objects import WireObject
from codegen.outputs.python.runtime.scalar_codecs import (
    DATE,
    DATE_TIME,
    INT32_CODEC,
    INT64_CODEC,
    MICRO_TIME,
)
from codegen.outputs.python.runtime.wire import (
    CodecRow,
    build_row,
)

Int32 = Annotated[int, INT32_CODEC]
Int64 = Annotated[int, INT64_CODEC]
Date = Annotated[str, DATE]
DateTime = Annotated[datetime, DATE_TIME]
MicroTime = Annotated[datetime, MICRO_TIME]


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Model(WireObject):
    """The base of all dataclasses, with the names of both sides.

    A class states its fields as annotations; how each is read and written follows from them when the class is used for the first
    time. `names` are the names on the wire that are not the camel case of the attribute.
    """

    ATTRIBUTE_NAMES: ClassVar[Mapping[str, str]] = MappingProxyType({})
    WIRE_NAMES: ClassVar[Mapping[str, str]] = MappingProxyType({})
    _names: ClassVar[Mapping[str, str]] = MappingProxyType({})
    # a field, so that `dataclasses.replace` takes it along
    _unknown: dict[str, Any] | None = None

    def __init_subclass__(cls, names: Mapping[str, str] | None = None) -> None:
        # slots make the class a second time, without its arguments
        if names is not None:
            cls._names = names
        declared = cls._names
        wires = {
            name: declared[name] if name in declared else _to_camel_case(name)
            for name in get_annotations(cls)
        }
        cls.WIRE_NAMES = MappingProxyType({**cls.WIRE_NAMES, **wires})
        cls.ATTRIBUTE_NAMES = MappingProxyType(
            {wire: name for name, wire in cls.WIRE_NAMES.items()}
        )

    @classmethod
    def _field_rows(cls) -> list[CodecRow]:
        hints = get_type_hints(cls, localns={}, include_extras=True)
        wires = cls.WIRE_NAMES
        return [
            build_row(
                cls,
                wires[field.name],
                field.name,
                hints[field.name],
                field.default is MISSING,
                field.default is not MISSING and field.default is not None,
            )
            for field in fields(cls)
            if field.name in wires
        ]

    @classmethod
    def _build(cls, values: dict[str, Any], kept: dict[str, Any]) -> Self:
        return cls(**values, _unknown=kept) if kept else cls(**values)

    def _kept_fields(self) -> Mapping[str, Any]:
        return self._drop_set_fields(self._unknown) if self._unknown else {}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        if any(getattr(self, name) != getattr(other, name) for name in self.WIRE_NAMES):
            return False
        return self._kept_fields() == other._kept_fields()


class WarningModel(Model):
    """A model with warnings of unknown fields by default."""

    __slots__ = ()

    FIELD_VALIDATION = "Warn"


class StrictModel(Model):
    """A model that refuses unknown fields by default."""

    __slots__ = ()

    FIELD_VALIDATION = "Strict"


def _to_camel_case(name: str) -> str:
    first, *later_words = name.split("_")
    return first + "".join([word.capitalize() for word in later_words])
