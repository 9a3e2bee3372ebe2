"""Reading of CustomResourceDefinitions, in all file formats, valid and invalid."""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from codegen.core.diagnostics import CodegenError, Finding, Level, Report
from codegen.core.source import Source, load
from codegen.model import (
    CustomResource,
    Field,
    Keyword,
    PrinterColumn,
    Reference,
    Scalar,
    Scale,
    column_id,
)
from codegen.outputs.inspection import openapi_v2
from codegen.outputs.inspection.tree import as_tree
from codegen.readers import registry
from codegen.readers.crd.reader import read_definitions
from codegen.readers.sources import read
from gardens.resources import KEY, PLOTS, as_json, as_yaml, plots, schema_of
from support.corpus import CORPUS


def read_text(text: str, path: str = "plots.yaml") -> tuple[Reference, tuple[Finding, ...]]:
    report = Report()
    return read_definitions(Source(text, path), report), report.diagnostics


def field(reference: Reference, path: str) -> Field:
    found = reference.definitions[KEY].find_field(path)
    assert found is not None, path
    return found


def without_descriptions(schema: Any, *, names: bool = False) -> Any:
    """Return the schema without descriptions. `names`: the keys are field names, not keywords."""
    if isinstance(schema, list):
        return [without_descriptions(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value
        if key in ("default", "example", "x-kubernetes-validations") and not names
        else without_descriptions(value, names=key == "properties" and not names)
        for key, value in schema.items()
        if names or key != "description" or not isinstance(value, str)
    }


@pytest.fixture(scope="module")
def reference() -> Reference:
    return read_text(PLOTS)[0]


def test_definition_keys_match_servers(reference: Reference) -> None:
    assert [key for key, each in reference.definitions.items() if each.documented] == [
        KEY,
        f"{KEY}List",
    ]
    plot = reference.definitions[KEY]
    assert plot.gvk is not None
    assert plot.gvk.api_version == "garden.example.io/v1"
    assert [each.name for each in plot.fields] == [
        "apiVersion",
        "kind",
        "metadata",
        "spec",
        "status",
    ]
    assert (field(reference, "apiVersion").value, field(reference, "kind").value) == (
        "garden.example.io/v1",
        "Plot",
    )


def test_schema_is_preserved(reference: Reference) -> None:
    printed = openapi_v2.schema(reference.definitions[KEY])
    assert printed.pop("x-kubernetes-group-version-kind")
    assert printed == without_descriptions(schema_of(plots()))
    assert json.dumps(printed) == json.dumps(without_descriptions(schema_of(plots()))), (
        "in its order too"
    )


def test_fields_are_read_at_any_depth(reference: Reference) -> None:
    count = field(reference, "spec.beds.plants.count")
    assert count.type == Scalar(type="integer", format="int64")
    assert field(reference, "spec.beds.name").required
    assert reference.text("en", f"{KEY}#spec.beds.plants.count") == "How many."
    lines = PLOTS.split("\n")
    assert lines[count.span.line - 1][count.span.column - 1 :].startswith("count: ")


@pytest.mark.parametrize(
    ("path", "keywords"),
    [
        ("spec.rows", {("default", "", "3"), ("maximum", "", "100"), ("minimum", "", "1")}),
        ("spec.beds.plants", {("x-kubernetes-map-type", "{}", '"atomic"')}),
        ("spec.properties", {("x-kubernetes-list-type", "{}", '"atomic"')}),
        (
            "spec.beds",
            {
                ("maxItems", "", "8"),
                ("x-kubernetes-validations", "[]", '[{"rule": "size(self.name) > 0"}]'),
            },
        ),
    ],
)
def test_keywords_record_their_position(
    path: str, keywords: set[Any], reference: Reference
) -> None:
    assert {
        (each.name, each.inside, each.value) for each in field(reference, path).keywords
    } == keywords


def test_resource_facts_are_read(reference: Reference) -> None:
    resource = reference.definitions[KEY].resource
    assert resource is not None
    assert [name for name, _ in resource.unserved] == ["v1alpha1"]
    assert resource == CustomResource(
        name="plots.garden.example.io",
        plural="plots",
        singular="plot",
        list_kind="PlotList",
        short_names=("pl",),
        categories=("garden",),
        namespaced=True,
        storage=True,
        columns=(PrinterColumn(name="Rows", json_path=".spec.rows", type="integer", priority=1),),
        selectable_fields=(".spec.soil",),
        status=True,
        scale=Scale(spec_replicas=".spec.rows", status_replicas=".status.rows"),
        unserved=resource.unserved,
        schema=resource.schema,
    )
    assert reference.text("en", column_id(KEY, "Rows")) == "How many rows there are."


def test_operations_match_servers(reference: Reference) -> None:
    root = "/apis/garden.example.io/v1"
    plot = f"{root}/namespaces/{{namespace}}/plots"
    assert [(each.method, each.path, each.verb) for each in reference.operations.values()] == [
        ("GET", f"{root}/plots", "list"),
        ("GET", plot, "list"),
        ("POST", plot, "create"),
        ("DELETE", plot, "deletecollection"),
        *((method, f"{plot}/{{name}}", verb) for method, verb in (*_OBJECT, ("DELETE", "delete"))),
        *((method, f"{plot}/{{name}}/status", verb) for method, verb in _OBJECT),
        *((method, f"{plot}/{{name}}/scale", verb) for method, verb in _OBJECT),
    ]
    patch = reference.operations[f"PATCH {plot}/{{name}}"]
    places = [f"{each.place} {each.name}" for each in patch.parameters[:3]]
    assert places == ["path name", "path namespace", "body body"]
    assert reference.text("en", patch.id) == "partially update the specified Plot"
    assert "watch" in [each.name for each in reference.operations[f"GET {plot}"].parameters]


_OBJECT = (("GET", "get"), ("PUT", "update"), ("PATCH", "patch"))


def test_cluster_scoped_paths_have_no_namespace() -> None:
    definition = plots()
    definition["spec"]["scope"] = "Cluster"
    reference, _ = read_text(as_yaml(definition))
    assert not any("namespaces" in each.path for each in reference.operations.values())


def test_open_objects_have_common_fields() -> None:
    definition = plots()
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    definition["spec"]["versions"][1]["schema"]["openAPIV3Schema"] = schema
    plot = read_text(as_yaml(definition))[0].definitions[KEY]
    assert plot.open
    assert [each.name for each in plot.fields] == ["apiVersion", "kind", "metadata"]


def test_restricted_metadata_keeps_its_other_fields() -> None:
    definition = plots()
    name = {"type": "string", "maxLength": 20}
    schema_of(definition)["properties"]["metadata"] = {
        "type": "object",
        "properties": {"name": name},
    }
    reference, _ = read_text(as_yaml(definition))
    assert (
        Keyword(name="additionalProperties", value="true") in field(reference, "metadata").keywords
    )


DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "gardener"}}
CHART = f"---\n# Source: garden/templates/gardener.yaml\n{as_yaml(DEPLOYMENT)}---\n# Source: garden/crds/plots.yaml\n{PLOTS}---\n"
# What a server sends: the items have neither version nor kind.
DEFINITIONS = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinitionList",
    "metadata": {"resourceVersion": "7"},
    "items": [{key: plots()[key] for key in ("metadata", "spec")}],
}
LIST = {"apiVersion": "v1", "kind": "List", "items": [DEPLOYMENT, plots()]}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (CHART, "chart.yaml"),
        (as_yaml(LIST), "list.yaml"),
        (as_json(LIST), "list.json"),
        (as_json(plots()), "plots.json"),
        (as_json(DEFINITIONS), "definitions.json"),
        (f"---\n{as_json(plots())}\n---\n{as_json(DEPLOYMENT)}", "stream.yaml"),
    ],
    ids=["chart", "list", "json-list", "json", "definitions", "json-in-a-stream"],
)
def test_all_file_formats_give_the_same_model(
    text: str, path: str, tmp_path: Path, reference: Reference
) -> None:
    (tmp_path / path).write_text(text, encoding="utf-8")
    found = read(tmp_path / path)
    assert found.definitions.keys() == reference.definitions.keys()
    assert found.definitions[KEY].resource == reference.definitions[KEY].resource
    assert found.operations.keys() == reference.operations.keys()
    count = found.definitions[KEY].find_field("spec.beds.plants.count")
    assert count is not None
    assert (
        text.split("\n")[count.span.line - 1][count.span.column - 1 :]
        .lstrip('"')
        .startswith("count")
    )
    passed = [each.message for each in found.diagnostics if each.rule == "manifest-passed-over"]
    assert passed == (
        []
        if path in ("plots.json", "definitions.json")
        else ["1 other manifest is passed over: Deployment"]
    )


