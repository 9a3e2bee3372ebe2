"""Paths of fields from kinds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from codegen import read
from codegen.model.paths import PathIndex
from gardens.compare import BED, SPEC, document

KIND = "garden.example.io/v1 Plot"


def index(folder: Path, spec: dict[str, Any]) -> PathIndex:
    (folder / "api.json").write_text(json.dumps(spec), encoding="utf-8")
    return PathIndex(read(folder / "api.json"))


def test_field_has_all_paths_from_the_kind(tmp_path: Path) -> None:
    spec = document()
    first = {"$ref": f"#/definitions/{BED}"}
    spec["definitions"][SPEC]["properties"]["first"] = first
    by_name = {"type": "object", "additionalProperties": first}
    spec["definitions"][SPEC]["properties"]["byName"] = by_name
    paths = index(tmp_path, spec).find_paths(f"{BED}#rows")
    assert set(paths) == {
        f"{KIND} spec.first.rows",
        f"{KIND} spec.beds[].rows",
        f"{KIND} spec.byName{{}}.rows",
    }


def test_type_without_a_kind_has_no_path(tmp_path: Path) -> None:
    spec = document()
    spec["definitions"][f"{BED}Cover"] = {"type": "object", "properties": {"a": {"type": "string"}}}
    paths = index(tmp_path, spec)
    assert paths.find_paths(f"{BED}Cover#a") == ()
    assert paths.find_paths(BED) == ()
    assert paths.find_paths("no.such.Type#a") == ()


def test_type_that_leads_to_itself_has_finite_paths(tmp_path: Path) -> None:
    spec = document()
    spec["definitions"][BED]["properties"]["inner"] = {"$ref": f"#/definitions/{BED}"}
    paths = index(tmp_path, spec).find_paths(f"{BED}#rows")
    assert paths == (f"{KIND} spec.beds[].rows",)
