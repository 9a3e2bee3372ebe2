"""Definitions and policies in memory have the errors that the command reports of files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Level
from codegen.validation import validate
from gardens.resources import plots, schema_of
from support.commands import run

Change = Callable[[dict[str, Any]], object]
POLICY: dict[str, Any] = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingAdmissionPolicy",
    "metadata": {"name": "plots"},
    "spec": {
        "matchConstraints": {"resourceRules": []},
        "validations": [{"expression": "object.spec.rows >"}],
    },
}


def versions(definition: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = definition["spec"]["versions"]
    return found


def version_of(definition: dict[str, Any]) -> dict[str, Any]:
    return versions(definition)[0]


def spec_of(definition: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema_of(definition)["properties"]["spec"]
    return found


def add_rule(definition: dict[str, Any]) -> None:
    spec_of(definition)["x-kubernetes-validations"] = [{"rule": "self.nothing == 1"}]


CHANGES: dict[str, Change] = {
    "name": lambda each: each["metadata"].update(name="other"),
    "group without a dot": lambda each: each["spec"].update(group="garden"),
    "scope": lambda each: each["spec"].update(scope="Everywhere"),
    "version name": lambda each: version_of(each).update(name="V1!"),
    "no schema": lambda each: version_of(each).pop("schema"),
    "storage": lambda each: [version.update(storage=False) for version in versions(each)],
    "reference": lambda each: spec_of(each)["properties"].update(bad={"$ref": "#/a"}),
    "type": lambda each: spec_of(each)["properties"].update(bad={"type": "text"}),
    "default": lambda each: spec_of(each)["properties"].update(
        bad={"type": "string", "maxLength": 2, "default": "rose"}
    ),
    "rule": add_rule,
}


def report_errors(obj: object, folder: Path) -> set[tuple[str, str]]:
    """Return the rule and the path of each error that the command reports."""
    (folder / "object.json").write_text(json.dumps(obj))
    findings = json.loads(run("validate", folder, "--format", "json").stdout)["findings"]
    return {(each["rule"], each.get("field") or "") for each in findings if each["level"] == "ERR"}


def find_errors(obj: object) -> set[tuple[str, str]]:
    return {(each.rule, each.path) for each in validate(obj) if each.level is Level.ERR}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_wrong_definitions_have_the_errors_of_the_command(change: Change, tmp_path: Path) -> None:
    definition = plots()
    assert find_errors(definition) == set()
    change(definition)
    errors = find_errors(definition)
    assert errors
    assert errors == report_errors(definition, tmp_path)


def test_expressions_of_policies_are_compiled() -> None:
    assert find_errors(POLICY) == {
        ("cel-expression-invalid", "spec.validations[0].expression"),
    }


def test_a_definition_that_is_no_json_does_not_raise() -> None:
    definition = plots()
    definition["metadata"]["labels"] = {"a": {1, 2}}
    assert ("field-value-type-invalid", "metadata.labels[a]") in find_errors(definition)
