"""JSON Schema and OpenAPI."""

from __future__ import annotations

from typing import Any

from codegen.core.records import on_demand
from codegen.outputs.output import Output
from codegen.outputs.server_rules import OPTION

_SERVER_RULES: dict[str, dict[str, Any]] = {
    OPTION: {
        "description": "Whether keywords say the rules of servers as far as they can: those of the release of the source or of "
        "`kubernetes`, or of all known releases; false by default.",
        "type": "boolean",
    }
}
OUTPUTS = (
    Output(
        name="json-schema",
        emit=on_demand("codegen.outputs.schemas.json_schema", "emit"),
        options={
            "names": {
                "description": "How the files of kinds are called: kind-group-version.json, or group/kind_version.json as those of custom resources are.",
                "enum": ["flat", "by-group"],
            },
            **_SERVER_RULES,
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
            **_SERVER_RULES,
        },
    ),
)
