"""Required marks that servers of Kubernetes never followed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Level
from codegen.drift.compare.changes import Change
from codegen.drift.compare.engine import compare
from codegen.drift.compare.server_marks import load_marks
from codegen.drift.diff import read
from codegen.readers.sources import SourcePath
from support.corpus import CORPUS

RULES = sorted(CORPUS.glob("v*/declarative-rules.jsonl"))
RECORDINGS = sorted(CORPUS.glob("apiserver/*/http.jsonl"))[:1]


@cache
def load_rules() -> list[dict[str, Any]]:
    return [json.loads(line) for file in RULES for line in file.read_text("utf-8").splitlines()]


@cache
def load_recordings() -> list[dict[str, Any]]:
    return [json.loads(line) for line in RECORDINGS[0].read_text("utf-8").splitlines()]


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
        sides.append(read(SourcePath(path=file, display_path=file.name)))
    (change,) = compare(*sides).changes
    return change


REQUIRED_MARKS = {key: mark for key, mark in load_marks().items() if mark.servers != "limit"}
ENUMERATIONS = {key: mark for key, mark in load_marks().items() if mark.servers == "limit"}
DECLARED = {key: mark for key, mark in load_marks().items() if mark.declared}
RECORDED = {key: mark for key, mark in load_marks().items() if mark.recorded}


@pytest.mark.parametrize("field", REQUIRED_MARKS, ids=REQUIRED_MARKS)
def test_listed_mark_is_documentation(tmp_path: Path, field: str) -> None:
    key, name = field.split("#")
    mark = load_marks()[field]
    change = change_of_mark(tmp_path, key, name, is_required=mark.servers == "demand")
    assert (change.level, change.grade.request, change.grade.response) == (Level.INFO,) * 3
    assert "servers" in change.message
    assert mark.source


@pytest.mark.parametrize("field", ENUMERATIONS, ids=ENUMERATIONS)
def test_listed_enumeration_is_documentation(tmp_path: Path, field: str) -> None:
    values = [*load_marks()[field].values, "Later"]
    change = change_of_enumeration(tmp_path, field, values)
    assert (change.rule.id, change.level) == ("field-enum-added", Level.INFO)
    assert "servers" in change.message


@pytest.mark.parametrize("field", ENUMERATIONS, ids=ENUMERATIONS)
def test_enumeration_with_fewer_values_keeps_its_level(tmp_path: Path, field: str) -> None:
    change = change_of_enumeration(tmp_path, field, load_marks()[field].values[1:])
    assert change.grade.request is Level.ERR


def change_of_enumeration(folder: Path, field: str, values: Sequence[str]) -> Change:
    key, name = field.split("#")
    sides = []
    for number, keywords in enumerate(({}, {"enum": list(values)})):
        fields = {
            name: {"type": "string", **keywords},
            "color": {"type": "string", "enum": ["red", "blue"]},
        }
        definition = {"type": "object", "properties": fields}
        spec = {"swagger": "2.0", "info": {"title": "Garden", "version": "v1"}, "paths": {}}
        file = folder / f"{number}.json"
        file.write_text(json.dumps({**spec, "definitions": {key: definition}}), encoding="utf-8")
        sides.append(read(SourcePath(path=file, display_path=file.name)))
    (change,) = compare(*sides).changes
    return change


@pytest.mark.skipif(not RULES, reason="the corpus has no declarative rules")
@pytest.mark.parametrize("field", DECLARED, ids=DECLARED)
def test_declared_fact_is_in_the_rules_of_a_release(field: str) -> None:
    key, name = field.split("#")
    group, version, kind = key.split(".")[3:]
    of_version = [
        rule
        for rule in load_rules()
        if rule["group"].split(".")[0] == group and rule["version"] == version
    ]
    of_field = [r for r in of_version if r["type"] == kind and r.get("field") == name]
    go_types = {rule["go"] for rule in of_field}
    of_type = [rule for rule in of_version if "field" not in rule and rule["type"] in go_types]
    tags = {rule["rule"] for rule in (*of_field, *of_type) if "rule" in rule}
    assert load_marks()[field].declared in tags


@pytest.mark.skipif(not RECORDINGS, reason="the corpus has no recorded answers")
@pytest.mark.parametrize("field", RECORDED, ids=RECORDED)
def test_recorded_answer_confirms_the_fact(field: str) -> None:
    key, name = field.split("#")
    mark = load_marks()[field]
    (recorded,) = [one for one in load_recordings() if one["id"] == mark.recorded]
    if mark.servers == "demand":
        assert recorded["answer"]["status"] >= 400
        assert f"{name} is required" in recorded["answer"]["body"]["message"]
        return
    assert recorded["answer"]["status"] == 201
    sent, returned = json.loads(recorded["request"]["body"]), recorded["answer"]["body"]
    part = key.removeprefix("io.k8s.api.authentication.v1.TokenRequest").lower()
    if part:
        sent, returned = sent.get(part, {}), returned[part]
    assert name not in sent
    assert returned[name]


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
