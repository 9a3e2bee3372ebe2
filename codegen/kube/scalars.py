"""The table of scalar types, with a row for each JSON type and format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

# What a server reads as a quantity, in words that all engines of patterns have. Every part may be
# missing, but not all of them.
_SUFFIX = "([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)"
_QUANTITY = (
    rf"^ *([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]*){_SUFFIX}?|[+-]{_SUFFIX}?|{_SUFFIX}) *$"
)
_TIMESTAMP = "google.protobuf.Timestamp"
_INT32: Final = (-(2**31), 2**31 - 1)
_INT64: Final = (-(2**63), 2**63 - 1)
INT_OR_STRING: Final = "x-kubernetes-int-or-string"
# The formats of Kubernetes' own types, whose decoders documents do not name. No format of a
# document has a colon.
GO_TIME: Final = "go:time"
GO_MICRO_TIME: Final = "go:micro-time"
GO_DURATION: Final = "go:duration"
GO_QUANTITY: Final = "go:quantity"
GO_INT_OR_STRING: Final = "go:int-or-string"
# an object of a custom resource whose contents servers drop
EMPTY_OBJECT: Final = ":empty"
# integers outside of types of Go, which JSON Schema also writes with a decimal point, such as 1.0
WHOLE_NUMBERS: Final[Mapping[tuple[str, str], str]] = {
    ("integer", ""): ":integer",
    ("integer", "int32"): ":int32",
    ("integer", "int64"): ":int64",
    ("string", "int-or-string"): ":int-or-string",
}


class ScalarType(NamedTuple):
    """A JSON type with a format.

    Attributes:
        type: The JSON type; empty for any value.
        format: The format in documents, or one of `GO_TIME` and its like.
        checker: The constant of the checkers in `codegen.kube`.
        json_annotation: The Python type of the value as a JSON parser gives it.
        annotation: The Python type of the value in dataclasses; `rt.` stands before names of the run time.
        codec: The Python type with its conversion in classes of pydantic and msgspec.
        cel: The type in declarations of CEL.
        go: The type as Go prints it in messages; empty where a decoder of its own has other messages.
        page: The word on pages, where that is neither the format nor the type.
        bounds: The smallest and the largest integer.
        schema: The keywords of JSON Schema beside `type` and `format`, or instead of them if there is a choice.
        example: A valid value.

    """

    type: str
    format: str
    checker: str
    json_annotation: str
    annotation: str
    codec: str
    cel: str
    go: str = ""
    page: str = ""
    bounds: tuple[int, int] | None = None
    schema: Mapping[str, Any] = {}
    example: Any = None

    @property
    def is_decoded(self) -> bool:
        """Return whether servers read a string by a decoder of its own."""
        return self.type == "string" and self.checker != "STRING"


_ANY = ScalarType("", "", "ANYTHING", "Any", "Any", "Any", "dyn", example={})
_STRING = ScalarType(
    "string",
    "",
    "STRING",
    "str",
    "str",
    "str",
    "string",
    go="string",
    example="example",
)
_INTEGER = ScalarType(
    "integer", "", "INTEGER", "int", "int", "rt.Int64", "int", example=1
)
_NUMBER = ScalarType(
    "number", "", "NUMBER", "float", "float", "rt.Number", "double", example=1
)
_BOOLEAN = ScalarType(
    "boolean", "", "BOOLEAN", "bool", "bool", "bool", "bool", go="bool", example=True
)
_OBJECT = _ANY._replace(
    type="object",
    checker="OPEN_OBJECT",
    json_annotation="dict[str, Any]",
    annotation="dict[str, Any]",
    codec="dict[str, Any]",
)


def _string(shape: str, example: Any, **columns: Any) -> ScalarType:
    """Make the row of a format that any string may have."""
    return _STRING._replace(format=shape, example=example, **columns)


def _decoded_string(
    shape: str,
    example: object,
    checker: str,
    annotation: str,
    codec: str,
    **columns: object,
) -> ScalarType:
    """Make the row of a format that servers read by a decoder of its own."""
    return _string(
        shape,
        example,
        checker=checker,
        annotation=annotation,
        codec=codec,
        go="",
        **columns,
    )


def _int_or_string(
    shape: str, checker: str, integer: Mapping[str, object], annotation: str, codec: str
) -> ScalarType:
    choice = {
        "oneOf": [{"type": "integer", **integer}, {"type": "string"}],
        INT_OR_STRING: True,
    }
    row = _decoded_string(
        shape, 80, checker, annotation, codec, cel="dyn", schema=choice
    )
    return row._replace(json_annotation="int | str")


def _integer(shape: str, bounds: tuple[int, int]) -> ScalarType:
    name = f"rt.{shape.capitalize()}"
    schema = dict(zip(("minimum", "maximum"), bounds, strict=True))
    return _INTEGER._replace(
        format=shape,
        checker=shape.upper(),
        annotation=name,
        codec=name,
        bounds=bounds,
        schema=schema,
    )


SCALAR_TYPES: Final = (
    _ANY,
    _STRING,
    # its validators check the format like that of any other string
    _string(
        "date", "2030-01-01", annotation="rt.Date", codec="rt.Date", cel=_TIMESTAMP
    ),
    _string("duration", "1h", cel="google.protobuf.Duration"),
    _string("email", "someone@example.com"),
    _string("hostname", "example.com"),
    _string("ipv4", "192.0.2.1"),
    _string("ipv6", "2001:db8::1"),
    _string("uri", "https://example.com"),
    _string("uuid", "00000000-0000-4000-8000-000000000000"),
    _decoded_string(
        *("byte", "ZXhhbXBsZQ==", "BYTES", "bytes", "rt.Bytes"),
        cel="bytes",
        page="[]byte",
        schema={"contentEncoding": "base64"},
    ),
    _decoded_string(
        "date-time",
        "2030-01-01T00:00:00Z",
        "DATE_TIME",
        "rt.DateTime",
        "rt.DateTime",
        cel=_TIMESTAMP,
    ),
    # Kubernetes' own times, which Go's parser reads: it is stricter than the format of custom
    # resources.
    _decoded_string(
        GO_TIME, "2030-01-01T00:00:00Z", "TIME", "datetime", "rt.Time", cel=_TIMESTAMP
    ),
    _decoded_string(
        GO_MICRO_TIME,
        "2030-01-01T00:00:00.000000Z",
        "MICRO_TIME",
        "rt.MicroTime",
        "rt.MicroTime",
    ),
    _decoded_string(GO_DURATION, "1h", "DURATION", "Duration", "Duration"),
    _decoded_string(
        *(GO_QUANTITY, "1", "QUANTITY", "Quantity", "Quantity"),
        json_annotation="str | int | float",
        schema={
            "oneOf": [{"type": "string", "pattern": _QUANTITY}, {"type": "number"}]
        },
    ),
    _int_or_string("int-or-string", "INT_OR_STRING", {}, "int | str", "rt.IntOrString"),
    # Kubernetes' own, whose integers have 32 bits; those of custom resources have no bounds.
    _int_or_string(
        GO_INT_OR_STRING,
        "INT32_OR_STRING",
        _integer("int32", _INT32).schema,
        "rt.Int32 | str",
        "rt.Int32 | str",
    ),
    _INTEGER,
    _integer("int32", _INT32),
    _integer("int64", _INT64),
    _NUMBER,
    _BOOLEAN,
    _OBJECT,
    _OBJECT._replace(format=EMPTY_OBJECT, checker="EMPTY_OBJECT"),
)


def _whole_number(kind: str, shape: str, form: str) -> ScalarType:
    """Make the row of integers with a possible decimal point from that without one."""
    row = next(row for row in SCALAR_TYPES if (row.type, row.format) == (kind, shape))
    return row._replace(format=form, checker=f"WHOLE_{row.checker}")


_WHOLE_ROWS: Final = tuple(
    _whole_number(kind, shape, form) for (kind, shape), form in WHOLE_NUMBERS.items()
)
_BY_NAMES: Final = {
    (row.type, row.format): row for row in (*SCALAR_TYPES, *_WHOLE_ROWS)
}


def scalar_type(kind: str, shape: str = "") -> ScalarType:
    """Return the row of a JSON type and a format.

    An unknown format has the row of its type, an unknown type the row of any value.
    """
    return _BY_NAMES.get((kind, shape)) or _BY_NAMES.get((kind, ""), _ANY)
