"""Hoisting of inline objects outside fields, in OpenAPI v2, v3 and JSON Schema."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.model import Array, Map, Ref, Reference
from codegen.readers.openapi.reader import read_document

BED: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "description": "Its name."},
        "size": {"type": "object", "properties": {"rows": {"type": "integer"}}},
    },
}


def read(document: dict[str, Any]) -> Reference:
    report = Report()
    reference = read_document(Source(json.dumps(document, indent=1), "garden.json"), report)
    assert not report.diagnostics
    return reference


def v2(definitions: dict[str, Any], operation: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "swagger": "2.0",
        "paths": {"/beds": {"post": operation}} if operation else {},
        "definitions": definitions,
    }


def v3(definitions: dict[str, Any], operation: dict[str, Any] | None = None) -> dict[str, Any]:
    paths = {"/beds": {"post": operation}} if operation else {}
    return {"openapi": "3.1.0", "paths": paths, "components": {"schemas": definitions}}


def json_schema(definitions: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": definitions}


@pytest.mark.parametrize("form", [v2, v3, json_schema])
def test_inline_items_and_values_are_hoisted(form: Any) -> None:
    reference = read(
        form(
            {
                "g.Beds": {"type": "array", "items": BED},
                "g.Map": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": BED},
                },
            }
        )
    )
    assert reference.definitions["g.Beds"].type == Array(items=Ref(key="g.BedsItem"))
    assert reference.definitions["g.Map"].type == Map(values=Array(items=Ref(key="g.MapValueItem")))
    assert reference.definitions["g.BedsItem"].find_field("size.rows")
    assert reference.text("en", "g.BedsItem#name") == "Its name."
    lines = set()
    for key in ("g.BedsItem", "g.MapValueItem"):
        field = reference.definitions[key].find_field("name")
        assert field is not None
        lines.add(field.span.line)
    assert len(lines) == 2
    assert min(lines) > 1


def test_inline_items_of_root_schema_are_hoisted() -> None:
    reference = read(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Beds",
            "type": "array",
            "items": BED,
        }
    )
    assert reference.definitions["Beds"].type == Array(items=Ref(key="BedsItem"))


@pytest.mark.parametrize(
    "document",
    [
        v2(
            {"g.A": {"type": "object"}},
            {
                "operationId": "createBed",
                "parameters": [{"name": "b", "in": "body", "schema": BED}],
                "responses": {
                    "200": {
                        "description": "OK",
                        "schema": {"type": "array", "items": {**BED, "title": "x"}},
                    }
                },
            },
        ),
        v3(
            {"g.A": {"type": "object"}},
            {
                "operationId": "createBed",
                "requestBody": {
                    "content": {"application/json": {"schema": BED}, "text/yaml": {"schema": BED}}
                },
                "responses": {
                    "200": {
                        "description": "OK",
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {**BED, "title": "x"}}
                            }
                        },
                    }
                },
            },
        ),
    ],
    ids=["v2", "v3"],
)
def test_inline_bodies_and_responses_are_hoisted(document: dict[str, Any]) -> None:
    reference = read(document)
    (operation,) = reference.operations.values()
    assert [each.type for each in operation.parameters] == [Ref(key="CreateBedRequest")]
    assert [each.type for each in operation.responses] == [
        Array(items=Ref(key="CreateBedResponse200Item"))
    ]
    rows = reference.definitions["CreateBedRequest"].find_field("size.rows")
    assert rows is not None
    assert (
        json.dumps(document, indent=1).split("\n")[rows.span.line - 1].strip().startswith('"rows"')
    )


def test_hoisted_names_skip_used_numbers() -> None:
    bed, row = (
        {"type": "object", "properties": {name: {"type": "string"}}} for name in ("bed", "row")
    )
    taken = {"ReadResponse200": bed, "ReadResponse2002": bed, "ReadResponse2003": bed}
    answers = [row, bed, {"type": "object", "properties": {"way": {"type": "string"}}}, row]
    paths = {
        f"/{number}": {
            "get": {
                "operationId": "read" + "-" * number,
                "responses": {"200": {"description": "", "schema": schema}},
            }
        }
        for number, schema in enumerate(answers)
    }
    data = json.loads(json.dumps({"swagger": "2.0", "paths": paths, "definitions": taken}))
    reference = read(data)
    types = [operation.responses[0].type for operation in reference.operations.values()]
    assert types == [Ref(key=f"ReadResponse200{number}") for number in ("4", "", "5", "4")]
