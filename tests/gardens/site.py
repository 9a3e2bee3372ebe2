"""The garden for tests of the site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from codegen.cli import main
from gardens.compare import BED, SPEC, document
from gardens.parts import PLOT, PLOTS, gvk_of, ref


def site_for(folder: Path, **settings: Any) -> Path:
    """Build the site of a configuration with these settings in both languages."""
    config = {"locales": ["en", "zh-cn"], "outputs": [], **settings}
    (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    made = CliRunner().invoke(
        main, ["site", "--config", str(folder / "codegen.yaml"), "--to", str(folder / "site")]
    )
    assert made.exit_code == 0, made.output
    return folder / "site"


def garden() -> dict[str, Any]:
    """Return the garden with cyclic references and with text that looks like markup."""
    made = document()
    plot, spec, bed = (made["definitions"][key]["properties"] for key in (PLOT, SPEC, BED))
    made["definitions"][PLOT]["description"] = (
        'Plot is a piece of land. See <b>https://example.com/plots?a=1&b=2</b>, or "quotes".'
    )
    plot["spec"]["description"] = "What is wanted {{< no shortcode >}}."
    spec["beds"] = {"type": "array", "items": ref(BED), "x-kubernetes-list-type": "atomic"}
    spec["soil"] = {"type": "string", "enum": ["clay", "sand"], "default": "clay"}
    bed["name"] = {
        "description": "Its <script>alert(1)</script> name.",
        "type": "string",
        "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "name is immutable"}],
    }
    keys = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
    bed["inner"] = {"description": "Beds\nin it.", "type": "array", "items": ref(BED), **keys}
    bed["of"] = ref(SPEC)
    name = {
        "name": "name",
        "in": "path",
        "required": True,
        "type": "string",
        "description": "its name",
    }
    made["paths"] = {
        f"{PLOTS}/{{name}}": {
            "get": {
                "operationId": "readPlot",
                "description": "read the Plot",
                "x-kubernetes-action": "get",
                "x-kubernetes-group-version-kind": gvk_of(),
                "parameters": [name],
                "responses": {"200": {"description": "OK", "schema": ref(PLOT)}},
            }
        }
    }
    return made


def read_data(script: str) -> Any:
    """Return the data that a script of the site hands over."""
    return json.loads(script.partition(",")[2].rpartition(")")[0])
