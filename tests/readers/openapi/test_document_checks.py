"""Mistakes in documents that change no output: each has one finding at its own line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.readers.crd.reader import read_definitions
from codegen.readers.openapi.reader import read_document
from gardens.parts import PACKAGE, PLOT, kind, openapi
from gardens.resources import as_yaml, plots_with_shared_object
from support.growth import grows_linearly

DRY_RUN = {"in": "query", "name": "dryRun", "type": "string", "description": "The plot is not dug."}
TEXT = {"type": "string", "description": "The soil."}


def check(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the rule of each finding, with the line of the document at its location."""
    text = json.dumps(document, indent=1)
    report = Report()
    read_document(Source(text, "garden.json"), report)
    lines = text.split("\n")
    return [(found.rule, lines[found.span.line - 1].strip(" ,")) for found in report.diagnostics]


def bed(**schema: Any) -> dict[str, Any]:
    """Return a document with one more definition."""
    return openapi({PLOT: kind(), f"{PACKAGE}.Bed": schema})


def operation(
    *parameters: dict[str, Any], path: tuple[dict[str, Any], ...] = (), **more: Any
) -> dict[str, Any]:
    """Return a document with one operation."""
    own = {"operationId": "readPlot", "parameters": [*parameters], "responses": {}, **more}
    return openapi({PLOT: kind()}, {"/plots/{name}": {"parameters": [*path], "get": own}})


FIELDS = {"a": TEXT}
UNKNOWN = [
    ("of a definition with fields", lambda word: bed(type=word, properties=FIELDS)),
    ("of a definition", lambda word: bed(type=word)),
    ("of a field", lambda word: bed(type="object", properties={"a": {"type": word}})),
    (
        "of a field with fields",
        lambda word: bed(type="object", properties={"a": {"type": word, "properties": FIELDS}}),
    ),
    ("of items", lambda word: bed(type="array", items={"type": word})),
    ("of values", lambda word: bed(type="object", additionalProperties={"type": word})),
    ("of a part", lambda word: bed(allOf=[{"type": word, "properties": FIELDS}])),
    ("of a parameter", lambda word: operation({**DRY_RUN, "type": word})),
    (
        "of a header",
        lambda word: operation(
            responses={"200": {"description": "OK", "headers": {"X-Soil": {"type": word}}}}
        ),
    ),
    (
        "of a callback",
        lambda word: operation(
            callbacks={"dug": {"{$url}": {"post": {"parameters": [{**DRY_RUN, "type": word}]}}}}
        ),
    ),
    ("of a rest", lambda word: bed(allOf=[{"additionalItems": {"type": word}}])),
    (
        "of a response",
        lambda word: operation(responses={"200": {"description": "OK", "schema": {"type": word}}}),
    ),
]


@pytest.mark.parametrize("word", ["qux", "Object", "struct", 5, "null", None], ids=repr)
@pytest.mark.parametrize("make", [make for _, make in UNKNOWN], ids=[name for name, _ in UNKNOWN])
def test_unknown_type_is_reported_at_its_line(make: Any, word: Any) -> None:
    found = [line for rule, line in check(make(word)) if rule == "type-unknown"]
    expected = (
        []
        if word == "null" and "allOf" in json.dumps(make(word))
        else [f'"type": {json.dumps(word)}']
    )
    assert found == expected


@pytest.mark.parametrize(
    ("words", "unknown"),
    [
        (["object", "qux"], 1),
        (["qux", "bar"], 2),
        (["string", "null"], 0),
        (["null"], 1),
        ([], 1),
        ([["string"]], 1),
    ],
    ids=str,
)
def test_list_of_types_has_known_ones(words: list[Any], unknown: int) -> None:
    assert [rule for rule, _ in check(bed(type=words, properties=FIELDS))].count(
        "type-unknown"
    ) == unknown


def test_null_is_a_type_in_unions() -> None:
    schema = {"anyOf": [{"type": "null"}, {"type": "string"}], "not": {"type": "null"}}
    assert "type-unknown" not in [
        rule for rule, _ in check(bed(type="object", properties={"a": schema}))
    ]


def test_unknown_type_in_custom_resource_is_reported() -> None:
    report = Report()
    text = as_yaml(plots_with_shared_object()).replace("type: string", "type: qux", 1)
    read_definitions(Source(text, "plots.yaml"), report)
    (found,) = (each for each in report.diagnostics if each.rule == "type-unknown")
    assert text.split("\n")[found.span.line - 1].strip() == "type: qux"


