"""Classes of the API as models of pydantic: what all of them have."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

_RFC_3339 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")


def _read_time(value: object) -> object:
    if not isinstance(value, str):
        return value
    if _RFC_3339.fullmatch(value) is None:
        raise ValueError("must be a date and time of RFC 3339 with an offset")
    return datetime.fromisoformat(value)


def _written(value: datetime, precision: str) -> str:
    try:
        moment = value.astimezone(UTC)
    except OverflowError:  # in UTC it is before the first year or after the last
        return value.isoformat(timespec=precision)
    return moment.isoformat(timespec=precision)[:-6] + "Z"


def _write_time(value: datetime) -> str:
    return _written(value, "auto")


def _write_micro_time(value: datetime) -> str:
    return _written(value, "microseconds")


Time = Annotated[AwareDatetime, BeforeValidator(_read_time), PlainSerializer(_write_time)]
MicroTime = Annotated[AwareDatetime, BeforeValidator(_read_time), PlainSerializer(_write_micro_time)]
Int32 = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]


class Model(BaseModel):
    """What all models have. Types are strict; null is absent; attributes are set by their own names."""

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
    def from_dict(cls, data: object) -> Self:
        """Read the wire form. Raises pydantic.ValidationError."""
        return cls.model_validate(data, by_alias=True, by_name=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read JSON text. Raises pydantic.ValidationError."""
        return cls.model_validate_json(text, by_alias=True, by_name=False)

    def to_dict(self) -> dict[str, Any]:
        """The wire form: names as on the wire, without what is None."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def to_json(self, *, indent: int | None = None) -> str:
        """The wire form as JSON text."""
        return self.model_dump_json(by_alias=True, exclude_none=True, indent=indent)
