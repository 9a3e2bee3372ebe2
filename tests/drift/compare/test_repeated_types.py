"""Types that other types repeat by `allOf`: their changes count where they are repeated."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from codegen.drift.compare.engine import ComparisonResult
from gardens.compare import compare_contents

BASE: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "note": {"type": "string"}},
}
PART: dict[str, Any] = {"type": "object", "properties": {"rows": {"type": "integer"}}}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def service(base: dict[str, Any], part: dict[str, Any], used: str = "Bed") -> dict[str, Any]:
    """Return a document whose type Bed repeats Base. One operation sends a type."""
    operation = {
        "operationId": "addBed",
        "requestBody": {"content": {"application/json": {"schema": ref(used)}}},
        "responses": {"204": {"description": "Added."}},
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Garden", "version": "1"},
        "paths": {"/beds": {"post": operation}},
        "components": {"schemas": {"Base": base, "Bed": {"allOf": [ref("Base"), part]}}},
    }


def facts_of(result: ComparisonResult) -> set[tuple[str, str, str]]:
    return {(change.rule.id, str(change.level), change.id) for change in result.changes}


def required(names: list[str]) -> dict[str, Any]:
    return {**copy.deepcopy(BASE), "required": names}


def test_change_that_the_repeating_type_has_too_keeps_its_level(tmp_path: Path) -> None:
    result = compare_contents(
        tmp_path, service(BASE, PART), service(required(["name", "note"]), PART)
    )
    assert {(rule, level) for rule, level, _ in facts_of(result)} == {
        ("field-became-required", "ERR")
    }


def test_change_that_the_repeating_type_makes_up_for_is_documentation(tmp_path: Path) -> None:
    new = service(required([]), {**PART, "required": ["name"]})
    result = compare_contents(tmp_path, service(BASE, PART), new)
    assert facts_of(result) == {("field-became-optional", "INFO", "Base#name")}
    assert "no operation uses the type itself" in result.changes[0].message


def test_type_that_an_operation_uses_keeps_its_level(tmp_path: Path) -> None:
    old = service(BASE, PART, used="Base")
    new = service(required([]), {**PART, "required": ["name"]}, used="Base")
    levels = {
        (rule, element): level
        for rule, level, element in facts_of(compare_contents(tmp_path, new, old))
    }
    assert levels["field-became-required", "Base#name"] == "ERR"
