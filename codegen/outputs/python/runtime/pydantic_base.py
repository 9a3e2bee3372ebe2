"""The base of models of pydantic for the classes of the API."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
    model_serializer,
)
from pydantic.alias_generators import to_camel

from codegen.kube.encoded import decode_base64, encode_base64
from codegen.kube.errors import FieldValidation, ModelError
from codegen.kube.moments import (
    format_micro_time,
    format_timestamp,
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
    describe_unknown,
)
from codegen.outputs.python.runtime.wire import (
    CodecRow,
    build_row,
    object_codec,
)


def _read_strings(read: Callable[[str], object]) -> BeforeValidator:
    """Return a validator that reads strings. All other values are left to pydantic."""
    return BeforeValidator(
        lambda value: read(value) if isinstance(value, str) else value
    )


def _check_date(text: str) -> str:
    if not is_date(text):
        raise ValueError("must be of the format 'date'")
    return text


Date = Annotated[
    str,
    AfterValidator(_check_date),
    WithJsonSchema({"type": "string", "format": "date"}),
    DATE,
]
Time = Annotated[
    AwareDatetime,
    _read_strings(parse_time),
    PlainSerializer(format_timestamp),
    TIME,
]
DateTime = Annotated[
    AwareDatetime,
    _read_strings(parse_date_time),
    PlainSerializer(format_timestamp),
    DATE_TIME,
]
MicroTime = Annotated[
    AwareDatetime,
    _read_strings(parse_micro_time),
    PlainSerializer(format_micro_time),
    MICRO_TIME,
]
Bytes = Annotated[
    bytes,
    _read_strings(decode_base64),
    PlainSerializer(encode_base64),
    WithJsonSchema({"type": "string", "format": "byte"}),
    BYTES,
]
Int32 = Annotated[int, Field(ge=-(2**31), lt=2**31), INT32_CODEC]
Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63), INT64_CODEC]
IntOrString = Int64 | str
Number = float  # finite in all models


class Model(BaseModel, WireObject):
    """The base of all models. Types are strict, and assignments are checked.

    pydantic's own methods keep unknown fields too, and `model_dump` and `model_dump_json` write the wire form. The constructor and
    assignments refuse unknown names.
    """

    NULLS: ClassVar[tuple[str, ...]] = ()
    OPEN: ClassVar[bool] = False
    FIELD_VALIDATION: ClassVar[FieldValidation] = "Ignore"
    _hides: ClassVar[tuple[str, ...]] = ()

    model_config = ConfigDict(
        alias_generator=to_camel,
        allow_inf_nan=False,
        defer_build=True,
        extra="allow",
        protected_namespaces=(),
        serialize_by_alias=True,
        strict=True,
        use_attribute_docstrings=False,
        validate_assignment=True,
        validate_by_alias=True,
        validate_by_name=True,
    )

    if (
        not TYPE_CHECKING
        # type checkers know the fields, and JSON Schema comes from fields if a serializer has no type
    ):

        def __init__(self, /, **data):
            super().__init__(**data)
            if self.model_extra and not self.OPEN:
                names = type(self).model_fields
                raise ModelError(describe_unknown(self.model_extra, names))

        __init__.__pydantic_base_init__ = True  # so that reading does not call it

        def __setattr__(self, name, value):
            if (
                name[:1] != "_"
                and name not in type(self).model_fields
                and not self.OPEN
            ):
                raise AttributeError(
                    str(ModelError(describe_unknown([name], type(self).model_fields)))
                )
            super().__setattr__(name, value)

        @model_serializer(mode="wrap")
        def _serialize(self, handler, info):
            wire_form = {
                name: value
                for name, value in handler(self).items()
                if value is not None
            }
            if info.include or info.exclude or info.by_alias is False:
                return wire_form
            return {**self._kept_fields(), **wire_form}

    @classmethod
    def _read_natively(cls, data: object, mode: FieldValidation) -> Self | None:
        if mode != (
            "Strict" if cls.model_config.get("extra") == "forbid" else "Ignore"
        ):
            return None
        if _has_inner_kinds(cls):
            return None
        try:
            return cls.model_validate(data, by_alias=True, by_name=False)
        except ValidationError:
            return None

    @classmethod
    def _field_rows(cls) -> list[CodecRow]:
        cls.model_rebuild()
        return [
            build_row(
                cls,
                (
                    to_camel(name)
                    if field.validation_alias is None
                    else str(field.validation_alias)
                ),
                name,
                (
                    Annotated[(field.annotation, *field.metadata)]
                    if field.metadata
                    else field.annotation
                ),
                field.is_required(),
                not field.is_required() and field.default is not None,
            )
            for name, field in cls.model_fields.items()
        ]

    @classmethod
    def _build(cls, values: dict[str, Any], kept: dict[str, Any]) -> Self:
        obj = cls.__new__(cls)
        defaults = {name: field.default for name, field in cls.model_fields.items()}
        names = object_codec(cls).names
        object.__setattr__(obj, "__dict__", {**defaults, **values})
        object.__setattr__(obj, "__pydantic_fields_set__", set(values))
        object.__setattr__(
            obj,
            "__pydantic_extra__",
            {key: value for key, value in kept.items() if key not in names},
        )
        object.__setattr__(obj, "__pydantic_private__", None)
        return obj

    def _kept_fields(self) -> Mapping[str, Any]:
        codec = object_codec(type(self))
        codec.table()
        set_fields = self.model_fields_set
        nulls = [
            row.wire
            for row in codec.nulls
            if row.name in set_fields and getattr(self, row.name) is None
        ]
        return {**dict.fromkeys(nulls), **(self.model_extra or {})}


class WarningModel(Model):
    """The base of models with warnings of unknown fields by default."""

    FIELD_VALIDATION: ClassVar[FieldValidation] = "Warn"


class StrictModel(Model):
    """The base of models that refuse unknown fields by default, also in pydantic's own methods."""

    FIELD_VALIDATION: ClassVar[FieldValidation] = "Strict"

    model_config = ConfigDict(extra="forbid")


@cache
def _has_inner_kinds(model: object) -> bool:
    """Return whether pydantic would fill `apiVersion` and `kind` in objects inside of others."""
    return object_codec(model).has_inner_kinds()
