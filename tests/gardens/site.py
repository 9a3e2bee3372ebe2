"""A kind for pages of the site, as an OpenAPI document; and a site that the command makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from codegen.cli import main
from gardens.parts import openapi

GARDEN = "io.example.api.garden.v1"


def site_of(folder: Path, **settings: Any) -> Path:
    """The site, in both languages, of a configuration with these settings in a folder."""
    config = {"locales": ["en", "zh-cn"], "outputs": [], **settings}
    (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    made = CliRunner().invoke(main, ["site", "--config", str(folder / "codegen.yaml"), "--to", str(folder / "site")])
    assert made.exit_code == 0, made.output
    return folder / "site"


def garden() -> dict[str, Any]:
    """A kind whose beds lead to plots again, to a type that contains itself, and to text that looks like markup."""
    string = {"type": "string"}
    definitions = {
        "Plot": {
            "description": 'Plot is a piece of land. See <b>https://example.com/plots?a=1&b=2</b>, or "quotes".',
            "type": "object",
            "required": ["spec"],
            "properties": {
                "apiVersion": string,
                "kind": string,
                "spec": {
                    "description": "What is wanted {{< no shortcode >}}.",
                    "$ref": f"#/definitions/{GARDEN}.PlotSpec",
                },
            },
            "x-kubernetes-group-version-kind": [{"group": "garden.example.com", "version": "v1", "kind": "Plot"}],
        },
        "PlotSpec": {
            "type": "object",
            "properties": {
                "beds": {
                    "type": "array",
                    "items": {"$ref": f"#/definitions/{GARDEN}.Bed"},
                    "x-kubernetes-list-type": "atomic",
                },
                "soil": {"type": "string", "enum": ["clay", "sand"], "default": "clay"},
            },
        },
        "Bed": {
            "description": "Bed has rows.",
            "type": "object",
            "properties": {
                "inner": {
                    "description": "Beds\nin it.",
                    "type": "array",
                    "items": {"$ref": f"#/definitions/{GARDEN}.Bed"},
                },
                "of": {"$ref": f"#/definitions/{GARDEN}.PlotSpec"},
                "name": {
                    "description": "Its <script>alert(1)</script> name.",
                    "type": "string",
                    "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "name is immutable"}],
                },
            },
        },
    }
    operation = {
        "get": {
            "operationId": "readPlot",
            "description": "read the Plot",
            "x-kubernetes-action": "get",
            "x-kubernetes-group-version-kind": {"group": "garden.example.com", "version": "v1", "kind": "Plot"},
            "parameters": [
                {"name": "name", "in": "path", "required": True, "type": "string", "description": "its name"}
            ],
            "responses": {"200": {"description": "OK", "schema": {"$ref": f"#/definitions/{GARDEN}.Plot"}}},
        }
    }
    return openapi(
        {f"{GARDEN}.{name}": schema for name, schema in definitions.items()},
        {"/apis/garden.example.com/v1/namespaces/{namespace}/plots/{name}": operation},
    )
