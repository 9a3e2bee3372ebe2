"""Completion of sources with the bundled Kubernetes types."""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType

import pytest

from codegen.core.diagnostics import Report, Span
from codegen.model import Definition, Reference
from codegen.model.kubernetes import ALIASES, META
from codegen.project import emit
from codegen.project.config import configuration
from codegen.readers.built_in import completion
from codegen.readers.built_in.structure import built_ins
from codegen.readers.sources import read

CORE = "io.k8s.api.core.v1"
PAGE = """---
api_metadata:
  apiVersion: "apps/v1"
  import: "k8s.io/api/apps/v1"
  kind: "Plot"
---

`import "k8s.io/api/apps/v1"`

## Plot {#Plot}

A plot.

<hr>

- **apiVersion**: apps/v1

- **kind**: Plot

- **metadata** (<a href="{{< ref "../common-definitions/object-meta#ObjectMeta" >}}">ObjectMeta</a>)

  Metadata.

- **template** (<a href="{{< ref "../workload-resources/pod-template-v1#PodTemplateSpec" >}}">PodTemplateSpec</a>), required

  The template.

- **soil** (<a href="{{< ref "../garden/soil-v1#Soil" >}}">Soil</a>)

  The soil.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "plot.md"
    file.write_text(PAGE, encoding="utf-8")
    return file


def make_undocumented(*keys: str) -> Reference:
    span = Span(path="plot.md", line=3, column=1)
    found = {
        key: Definition(
            key=key, name=key.rpartition(".")[2], type=ALIASES.get(key), documented=False, span=span
        )
        for key in keys
    }
    return Reference(definitions=MappingProxyType(found))


def removed_definition() -> tuple[str, str]:
    """Return a definition removed before the newest release, and its last release."""
    bundled = built_ins()
    for release in reversed(bundled.releases[:-1]):
        for key in bundled.reference(release).definitions:
            if bundled.definition(bundled.newest, key) is None:
                return key, release
    raise AssertionError("nothing was ever removed")


def test_page_links_resolve_to_bundled_types(page: Path) -> None:
    found = read(page)
    assert {f"{META}.ObjectMeta", f"{CORE}.PodTemplateSpec"} <= found.definitions.keys()
    assert [each.rule for each in found.diagnostics] == ["link-unresolved"]
    assert "'Soil'" in found.diagnostics[0].message


def test_references_without_bundled_types_are_unchanged(page: Path) -> None:
    found = read(page).definitions[f"{META}.ObjectMeta"]
    assert (found.documented, found.has_structure, found.fields) == (False, False, ())


def test_outputs_contain_completed_types(page: Path, tmp_path: Path) -> None:
    outputs = [{"target": name, "to": name} for name in ("json-schema", "dataclasses")]
    settings = {
        "sources": ["plot.md"],
        "outputs": [*outputs, {"target": "docs", "layout": "list", "to": "docs"}],
    }
    (tmp_path / "codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    files = emit.generate(configuration.load(tmp_path / "codegen.yaml")).files
    assert [path for path in files if path.endswith(".json")] == ["json-schema/plot-apps-v1.json"]
    definitions = json.loads(files["json-schema/plot-apps-v1.json"])["$defs"]
    assert "labels" in definitions[f"{META}.ObjectMeta"]["properties"]
    assert definitions[f"{CORE}.PodSpec"]["required"] == ["containers"]
    models = files["dataclasses/plot_apps_v1/models.py"]
    assert "metadata: ObjectMeta | None = None" in models
    assert "template: PodTemplateSpec\n" in models
    assert "class DeleteOptions" not in models
    assert [path for path in files if path.endswith(".md")] == ["docs/plot-v1.md"]


@pytest.mark.parametrize(
    ("name", "package", "page", "key"),
    [
        (
            "PodTemplateSpec",
            "io.k8s.api.apps.v1",
            "../workload-resources/pod-template-v1",
            f"{CORE}.PodTemplateSpec",
        ),
        ("PodTemplateSpec", "io.k8s.api.apps.v1beta2", "", f"{CORE}.PodTemplateSpec"),
        (
            "TypedLocalObjectReference",
            "io.k8s.api.networking.v1",
            "",
            f"{CORE}.TypedLocalObjectReference",
        ),
        ("PodTemplateSpec", "io.example.garden.v1", "", ""),
        (
            "PodTemplateSpec",
            "io.example.garden.v1",
            "../workload-resources/pod-template-v1",
            f"{CORE}.PodTemplateSpec",
        ),
        ("PodTemplateSpec", "io.example.garden.v1", "../garden/plot-v1", ""),
        (
            "DeploymentSpec",
            "io.k8s.api.apps.v1",
            "../anything",
            "io.k8s.api.apps.v1.DeploymentSpec",
        ),
        (
            "LabelSelector",
            "io.example.garden.v1",
            "../common-definitions/label-selector.md",
            f"{META}.LabelSelector",
        ),
        ("Subject", "io.k8s.api.flowcontrol.v1", "", "io.k8s.api.flowcontrol.v1.Subject"),
        (
            "Subject",
            "io.example.garden.v1",
            "../rbac/cluster-role-binding-v1",
            "io.k8s.api.rbac.v1.Subject",
        ),
        ("Nobody", "io.k8s.api.apps.v1", "../garden/nobody-v1", ""),
        (
            "WatchEvent",
            "io.k8s.api.storage.v1",
            "../definitions/watch-event-v1-meta",
            f"{META}.WatchEvent",
        ),
        (
            "Scale",
            "io.k8s.api.apps.v1",
            "../definitions/scale-v1-autoscaling",
            "io.k8s.api.autoscaling.v1.Scale",
        ),
        ("Scale", "io.k8s.api.apps.v1", "../definitions/scale-v1-garden", ""),
    ],
)
def test_names_resolve_by_package_or_page_link(
    name: str, package: str, page: str, key: str
) -> None:
    assert built_ins().find_linked_key(name, package, page) == key


def test_types_are_completed_from_the_newest_release() -> None:
    report = Report()
    found = completion.complete(
        make_undocumented(f"{META}.ObjectMeta", f"{META}.Status", "io.example.garden.v1.Soil"),
        "",
        report,
    )
    meta = found.definitions[f"{META}.ObjectMeta"]
    assert (meta.documented, meta.built_in, meta.has_structure) == (False, built_ins().newest, True)
    assert found.definitions[f"{META}.Status"].gvks == ()
    assert meta.field("labels") is not None
    assert f"{META}.OwnerReference" in found.definitions
    assert not found.definitions["io.example.garden.v1.Soil"].has_structure
    assert report.diagnostics == ()


def test_alias_is_kept() -> None:
    key = f"{META}.FieldsV1"
    found = completion.complete(make_undocumented(key), "", Report()).definitions[key]
    assert (found.type, found.built_in) == (ALIASES[key], built_ins().newest)


def test_removed_types_come_from_their_last_release() -> None:
    key, release = removed_definition()
    found = completion.complete(
        make_undocumented(key, f"{META}.ObjectMeta"), "", Report()
    ).definitions
    assert (found[key].built_in, found[f"{META}.ObjectMeta"].built_in) == (
        release,
        built_ins().newest,
    )


def test_types_missing_in_release_stay_open() -> None:
    key, _ = removed_definition()
    report = Report()
    found = completion.complete(make_undocumented(key), built_ins().newest, report).definitions
    assert not found[key].has_structure
    [warning] = report.diagnostics
    assert (warning.rule, warning.span.line) == ("type-undocumented", 3)
    assert f"Kubernetes {built_ins().newest} has no " in warning.message


def test_documented_types_are_unchanged(page: Path) -> None:
    reference = read(page)
    completed = completion.complete(reference, built_ins().releases[0], Report())
    assert (
        completed.definitions["io.k8s.api.apps.v1.Plot"]
        is reference.definitions["io.k8s.api.apps.v1.Plot"]
    )
    assert completed.definitions[f"{META}.ObjectMeta"].built_in == built_ins().releases[0]
