"""Classes of the API as structs of msgspec: what all of them have."""

from datetime import datetime
from typing import Annotated, Any, Self

from msgspec import Meta, Struct, convert, json, to_builtins

Time = Annotated[datetime, Meta(tz=True)]
MicroTime = Annotated[
    str,  # msgspec writes a fraction only if there is one, servers want six digits
    Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}(Z|[+-][0-9]{2}:[0-9]{2})$"),
]
Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class Model(Struct, kw_only=True, rename="camel", omit_defaults=True, forbid_unknown_fields=True):
    """What all structs have. Types are strict; null is absent."""

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Read the wire form. Raises msgspec.ValidationError."""
        return convert(data, cls)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read JSON text. Raises msgspec.DecodeError."""
        return json.decode(text, type=cls)

    def to_dict(self) -> dict[str, Any]:
        """The wire form: names as on the wire, without what is None."""
        made: dict[str, Any] = to_builtins(self)
        return made

    def to_json(self, *, indent: int | None = None) -> str:
        """The wire form as JSON text."""
        text = json.encode(self)
        return (json.format(text, indent=indent) if indent else text).decode()
