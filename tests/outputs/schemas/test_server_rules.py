"""Schemas with the rules of servers that keywords say."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]
from msgspec.structs import replace

from codegen.core.diagnostics import Report
from codegen.model import Keyword, Reference, Scalar
from codegen.outputs.job import Job
from codegen.outputs.schemas import json_schema, openapi
from codegen.outputs.server_rules import StatedRules
from gardens.parts import PLOT, field, reference
from gardens.schemas import job, plot

SIZE = field("size", Scalar(type="integer"))


def state_size(source: Reference) -> StatedRules:
    """Return the reference with one rule about the size."""
    size = replace(SIZE, keywords=(Keyword(name="minimum", value="3"),))
    definitions = {**source.definitions, PLOT: plot(size)}
    return StatedRules(
        reference=replace(source, definitions=definitions),
        count=1,
        left_out=frozenset(("plot-moved",)),
        release="1.35",
    )


def make_job(**options: Any) -> Job:
    made = replace(job(reference(plot(SIZE))), options=options)
    return replace(made, state_rules=state_size, report=Report())


def read_size(made: Job) -> Any:
    (file,) = json_schema.emit(made)
    document = json.loads(file.text)
    Draft202012Validator.check_schema(document)
    return document["$defs"][PLOT]["properties"]["size"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [({"server_rules": True}, 3), ({"server_rules": False}, None), ({}, None)],
    ids=["true", "false", "default"],
)
def test_option_adds_rules_to_json_schema(options: dict[str, Any], expected: int | None) -> None:
    made = make_job(**options)
    assert read_size(made).get("minimum") == expected
    notes = [finding.rule for finding in made.report.diagnostics]
    assert notes == ["server-rules-left-out"] * (expected is not None)


@pytest.mark.parametrize("version", ["3.1", "3.0"])
def test_option_adds_rules_to_openapi(version: str) -> None:
    made = make_job(server_rules=True, version=version)
    (file,) = openapi.emit(made)
    schemas = yaml.safe_load(file.text)["components"]["schemas"]
    assert schemas[PLOT]["properties"]["size"]["minimum"] == 3
    assert "servers of Kubernetes 1.35" in file.text.partition("openapi:")[0]


def test_head_names_release_and_number_of_rules() -> None:
    (with_rules,) = json_schema.emit(make_job(server_rules=True))
    (without,) = json_schema.emit(make_job())
    comment = json.loads(with_rules.text)["$comment"]
    assert comment.startswith(json.loads(without.text)["$comment"])
    assert "1 rule of servers of Kubernetes 1.35" in comment
