"""A part of a document is read as if it had been chosen from the whole: the same model, the same words, the same messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen.core.source import Source, load
from codegen.findings.diagnostics import CodegenError, Report
from codegen.model import Reference
from codegen.model.selection import own_kinds, pattern, select
from codegen.outputs.inspection.json_view import as_json
from codegen.readers.openapi.reader import read_document
from codegen.readers.sources import read
from corpus import ENDS, document_of, for_each

KEY = "io.example.api.garden.v1"
GROUP = {"group": "garden.example.io", "version": "v1"}


def schema(*refs: str, kind: str = "", **words: Any) -> dict[str, Any]:
    properties = {name.lower(): {"$ref": f"#/components/schemas/{KEY}.{name}"} for name in refs}
    found: dict[str, Any] = {"type": "object", "properties": properties or {"size": {"type": "string"}}, **words}
    return {**found, "x-kubernetes-group-version-kind": [{**GROUP, "kind": kind}]} if kind else found


def query(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}


def operation(kind: str, *parameters: dict[str, Any], answer: str = "") -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{KEY}.{answer or kind}"}}}
    return {
        "parameters": list(parameters),
        "requestBody": {"$ref": "#/components/requestBodies/Options"},
        "responses": {"200": {"description": "OK", "content": content}, "404": {"$ref": "#/components/responses/Gone"}},
        "x-kubernetes-group-version-kind": {**GROUP, "kind": kind},
    }


def document() -> dict[str, Any]:
    """Every way in which one part of a document leads to another."""
    schemas = {
        f"{KEY}.Plot": schema("Bed", "Loop", kind="Plot"),
        f"{KEY}.PlotList": schema("Plot", kind="PlotList"),
        f"{KEY}.Bed": {"allOf": [{"$ref": f"#/components/schemas/{KEY}.Base"}, schema("Soil")]},
        f"{KEY}.Base": schema(),
        f"{KEY}.Soil": {"type": "array", "items": {"$ref": f"#/components/schemas/{KEY}.Grain"}},
        f"{KEY}.Grain": {"type": "string"},
        f"{KEY}.Loop": schema("Loop", "Nowhere"),
        f"{KEY}.Tool": schema("Grain", kind="Tool"),
        f"{KEY}.Options": schema(description="What is asked for."),
        f"{KEY}.Gone": schema(),
        f"{KEY}.Odd": schema(minProperties=2),
    }
    body = {"application/json": {"schema": {"$ref": f"#/components/schemas/{KEY}.Options"}}}
    gone = {"application/json": {"schema": {"$ref": f"#/components/schemas/{KEY}.Gone"}}}
    paths = {
        "/plots": {
            "parameters": [{"$ref": "#/components/parameters/pretty"}],
            "get": operation(
                *("Plot", query("dryRun", "Try."), query("limit", "How many plots."), query("side", "Left.")),
                answer="PlotList",
            ),
        },
        "/tools": {
            "get": operation("Tool", query("dryRun", "Try."), query("limit", "How many tools.")),
            "post": operation("Tool", query("limit", "How many tools."), query("pretty", "Another text.")),
            "put": operation("Tool", query("pretty", "Another text."), query("only", "Once.")),
        },
        # What stands above is another parameter in each of its operations, so it is none of them.
        "/beds": {
            "parameters": [query("side", "Left.")],
            "get": operation("Tool", {"$ref": "#/components/parameters/side"}),
            "delete": operation("Tool", {"$ref": "#/components/parameters/side"}),
        },
        "/odd path": {"get": operation("Tool")},
        "/version": {"get": {"responses": {"200": {"description": "OK"}}}},
    }
    return {
        "openapi": "3.0.3",
        "components": {
            "schemas": schemas,
            "parameters": {
                "pretty": query("pretty", "In lines."),
                "side": {**query("side", "Left."), "schema": {"type": "integer"}},
            },
            "requestBodies": {"Options": {"content": body}},
            "responses": {"Gone": {"description": "Gone", "content": gone}},
        },
        "paths": paths,
    }


@pytest.fixture(params=[None, 1])
def source(request: pytest.FixtureRequest) -> Source:
    return Source(json.dumps(document(), indent=request.param), "garden.json")


def both(source: Source, *texts: str) -> tuple[Reference, Reference]:
    """The part chosen from the whole, and from what was read for it."""
    patterns = [pattern(text) for text in texts]
    whole = read_document(source, Report())
    return select(whole, patterns), select(read_document(source, Report(), "en", patterns), patterns)


@pytest.mark.parametrize(
    "texts",
    [["Plot"], ["PlotList"], ["garden/v1/Tool"], ["garden"], [f"{KEY}.Bed"], ["Plot", "!*List"], ["*/v1"], ["!Tool"]],
)
def test_it_is_what_is_chosen_from_the_whole(source: Source, texts: list[str]) -> None:
    chosen, read = both(source, *texts)
    assert as_json(read, ()) == as_json(chosen, ())
    assert [each.span for each in read.definitions.values()] == [each.span for each in chosen.definitions.values()]


def test_what_nobody_wants_is_not_read(source: Source) -> None:
    report = Report()
    part = read_document(source, report, "en", [pattern("Tool")])
    assert {key.removeprefix(f"{KEY}.") for key in part.definitions} == {"Tool", "Grain", "Options", "Gone"}
    tools = {f"{method} /tools" for method in ("GET", "POST", "PUT")}
    assert tools | {"GET /beds", "DELETE /beds"} == set(part.operations)
    # Of what is read all is said, and nothing of the rest: the loop of Loop, the keyword of Odd.
    assert {diagnostic.rule for diagnostic in report.diagnostics} == {"path-unsafe"}


@pytest.mark.parametrize(
    ("parameter", "shared"),
    [("dryRun", "Plot Tool"), ("limit", "Tool"), ("pretty", ""), ("only", ""), ("side", "Tool")],
)
def test_a_parameter_is_common_where_the_whole_document_says_so(parameter: str, shared: str) -> None:
    source = Source(json.dumps(document()), "garden.json")
    for kind in ("Plot", "Tool"):
        chosen, read = both(source, kind)
        assert (f"parameter {parameter}" in read.prose["en"]) is (f"parameter {parameter}" in chosen.prose["en"])
        assert (f"parameter {parameter}" in read.prose["en"]) is (kind in shared.split())


@pytest.mark.parametrize("texts", ["", "a", "aaaa", "aaab", "aaabb", "abab", "bbba", "bb", "b"])
def test_however_often_a_parameter_is_written_elsewhere(texts: str) -> None:
    whole = document()
    whole["paths"] = {"/plots": {"get": operation("Plot", query("q", "a"))}}
    whole["paths"] |= {
        f"/tools/{number}": {"get": operation("Tool", query("q", text))} for number, text in enumerate(texts)
    }
    chosen, read = both(Source(json.dumps(whole), "garden.json"), "Plot")
    assert as_json(read, ()) == as_json(chosen, ())
    assert ("parameter q" in read.prose["en"]) is ("a" in texts and "bb" not in texts.replace("a", ""))


def test_parameters_that_are_none_are_no_matter_of_what_is_left_out() -> None:
    whole = document()
    odd: list[Any] = [{"name": "dryRun", "in": ["query"]}, {"name": {"a": 1}, "in": "query"}, {"$ref": ["x"]}, None]
    whole["paths"]["/tools"]["patch"] = operation("Tool", *odd)
    whole["paths"]["/tools/all"] = {"parameters": odd, "get": operation("Tool")}
    chosen, read = both(Source(json.dumps(whole), "garden.json"), "Plot")
    assert as_json(read, ()) == as_json(chosen, ())


@pytest.mark.parametrize("text", ["Plott", "v1/Plot", "garden/v2"])
def test_what_matches_nothing_is_answered_with_all_that_there_is(tmp_path: Path, text: str) -> None:
    file = tmp_path / "garden.json"
    file.write_text(json.dumps(document()), encoding="utf-8")
    with pytest.raises(CodegenError) as of_whole:
        select(read(file), [pattern(text)])
    with pytest.raises(CodegenError) as of_part:
        read(file, select=[text])
    assert of_part.value.diagnostics == of_whole.value.diagnostics


def test_of_several_files_all_is_read(tmp_path: Path) -> None:
    whole = document()
    bed = whole["components"]["schemas"].pop(f"{KEY}.Bed")
    (tmp_path / "plots.json").write_text(json.dumps(whole), encoding="utf-8")
    beds = {"swagger": "2.0", "definitions": {f"{KEY}.Bed": bed}}
    (tmp_path / "beds.json").write_text(json.dumps(beds), encoding="utf-8")
    assert as_json(read(tmp_path, select=["Plot"]), ()) == as_json(select(read(tmp_path), [pattern("Plot")]), ())


@pytest.mark.slow
@for_each(ENDS)
def test_each_kind_of_a_release_is_what_is_chosen_from_the_whole(release: Path) -> None:
    source = load(document_of(release), "swagger.json")
    whole = read_document(source, Report())
    kinds = {gvk for definition in whole.definitions.values() for gvk in own_kinds(definition.gvks)}
    assert len(kinds) > 100
    for gvk in sorted(kinds, key=str)[::7]:
        wanted = [pattern(f"{gvk.group or 'core'}/{gvk.version}/{gvk.kind}")]
        part = read_document(source, Report(), "en", wanted)
        assert len(part.definitions) < len(whole.definitions)
        assert as_json(select(part, wanted), ()) == as_json(select(whole, wanted), ())


def test_a_kind_that_cannot_be_read_is_no_kind_of_an_operation_here_either() -> None:
    """The part is chosen by what reading takes: an operation of two kinds, of which the first is no plain word, is of the second."""
    kinds = [{"group": "g", "version": "v1", "kind": "bad kind"}, {"group": "g", "version": "v1", "kind": "Plot"}]
    operation = {"responses": {"200": {"description": "OK"}}, "x-kubernetes-group-version-kind": kinds}
    source = Source(json.dumps({"swagger": "2.0", "paths": {"/apis/g/v1/plots": {"get": operation}}}), "garden.json")
    part = read_document(source, Report(), "en", [pattern("Plot")])
    assert list(part.operations) == ["GET /apis/g/v1/plots"]
