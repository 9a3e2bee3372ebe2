"""Comparison of keywords of operations and values, everywhere in a document."""

from __future__ import annotations

import copy
import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from gardens.compare import SPEC, compare_contents, document
from gardens.parts import PACKAGE, PLOTS, ref
from support.rows import each_row

Words = dict[str, Any]
OPERATION = f"POST {PLOTS}"
ROWS = f"{PACKAGE}.Rows"
INT_OR_STRING = "x-kubernetes-int-or-string"

# Name: old value, new value, and the rules in both directions.
VALUES: dict[str, tuple[Words, Words, str, str]] = {
    "maximum lowered": ({"maximum": 8}, {"maximum": 4}, "limit-tightened", "limit-relaxed"),
    "exclusive as a number": (
        {"minimum": 0},
        {"exclusiveMinimum": 0},
        "limit-tightened",
        "limit-relaxed",
    ),
    "enum of numbers": ({"enum": [1, 2]}, {"enum": [2]}, "enum-value-removed", "enum-value-added"),
    "empty text of an enum": (
        {"enum": ["", "a"]},
        {"enum": ["a"]},
        "enum-value-removed",
        "enum-value-added",
    ),
    "number and text of an enum": (
        {"enum": [1, "1"]},
        {"enum": [1]},
        "enum-value-removed",
        "enum-value-added",
    ),
    "default false": ({}, {"default": False}, "default-changed", "default-changed"),
    "nullable": ({}, {"nullable": True}, "nullable-added", "nullable-removed"),
    "no other fields": ({}, {"additionalProperties": False}, "limit-tightened", "limit-relaxed"),
    "union": (
        {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"anyOf": [{"required": ["a"]}, {"required": ["c"]}]},
        "cannot-judge",
        "cannot-judge",
    ),
    "all of more": (
        {"allOf": [{"minimum": 1}, {"minimum": 2}]},
        {"allOf": [{"minimum": 1}, {"minimum": 2}, {"maximum": 8}]},
        "limit-tightened",
        "limit-relaxed",
    ),
    "a choice of one": (
        {},
        {"oneOf": [{"minimum": 1}, {"maximum": 0}]},
        "limit-tightened",
        "limit-relaxed",
    ),
    "not": ({}, {"not": {"minimum": 8}}, "limit-tightened", "limit-relaxed"),
    "not something else": (
        {"not": {"minimum": 8}},
        {"not": {"minimum": 9}},
        "cannot-judge",
        "cannot-judge",
    ),
    "a value of a choice": (
        {"type": "integer", "anyOf": [{"enum": [1, 2]}, {"enum": [3]}]},
        {"type": "integer", "anyOf": [{"enum": [1]}, {"enum": [3]}]},
        "enum-value-removed",
        "enum-value-added",
    ),
    "values that two members of an exclusive choice name": (
        {"type": "integer"},
        {"type": "integer", "oneOf": [{"enum": [1]}, {"enum": [1]}]},
        "limit-tightened",
        "limit-relaxed",
    ),
    "multiples of a fraction": (
        {"multipleOf": 0.1},
        {"multipleOf": 0.3},
        "limit-tightened",
        "limit-relaxed",
    ),
    "bounds beyond what a float tells apart": (
        {"maximum": 9223372036854775807},
        {"maximum": 9223372036854775806},
        "limit-tightened",
        "limit-relaxed",
    ),
    "other multiples": ({"multipleOf": 2}, {"multipleOf": 3}, "limit-changed", "limit-changed"),
    "embedded object": (
        {},
        {"x-kubernetes-embedded-resource": True},
        "limit-tightened",
        "limit-relaxed",
    ),
    "a rule that looks at what was": (
        {"x-kubernetes-validations": [{"rule": "self == oldSelf"}]},
        {"x-kubernetes-validations": [{"rule": "self == oldSelf", "optionalOldSelf": True}]},
        "validation-changed",
        "validation-changed",
    ),
    "maxLength of values": (
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "object", "additionalProperties": {"type": "string", "maxLength": 4}},
        "limit-tightened",
        "limit-relaxed",
    ),
}

