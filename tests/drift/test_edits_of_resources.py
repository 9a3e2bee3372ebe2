"""Edits of a custom resource, each with the rule and the levels that were written down first."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from codegen.drift.compare.engine import compare
from codegen.drift.diff import read
from codegen.readers.sources import SourcePath
from support.files import load_yaml

TABLE = load_yaml(Path(__file__).with_name("edits_of_resources.yaml"))
EDITS: list[dict[str, Any]] = TABLE["edits"]
SPEC: dict[str, Any] = {
    "type": "object",
    "required": ["soil"],
    "properties": {
        "rows": {"type": "integer", "minimum": 1, "maximum": 9},
        "plain": {"type": "integer"},
        "small": {"type": "integer", "format": "int32"},
        "free": {"type": "string", "description": "Any free text."},
        "note": {"type": "string", "maxLength": 9, "pattern": "^[a-z]+$"},
        "soil": {"type": "string", "enum": ["Clay", "Loam"]},
        "kind": {"type": "string", "default": "plot"},
        "empty": {"type": "string", "nullable": True},
        "words": {"type": "array", "items": {"type": "string"}},
        "tags": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "more": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "owner": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string"}, "phone": {"type": "string"}},
        },
        "beds": {
            "type": "array",
            "maxItems": 9,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}},
            },
        },
    },
    "x-kubernetes-validations": [{"rule": "self.rows < 9", "message": "few rows"}],
}


def resource() -> dict[str, Any]:
    """The custom resource of all edits."""
    schema = {"type": "object", "properties": {"spec": copy.deepcopy(SPEC)}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"kind": "Plot", "plural": "plots", "singular": "plot", "listKind": "PlotList"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "plots.garden.example.io"},
        "spec": {
            "group": "garden.example.io",
            "names": {**names, "shortNames": ["pl"]},
            "scope": "Namespaced",
            "versions": [version],
        },
    }


def edited(edit: dict[str, Any]) -> dict[str, Any]:
    """The custom resource after an edit."""
    whole = resource()
    schema = whole["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    for path in [*edit.get("set", {}), *edit.get("drop", [])]:
        value: Any = whole["spec"] if path.startswith("/") else schema
        *steps, last = path.strip("/").split("/")
        for step in steps:
            value = value[step]
        if path in edit.get("set", {}):
            value[last] = edit["set"][path]
        else:
            del value[last]
    return whole


@pytest.mark.parametrize("edit", EDITS, ids=[edit["edit"] for edit in EDITS])
def test_edit_of_resource_has_graded_levels(tmp_path: Path, edit: dict[str, Any]) -> None:
    sides = []
    for name, spec in (("old.json", resource()), ("new.json", edited(edit))):
        file = tmp_path / name
        file.write_text(json.dumps(spec, indent=1), encoding="utf-8")
        sides.append(read(SourcePath(path=file, display_path=name)))
    changes = compare(*sides).changes
    found = [
        [change.rule.id, str(change.grade.request or "-"), str(change.grade.response or "-")]
        for change in changes
    ]
    assert sorted(found) == sorted(edit["levels"])
    assert all(change.span.line for change in changes)


def test_table_has_at_least_sixty_edits() -> None:
    assert len({edit["edit"] for edit in EDITS}) == len(EDITS) >= 60
