"""The styles of classes: dataclasses, models of pydantic, structs of msgspec and TypedDicts."""

from __future__ import annotations

import re
from functools import partial

from codegen.core.diagnostics import failure
from codegen.model import Definition, refs
from codegen.outputs import naming
from codegen.outputs.escaping import python as escape
from codegen.outputs.python import DATACLASSES, MSGSPEC, PYDANTIC, TYPEDDICT
from codegen.outputs.python.classes import (
    AnnotatedField,
    Scope,
    Style,
    emit_classes,
    is_camel_case,
    write_field,
)
from codegen.outputs.python.module_names import BUILTINS
from codegen.outputs.python.statements import fits_line, write_call

# Names in BaseModel and its metaclass, which a field would hide.
_OF_PYDANTIC = frozenset(
    (
        "construct",
        "copy",
        "from_orm",
        "json",
        "model_computed_fields",
        "model_config",
        "model_construct",
        "mro",
        "model_copy",
        "model_dump",
        "model_dump_json",
        "model_extra",
        "model_fields",
        "model_fields_set",
        "schema",
        "model_json_schema",
        "model_parametrized_name",
        "model_post_init",
        "model_rebuild",
        "model_validate",
        "model_validate_json",
        "model_validate_strings",
        "parse_file",
        "parse_obj",
        "parse_raw",
        "register",
        "schema_json",
        "update_forward_refs",
        "validate",
    )
)
_OF_MSGSPEC = frozenset(("convert", "field", "json"))  # used by class bodies
_FUTURE = ("__future__", "annotations")
_REFUSED_BY_MSGSPEC = r"[\x00-\x1f\"\\\ud800-\udfff]"  # it does not escape names


def _dataclass_field(scope: Scope, field: AnnotatedField) -> str:
    del scope  # other styles need it
    return write_field(field.name, field.annotation, field.default)


def _pydantic_field(scope: Scope, field: AnnotatedField) -> str:
    wire_name = field.field.name
    arguments = [f"default={field.default}"] if field.default else []
    if not is_camel_case(field.name, wire_name):
        alias = escape.literal(wire_name)
        arguments += [f"validation_alias={alias}", f"serialization_alias={alias}"]
    if field.is_hidden:
        arguments.append("repr=False")
    if words := scope.docstrings.words(field.shape, field.field):
        arguments.append(f"description={escape.literal(words)}")
    start = f"{field.name}: {field.annotation} = Field("
    if field.default or fits_line(start, 4):
        return write_call(start, arguments, ")", 4)
    metadata = write_call("Field(", arguments, ")", 8)
    return _write_annotated(field, metadata, "    ]")


def _write_annotated(field: AnnotatedField, metadata: str, ending: str) -> str:
    """Write a field with a long annotation, one part a line, as black and ruff both keep it.

    The lines of `metadata` and `ending` are indented already.
    """
    return f"    {field.name}: Annotated[\n        {field.annotation},\n{metadata},\n{ending}"


def _struct_field(scope: Scope, field: AnnotatedField) -> str:
    del scope  # other styles need it
    wire_name = field.field.name
    if re.search(_REFUSED_BY_MSGSPEC, wire_name):
        raise failure(
            "name-impossible",
            f"msgspec cannot have a field named {wire_name!r}",
            field.field.span,
            "names with quotes, backslashes or control characters need another target",
            arguments=(wire_name,),
        )
    has_other_name = not is_camel_case(field.name, wire_name)
    is_constant = field.field.value is not None and bool(field.default)
    if not has_other_name and not is_constant:
        return write_field(field.name, field.annotation, field.default)
    arguments: list[str] = []
    if is_constant:
        # msgspec omits plain defaults when it writes.
        arguments.append(f"default_factory=lambda: {field.default}")
    elif field.default:
        arguments.append(f"default={field.default}")
    if has_other_name:
        arguments.append(f"name={escape.literal(wire_name)}")
    start = f"{field.name}: {field.annotation} = field("
    if field.default or fits_line(start, 4):
        return write_call(start, arguments, ")", 4)
    ending = write_call("] = field(", arguments, ")", 4)
    return _write_annotated(field, "        None", ending)


def _typed_dict_field(scope: Scope, field: AnnotatedField) -> str:
    wire_name, annotation = field.field.name, field.annotation
    if any(refs(scope.units.reference.resolve(field.field.type))):
        annotation = escape.literal(annotation)  # the class may be defined later
    if field.field.required:
        annotation = f"Required[{annotation}]"  # which Python only sees outside of a string
    if field.functional:
        return f"        {escape.literal(wire_name)}: {annotation},"
    return write_field(wire_name, annotation, "")


def _is_functional(scope: Scope, definition: Definition) -> bool:
    """Return whether a name is not an identifier, is changed inside a class, or would hide what
    annotations name.
    """
    hidden = BUILTINS.union(scope.style.output.names, scope.units.imports[scope.unit.name])
    return any(
        not naming.is_identifier(field.name)
        or field.name.startswith("__")
        or field.name in hidden
        or field.name in scope.units.class_names
        for field in definition.fields
    )


emit_dataclasses = partial(
    emit_classes,
    style=Style(
        output=DATACLASSES,
        title="classes of the API, and their JSON form",
        column="annotation",
        field=_dataclass_field,
        template=(_FUTURE, ("dataclasses", "dataclass"), ("", "model as rt")),
    ),
)
emit_pydantic = partial(
    emit_classes,
    style=Style(
        output=PYDANTIC,
        title="models of pydantic",
        column="codec",
        field=_pydantic_field,
        template=(_FUTURE, ("", "pydantic_base as rt")),
        taken=_OF_PYDANTIC,
        documents=False,
        circles_last=True,
    ),
)
emit_structs = partial(
    emit_classes,
    style=Style(
        output=MSGSPEC,
        title="structs of msgspec",
        column="codec",
        field=_struct_field,
        template=(_FUTURE, ("", "msgspec_base as rt")),
        taken=_OF_MSGSPEC,
    ),
)
# A TypedDict cannot require an optional key of its base, so the required keys are marked instead.
emit_typed_dicts = partial(
    emit_classes,
    style=Style(
        output=TYPEDDICT,
        title="types of dictionaries",
        column="json_annotation",
        field=_typed_dict_field,
        template=(("typing", "TypedDict"),),
        functional=_is_functional,
    ),
)
