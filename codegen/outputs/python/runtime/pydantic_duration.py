"""Durations as pydantic reads and writes them."""

from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from codegen.kube.duration import Duration as _Duration


def _read(value: object) -> _Duration:
    if not isinstance(value, (str, _Duration)):
        raise ValueError("must be a string")
    return _Duration(value)


def _write(value: _Duration) -> str:
    return value.written


Duration = Annotated[_Duration, PlainValidator(_read), PlainSerializer(_write), WithJsonSchema({"type": "string"})]
