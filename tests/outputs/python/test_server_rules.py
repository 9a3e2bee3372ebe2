"""Generated validators check the rules of servers, with the verdicts of the Python API."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

import codegen
from codegen.core.diagnostics import Finding, Level, Report
from codegen.model import Reference
from codegen.project import emit
from codegen.project.config import configuration
from codegen.readers.built_in.structure import built_ins
from gardens.python import importing
from support.corpus import ROOT

RELEASE = built_ins().releases[-1]
KINDS = (
    ("apps/v1", "Deployment"),
    ("v1", "Service"),
    ("v1", "ServiceList"),
    ("authentication.k8s.io/v1", "TokenRequest"),
)
Errors = list[tuple[str, str]]
CONTAINER = "spec.template.spec.containers[0]"

DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "fern", "namespace": "east"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"plant": "fern"}},
        "template": {
            "metadata": {"labels": {"plant": "fern"}},
            "spec": {"containers": [{"name": "can", "image": "garden/can:1"}]},
        },
    },
}
SERVICE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "fern", "namespace": "east"},
    "spec": {"ports": [{"port": 80}]},
}


class Made(Struct, frozen=True, kw_only=True):
    """Validators that were generated from bundled kinds."""

    reference: Reference
    folder: Path
    findings: tuple[Finding, ...]

    def find_errors(self, obj: Any, old: Any = None, **options: str) -> Errors:
        """Validate an object with the validator of its kind."""
        errors = self.validate(obj, old, **options)
        return sorted((error.path, error.code) for error in errors)

    def validate(self, obj: Any, old: Any = None, **options: str) -> Any:
        """Return the errors of the validator of a kind."""
        names = {"Deployment": "deployment", "Service": "service", "ServiceList": "service_list"}
        kind = obj["kind"]
        unit = "apps_v1" if kind == "Deployment" else "core_v1"
        with importing(self.folder) as importer:
            module = importer.module(f"{unit}.validators")
        return getattr(module, f"validate_{names[kind]}")(obj, old=old, **options)

    def read_module(self, unit: str) -> str:
        return (self.folder / unit / "validators.py").read_text(encoding="utf-8")


def make(folder: Path, settings: dict[str, Any], **options: Any) -> Made:
    """Generate the validators of the kinds into a folder."""
    bundled = built_ins()
    keys = [bundled.kind_key(RELEASE, *kind) for kind in KINDS]
    reference = bundled.reference(RELEASE, keys)
    output = {"target": "validators", "to": "code", **options}
    config = {"sources": ["kinds.json"], "locales": ["en", "zh-cn"], "outputs": [output]}
    (folder / configuration.NAME).write_text(json.dumps({**config, **settings}))
    report = Report()
    files = emit.emit_files(configuration.load(folder / configuration.NAME), reference, report)
    for path, text in files.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return Made(reference=reference, folder=folder / "code", findings=tuple(report.diagnostics))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("rules"), {"kubernetes": RELEASE})


@pytest.fixture(scope="module")
def without_rules(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("no-rules")
    return make(folder, {"kubernetes": RELEASE}, server_rules=False)


def change(obj: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return a copy of an object with another value at a path such as `spec.ports.0`."""
    changed = copy.deepcopy(obj)
    inner: Any = changed
    *outer, last = path.split(".")
    for step in outer:
        inner = inner[int(step) if step.isdigit() else step]
    inner[last] = value
    return changed


TEMPLATE = "spec.template.spec"
FIRST = f"{TEMPLATE}.containers.0"
ROWS: dict[str, tuple[dict[str, Any], Errors]] = {
    "deployment": (DEPLOYMENT, []),
    "service": (SERVICE, []),
    "negative-replicas": (
        change(DEPLOYMENT, "spec.replicas", -1),
        [("spec.replicas", "FieldValueInvalid")],
    ),
    "port-too-large": (
        change(SERVICE, "spec.ports", [{"port": 70000}]),
        [("spec.ports[0].port", "FieldValueInvalid")],
    ),
    "container-without-image": (
        change(DEPLOYMENT, f"{FIRST}.image", ""),
        [(f"{CONTAINER}.image", "FieldValueRequired")],
    ),
    "name-of-object": (
        change(DEPLOYMENT, "metadata.name", ".fern"),
        [("metadata.name", "FieldValueInvalid")],
    ),
    "selector-of-other-labels": (
        change(DEPLOYMENT, "spec.selector", {"matchLabels": {"plant": "moss"}}),
        [("spec.template.metadata.labels", "FieldValueInvalid")],
    ),
    "requests-above-limits": (
        change(
            DEPLOYMENT,
            f"{FIRST}.resources",
            {"requests": {"cpu": "1500m"}, "limits": {"cpu": "1"}},
        ),
        [(f"{CONTAINER}.resources.requests[cpu]", "FieldValueInvalid")],
    ),
    "ports-without-names": (
        change(SERVICE, "spec.ports", [{"port": 80}, {"port": 81}]),
        [
            ("spec.ports[0].name", "FieldValueRequired"),
            ("spec.ports[1].name", "FieldValueRequired"),
        ],
    ),
    "rule-and-schema": (
        change(change(DEPLOYMENT, "spec.replicas", -1), "spec.colour", "red"),
        [("spec.colour", "UnknownField"), ("spec.replicas", "FieldValueInvalid")],
    ),
}
for_each_object = pytest.mark.parametrize(("obj", "expected"), ROWS.values(), ids=ROWS)


