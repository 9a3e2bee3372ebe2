"""The outputs, by the name that `codegen.yaml` gives them. One output = one module here, one template folder, one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from codegen.files import GeneratedFile
from codegen.targets import docs, json_schema, openapi, python_models, python_validators
from codegen.targets.job import Job

TARGETS: dict[str, Callable[[Job], Iterator[GeneratedFile]]] = {
    "json-schema": json_schema.emit,
    "openapi": openapi.emit,
    "dataclasses": python_models.emit,
    "validators": python_validators.emit,
    "docs": docs.emit,
}
