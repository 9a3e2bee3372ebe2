"""Objects with fields beside the named ones, and schemas that are booleans."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.model import Reference
from codegen.readers.openapi.reader import read_document
from codegen.validation.engine import ObjectChecker
from gardens.parts import openapi

TEXT = {"type": "string"}
NAMED = {"type": "object", "properties": {"plant": TEXT}}
BASE = {"$ref": "#/definitions/Base"}
LIMIT = {"type": "object", "maxProperties": 2}


def read(**schemas: Any) -> Reference:
    report = Report()
    return read_document(Source(json.dumps(openapi(schemas)), "garden.json"), report)


def find_errors(reference: Reference, obj: object, key: str = "Plot") -> list[str]:
    found = ObjectChecker(reference).find_errors(obj, key)
    return [".".join(map(str, error.steps)) for error in found]


@pytest.mark.parametrize(
    ("schema", "obj", "is_valid"),
    [
        (False, 1, False),
        (True, 1, True),
        ({"type": "array", "items": False}, [], True),
        ({"type": "array", "items": False}, [1], False),
        ({"anyOf": [False, {"minLength": 3}]}, "ab", False),
        ({"anyOf": [False, {"minLength": 3}]}, "abc", True),
        ({"not": True}, 1, False),
        ({"type": "object", "additionalProperties": False}, {"a": 1}, True),
        ({**NAMED, "additionalProperties": False}, {"a": 1}, False),
        ({**NAMED, "additionalProperties": {"type": "boolean"}}, {"plant": "a", "b": True}, True),
        ({**NAMED, "additionalProperties": {"type": "boolean"}}, {"plant": True}, False),
        ({**NAMED, "additionalProperties": {"type": "boolean"}}, {"b": "x"}, False),
        ({**NAMED, "additionalProperties": {"maxLength": 1}}, {"plant": "long", "b": 5}, True),
        ({**NAMED, "additionalProperties": {}}, {"b": 5}, True),
    ],
    ids=str,
)
def test_schema_of_a_field_is_checked(schema: Any, obj: object, *, is_valid: bool) -> None:
    reference = read(Plot={"type": "object", "properties": {"bed": schema}})
    assert (find_errors(reference, {"bed": obj}) == []) is is_valid


@pytest.mark.parametrize(
    ("plot", "obj", "paths"),
    [
        ({"allOf": [BASE, LIMIT]}, {"plant": "a", "b": 1}, []),
        ({"allOf": [BASE, LIMIT]}, {"plant": "a", "b": 1, "c": 1}, [""]),
        ({"allOf": [LIMIT, BASE]}, {"plant": 1}, ["plant"]),
        ({"allOf": [BASE, {"minProperties": 2}]}, {"plant": "a"}, [""]),
        ({"allOf": [BASE, {"maxProperties": 1}]}, {"b": 1}, ["b"]),
        ({"allOf": [BASE, {**LIMIT, "additionalProperties": False}]}, {"b": 1}, ["b"]),
        ({**NAMED, "additionalProperties": BASE}, {"b": 1}, []),
    ],
    ids=str,
)
def test_limits_beside_a_base_hold(plot: Any, obj: object, paths: list[str]) -> None:
    assert find_errors(read(Base=NAMED, Plot=plot), obj) == paths


def test_other_fields_of_a_definition_are_announced_if_unchecked() -> None:
    reference = read(Base=NAMED, Plot={**NAMED, "additionalProperties": BASE})
    checker = ObjectChecker(reference)
    checker.find_errors({"b": 1}, "Plot")
    assert [left.word for left in checker.constraints.left_out] == ["additionalProperties"]


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": ["integer", "boolean"]}, True, "a"),
        ({"type": ["array", "object"]}, [], 1),
        ({"type": ["array", "object", "null"]}, {}, "a"),
        ({"items": {"type": "integer"}}, [1], ["a"]),
    ],
    ids=str,
)
def test_types_that_the_model_leaves_open_are_checked(schema: Any, good: Any, bad: Any) -> None:
    reference = read(Plot={"type": "object", "properties": {"bed": schema}})
    assert find_errors(reference, {"bed": good}) == []
    assert find_errors(reference, {"bed": bad}) != []
