"""Dataclasses, one `models.py` for each unit.

The run time reads and writes each field by its annotation. The head of a class has the exceptions.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.generated_files import GeneratedFile
from codegen.model import Field
from codegen.outputs.job import Job
from codegen.outputs.python.classes import Scope, Style, emit_classes
from codegen.outputs.python.docstrings import Shape
from codegen.outputs.python.source import declaration


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield `models.py` of each unit. Option `fieldValidation` says what an unknown field is."""
    return emit_classes(job, _STYLE)


def _field(scope: Scope, shape: Shape, field: Field) -> str:
    annotation, default = scope.annotation(shape, field)
    if field.value is not None:
        annotation = annotation.removesuffix(" | None")  # never absent
    return declaration(shape.names[field.name], annotation, default, 4)


_STYLE = Style(
    target="dataclasses",
    title="classes of the API, and their JSON form",
    column="annotation",
    field=_field,
    deferred=True,
)
