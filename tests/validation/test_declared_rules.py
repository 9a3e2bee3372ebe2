"""Rules that Kubernetes' types declare are imported, and reject objects in the releases that have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import codegen
from codegen.core.diagnostics import Level
from codegen.validation.declared_facts import declared_facts
from codegen.validation.declared_file_writer import collect_facts, describe_facts, update

CLAIM = {
    "apiVersion": "resource.k8s.io/v1",
    "kind": "ResourceClaim",
    "metadata": {"name": "pump", "namespace": "east"},
}


def request(name: str) -> dict[str, Any]:
    return {"name": name, "exactly": {"deviceClassName": "pumps.garden.example.io"}}


def claim(*names: str) -> dict[str, Any]:
    return {**CLAIM, "spec": {"devices": {"requests": [request(name) for name in names]}}}


def wrong_fields(value: dict[str, Any], release: str) -> set[str]:
    """Return the paths of all errors."""
    findings = codegen.validate(value, kubernetes_version=release)
    return {finding.path for finding in findings if finding.level is Level.ERR}


def test_object_without_fault_is_accepted() -> None:
    assert wrong_fields(claim("north", "south"), "1.35") == set()


def test_too_many_items_are_refused_at_their_list() -> None:
    names = [f"pump-{number}" for number in range(33)]
    assert wrong_fields(claim(*names), "1.35") == {"spec.devices.requests"}


def test_repeated_key_is_refused_at_the_item() -> None:
    assert wrong_fields(claim("north", "north"), "1.35") == {"spec.devices.requests[1]"}


# ------------------------------------------------------------------------------- the import of facts

ROWS = [
    {"type": "BedSpec", "field": "rows", "go": "int32", "rule": "k8s:minimum=0"},
    {"type": "BedSpec", "field": "soil", "go": "string", "rule": "k8s:strange=1"},
    {
        "type": "BedSpec",
        "field": "owner",
        "go": "string",
        "rule": 'k8s:alpha(since: "1.7")=+k8s:required',
    },
]


@pytest.fixture
def releases(tmp_path: Path) -> list[Path]:
    """Write two releases, of which the newer one has no rule any more."""
    files = []
    key = "io.k8s.api.garden.v1.Bed"
    definitions = {
        key: {
            "type": "object",
            "properties": {"spec": {"$ref": f"#/definitions/{key}Spec"}},
            "x-kubernetes-group-version-kind": [
                {"group": "garden.k8s.io", "version": "v1", "kind": "Bed"}
            ],
        },
        f"{key}Spec": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in ("rows", "soil", "owner")},
        },
    }
    for release, rows in (("v1.7", ROWS), ("v1.8", [])):
        folder = tmp_path / release
        folder.mkdir()
        document = {"swagger": "2.0", "info": {}, "paths": {}, "definitions": definitions}
        (folder / "swagger.json").write_text(json.dumps(document))
        lines = [json.dumps({"group": "garden.k8s.io", "version": "v1", **row}) for row in rows]
        files.append(folder / "declarative-rules.jsonl")
        files[-1].write_text("".join(f"{line}\n" for line in lines))
    return files


def test_stable_tags_become_rules_of_their_releases(releases: list[Path]) -> None:
    facts = collect_facts(releases)
    assert facts.releases == ("1.7", "1.8")
    (rule,) = facts.rules
    assert (rule.definition, rule.field) == ("io.k8s.api.garden.v1.BedSpec", "rows")
    assert (rule.tag, rule.since, rule.until) == ("k8s:minimum=0", "1.7", "1.7")


def test_gate_below_the_rules_of_a_field_counts(releases: list[Path]) -> None:
    row = {"type": "BedSpec", "field": "rows", "go": "int32"}
    gate = {**ROWS[0], **row, "group": "garden.k8s.io", "version": "v1"}
    gate["rule"] = 'k8s:ifEnabled("Rows")=+k8s:optional'
    with releases[0].open("a") as file:
        file.write(f"{json.dumps(gate)}\n")
    facts = collect_facts(releases)
    assert facts.rules == ()
    assert ("minimum", "gated field") in {(left.tag, left.reason) for left in facts.left_out}


def test_other_tags_are_counted(releases: list[Path]) -> None:
    left_out = {(left.tag, left.count) for left in collect_facts(releases).left_out}
    assert left_out == {("strange", 1), ("required", 1)}


def test_file_is_written_and_described(releases: list[Path], tmp_path: Path) -> None:
    update(releases, tmp_path / "rules.json")
    assert json.loads((tmp_path / "rules.json").read_text())["releases"] == ["1.7", "1.8"]
    assert any("minimum" in line for line in describe_facts(collect_facts(releases)))


def test_malformed_tag_is_located(releases: list[Path]) -> None:
    line = {"group": "garden.k8s.io", "version": "v1", "type": "Bed", "rule": "k8s:maxItems="}
    releases[0].write_text(f"{json.dumps(line)}\n")
    with pytest.raises(ValueError, match=r"declarative-rules\.jsonl:1: .*column 14"):
        collect_facts(releases)


def test_bundled_facts_cover_their_releases() -> None:
    facts = declared_facts()
    assert facts.rules
    assert {rule.since for rule in facts.rules} <= set(facts.releases)
