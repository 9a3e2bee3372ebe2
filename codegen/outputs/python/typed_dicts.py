"""TypedDicts, one `typed_dicts.py` for each unit, types for dictionaries from JSON and YAML.

Keys are the wire names. A definition with a key that no class body can have uses the functional form.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.escaping import python as escape
from codegen.core.generated_files import GeneratedFile
from codegen.model import Definition, Field, naming
from codegen.outputs.job import Job
from codegen.outputs.python import classes as python_classes
from codegen.outputs.python.classes import Scope
from codegen.outputs.python.docstrings import Shape
from codegen.outputs.python.source import WIDTH

_SPELLED = frozenset(("Any", "Literal", "Required", "bool", "dict", "float", "int", "list", "str"))


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield `typed_dicts.py` of each unit."""
    return python_classes.emit_classes(job, _STYLE)


def _is_functional(scope: Scope, definition: Definition) -> bool:
    """Return whether a name is not an identifier, is changed inside a class, or would hide what annotations name."""
    hidden = _SPELLED | frozenset(scope.units.imports(scope.unit.name)) | frozenset(scope.units.classes.values())
    return any(
        not naming.is_identifier(field.name) or field.name.startswith("__") or field.name in hidden
        for field in definition.fields
    )


def _field(scope: Scope, shape: Shape, field: Field) -> str:
    annotation, _default = scope.annotation(shape, field)
    late = annotation.startswith('"')
    plain = annotation.strip('"') if late else annotation
    if field.required:
        plain = f"Required[{plain}]"
    annotation = f'"{plain}"' if late else plain
    if scope.functional:
        return _entry(escape.literal(field.name), annotation)
    return python_classes.write_field(field.name, annotation, "")


def _entry(key: str, annotation: str) -> str:
    """One entry of the functional form in black's layout."""
    line = f"        {key}: {annotation},"
    if len(line) <= WIDTH or not annotation.endswith("]"):
        return line
    opened, _, inner = annotation.partition("[")
    return f"        {key}: {opened}[\n            {inner[:-1]}\n        ],"


# A TypedDict cannot require an optional key of its base.
_STYLE = python_classes.Style(
    target="typeddict",
    title="types of dictionaries",
    column="json_annotation",
    field=_field,
    functional=_is_functional,
)