@pytest.mark.parametrize(("count", "more"), [(5, ""), (6, " and 1 more"), (7, " and 2 more")])
def test_skipped_manifests_are_listed_up_to_five(count: int, more: str, tmp_path: Path) -> None:
    others = "".join(f"---\napiVersion: v1\nkind: Tool{number}\n" for number in range(count))
    (tmp_path / "chart.yaml").write_text(f"{PLOTS}\n{others}", encoding="utf-8")
    passed = [
        each.message
        for each in read(tmp_path / "chart.yaml").diagnostics
        if each.rule == "manifest-passed-over"
    ]
    names = ", ".join(f"Tool{number}" for number in range(5))
    assert passed == [f"{count} other manifests are passed over: {names}{more}"]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (PLOTS, "crd"),
        (f"\ufeff# a comment\n---\n---\n{PLOTS}", "crd"),
        (f"%YAML 1.2\n---\n{PLOTS}", "crd"),
        (f"# a comment\n%YAML 1.1\n%TAG ! tag:example.org,2026:\n--- # plots\n{PLOTS}", "crd"),
        ("%YAML 1.2\n---\napiVersion: apps/v1\nkind: Deployment\n", None),
        (as_json(plots()), "crd"),
        (f"---\n{as_json(DEPLOYMENT)}\n---\n{as_json(plots())}", "crd"),
        (f"---\n{as_json(DEPLOYMENT)}\n", None),
        (as_yaml(DEPLOYMENT), None),
        (
            '{"swagger": "2.0", "x": [{"group": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}]}',
            "openapi",
        ),
        (
            '---\napi_metadata:\n  apiVersion: "apiextensions.k8s.io/v1"\n  kind: "Plot"\n---\n\ntext\n',
            "list",
        ),
    ],
)
def test_definitions_are_recognized(text: str, form: str | None) -> None:
    found = registry.recognize_form(Source(text, "a"))
    assert (found.name if found else None) == form