@pytest.mark.parametrize(
    "document",
    [
        operation(DRY_RUN, {**DRY_RUN, "description": "Twice."}),
        operation(DRY_RUN, {**DRY_RUN, "type": "integer"}),
        operation(path=(DRY_RUN, DRY_RUN)),
        operation({"$ref": "#/parameters/dry"}, DRY_RUN) | {"parameters": {"dry": DRY_RUN}},
        operation(
            {"in": "body", "name": "a", "schema": {}}, {"in": "body", "name": "b", "schema": {}}
        ),
    ],
    ids=["other text", "other type", "of a path", "by reference", "two bodies"],
)
def test_second_parameter_is_reported(document: dict[str, Any]) -> None:
    assert [rule for rule, _ in check(document)] == ["parameter-twice"]


@pytest.mark.parametrize(
    "document",
    [
        operation(DRY_RUN, {**DRY_RUN, "in": "header"}),
        operation(DRY_RUN, {**DRY_RUN, "name": "dryrun"}),
        operation(DRY_RUN, path=(DRY_RUN,)),
    ],
    ids=["other location", "other case", "of the path too"],
)
def test_parameters_that_differ_are_right(document: dict[str, Any]) -> None:
    assert check(document) == []


def two_operations(first: str, second: str, **more: Any) -> dict[str, Any]:
    operations = {path: {"get": {"responses": {}, **more}} for path in (first, second)}
    return openapi({PLOT: kind()}, operations)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (bed(type="object", properties=FIELDS, required=["a", "a"]), [("value-twice", '"a"')]),
        (bed(type="string", enum=["Clay", "Sand", "Clay"]), [("value-twice", '"Clay"')]),
        (bed(type="integer", enum=[1, 2, 1]), [("value-twice", "1")]),
        (bed(type="integer", enum=[1, "1", True]), []),
        (bed(type="string", format="date_time"), [("format-unknown", '"format": "date_time"')]),
        (bed(type="string", format="garden-name"), []),
        (bed(type="integer", format="uint32"), []),
        (bed(type="string", items=TEXT), [("keyword-unused", '"items": {')]),
        (bed(type="object", items=TEXT), [("keyword-unused", '"items": {')]),
        (bed(type="array", items=TEXT), []),
        (bed(type=["array", "null"], items=TEXT), []),
        (operation(tags=["plots", "beds", "plots"]), [("value-twice", '"plots"')]),
        (
            two_operations("/plots/{name}", "/plots/{plot}"),
            [("path-twice", '"/plots/{plot}": {')],
        ),
        (two_operations("/plots/{name}", "/beds/{name}"), []),
        (openapi({PLOT: kind(), f"{PACKAGE}.Bed": kind()}), [("kind-twice", "{")]),
        (openapi({PLOT: kind()}, {"/plots": {"PUT": {}}}), [("method-unknown", '"PUT": {}')]),
        (openapi({PLOT: kind()}, {"/plots": {"summary": "All.", "x-plots": 1}}), []),
        (openapi({PLOT: kind()}, {"x-owner": {"name": "a"}}), []),
        (openapi({PLOT: kind()}) | {"webhooks": {"x-owner": {"name": "a"}}}, []),
        (openapi({PLOT: kind()}) | {"paths": []}, [("value-unexpected", '"paths": []')]),
        (
            bed(type="array", items=TEXT, **{"x-kubernetes-list-map-keys": ["a", "a"]}),
            [("value-twice", '"a"')],
        ),
        (
            two_operations("/plots", "/beds", operationId="read"),
            [("operation-id-twice", '"operationId": "read"')],
        ),
    ],
    ids=lambda value: "" if isinstance(value, list) else None,
)
def test_other_mistakes_are_reported_once(
    document: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert [each for each in check(document) if each[0] != "enum-unsupported"] == expected


def test_properties_of_string_are_reported() -> None:
    assert ("keyword-unused", '"properties": {') in check(bed(type="string", properties=FIELDS))


@pytest.mark.timing
def test_checks_are_linear() -> None:
    def work(count: int) -> None:
        fields = {
            f"a{number}": {"type": "array", "items": {"type": "qux"}} for number in range(count)
        }
        document = openapi({PLOT: kind(properties=fields)})
        report = Report()
        read_document(Source(json.dumps(document), "garden.json"), report)

    assert grows_linearly(work)
