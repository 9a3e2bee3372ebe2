"""The outputs, by the name that `codegen.yaml` gives them. One output = one module here, one template folder, one line."""

from __future__ import annotations

from codegen.outputs.job import Emit, emitter

TARGETS: dict[str, Emit] = {
    "json-schema": emitter("codegen.outputs.schemas.json_schema"),
    "openapi": emitter("codegen.outputs.schemas.openapi"),
    "dataclasses": emitter("codegen.outputs.python.dataclasses"),
    "validators": emitter("codegen.outputs.python.validators"),
    "pydantic": emitter("codegen.outputs.python.pydantic"),
    "msgspec": emitter("codegen.outputs.python.msgspec"),
    "typeddict": emitter("codegen.outputs.python.typed_dicts"),
    "docs": emitter("codegen.outputs.docs.layouts"),
}
