"""Python: dataclasses, validators and further classes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from codegen.core.records import on_demand
from codegen.outputs.output import Output

WIDTH = 120  # of a line of generated code


class PythonOutput(Output, frozen=True, kw_only=True):
    """An output that writes one `module` into each package, with `templates/<name>/<module>.py.j2`.

    `libraries` are the modules of others that it imports. `runtime` are the modules of the run time that it imports in any case, `limits` if
    values have limits, `rules` if there are rules in CEL, and `formats` by the formats that strings have; what those import comes along.
    `classes` says that it holds the classes of definitions under their names, `base` is the module of the run time with what is common to
    them, if they read objects.
    """

    module: str
    libraries: tuple[str, ...] = ()
    runtime: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    formats: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    base: str = ""
    classes: bool = True
    package: bool = True


_FINISH = on_demand("codegen.outputs.python.source", "finished")
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
_VALUES = MappingProxyType({"quantity": ("quantity",), "go-duration": ("duration",)})

OUTPUTS = (
    PythonOutput(
        name="dataclasses",
        emit=on_demand("codegen.outputs.python.dataclasses", "emit"),
        finish=_FINISH,
        options=_FIELD_VALIDATION | _LANGUAGE,
        module="models",
        runtime=("model",),
        formats=_VALUES,
        base="model",
    ),
    PythonOutput(
        name="validators",
        emit=on_demand("codegen.outputs.python.validators", "emit"),
        finish=_FINISH,
        module="validators",
        runtime=("explain",),
        limits=("constraints",),
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
        formats=_VALUES,
        base="msgspec_base",
    ),
    PythonOutput(
        name="typeddict",
        emit=on_demand("codegen.outputs.python.typed_dicts", "emit"),
        finish=_FINISH,
        options=_LANGUAGE,
        module="typed_dicts",
    ),
)