SAME: dict[str, tuple[Words, Words]] = {
    "order of an enumeration": ({"enum": [1, 2]}, {"enum": [2, 1]}),
    "whole floats": ({"maximum": 8}, {"maximum": 8.0}),
    "nothing demanded": (
        {},
        {"minLength": 0, "uniqueItems": False, "pattern": "", "readOnly": False},
    ),
    "two spellings of an exclusive bound": (
        {"minimum": 0, "exclusiveMinimum": True},
        {"exclusiveMinimum": 0},
    ),
    "null in a list of types": (
        {"type": ["integer", "null"]},
        {"type": "integer", "nullable": True},
    ),
    "null in a union": (
        {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        {"type": "integer", "nullable": True},
    ),
    "limits beside the types of int-or-string": (
        {
            "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "%"}],
            INT_OR_STRING: True,
        },
        {
            "anyOf": [{"type": "integer"}, {"type": "string"}],
            INT_OR_STRING: True,
            "minimum": 1,
            "pattern": "%",
        },
    ),
    "white space in a rule": (
        {"x-kubernetes-validations": [{"rule": "self > 0"}, {"rule": "self < 9"}]},
        {"x-kubernetes-validations": [{"rule": "self < 9"}, {"rule": "self\n> 0"}]},
    ),
    "values as a choice": (
        {"type": "integer", "enum": [1, 2]},
        {"type": "integer", "anyOf": [{"enum": [1]}, {"enum": [2]}]},
    ),
    "values as exclusive choices": (
        {"type": "integer", "enum": [1, 2]},
        {"type": "integer", "oneOf": [{"const": 2}, {"const": 1}]},
    ),
    "unique items of what is no list": (
        {"type": "string"},
        {"type": "string", "uniqueItems": True},
    ),
}


def edit_parameter(spec: dict[str, Any], words: Words) -> str:
    parameter: Words = {"in": "query", "name": "rows", "type": "integer"} | words
    if "anyOf" in words:
        parameter = {"in": "query", "name": "rows", "schema": words}
    spec["paths"][PLOTS]["post"]["parameters"].append(parameter)
    return f"{OPERATION}#rows"


def edit_response(spec: dict[str, Any], words: Words) -> str:
    spec["paths"][PLOTS]["post"]["responses"]["202"] = {
        "description": "Later",
        "schema": ({} if "anyOf" in words and "type" not in words else {"type": "integer"}) | words,
    }
    return f"{OPERATION}#202"


def edit_field(spec: dict[str, Any], words: Words) -> str:
    kind = {} if "anyOf" in words and "type" not in words else {"type": "integer"}
    spec["definitions"][SPEC]["properties"]["rows"] = kind | words
    return f"{SPEC}#rows"


def edit_definition(spec: dict[str, Any], words: Words) -> str:
    spec["definitions"][ROWS] = {"type": "integer"} | words
    spec["definitions"][SPEC]["properties"]["rows"] = ref(ROWS)
    return ROWS


PLACES = {
    "parameter": edit_parameter,
    "response": edit_response,
    "field": edit_field,
    "definition": edit_definition,
}
each_place = pytest.mark.parametrize("place", PLACES)


def find_rules(
    folder: Path, place: str, old: Words, new: Words
) -> tuple[list[tuple[str, str]], str]:
    """Return rule and id of all changes, and the id of the place."""
    sides = document(), document()
    name, _ = (PLACES[place](side, words) for side, words in zip(sides, (old, new), strict=True))
    found = compare_contents(folder, *sides)
    assert not found.not_compared
    return [(change.rule.id, change.id) for change in found.changes], name


@pytest.mark.parametrize("order", [1, -1])
def test_response_with_a_choice_is_compared_with_one_without_a_body(
    tmp_path: Path, order: int
) -> None:
    sides = document(), document()
    for side in sides:
        edit_response(side, {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "a"}]})
    del sides[0]["paths"][PLOTS]["post"]["responses"]["202"]["schema"]
    found = compare_contents(tmp_path, *sides[::order])
    assert {change.id for change in found.changes} == {f"{OPERATION}#202"}


