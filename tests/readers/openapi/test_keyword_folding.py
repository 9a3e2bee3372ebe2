"""Keywords of a schema and of a member that holds beside it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.readers.openapi.keyword_reader import read_keywords
from codegen.readers.openapi.reader import read_document
from gardens.parts import openapi

TEXT = {"type": "string"}
BOTH = "io.example.garden.v1.Both"
BASE = "io.example.garden.v1.Base"


def _values(schema: dict[str, Any]) -> dict[str, Any]:
    return {word.inside + word.name: json.loads(word.value) for word in read_keywords(schema)}


@pytest.mark.parametrize("union", ["allOf", "anyOf", "oneOf"])
@pytest.mark.parametrize(
    ("word", "lower", "higher", "tighter"),
    [
        ("maxLength", 3, 5, 3),
        ("minLength", 3, 5, 5),
        ("maxItems", 3, 5, 3),
        ("minItems", 3, 5, 5),
        ("maxProperties", 3, 5, 3),
        ("minProperties", 3, 5, 5),
        ("maximum", 3, 5.5, 3),
        ("minimum", 3, 5.5, 5.5),
        ("exclusiveMaximum", 3, 5, 3),
        ("exclusiveMinimum", 3, 5, 5),
        ("required", ["a"], ["b"], ["a", "b"]),
    ],
)
def test_a_repeated_bound_is_the_tighter_one(
    union: str, word: str, lower: Any, higher: Any, tighter: Any
) -> None:
    for around, member in ((lower, higher), (higher, lower)):
        assert _values({word: around, union: [{word: member}]}) == {word: tighter}
        assert _values({union: [{word: member}], word: around}) == {word: tighter}


@pytest.mark.parametrize("union", ["allOf", "anyOf", "oneOf"])
def test_limits_without_exact_combination_stay_together(union: str) -> None:
    member = {"pattern": "e$", "maxLength": 4}
    schema = {**TEXT, "pattern": "^r", "maxLength": 9, union: [member]}
    assert _values(schema) == {"pattern": "^r", "maxLength": 9, "allOf": [member]}


def test_members_of_several_unions_are_all_kept() -> None:
    schema = {
        "type": "integer",
        "multipleOf": 2,
        "allOf": [{"multipleOf": 3}],
        "oneOf": [{"multipleOf": 5}],
    }
    assert _values(schema) == {"multipleOf": 2, "allOf": [{"multipleOf": 3}, {"multipleOf": 5}]}


def test_a_choice_inside_a_member_does_not_replace_a_choice() -> None:
    reds = [{"minimum": 1}, {"multipleOf": 7}]
    blues = [{"minimum": 2}, {"multipleOf": 9}]
    found = _values({"type": "integer", "anyOf": reds, "allOf": [{"anyOf": blues}]})
    assert found == {"anyOf": reds, "allOf": [{"anyOf": blues}]}


def test_items_of_a_member_hold_beside_the_items() -> None:
    schema = {"type": "array", "items": {**TEXT, "pattern": "^r"}}
    found = _values({**schema, "allOf": [{"items": {"pattern": "e$"}}]})
    assert found == {"[]pattern": "^r", "[]allOf": [{"pattern": "e$"}]}


def test_texts_and_defaults_of_a_member_do_not_replace_those_around_it() -> None:
    schema = {**TEXT, "default": "rose", "allOf": [{"default": "tree", "title": "Plant"}]}
    assert _values(schema) == {"default": "rose", "title": "Plant"}


def test_rules_of_a_member_are_added() -> None:
    first, second = {"rule": "self != ''"}, {"rule": "self != 'x'"}
    word = "x-kubernetes-validations"
    assert _values({**TEXT, word: [first], "allOf": [{word: [second]}]}) == {word: [first, second]}


def test_limits_beside_a_reference_are_those_of_the_value() -> None:
    reference = {"$ref": f"#/definitions/{BASE}"}
    assert _values({"allOf": [reference, {"maxProperties": 3}]}) == {"maxProperties": 3}


@pytest.mark.parametrize(("base", "own"), [(4, 3), (3, 4)], ids=["own", "base"])
def test_parts_of_a_definition_have_one_limit(base: int, own: int) -> None:
    fields = {"a": TEXT}
    schemas = {
        BASE: {"type": "object", "properties": fields, "maxProperties": base},
        BOTH: {
            "allOf": [{"$ref": f"#/definitions/{BASE}"}, {"type": "object", "maxProperties": own}]
        },
    }
    document = openapi(schemas)
    reference = read_document(Source(json.dumps(document), "garden.json"), Report())
    (limit,) = reference.definitions[BOTH].keywords
    assert (limit.name, limit.value) == ("maxProperties", "3")


def test_the_negation_of_an_empty_schema_is_kept() -> None:
    assert _values({**TEXT, "not": {}}) == {"not": {}}
