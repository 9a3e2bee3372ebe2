"""Python: dataclasses, validators and further classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codegen.core.records import on_demand
from codegen.outputs.output import EmitShared, Output
from codegen.outputs.server_rules import OPTION


class PythonOutput(Output, frozen=True, kw_only=True):
    """An output with one `module` in each package, rendered by `templates/<name>/<module>.py.j2`.

    Attributes:
        libraries: Modules of other packages that it imports.
        names: The modules of names in its fields. Those of the run time begin with a dot.
        runtime: Modules of the run time with names for the module, imported if it uses them.
        classes: Whether it contains the classes of definitions.
        base: The module of the run time with the base of its classes, if they read objects.
        base_class: The name of that base.
        constructors: Functions that its modules call while they are imported.
        class_keywords: Keywords of its classes that take plain data.

    """

    module: str
    libraries: tuple[str, ...] = ()
    names: Mapping[str, str] = {}
    runtime: tuple[str, ...] = ()
    base: str = ""
    base_class: str = "Model"
    constructors: tuple[str, ...] = ()
    class_keywords: tuple[str, ...] = ()
    classes: bool = True
    package: bool = True
    emit_shared: EmitShared | None = on_demand("codegen.outputs.python.package", "emit_shared")


_FIELD_VALIDATION: dict[str, dict[str, Any]] = {
    "fieldValidation": {
        "description": "How `from_dict` treats unknown fields by default: Ignore keeps them and writes them back, Warn also warns of "
        "them, and Strict refuses them.",
        "enum": ["Ignore", "Warn", "Strict"],
    }
}
_SERVER_RULES: dict[str, dict[str, Any]] = {
    OPTION: {
        "description": "Whether validators check the rules of servers too: those of the release of the source or of `kubernetes`, or "
        "of all known releases; true by default.",
        "type": "boolean",
    }
}
_LANGUAGE: dict[str, dict[str, Any]] = {
    "docstrings": {
        "description": "The language of docstrings, one of `locales`; the first of them by default.",
        "type": "string",
    }
}
_NAMES = {
    "Annotated": "typing",
    "Any": "typing",
    "Literal": "typing",
    "datetime": "datetime",
    "Duration": ".duration",
    "Quantity": ".quantity",
}

DATACLASSES = PythonOutput(
    name="dataclasses",
    emit=on_demand("codegen.outputs.python.styles", "emit_dataclasses"),
    options=_FIELD_VALIDATION | _LANGUAGE,
    module="models",
    names=_NAMES,
    base="model",
    class_keywords=("names",),
)
VALIDATORS = PythonOutput(
    name="validators",
    emit=on_demand("codegen.outputs.python.validators", "emit"),
    options=_SERVER_RULES,
    module="validators",
    runtime=(
        "checkers",
        "constraints",
        "duration",
        "errors",
        "explain",
        "primitives",
        "quantity",
        "rules",
        "server_rules",
        "amounts",
        "schedules",
    ),
    classes=False,
    constructors=(
        "Choice",
        "Limited",
        "Limits",
        "List",
        "Map",
        "Nullable",
        "Object",
        "Rules",
        "ServerRules",
    ),
)
PYDANTIC = PythonOutput(
    name="pydantic",
    emit=on_demand("codegen.outputs.python.styles", "emit_pydantic"),
    options=_FIELD_VALIDATION | _LANGUAGE,
    module="pydantic_models",
    libraries=("pydantic",),
    constructors=("Field",),
    class_keywords=("extra", "frozen", "title", "validate_assignment"),
    names=_NAMES
    | {"Field": "pydantic", "Duration": ".pydantic_duration", "Quantity": ".pydantic_quantity"},
    base="pydantic_base",
)
MSGSPEC = PythonOutput(
    name="msgspec",
    emit=on_demand("codegen.outputs.python.styles", "emit_structs"),
    options=_FIELD_VALIDATION | _LANGUAGE,
    module="structs",
    libraries=("msgspec",),
    constructors=("field",),
    class_keywords=("dict", "frozen", "kw_only", "order", "rename", "weakref"),
    names=_NAMES | {"field": "msgspec"},
    base="msgspec_base",
    base_class="StructModel",
)
TYPEDDICT = PythonOutput(
    name="typeddict",
    emit=on_demand("codegen.outputs.python.styles", "emit_typed_dicts"),
    options=_LANGUAGE,
    module="typed_dicts",
    names=_NAMES | {"Required": "typing"},
    constructors=("TypedDict",),
    class_keywords=("total",),  # `extra_items` is a type, which would be evaluated
)
OUTPUTS = (DATACLASSES, VALIDATORS, PYDANTIC, MSGSPEC, TYPEDDICT)
