"""Python: dataclasses, validators and further classes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from codegen.core.records import on_demand
from codegen.outputs.output import Emit, Output

WIDTH = 120  # of a line of generated code


class PythonOutput(Output, frozen=True, kw_only=True):
    """An output with one `module` in each package, rendered by `templates/<name>/<module>.py.j2`.

    Attributes:
        libraries: Modules of other packages that it imports.
        runtime: Modules of the run time that it imports in any case; their own imports come along.
        constraints: Modules of the run time that it imports if values have constraints.
        rules: Modules of the run time that it imports if there are rules in CEL.
        formats: Modules of the run time that it imports, by the formats of strings.
        classes: Whether it holds the classes of definitions under their names.
        base: The module of the run time with the base of its classes, if they read objects.
        base_class: The name of that base.

    """

    module: str
    libraries: tuple[str, ...] = ()
    runtime: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    formats: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    base: str = ""
    base_class: str = "Model"
    classes: bool = True
    package: bool = True
    emit_shared: Emit | None = on_demand("codegen.outputs.python.package", "emit_shared")


_FINISH = on_demand("codegen.outputs.python.source", "finish_file")
_FIELD_VALIDATION: dict[str, dict[str, Any]] = {
    "fieldValidation": {
        "description": "What an unknown field is if `from_dict` is not told: an error (Strict, the default), a warning, or nothing. "
        "With the last two it is kept and written back.",
        "enum": ["Strict", "Warn", "Ignore"],
    }
}
_LANGUAGE: dict[str, dict[str, Any]] = {
    "docstrings": {
        "description": "The language of docstrings, one of `locales`; the first of them by default.",
        "type": "string",
    }
}
_VALUE_MODULES = MappingProxyType({"quantity": ("quantity",), "go-duration": ("duration",)})

OUTPUTS = (
    PythonOutput(
        name="dataclasses",
        emit=on_demand("codegen.outputs.python.dataclasses", "emit"),
        finish=_FINISH,
        options=_FIELD_VALIDATION | _LANGUAGE,
        module="models",
        runtime=("model",),
        formats=_VALUE_MODULES,
        base="model",
    ),
    PythonOutput(
        name="validators",
        emit=on_demand("codegen.outputs.python.validators", "emit"),
        finish=_FINISH,
        module="validators",
        runtime=("explain",),
        constraints=("constraints",),
        rules=("rules",),
        formats=MappingProxyType({"quantity": ("quantity_checker",), "go-duration": ("duration_checker",)}),
        classes=False,
    ),
    PythonOutput(
        name="pydantic",
        emit=on_demand("codegen.outputs.python.pydantic", "emit"),
        finish=_FINISH,
        options=_FIELD_VALIDATION | _LANGUAGE,
        module="pydantic_models",
        libraries=("pydantic",),
        runtime=("pydantic_base",),
        formats=MappingProxyType({"quantity": ("pydantic_quantity",), "go-duration": ("pydantic_duration",)}),
        base="pydantic_base",
    ),
    PythonOutput(
        name="msgspec",
        emit=on_demand("codegen.outputs.python.msgspec", "emit"),
        finish=_FINISH,
        options=_FIELD_VALIDATION | _LANGUAGE,
        module="structs",
        libraries=("msgspec",),
        runtime=("msgspec_base",),
        formats=_VALUE_MODULES,
        base="msgspec_base",
        base_class="StructModel",
    ),
    PythonOutput(
        name="typeddict",
        emit=on_demand("codegen.outputs.python.typed_dicts", "emit"),
        finish=_FINISH,
        options=_LANGUAGE,
        module="typed_dicts",
    ),
)
