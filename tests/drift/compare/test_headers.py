"""Headers of responses: the level of a changed schema, for those who read the header."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gardens.compare import compare_contents

Schema = dict[str, Any]


def service(header: Schema) -> dict[str, Any]:
    """Return a document with one operation, whose response has one header."""
    response = {"description": "The beds.", "headers": {"X-Soil": header}}
    operation = {"operationId": "listBeds", "responses": {"200": response}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Garden", "version": "1"},
        "paths": {"/beds": {"get": operation}},
    }


@pytest.mark.parametrize(
    ("old", "new", "level"),
    [
        pytest.param({"type": "integer"}, {"type": "string"}, "ERR", id="other-type"),
        pytest.param({"type": "string"}, {}, "ERR", id="any-type"),
        pytest.param(
            {"type": "string"}, {"type": "string", "format": "uuid"}, "INFO", id="format-added"
        ),
        pytest.param({"enum": ["a", "b"]}, {"enum": ["a"]}, "INFO", id="value-removed"),
        pytest.param({"enum": ["a"]}, {"enum": ["a", "b"]}, "WARN", id="value-added"),
        pytest.param({"maximum": 8}, {"maximum": 4}, "INFO", id="limit-tightened"),
        pytest.param({"maximum": 8}, {"maximum": 9}, "WARN", id="limit-relaxed"),
        pytest.param({"maximum": 8}, {}, "WARN", id="limit-removed"),
        pytest.param({}, {"default": 1}, "INFO", id="default-added"),
        pytest.param({"type": "string"}, {"type": "string", "nullable": True}, "WARN", id="null"),
        pytest.param(
            {"type": "string", "nullable": True}, {"type": "string"}, "INFO", id="null-removed"
        ),
        pytest.param(
            {"type": "string", "maxLength": 8},
            {"type": "integer", "maxLength": 4},
            "ERR",
            id="worst-of-two",
        ),
    ],
)
def test_changed_schema_has_the_level_of_its_worst_keyword(
    tmp_path: Path, old: Schema, new: Schema, level: str
) -> None:
    result = compare_contents(tmp_path, service({"schema": old}), service({"schema": new}))
    assert [change.rule.id for change in result.changes] == ["header-changed"]
    assert str(result.changes[0].grade.response) == level
    assert result.changes[0].grade.request is None


def test_header_that_becomes_required_is_documentation(tmp_path: Path) -> None:
    schema = {"schema": {"type": "string"}}
    stated = service({**schema, "required": True})
    ahead = compare_contents(tmp_path, service(schema), stated).changes
    back = compare_contents(tmp_path, stated, service(schema)).changes
    assert [(each.rule.id, str(each.level)) for each in ahead] == [("header-changed", "INFO")]
    assert [(each.rule.id, str(each.level)) for each in back] == [("header-changed", "ERR")]


def test_names_of_headers_have_no_case(tmp_path: Path) -> None:
    old, new = service({"schema": {"type": "string"}}), service({"schema": {"type": "string"}})
    headers = new["paths"]["/beds"]["get"]["responses"]["200"]["headers"]
    headers["x-soil"] = headers.pop("X-Soil")
    assert compare_contents(tmp_path, old, new).changes == ()


def with_bodies(header: Schema, *media_types: str) -> dict[str, Any]:
    """Return the document with bodies of different schemas."""
    document = service({"schema": header})
    response = document["paths"]["/beds"]["get"]["responses"]["200"]
    types = ("object", "string")
    response["content"] = {
        name: {"schema": {"type": kind}} for name, kind in zip(media_types, types, strict=False)
    }
    return document


def test_headers_stay_if_a_media_type_is_added(tmp_path: Path) -> None:
    old = with_bodies({"type": "string"}, "application/json")
    new = with_bodies({"type": "string"}, "application/json", "text/csv")
    result = compare_contents(tmp_path, old, new)
    assert [change.rule.id for change in result.changes] == ["media-type-added"]


def test_headers_are_compared_beside_bodies_of_several_media_types(tmp_path: Path) -> None:
    old = with_bodies({"type": "string"}, "application/json", "text/csv")
    new = with_bodies({"type": "integer"}, "application/json", "text/csv")
    result = compare_contents(tmp_path, old, new)
    assert [change.rule.id for change in result.changes] == ["header-changed"]


@pytest.mark.parametrize("name", ["Accept", "content-type", "Authorization"])
def test_headers_that_openapi_ignores_are_not_compared(tmp_path: Path, name: str) -> None:
    old, new = service({}), service({})
    parameter = {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
    new["paths"]["/beds"]["get"]["parameters"] = [parameter]
    assert compare_contents(tmp_path, old, new).changes == ()