@each_row(product(PLACES, VALUES))
def test_each_keyword_is_one_change_in_both_directions(
    place: str, name: str, *, tmp_path: Path
) -> None:
    old, new, there, back = VALUES[name]
    sort = "parameter-" if place == "parameter" else "field-"
    for first, second, rule in ((old, new, there), (new, old, back)):
        found, subject = find_rules(tmp_path, place, first, second)
        assert {each for each, _ in found} == {sort + rule if "enum" in rule else rule}
        assert {each for _, each in found} == {subject}


@each_row(product(PLACES, SAME))
def test_equivalent_values_are_no_change(place: str, name: str, *, tmp_path: Path) -> None:
    assert find_rules(tmp_path, place, *SAME[name])[0] == []
    assert find_rules(tmp_path, place, *reversed(SAME[name]))[0] == []


ISSUER: Words = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "description": "The name.", "enum": ["north", "south"]},
        "group": {"type": "object", "properties": {"deep": {"type": "string", "maxLength": 8}}},
        "beds": {
            "type": "array",
            "items": {"type": "object", "properties": {"rows": {"type": "integer"}}},
        },
    },
}


def edit_issuer(path: str, value: Any) -> Words:
    """Return a copy of the object with another value at a path of steps."""
    made: Words = copy.deepcopy(ISSUER)
    *steps, last = path.split()
    at = made
    for step in steps:
        at = at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return made


@pytest.mark.parametrize(
    ("path", "value", "rule", "field"),
    [
        ("required", [], "field-became-optional", "issuerRef.name"),
        ("properties name enum", ["north"], "field-enum-value-removed", "issuerRef.name"),
        ("properties name description", "Another.", "description-changed", "issuerRef.name"),
        ("properties group", None, "field-removed", "issuerRef.group"),
        ("properties more", {"type": "string"}, "field-added", "issuerRef.more"),
        (
            "properties group properties deep type",
            "boolean",
            "field-type-changed",
            "issuerRef.group.deep",
        ),
        (
            "properties group properties deep maxLength",
            4,
            "limit-tightened",
            "issuerRef.group.deep",
        ),
        ("properties beds items properties rows", None, "field-removed", "issuerRef.beds.rows"),
        ("additionalProperties", True, "unknown-fields-kept", "issuerRef"),
    ],
)
@pytest.mark.parametrize("wrapped", [None, "items", "additionalProperties", "anyOf"])
def test_fields_of_inline_object_are_compared_by_path(
    tmp_path: Path, wrapped: str | None, path: str, value: Any, rule: str, field: str
) -> None:
    sides = document(), document()
    for side, issuer in zip(sides, (ISSUER, edit_issuer(path, value)), strict=True):
        kind = "array" if wrapped == "items" else "object"
        outer = {"type": kind, wrapped: issuer} if wrapped else issuer
        if wrapped == "anyOf":
            outer = {"anyOf": [issuer, {"type": "null"}]}
        side["definitions"][SPEC]["properties"]["issuerRef"] = outer
    found = compare_contents(tmp_path, *sides)
    assert {(change.rule.id, change.id) for change in found.changes} == {(rule, f"{SPEC}#{field}")}
    assert not found.not_compared
    assert all(change.span.line > 1 for change in found.changes)


def test_object_inlined_on_one_side_is_compared_by_fields(tmp_path: Path) -> None:
    for place, rule in (("parameter", "cannot-judge"), ("response", "field-type-changed")):
        words = {"type": "object", "properties": {"a": {"type": "string"}}}
        found, _ = find_rules(
            tmp_path, place, words, {**words, "properties": {"a": {"type": "integer"}}}
        )
        assert [each for each, _ in found] == [rule]