def test_directive_of_yaml_is_no_part_of_definition(reference: Reference) -> None:
    found, diagnostics = read_text(f"%YAML 1.2\n---\n{PLOTS}")
    shifted = [(finding.rule, finding.span.line + 2) for finding in read_text(PLOTS)[1]]
    assert [(finding.rule, finding.span.line) for finding in diagnostics] == shifted
    assert found.definitions.keys() == reference.definitions.keys()
    assert found.definitions[KEY].span.line == reference.definitions[KEY].span.line + 2


def edit_definition(change: Callable[[Any], object]) -> str:
    definition = plots()
    change(definition)
    return as_yaml(definition)


def edit_spec(change: Callable[[Any], object]) -> str:
    return edit_definition(
        lambda definition: change(schema_of(definition)["properties"]["spec"]["properties"])
    )


def test_duplicate_definition_in_two_files_is_reported(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(PLOTS, encoding="utf-8")
    twice = [each for each in read(tmp_path).diagnostics if each.rule == "crd-twice"]
    assert [each.level for each in twice] == [Level.WARN]


@pytest.mark.parametrize(
    "edit",
    [
        lambda fields: fields.pop("soil"),
        lambda fields: fields["soil"].update(description="Another text."),
        lambda fields: fields["rows"].pop("description"),
        lambda fields: fields["beds"]["items"].update(description="Another text."),
    ],
    ids=["field", "text", "no text", "text of items"],
)
def test_conflicting_definitions_in_two_files_are_reported(
    tmp_path: Path, edit: Callable[[Any], object]
) -> None:
    (tmp_path / "a.yaml").write_text(PLOTS, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(edit_spec(edit), encoding="utf-8")
    (error,) = [each for each in read(tmp_path).diagnostics if each.rule == "crd-twice"]
    assert error.level is Level.ERR
    assert error.span.path.endswith("b.yaml")
    assert "a.yaml" in error.message


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"{PLOTS}kind: Again\n", "duplicate-key"),
        (f"{PLOTS}x: " + "[" * 300 + "]" * 300, "document-too-deep"),
    ],
)
def test_unreadable_files_are_located_errors(text: str, rule: str) -> None:
    with pytest.raises(CodegenError) as refused:
        read_text(text)
    (error,) = refused.value.diagnostics
    assert error.rule == rule
    assert error.span.line


