"""Durations as pydantic reads and writes them."""

from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from codegen.kube.duration import Duration as _Duration


def _read(value: object) -> _Duration:
    if isinstance(value, (str, _Duration)):
        return _Duration(value)
    raise ValueError("must be a string")


def _write(value: _Duration) -> str:
    return value.written


Duration = Annotated[
    _Duration,
    PlainValidator(_read),
    PlainSerializer(_write),
    WithJsonSchema({"type": "string"}),
]
