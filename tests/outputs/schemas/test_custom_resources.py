"""Schemas of custom resources: file names, and agreement with strict servers."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.model import Reference
from codegen.outputs.schemas import json_schema, openapi
from codegen.readers.built_in.completion import complete
from codegen.readers.crd.reader import read_definitions
from codegen.readers.openapi.reader import read_document
from codegen.validation.validator import Validator
from gardens import python
from gardens.resources import KEY, PLOTS, as_yaml, plots, plots_with_shared_object, schema_of
from gardens.schemas import job

PLOT: dict[str, Any] = {
    "apiVersion": "garden.example.io/v1",
    "kind": "Plot",
    "metadata": {"name": "north", "labels": {"a": "b"}},
    "spec": {
        "rows": 3,
        "depth": "10cm",
        "grades": 2,
        "properties": {"a": ["b"], "c": None},
        "beds": [{"name": "one", "plants": {"rose": {"count": 3}}}],
        "extra": [1, {"a": 2}],
        "template": {"apiVersion": "v1", "kind": "Pod", "anything": True},
    },
}


def read(text: str = PLOTS) -> Reference:
    return read_definitions(Source(text, "plots.yaml"), Report())


def schemas(reference: Reference, **options: Any) -> dict[str, Any]:
    return {
        file.path: json.loads(file.text) for file in json_schema.emit(job(reference, **options))
    }


@pytest.fixture(scope="module")
def schema() -> Any:
    schema = schemas(read())["garden.example.io/plot_v1.json"]
    Draft202012Validator.check_schema(schema)
    return schema


def edit_plot(path: str, value: object) -> dict[str, Any]:
    """Return the plot with another value at a path, or without the path if the value is `...`."""
    plot = copy.deepcopy(PLOT)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = plot
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return plot


def test_file_names_match_editors_and_kubeconform() -> None:
    found = schemas(read())
    assert sorted(found) == ["garden.example.io/plot_v1.json", "garden.example.io/plotlist_v1.json"]
    assert found["garden.example.io/plot_v1.json"]["$id"] == "plot_v1.json"


def test_names_by_group_apply_to_all_kinds() -> None:
    kind = {
        "type": "object",
        "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Bed"}],
    }
    document = json.dumps({"swagger": "2.0", "definitions": {"io.example.Bed": kind}})
    reference = read_document(Source(document, "a.json"), Report())
    assert [*schemas(reference), *schemas(reference, names="by-group")] == [
        "bed-v1.json",
        "bed_v1.json",
    ]


def test_valid_object_is_accepted(schema: Any) -> None:
    assert Draft202012Validator(schema).is_valid(PLOT)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("spec.rows", 0),
        ("spec.rows", "3"),
        ("spec.rows", ...),
        ("spec.soil", "stone"),
        ("spec.depth", "10miles"),
        ("spec.depth", 1.5),
        ("spec.grades", 4),
        ("spec.properties", {"a": "b"}),
        ("spec.properties", {"a": ["b", None]}),
        ("spec.beds", [{"plants": {}}]),
        ("spec.beds", [{"name": ""}]),
        ("spec.beds", [{"name": str(number)} for number in range(9)]),
        ("spec.beds.0.colour", "red"),
        ("spec.beds.0.plants.rose.count", "many"),
        ("spec.unknown", 1),
        ("status", {"unknown": 1}),
        ("kind", "Bed"),
        ("soil", 1),
    ],
)
def test_objects_refused_by_servers_are_refused(schema: Any, path: str, value: object) -> None:
    plot = edit_plot(path, value)
    assert not Draft202012Validator(schema).is_valid(plot)


def test_union_is_in_schema(schema: Any) -> None:
    validator = Draft202012Validator(schema)
    plot = edit_plot("spec.beds", ...)
    assert not validator.is_valid(plot)
    plot["spec"]["soil"] = None
    assert validator.is_valid(plot), "null is a value of a field that may be null"


def test_embedded_resource_has_common_fields() -> None:
    definition = plots()
    template = {
        "type": "object",
        "x-kubernetes-embedded-resource": True,
        "properties": {"data": {"type": "string"}},
    }
    schema_of(definition)["properties"]["spec"]["properties"]["template"] = template
    schema = schemas(read(as_yaml(definition)))["garden.example.io/plot_v1.json"]
    validator = Draft202012Validator(schema)
    good = {"apiVersion": "v1", "kind": "Seed", "metadata": {"name": "a"}, "data": "b"}
    assert validator.is_valid(edit_plot("spec.template", good))
    assert not validator.is_valid(edit_plot("spec.template", {**good, "more": 1}))


def test_contents_of_empty_objects_are_refused(tmp_path: Path) -> None:
    empty, keeping = {"type": "object"}, {"x-kubernetes-preserve-unknown-fields": True}
    fields = {
        "bare": empty,
        "list": {"type": "array", "items": empty},
        "map": {"type": "object", "additionalProperties": empty, **keeping},
        "open": {**empty, **keeping, "properties": {"bare": empty}},
        "any": {"type": "object", "additionalProperties": True},
        "kept": {"type": "array", "items": empty, **keeping},
        "whole": {
            "type": "object",
            "x-kubernetes-embedded-resource": True,
            "properties": {"metadata": empty},
        },
        "template": {"type": "object", "properties": {"metadata": empty}},
    }
    definition, one = plots(), {"a": 1}
    schema_of(definition)["properties"]["spec"] = {"type": "object", "properties": fields}
    spec = {
        "bare": one,
        "list": [{}, one],
        "map": {"b": one},
        "open": {"bare": one, **one},
        "any": one,
        "kept": [one],
    }
    spec |= {
        "whole": {"apiVersion": "v1", "kind": "Tool", "metadata": one},
        "template": {"metadata": one},
    }
    reference, plot = read(as_yaml(definition)), {**PLOT, "spec": spec}
    # The generated JSON Schema leaves the metadata of an embedded resource open.
    only_as_metadata = "spec.whole.metadata"
    paths = [f"spec.{path}" for path in ("bare", "list[1]", "map[b]", "open.bare")]
    paths += [only_as_metadata, "spec.template.metadata"]
    found = [(f"{path}.a", "unknown-field") for path in paths]
    assert [(each.path, each.rule) for each in Validator(reference).validate(plot)] == found
    python.write(complete(reference, "", Report()), tmp_path)
    with python.importing(tmp_path) as importer:
        errors = importer.module("garden_v1.validators").validate_plot(plot)
    assert [(each.path, each.code) for each in errors] == [
        (path, "UnknownField") for path, _ in found
    ]
    refused = Draft202012Validator(
        schemas(reference)["garden.example.io/plot_v1.json"]
    ).iter_errors(plot)
    assert [each.json_path for each in refused] == [
        f"$.{path.replace('[b]', '.b')}" for path in paths if path != only_as_metadata
    ]


def test_exclusive_bounds_and_unions_in_each_dialect() -> None:
    definition = plots()
    fields = schema_of(definition)["properties"]["spec"]["properties"]
    fields["rows"] |= {"exclusiveMinimum": True, "not": {"minimum": 5, "exclusiveMinimum": True}}
    reference = read(as_yaml(definition))
    rows = schemas(reference)["garden.example.io/plot_v1.json"]["properties"]["spec"]["properties"][
        "rows"
    ]
    assert (rows["exclusiveMinimum"], rows["not"]) == (1, {"exclusiveMinimum": 5, "minimum": 5})
    (file, *_) = openapi.emit(job(reference, version="3.0"))
    assert file.path == "garden.example.io/plot_v1.openapi.yaml"
    schema = yaml.safe_load(file.text)["components"]["schemas"][KEY]
    rows = schema["properties"]["spec"]["properties"]["rows"]
    assert (rows["exclusiveMinimum"], rows["not"]) == (
        True,
        {"exclusiveMinimum": True, "minimum": 5},
    )


@pytest.mark.parametrize("form", ["json-schema", "3.1", "3.0"])
def test_shared_object_is_written_once_and_round_trips(form: str) -> None:
    definition = plots_with_shared_object()
    fields = schema_of(definition)["properties"]["spec"]["properties"]
    inner = fields["second"]["properties"]["inner"]["items"]  # also of the third field
    for schema in (fields["first"], inner):
        schema["x-kubernetes-embedded-resource"] = True
    fields["first"]["nullable"], inner["description"] = True, "One of them."
    reference = read(as_yaml(definition))
    files = (
        json_schema.emit(job(reference))
        if form == "json-schema"
        else openapi.emit(job(reference, version=form))
    )
    text = next(files).text
    found = yaml.safe_load(text)
    schemas = found["$defs"] if form == "json-schema" else found["components"]["schemas"]
    root = found if form == "json-schema" else schemas[KEY]
    shared = schemas[f"{KEY}.spec.first"]
    assert sorted(shared["properties"]) == ["a", "apiVersion", "b", "kind", "metadata"]
    assert "description" not in shared
    made = root["properties"]["spec"]["properties"]
    assert made["first"]["description"] == "The first bounds."
    assert made["second"]["properties"]["inner"]["items"]["description"] == "One of them."
    assert json.dumps(made).count(f"{KEY}.spec.first") == text.count(f"{KEY}.spec.first") - 1 == 3
    again = read_document(Source(text, "plot.json"), Report())
    assert not [key for key in again.definitions if key.startswith(f"{KEY}.")]
    facts = [
        {path: (str(field.type), field.required) for path, field in each.definitions[KEY].paths}
        for each in (reference, again)
    ]
    assert facts[0] == {path: fact for path, fact in facts[1].items() if path in facts[0]}
    for path in ("first", "first.a", "second.inner", "second.inner.a", "second.inner[]"):
        assert again.text("en", f"{KEY}#spec.{path}") == reference.text("en", f"{KEY}#spec.{path}")