RESOURCES = [
    pytest.param(
        file, id=file.name, marks=pytest.mark.slow if file.stat().st_size > 200_000 else ()
    )
    for file in sorted((CORPUS / "crds").glob("*/*/*.yaml"))
]


@pytest.mark.parametrize(
    "file",
    RESOURCES or [pytest.param(CORPUS, marks=pytest.mark.skip(reason=f"no crds in {CORPUS}"))],
)
def test_real_definitions_are_preserved(file: Path) -> None:
    report = Report()
    reference = read_definitions(load(file), report)
    assert not report.has_errors
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for document in yaml.load_all(file.read_text(encoding="utf-8"), Loader=loader):
        if document is None or document.get("kind") != "CustomResourceDefinition":
            continue
        spec = document["spec"]
        for version in spec["versions"]:
            key = ".".join(
                (*reversed(spec["group"].split(".")), version["name"], spec["names"]["kind"])
            )
            assert (key in reference.definitions) is version["served"]
            if version["served"]:
                printed = openapi_v2.schema(reference.definitions[key])
                printed.pop("x-kubernetes-group-version-kind")
                assert printed == without_descriptions(version["schema"]["openAPIV3Schema"])


def test_tree_shows_fields_at_any_depth(reference: Reference) -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(as_tree(reference))
    lines = [line.strip(" │├└─") for line in console.file.getvalue().split("\n")]  # type: ignore[attr-defined]
    at = lines.index("plants  map[string]object")
    assert lines[at + 1 : at + 3] == ["count  int64", "How many."]


def test_skipped_files_are_reported_once(tmp_path: Path) -> None:
    (tmp_path / "plots.yaml").write_text(PLOTS, encoding="utf-8")
    for name in ("a.yaml", "b.json", "c.yml", "d.yaml"):
        (tmp_path / name).write_text('{"kind": "Shed"}', encoding="utf-8")
    (tmp_path / "c.yml").write_text("---\nkind: Shed\n---\nkind: Shed\n", encoding="utf-8")
    (tmp_path / "empty.yaml").write_text("\n", encoding="utf-8")
    said = [each.message for each in read(tmp_path).diagnostics if each.rule == "file-passed-over"]
    at = str(tmp_path)
    assert said == [f"5 files are passed over: {at}/a.yaml, {at}/b.json, {at}/c.yml and 2 more"]


def test_symlinks_pipes_and_sockets_are_reported(tmp_path: Path) -> None:
    (tmp_path / "plots.yaml").write_text(PLOTS, encoding="utf-8")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "link.md").symlink_to("nowhere.md")
    os.mkfifo(tmp_path / "pipe.json")
    with socket.socket(socket.AF_UNIX) as opened, contextlib.chdir(tmp_path):
        opened.bind("s.yaml")
    (message,) = (
        each.message for each in read(tmp_path).diagnostics if each.rule == "file-passed-over"
    )
    assert message == (
        f"3 files are passed over: {tmp_path}/link.md (this link leads nowhere), "
        f"{tmp_path}/pipe.json (this is a named pipe, not a file), {tmp_path}/s.yaml (this is a socket, not a file)"
    )


@pytest.mark.parametrize("key", [None, 10**20])
def test_key_that_is_no_string_is_an_error_with_its_location(key: int | None) -> None:
    definition = plots()
    schema_of(definition)["properties"]["spec"]["properties"][key] = {"type": "string"}
    text = as_yaml(definition)
    written = f" {json.dumps(key)}:"
    (line,) = [number for number, row in enumerate(text.split("\n"), 1) if row.endswith(written)]
    _, findings = read_text(text)
    assert [(finding.rule, finding.span.line) for finding in findings] == [("yaml-key", line)]
