"""Python: dataclasses, validators and further classes."""

from __future__ import annotations

from typing import Any

from codegen.core.records import on_demand
from codegen.outputs.output import Output

WIDTH = 120  # of a line of generated code


class PythonOutput(Output, frozen=True, kw_only=True):
    """An output that writes one `module` into each package, with `templates/<name>/<module>.py.j2`.

    `libraries` are the modules of others that it imports, `runtime` those of the run time that stand beside the packages, `limits`
    those that stand there too if values have limits, `rules` those that do if there are rules in CEL. `classes` says
    that it holds the classes of definitions under their names, `base` is the module of the run time with what is common to them, if they
    read objects.
    """

    module: str
    libraries: tuple[str, ...] = ()
    runtime: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
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
_VALUES = ("quantity", "duration", "encoded", "moments")  # what values of the run time are made of

OUTPUTS = (
    PythonOutput(
        name="dataclasses",
        emit=on_demand("codegen.outputs.python.dataclasses", "emit"),
        finish=_FINISH,
        options=_FIELD_VALIDATION | _LANGUAGE,
        module="models",
        runtime=(*_VALUES, "wire", "model"),
        base="model",
    ),
    PythonOutput(
        name="validators",
        emit=on_demand("codegen.outputs.python.validators", "emit"),
        finish=_FINISH,
        module="validators",
        runtime=(*_VALUES, "checkers", "predicates", "messages", "explain"),
        limits=("limits", "formats", "patterns"),
        rules=(
            "rules",
            "formats",
            "patterns",
            *("cel_values", "cel_functions", "cel_schemas", "cel_trees", "cel_engine", "cel_rules"),
        ),
        classes=False,
    ),
    PythonOutput(
        name="pydantic",
        emit=on_demand("codegen.outputs.python.pydantic", "emit"),
        finish=_FINISH,
        options=_FIELD_VALIDATION | _LANGUAGE,
        module="pydantic_models",
        libraries=("pydantic",),
        runtime=(*_VALUES, "unknown", "pydantic_base"),
        base="pydantic_base",
    ),
    PythonOutput(
        name="msgspec",
        emit=on_demand("codegen.outputs.python.msgspec", "emit"),
        finish=_FINISH,
        options=_FIELD_VALIDATION | _LANGUAGE,
        module="structs",
        libraries=("msgspec",),
        runtime=(*_VALUES, "unknown", "msgspec_base"),
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
