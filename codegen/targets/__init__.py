"""The outputs, by the name that `codegen.yaml` gives them. One output = one module here, one template folder, one line."""

from __future__ import annotations

from codegen.targets.job import Emit, emitter

TARGETS: dict[str, Emit] = {
    "json-schema": emitter("codegen.targets.json_schema"),
    "openapi": emitter("codegen.targets.openapi"),
    "dataclasses": emitter("codegen.targets.python_models"),
    "validators": emitter("codegen.targets.python_validators"),
    "pydantic": emitter("codegen.targets.python_pydantic"),
    "msgspec": emitter("codegen.targets.python_structs"),
    "typeddict": emitter("codegen.targets.python_typed_dicts"),
    "docs": emitter("codegen.targets.docs"),
}
