"""Structs of msgspec, one `structs.py` for each unit, the fastest way from JSON text to typed objects.

Wire names are the camel case of the attributes, or are given for each field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.core.diagnostics import failure
from codegen.core.escaping import python as escape
from codegen.core.generated_files import GeneratedFile
from codegen.model import Field
from codegen.outputs.job import Job
from codegen.outputs.python import classes
from codegen.outputs.python.classes import Scope
from codegen.outputs.python.docstrings import Shape

_REFUSED = re.compile(r"[\x00-\x1f\"\\\ud800-\udfff]")  # msgspec does not escape names
_TAKEN = frozenset(("convert", "field", "json"))  # used by class bodies


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield `structs.py` of each unit. Option `fieldValidation` says what an unknown field is."""
    return classes.emit_classes(job, _STYLE)


def _field(scope: Scope, shape: Shape, field: Field) -> str:
    if _REFUSED.search(field.name):
        raise failure(
            "name-impossible",
            f"msgspec cannot have a field named {field.name!r}",
            field.span,
            "names with quotes, backslashes or control characters need another target",
        )
    name = shape.names[field.name]
    annotation, default = scope.annotation(shape, field)
    arguments = [f"default={default}"] if default else []
    if field.value is not None and default:
        arguments = [f"default_factory=lambda: {default}"]  # msgspec omits plain defaults when it writes
    if not classes.is_camel_case(name, field.name):
        arguments.append(f"name={escape.literal(field.name)}")
    elif field.value is None or not default:
        return classes.write_field(name, annotation, default)
    return classes.write_field(name, annotation, "field(", arguments)


_STYLE = classes.Style(target="msgspec", title="structs of msgspec", column="codec", field=_field, taken=_TAKEN)
