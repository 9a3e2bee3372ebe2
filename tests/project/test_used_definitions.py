"""The definitions that a project uses, by its manifests and the selections of its outputs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.core.diagnostics import Report
from codegen.model import Reference
from codegen.project.config.configuration import load
from codegen.project.used_definitions import UsedDefinitions, find_used_definitions
from codegen.readers.sources import SourcePath, read_sources

PREFIX = "io.example.garden.v1"


def make_kind(kind: str) -> dict[str, object]:
    """Return a kind with a spec of its own."""
    return {
        "type": "object",
        "properties": {"spec": {"$ref": f"#/definitions/{PREFIX}.{kind}Spec"}},
        "x-kubernetes-group-version-kind": [
            {"group": "garden.example.io", "version": "v1", "kind": kind}
        ],
    }


@pytest.fixture
def reference(tmp_path: Path) -> Reference:
    """Return the kinds Plot, Bed and Tree, each with a spec."""
    definitions: dict[str, object] = {}
    for kind in ("Plot", "Bed", "Tree"):
        definitions[f"{PREFIX}.{kind}"] = make_kind(kind)
        definitions[f"{PREFIX}.{kind}Spec"] = {"type": "object"}
    document = {
        "swagger": "2.0",
        "info": {"title": "Garden", "version": "1"},
        "paths": {},
        "definitions": definitions,
    }
    file = tmp_path / "garden.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return read_sources([SourcePath.of(file)], Report())


def find(folder: Path, reference: Reference, more: str) -> UsedDefinitions:
    """Find what a project with these further settings uses."""
    (folder / "deploy").mkdir()
    plot = {"apiVersion": "garden.example.io/v1", "kind": "Plot"}
    manifest = {"apiVersion": "v1", "kind": "List", "items": [plot]}
    (folder / "deploy/plot.yaml").write_text(json.dumps(manifest), encoding="utf-8")
    config = folder / "codegen.yaml"
    config.write_text(f"sources: [{{path: garden.json}}]\n{more}", encoding="utf-8")
    return find_used_definitions(load(config), [reference])


def test_project_that_names_no_kinds_uses_all(tmp_path: Path, reference: Reference) -> None:
    used = find(tmp_path, reference, "outputs: [{target: json-schema, to: schemas}]\n")
    assert used.include(f"{PREFIX}.Tree#spec")


def test_kinds_of_manifests_and_selections_are_used(tmp_path: Path, reference: Reference) -> None:
    outputs = "outputs: [{target: json-schema, to: schemas, select: [Bed]}]\n"
    used = find(tmp_path, reference, f"manifests: [deploy]\n{outputs}")
    assert used.include(f"{PREFIX}.PlotSpec#size")
    assert used.include(f"{PREFIX}.Bed")
    assert used.include("garden.example.io/v1")
    assert not used.include(f"{PREFIX}.TreeSpec#size")
