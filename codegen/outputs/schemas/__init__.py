"""JSON Schema and OpenAPI."""

from __future__ import annotations

from codegen.core.records import on_demand
from codegen.outputs.output import Output

OUTPUTS = (
    Output(
        name="json-schema",
        emit=on_demand("codegen.outputs.schemas.json_schema", "emit"),
        options={
            "names": {
                "description": "How the files of kinds are called: kind-group-version.json, or group/kind_version.json as those of custom resources are.",
                "enum": ["flat", "by-group"],
            },
        },
    ),
    Output(
        name="openapi",
        emit=on_demand("codegen.outputs.schemas.openapi", "emit"),
        options={
            "version": {
                "description": "The version of the document.",
                "enum": ["3.1", "3.1.0", "3.0", "3.0.3"],
            },
        },
    ),
)
