"""The base of models of pydantic for the classes of the API."""

import json
from collections.abc import Mapping
from functools import cache
from types import NoneType
from typing import Annotated, Any, ClassVar, Self, get_args

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from codegen.kube.encoded import decode_base64, encode_base64
from codegen.kube.errors import FieldValidation, ModelError, check_mode
from codegen.kube.moments import format_micro_time, format_timestamp, parse_micro_time, parse_timestamp
from codegen.outputs.python.runtime.unknown import (
    ClassPlan,
    ClassShape,
    LibraryAdapter,
    UnknownFieldReader,
    build_shape,
    find_field_path,
    may_have_nulls,
    restore_kept_fields,
)


def _read_time(value: object) -> object:
    return parse_timestamp(value) if isinstance(value, str) else value


def _read_micro_time(value: object) -> object:
    return parse_micro_time(value) if isinstance(value, str) else value


def _read_int_or_string(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError("must be an integer or a string")
    return value


def _read_bytes(value: object) -> object:
    return decode_base64(value) if isinstance(value, str) else value


Time = Annotated[AwareDatetime, BeforeValidator(_read_time), PlainSerializer(format_timestamp)]
MicroTime = Annotated[AwareDatetime, BeforeValidator(_read_micro_time), PlainSerializer(format_micro_time)]
Bytes = Annotated[
    bytes,
    BeforeValidator(_read_bytes),
    PlainSerializer(encode_base64),
    WithJsonSchema({"type": "string", "format": "byte"}),
]
IntOrString = Annotated[int | str, BeforeValidator(_read_int_or_string)]
Int32 = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]


class Model(BaseModel):
    """The base of all models. Types are strict. Null is absent, except in fields with null as a value.

    Attributes are set by their own names. `NULLS` are the wire names of optional fields with null as a value, which is written
    after reading or setting.
    """

    NULLS: ClassVar[tuple[str, ...]] = ()

    FIELD_VALIDATION: ClassVar[FieldValidation] = (
        "Strict"  # what `from_dict` does with an unknown field if nothing else is said
    )

    model_config = ConfigDict(
        alias_generator=to_camel,
        allow_inf_nan=False,
        defer_build=True,
        extra="forbid",
        protected_namespaces=(),
        strict=True,
        use_attribute_docstrings=False,
        validate_by_alias=True,
        validate_by_name=True,
    )

    @classmethod
    def from_dict(cls, data: object, *, field_validation: FieldValidation | None = None) -> Self:
        """Read the wire form. Null is absent, except in fields with null as a value.

        Args:
            data: The object as JSON or YAML has it.
            field_validation: What an unknown field is: Strict, an error; Warn, a FieldWarning; Ignore, nothing. With the
                last two it is kept, and written back by `to_dict`.

        Raises:
            ModelError: With every field that is missing, unknown or of another type.

        """
        mode = check_mode(cls.FIELD_VALIDATION if field_validation is None else field_validation)
        try:
            if mode == "Strict":
                try:
                    return cls.model_validate(data, by_alias=True, by_name=False)
                except ValidationError:
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
            obj = cls.model_validate(known, by_alias=True, by_name=False)
        except ValidationError as error:
            raise ModelError([*_problems(cls, error), *problems]) from None
        reading.report_unknown(mode)
        return reading.keep(data, obj)

    @classmethod
    def from_json(cls, text: str | bytes, *, field_validation: FieldValidation | None = None) -> Self:
        """Read JSON text, else like `from_dict`. Raises ModelError also for text that is not valid JSON."""
        mode = check_mode(cls.FIELD_VALIDATION if field_validation is None else field_validation)
        if mode == "Strict":
            try:
                return cls.model_validate_json(text, by_alias=True, by_name=False)
            except ValidationError:
                pass  # said below, in the words of all classes
        try:
            data = json.loads(text)
        except RecursionError:
            raise ModelError([("", "is nested too deeply")]) from None
        except ValueError as error:
            raise ModelError([("", f"is not valid JSON: {error}")]) from None
        return cls.from_dict(data, field_validation=mode)

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form without optional fields that are None."""
        plain = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return (
            restore_kept_fields(_LIBRARY, self, plain, ClassShape(type(self)))
            if _Kept.any or _has_nulls(type(self))
            else plain
        )

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the wire form as JSON text."""
        if _Kept.any or _has_nulls(type(self)):
            return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, indent=indent)
        return self.model_dump_json(by_alias=True, exclude_none=True, indent=indent)


class WarningModel(Model):
    """The base of models with warnings of unknown fields, which are kept."""

    FIELD_VALIDATION: ClassVar[FieldValidation] = "Warn"


class KeepingModel(Model):
    """The base of models with unknown fields kept."""

    FIELD_VALIDATION: ClassVar[FieldValidation] = "Ignore"


class _Kept:
    """A flag for objects with unknown fields, which most programs never have."""

    any = False


@cache
def _plan(model: Any) -> ClassPlan:
    model.model_rebuild()
    fields = {
        field.validation_alias or to_camel(name): (name, build_shape(field.annotation, Model))
        for name, field in model.model_fields.items()
    }
    nulls = [
        field.validation_alias or to_camel(name)
        for name, field in model.model_fields.items()
        if field.is_required() and NoneType in get_args(field.annotation)
    ]
    return ClassPlan(fields, model.model_config.get("extra") == "allow", frozenset(nulls), frozenset(model.NULLS))


def _get(obj: Any) -> Mapping[str, Any]:
    nulls: dict[str, Any] = {}
    if obj.NULLS:
        fields = _LIBRARY.plan(obj.__class__).fields
        given = obj.model_fields_set
        nulls = {
            name: None for name in obj.NULLS if (found := fields[name][0]) in given and getattr(obj, found) is None
        }
    return nulls if obj.model_config.get("extra") == "allow" else {**nulls, **(obj.__pydantic_extra__ or {})}


def _set(obj: Any, others: dict[str, Any]) -> None:
    _Kept.any = True
    object.__setattr__(obj, "__pydantic_extra__", others)


_LIBRARY = LibraryAdapter(_plan, _get, _set, keeps_open=True, knows_nulls=True)


@cache
def _has_nulls(model: Any) -> bool:
    return may_have_nulls(_LIBRARY, model)


def _problems(model: Any, error: ValidationError) -> list[tuple[str, str]]:
    """Return the problems by field path, each once, since a choice of types has an error for each type."""
    found: dict[str, str] = {}
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        path = find_field_path(_LIBRARY, model, each["loc"])
        message = each["msg"].removeprefix("Value error, ")
        found.setdefault(path, "is required" if each["type"] == "missing" else f"{message[:1].lower()}{message[1:]}")
    return list(found.items())
