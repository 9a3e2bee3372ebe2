"""Pydantic models (version 2), one `pydantic_models.py` for each unit.

Aliases are the wire names: the camel case of the attribute, or given for each field.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.escaping import python as escape
from codegen.core.generated_files import GeneratedFile
from codegen.model import Field
from codegen.outputs.job import Job
from codegen.outputs.python import classes
from codegen.outputs.python.classes import Scope
from codegen.outputs.python.docstrings import Shape
from codegen.outputs.python.hidden import hidden_fields

# Names in BaseModel and its metaclass, which a field would hide.
_TAKEN = frozenset(
    (
        "construct",
        "copy",
        "from_orm",
        "json",
        "model_computed_fields",
        "model_config",
        "model_construct",
        "model_copy",
        "model_dump",
        "model_dump_json",
        "model_extra",
        "model_fields",
        "model_fields_set",
        "model_json_schema",
        "model_parametrized_name",
        "model_post_init",
        "model_rebuild",
        "model_validate",
        "model_validate_json",
        "model_validate_strings",
        "mro",
        "parse_file",
        "parse_obj",
        "parse_raw",
        "register",
        "schema",
        "schema_json",
        "update_forward_refs",
        "validate",
    )
)


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield `pydantic_models.py` of each unit. Option `fieldValidation` says what an unknown field is."""
    return classes.emit_classes(job, _STYLE)


def _field(scope: Scope, shape: Shape, field: Field) -> str:
    name = shape.names[field.name]
    annotation, default = scope.annotation(shape, field)
    arguments = []
    if not classes.is_camel_case(name, field.name):
        alias = escape.literal(field.name)
        arguments += [f"validation_alias={alias}", f"serialization_alias={alias}"]
    if field.name in hidden_fields(shape.definition):
        arguments.append("repr=False")
    if words := scope.docstrings.words(shape, field):
        arguments.append(f"description={escape.literal(words)}")
    return classes.write_field(name, annotation, "Field(", [*([f"default={default}"] if default else []), *arguments])


_STYLE = classes.Style(
    target="pydantic",
    title="models of pydantic",
    column="codec",
    field=_field,
    taken=_TAKEN,
    documents=False,
    circles_last=True,
    nulls="NULLS: ClassVar",
)