@for_each_object
def test_rules_of_servers_are_checked(made: Made, obj: dict[str, Any], expected: Errors) -> None:
    assert made.find_errors(obj) == expected


@for_each_object
def test_python_api_finds_the_same(made: Made, obj: dict[str, Any], expected: Errors) -> None:
    findings = codegen.validate(obj, made.reference, kubernetes_version=RELEASE)
    errors = [(each.path, each.code) for each in findings if each.level is Level.ERR]
    assert sorted(errors) == expected


@for_each_object
def test_option_leaves_out_rules(
    without_rules: Made, obj: dict[str, Any], expected: Errors
) -> None:
    text = without_rules.read_module("apps_v1")
    assert "server_rules" not in text
    assert not (without_rules.folder / "runtime/server_rules.py").exists()
    kept = [error for error in expected if error[1] == "UnknownField"]
    unit = "deployment" if obj["kind"] == "Deployment" else "service"
    name = "apps_v1" if obj["kind"] == "Deployment" else "core_v1"
    with importing(without_rules.folder) as importer:
        validate = getattr(importer.module(f"{name}.validators"), f"validate_{unit}")
    assert [(error.path, error.code) for error in validate(obj)] == kept


def test_immutable_field_is_compared_with_the_stored_object(made: Made) -> None:
    other = change(DEPLOYMENT, "spec.selector", {"matchLabels": {"plant": "moss"}})
    other = change(other, "spec.template.metadata.labels", {"plant": "moss"})
    assert made.find_errors(other) == []
    assert made.find_errors(other, DEPLOYMENT) == [("spec.selector", "FieldValueInvalid")]
    assert made.find_errors(other, other) == []


def test_messages_have_the_words_of_the_server_in_each_language(made: Made) -> None:
    wrong = change(DEPLOYMENT, "spec.replicas", -1)
    (english,) = made.validate(wrong)
    (chinese,) = made.validate(wrong, locale="zh-cn")
    text = "must be greater than or equal to 0"
    assert english.pointer == "/spec/replicas"
    assert english.message == f"Invalid value: -1: {text}"
    assert text in chinese.message
    assert chinese.message != english.message


def test_items_of_lists_are_checked_like_objects(made: Made) -> None:
    items: list[Any] = [SERVICE, change(SERVICE, "metadata.name", "FERN"), {**SERVICE}, None]
    del items[2]["kind"], items[2]["apiVersion"]  # as servers send them
    items[2] = change(items[2], "spec.ports", [{"port": 70000}])
    listed = {"apiVersion": "v1", "kind": "ServiceList", "metadata": {}, "items": items}
    with importing(made.folder) as importer:
        validate = importer.module("core_v1.validators").validate_service_list
    findings = codegen.validate(listed, made.reference, kubernetes_version=RELEASE)
    errors = [(each.path, each.code) for each in findings if each.level is Level.ERR]
    assert sorted((error.path, error.code) for error in validate(listed)) == sorted(errors)
    assert ("items[1].metadata.name", "FieldValueInvalid") in errors
    assert ("items[2].spec.ports[0].port", "FieldValueInvalid") in errors
    assert not [path for path, _ in errors if path.startswith("items[0]")]


@pytest.mark.parametrize("obj", [None, 1, "fern", [], {}], ids=repr)
def test_values_that_are_no_objects_have_errors(made: Made, obj: object) -> None:
    with importing(made.folder) as importer:
        assert importer.module("apps_v1.validators").validate_deployment(obj)


def test_docstring_names_the_release(made: Made, tmp_path: Path) -> None:
    older = make(tmp_path, {"kubernetes": built_ins().releases[-2]})
    for each, release in ((made, RELEASE), (older, built_ins().releases[-2])):
        docstring = each.read_module("apps_v1").split('"""')[1]
        assert f"of Kubernetes {release}." in " ".join(docstring.split())


def test_docstring_names_rules_that_are_not_checked(made: Made, without_rules: Made) -> None:
    docstring = made.read_module("authentication_v1").split('"""')[1]
    assert "service-account-exists" in docstring
    assert "cannot" not in without_rules.read_module("authentication_v1").split('"""')[1]


def test_linter_reports_nothing_in_the_package_with_rules() -> None:
    """The generated package of this repository has the modules of rules."""
    package = ROOT / "generated/python"
    assert list(package.rglob("rule_conditions.py"))
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", str(package)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
