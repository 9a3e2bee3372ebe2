"""Malformed keyword values are reported and left out, and written schemas stay valid."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.kube.constraints import WORDS
from codegen.model import Reference
from codegen.outputs.schemas.json_schema import emit
from codegen.readers.openapi.keyword_forms import FORMED, UNIONS, is_well_formed
from codegen.readers.openapi.reader import read_document
from gardens.parts import gvk_of, openapi
from gardens.schemas import job

KEY = "io.example.api.garden.v1.Plot"
KIND = [gvk_of()]
# Each value is invalid for most keywords.
ODD: tuple[Any, ...] = (
    "a",
    3,
    -1,
    0,
    1.5,
    True,
    [],
    [1],
    {"a": 1},
    [{"a": 1}],
    [True],
    10**400,
    [{"maximum": "a"}],
    {"not": {"anyOf": [{"minLength": -1}]}},
    [{"properties": {"a": {"pattern": 1}}}],
    [{"rule": 1}],
    [{"rule": "self.a"}],
    [{"items": {"multipleOf": 0}}],
)


def read(*schemas: dict[str, Any]) -> tuple[Reference, list[str]]:
    """Return a kind with one field per schema, and the diagnostics."""
    fields = {f"field{number}": schema for number, schema in enumerate(schemas)}
    plot = {"type": "object", "properties": fields, "x-kubernetes-group-version-kind": KIND}
    document = openapi({KEY: plot})
    report = Report()
    reference = read_document(Source(json.dumps(document, indent=1), "garden.json"), report)
    return reference, [
        found.message for found in report.diagnostics if found.rule == "value-unexpected"
    ]


def is_valid(reference: Reference) -> bool:
    """Return whether the output is JSON and valid by the meta-schema."""
    for file in emit(job(reference)):
        Draft202012Validator.check_schema(json.loads(file.text, parse_constant=pytest.fail))
    return True


@pytest.mark.parametrize("of", ["string", "integer", "number", "array", "object"])
def test_malformed_keyword_values_are_reported_once_and_skipped(of: str) -> None:
    structure = {
        "additionalProperties",
        "const",
        "enum",
        "format",
        "items",
        "properties",
        "required",
        "type",
    }
    for word in sorted(FORMED | WORDS - structure):
        reference, messages = read(*({"type": of, word: value} for value in ODD))
        odd = [value for value in ODD if not is_well_formed(word, value)]
        # Keywords of the union member that represents the type are reported as well.
        assert (
            len([each for each in messages if each.startswith(f"{word}: expected")]) >= len(odd) > 0
        )
        assert len(messages) == len(odd) or word in UNIONS, (word, messages)
        assert is_valid(reference)


@pytest.mark.parametrize("inside", ["items", "additionalProperties"])
def test_descriptions_of_items_and_values_are_strings(inside: str) -> None:
    of = {"items": "array", "additionalProperties": "object"}[inside]
    reference, messages = read({"type": of, inside: {"type": "string", "description": 3}})
    assert [each.partition(":")[0] for each in messages] == ["description"]
    (field,) = reference.definitions[KEY].fields
    assert field.keywords == ()
    assert is_valid(reference)


@given(
    schema=st.dictionaries(
        st.sampled_from(sorted(FORMED)),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-3, 3)
            | st.floats(-2, 2)
            | st.text(max_size=3)
            | st.sampled_from(ODD[:5]),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            *sorted(FORMED),
                            "enum",
                            "format",
                            "items",
                            "properties",
                            "required",
                            "type",
                        ]
                    ),
                    inner,
                    max_size=2,
                )
            ),
            max_leaves=6,
        ),
        max_size=4,
    )
)
@example(schema={"not": {"items": None}})
@example(schema={"not": {"properties": None}})
@example(schema={"anyOf": [{"properties": {"a": None}}, {"type": 3}]})
@example(schema={"anyOf": [{"type": ["strong"]}, {"type": []}]})
@example(schema={"oneOf": [{"type": []}]})
@example(schema={"not": {"additionalProperties": 1}})
@example(schema={"not": {"required": [1]}})
@example(schema={"anyOf": [{"required": "soil"}, {"enum": 3}, {"format": 1}]})
def test_written_schemas_are_valid(schema: dict[str, Any]) -> None:
    reference, _ = read(schema)
    assert is_valid(reference)
