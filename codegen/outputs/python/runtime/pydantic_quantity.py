"""Quantities as pydantic reads and writes them."""

from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from codegen.kube.quantity import Quantity as _Quantity


def _read(value: object) -> _Quantity:
    if isinstance(value, (str, int, float, _Quantity)) and not isinstance(value, bool):
        return _Quantity(value)
    raise ValueError("must be a string or a number")


def _write(value: _Quantity) -> str | int | float:
    return value.written


Quantity = Annotated[
    _Quantity,
    PlainValidator(_read),
    PlainSerializer(_write),
    WithJsonSchema({"oneOf": [{"type": "string"}, {"type": "number"}]}),
]
