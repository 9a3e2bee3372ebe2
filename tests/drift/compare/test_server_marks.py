"""Required marks that servers of Kubernetes never followed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Level
from codegen.drift.compare.changes import Change
from codegen.drift.compare.engine import compare
from codegen.drift.compare.server_marks import load_marks
from codegen.drift.diff import read
from codegen.readers.sources import SourcePath


def documents(key: str, name: str, *, is_required: bool) -> list[dict[str, Any]]:
    """Two documents of a kind whose field gains or loses its required mark."""
    kind = {"group": "garden.example.io", "version": "v1", "kind": key.rpartition(".")[2]}
    sides = []
    for required in (not is_required, is_required):
        properties = {name: {"$ref": f"#/definitions/{key}Inner"}, "other": {"type": "string"}}
        definition = {
            "type": "object",
            "properties": properties,
            "required": [name] if required else [],
            "x-kubernetes-group-version-kind": [kind],
        }
        inner = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
        sides.append(
            {
                "swagger": "2.0",
                "info": {"title": "Garden", "version": "v1"},
                "paths": {},
                "definitions": {key: definition, f"{key}Inner": inner},
            }
        )
    return sides


def change_of_mark(folder: Path, key: str, name: str, *, is_required: bool) -> Change:
    sides = []
    for number, spec in enumerate(documents(key, name, is_required=is_required)):
        file = folder / f"{number}.json"
        file.write_text(json.dumps(spec), encoding="utf-8")
        sides.append(read(SourcePath(path=file, shown=file.name)))
    (change,) = compare(*sides).changes
    return change


@pytest.mark.parametrize("field", load_marks(), ids=load_marks())
def test_listed_mark_is_documentation(tmp_path: Path, field: str) -> None:
    key, name = field.split("#")
    is_required = load_marks()[field].servers == "demand"
    change = change_of_mark(tmp_path, key, name, is_required=is_required)
    assert (change.level, change.grade.request, change.grade.response) == (Level.INFO,) * 3
    assert "servers" in change.message
    assert load_marks()[field].source


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("io.example.api.garden.v1.Plot", "spec"),
        ("io.k8s.api.core.v1.ConfigMap", "data"),
        ("io.k8s.api.core.v1.Pod", "status"),
    ],
)
def test_unknown_mark_keeps_its_level(tmp_path: Path, key: str, name: str) -> None:
    change = change_of_mark(tmp_path, key, name, is_required=True)
    assert (change.level, change.grade.request) == (Level.ERR, Level.ERR)


def test_spec_with_required_fields_was_always_demanded(tmp_path: Path) -> None:
    change = change_of_mark(tmp_path, "io.k8s.api.batch.v1.CronJob", "spec", is_required=True)
    assert change.level is Level.INFO
    change = change_of_mark(tmp_path, "io.k8s.api.batch.v1.CronJob", "spec", is_required=False)
    assert change.grade.response is Level.ERR