def test_keywords_of_documents_and_paths_are_compared(tmp_path: Path) -> None:
    old = document() | {"security": [{"Token": []}], "x-garden": 1, "host": "a.example"}
    new = document() | {"security": [], "x-garden": 1}
    new["paths"] = copy.deepcopy(new["paths"])
    new["paths"][PLOTS]["x-season"] = "spring"
    found = [
        (change.rule.id, change.id, change.subject)
        for change in compare_contents(tmp_path, old, new).changes
    ]
    assert sorted(found) == [
        ("keyword-changed", f"{PLOTS}#x-season", f"`x-season` of {PLOTS}"),
        ("keyword-changed", "document#host", "`host` of the document"),
        ("security-relaxed", "document#security", "`security` of the document"),
    ]
    for word, default in (
        ("basePath", '"/"'),
        ("basePath", '""'),
        ("servers", "[]"),
        ("servers", '[{"url": "/"}]'),
    ):
        title = document() | {
            "info": {"title": "Orchard", "version": "v1"},
            word: json.loads(default),
        }
        retitled = [
            (change.rule.id, change.new)
            for change in compare_contents(tmp_path, document(), title).changes
        ]
        assert retitled == [("annotation-changed", '"Orchard"')]
    schemes = {"Token": {"type": "apiKey"}}
    three = document() | {"components": {"securitySchemes": schemes}}
    assert not compare_contents(
        tmp_path, document() | {"securityDefinitions": schemes}, three
    ).changes


@each_place
def test_non_numeric_bound_is_reported_and_not_compared(place: str, tmp_path: Path) -> None:
    sides = document(), document()
    for side, bound in zip(sides, ("low", "high"), strict=True):
        PLACES[place](side, {"minimum": bound})
    found = compare_contents(tmp_path, *sides)
    assert not found.changes
    assert ["[value-unexpected]" in lacking.what for lacking in found.not_compared] == [True, True]


@pytest.mark.parametrize("word", ["schemes", "tags"])
def test_words_of_one_version_are_compared_within_it(word: str, tmp_path: Path) -> None:
    """OpenAPI 3 has no schemes, and documents in it often have no tags."""
    operation = {"responses": {"200": {"description": "OK"}}}
    paths = {PLOTS: {"get": operation}}
    bare = {"swagger": "2.0", "paths": paths}
    stated = {"swagger": "2.0", "paths": {PLOTS: {"get": {**operation, word: ["https"]}}}}
    later = {"openapi": "3.0.0", "paths": paths}
    assert not compare_contents(tmp_path, stated, later).changes
    within = compare_contents(tmp_path, stated, bare).changes
    assert [change.rule.id for change in within] == ["annotation-changed"]


def test_media_types_of_v3_come_from_content(tmp_path: Path) -> None:
    def to_v3_document(*media_types: str) -> dict[str, Any]:
        content = {media_type: {"schema": {"type": "string"}} for media_type in media_types}
        operation = {
            "requestBody": {"content": content},
            "responses": {"201": {"description": "Created", "content": content}},
        }
        return {"openapi": "3.0.0", "paths": {PLOTS: {"post": operation}}}

    found = compare_contents(
        tmp_path,
        to_v3_document("application/json"),
        to_v3_document("application/json", "application/yaml"),
    ).changes
    assert [(change.rule.id, str(change.direction)) for change in found] == [
        ("media-type-added", "request"),
        ("media-type-added", "response"),
    ]
    sides = (
        to_v3_document("application/json"),
        to_v3_document("application/json", "application/yaml"),
    )
    for side in sides:
        del side["paths"][PLOTS]["post"]["requestBody"]
    assert [str(change.direction) for change in compare_contents(tmp_path, *sides).changes] == [
        "response"
    ]
    two = to_v3_document("application/json", "application/yaml")
    two["paths"][PLOTS]["post"]["requestBody"]["content"]["application/yaml"] = {
        "schema": {"type": "integer"}
    }
    found = compare_contents(
        tmp_path, to_v3_document("application/json", "application/yaml"), two
    ).changes
    assert {(change.rule.id, str(change.direction)) for change in found} == {
        ("parameter-type-changed", "request"),
        ("response-type-changed", "response"),
    }


def test_operations_behind_reference_are_reported(tmp_path: Path) -> None:
    new = document()
    new["paths"]["/elsewhere"] = {"$ref": "paths.json#/elsewhere"}
    (entry,) = compare_contents(tmp_path, document(), new).not_compared
    assert "[ref-outside]" in entry.what


def test_type_change_with_same_values_is_one_change(tmp_path: Path) -> None:
    new = document()
    new["definitions"][SPEC]["properties"]["soil"]["type"] = "integer"
    assert [change.rule.id for change in compare_contents(tmp_path, document(), new).changes] == [
        "field-type-changed"
    ]
