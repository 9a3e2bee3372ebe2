"""Examples of kinds: bundled, from a user's folder, and generated from a schema."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import yaml

from codegen.core.diagnostics import CodegenError, Level, Report
from codegen.drift.history.changelog_records import Changelog
from codegen.model import GroupVersionKind, Reference
from codegen.outputs.docs.shared.groups import kinds
from codegen.outputs.site.example_files import BUNDLED, ExampleChecker
from codegen.outputs.site.examples import Examples
from codegen.outputs.site.site_inputs import collect_examples, collect_inputs, find_package
from codegen.project import emit
from codegen.project.config import configuration
from codegen.project.config.configuration import Config
from codegen.project.site import describe_project
from codegen.readers.built_in.structure import built_ins
from codegen.readers.sources import read
from codegen.validation.manifest_files import validate_files
from gardens.resources import as_yaml, plots, schema_of
from support.rows import each_row

SHIPPED = built_ins()
FILES = sorted(BUNDLED.glob("*.yaml"))
COMMON = """Pod Deployment StatefulSet DaemonSet ReplicaSet Job CronJob Service Ingress NetworkPolicy ConfigMap Secret ServiceAccount
Role RoleBinding ClusterRole ClusterRoleBinding Namespace Node PersistentVolume PersistentVolumeClaim StorageClass LimitRange
HorizontalPodAutoscaler PodDisruptionBudget ResourceQuota CustomResourceDefinition"""
DEPLOYMENT = (BUNDLED / "deployment-apps-v1.yaml").read_text(encoding="utf-8")


def objects(file: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(file.read_text(encoding="utf-8")))


def found_in(path: Path, release: str) -> set[str]:
    findings = validate_files(path, kubernetes_version=release).findings
    return {each.rule for each in findings if each.level is not Level.INFO}


@each_row((file,) for file in FILES)
def test_bundled_examples_are_valid_in_all_releases_of_their_kind(file: Path) -> None:
    versions = {each["apiVersion"]: each["kind"] for each in objects(file)}
    served = {
        release: {v for v, k in versions.items() if SHIPPED.kind_key(release, v, k)}
        for release in SHIPPED.releases
    }
    for release, known in served.items():
        assert found_in(file, release) <= (
            set() if known == versions.keys() else {"kind-not-yet-served", "kind-removed"}
        )
    assert set().union(*served.values()) == versions.keys()
    assert {file.name.partition("-")[0]} == {kind.lower() for kind in versions.values()}


@pytest.mark.slow
@pytest.mark.parametrize("release", [SHIPPED.releases[0], SHIPPED.newest])
def test_every_built_in_kind_has_valid_example(release: str, tmp_path: Path) -> None:
    keys = [SHIPPED.kind_key(release, *kind) for kind in SHIPPED.kinds]
    reference = SHIPPED.reference(release, [key for key in keys if key])
    examples = Examples(reference, ExampleChecker(reference, release))
    for definition in kinds(reference):
        if "apimachinery" not in definition.key:  # except kinds of requests and responses only
            found = examples.example(definition)
            assert found is not None, definition.key
            (tmp_path / f"{definition.key}.json").write_text(json.dumps(found), encoding="utf-8")
    assert found_in(tmp_path, release) == set()
    assert {*COMMON.split()} <= {each["kind"] for file in FILES for each in objects(file)}


def test_valid_example_of_other_version_is_used() -> None:
    claim, autoscaler = (
        ("resource.k8s.io/v1beta2", "ResourceClaim"),
        ("autoscaling/v1", "HorizontalPodAutoscaler"),
    )
    reference = SHIPPED.reference(
        "1.36", [SHIPPED.kind_key("1.36", *each) for each in (claim, autoscaler)]
    )
    examples = Examples(reference, ExampleChecker(reference, SHIPPED.newest))
    found = {
        each.name: examples.example(each) or {}
        for each in reference.definitions.values()
        if each.gvk
    }
    assert found["ResourceClaim"]["apiVersion"] == "resource.k8s.io/v1beta2"
    assert found["ResourceClaim"]["spec"]["devices"]["requests"][0]["exactly"]
    assert found["HorizontalPodAutoscaler"]["spec"]["targetCPUUtilizationPercentage"] == 70


TEMPLATE = {
    "type": "object",
    "properties": {
        "metadata": {"type": "object"},
        "spec": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
    },
}


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (
            {
                "required": ["driver"],
                "properties": {"driver": {"type": "string", "pattern": "^[a-z.]+/[a-z]+$"}},
            },
            {"driver": "example.com/example"},
        ),
        (
            {
                "properties": {"a": {"type": "object"}, "b": {"type": "integer"}},
                "oneOf": [{"required": ["b"]}],
            },
            {"b": 1},
        ),
        (
            {
                "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
                "x-kubernetes-validations": [{"rule": "has(self.b)"}],
            },
            {"b": 1},
        ),
        (
            {
                "required": ["size"],
                "properties": {
                    "size": {"type": "integer", "default": 7},
                    "soil": {"type": "string"},
                },
            },
            {"size": 7},
        ),
        (
            {
                "properties": {
                    "a": {"type": "integer", "minimum": 4},
                    "b": {"type": "boolean"},
                    "soil": {"enum": ["Clay"], "type": "string"},
                    "port": {"type": "integer"},
                    "c": {"type": "integer"},
                }
            },
            {"a": 4, "soil": "Clay", "port": 80},
        ),
        (
            {"required": ["template"], "properties": {"template": TEMPLATE}},
            {"template": {"spec": {"a": 1}}},
        ),
        (
            {
                "properties": {
                    "a": {"type": "object", "properties": {"x": {"type": "string"}}},
                    "b": {
                        "type": "object",
                        "required": ["soil", "size"],
                        "properties": {"soil": {"type": "string"}, "size": {"type": "integer"}},
                    },
                    "c": {
                        "type": "object",
                        "required": ["size"],
                        "properties": {"size": {"type": "integer"}},
                    },
                }
            },
            {"c": {"size": 1}},
        ),
        (
            {
                "required": ["size"],
                "properties": {"size": {"type": "string"}},
                "x-kubernetes-validations": [{"rule": "self.size == '9'"}],
            },
            None,
        ),
    ],
)
def test_custom_resource_example_satisfies_schema_and_rules(
    tmp_path: Path, spec: Any, found: Any
) -> None:
    definition = plots()
    schema_of(definition)["properties"]["spec"] = {"type": "object", **spec}
    (tmp_path / "plots.yaml").write_text(as_yaml(definition), encoding="utf-8")
    reference = read(tmp_path / "plots.yaml")
    made = Examples(reference, ExampleChecker(reference, SHIPPED.newest)).example(
        next(iter(kinds(reference)))
    )
    assert (made and made["spec"]) == found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("own").mkdir()
    return tmp_path


def shipped(*keys: str) -> Reference:
    return SHIPPED.reference(SHIPPED.newest, [f"io.k8s.api.{key}" for key in keys])


def config(**settings: Any) -> Config:
    written = {"sources": ["none.json"], "outputs": [], "examples": "own", **settings}
    Path("codegen.yaml").write_text(json.dumps(written), encoding="utf-8")
    return configuration.load("codegen.yaml")


def samples(
    reference: Reference, report: Report, *releases: str, **settings: Any
) -> dict[str, dict[str, str]]:
    """Return the samples of each kind by name."""
    found = collect_examples(
        reference, describe_project(config(**settings)), Changelog(releases=releases), report
    )
    return {
        key.rpartition(".")[2]: {each.name: each.code for each in given}
        for key, given in found.items()
    }


def test_user_examples_come_first_and_unused_ones_are_reported(project: Path) -> None:
    (project / "own/shop.yaml").write_text(DEPLOYMENT.replace("kiosk", "shop"), encoding="utf-8")
    (project / "own/pod.json").write_text(
        json.dumps(objects(BUNDLED / "pod-v1.yaml")[0]), encoding="utf-8"
    )
    report = Report()
    found = samples(shipped("apps.v1.Deployment", "core.v1.ConfigMap"), report)
    shop = yaml.safe_load(DEPLOYMENT.replace("kiosk", "shop"))
    assert (
        yaml.safe_load(found["Deployment"]["YAML"])
        == json.loads(found["Deployment"]["JSON"])
        == shop
    )
    assert "name: kiosk" in found["ConfigMap"]["YAML"]
    assert list(found["Deployment"]) == ["YAML", "JSON"]  # a project without generated Python
    (unused,) = report.diagnostics
    assert f"{unused.span.path}:{unused.line}: {unused.rule}" == "own/pod.json:1: example-unused"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            DEPLOYMENT.replace("replicas: 3", "replica: 3"),
            "own/a.yaml:8:3: error[example-invalid]: the example is not valid: spec.replica: unknown field",
        ),
        (
            DEPLOYMENT.replace("      app: kiosk\n  template", "      app: other\n  template"),
            "own/a.yaml:15:9: error[example-invalid]",
        ),
        (
            f"{DEPLOYMENT}---\n{DEPLOYMENT}",
            "own/a.yaml:37:1: error[example-repeated]: a second example of Deployment (apps/v1); the first is at own/a.yaml:1",
        ),
        ("a: [", "own/a.yaml:1:5: error[example-invalid]"),
        ("kind: Shed\napiVersion: example.io/v1\n", "own/a.yaml:1:7: error[example-invalid]"),
    ],
)
def test_invalid_user_example_is_one_finding(project: Path, text: str, said: str) -> None:
    (project / "own/a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CodegenError) as raised:
        samples(shipped("apps.v1.Deployment"), Report())
    (found,) = raised.value.diagnostics
    assert str(found).startswith(said), str(found)


@pytest.mark.parametrize(
    ("kubernetes", "releases", "is_valid"),
    [
        ("", "", False),
        ("", "1.32 1.33", True),
        ("1.33", "July", True),
        ("1.33", "1.33 1.34", False),
    ],
)
def test_examples_follow_rules_of_release(
    project: Path, kubernetes: str, releases: str, is_valid: bool
) -> None:
    text = (BUNDLED / "statefulset-apps-v1.yaml").read_text(encoding="utf-8")
    text = text.replace("          image: registry.example.com/ledger:7.1\n", "")
    (project / "own/a.yaml").write_text(text, encoding="utf-8")
    settings: Any = {"kubernetes": kubernetes} if kubernetes else {}
    with nullcontext() if is_valid else pytest.raises(CodegenError, match="image: Required value"):
        samples(shipped("apps.v1.StatefulSet"), Report(), *releases.split(), **settings)


@pytest.mark.parametrize("target", ["dataclasses", "pydantic", "msgspec"])
def test_python_samples_import_generated_package(project: Path, target: str) -> None:
    Path("none.json").write_text("{}")
    outputs = [
        {"target": "typeddict", "to": "src/kiosk/types"},
        {"target": target, "to": "src/kiosk/k8s"},
    ]
    reference = shipped("apps.v1.Deployment", "core.v1.ConfigMap")
    shown = samples(reference, Report(), outputs=outputs)["Deployment"]["Python"]
    for path, text in emit.emit_files(
        configuration.load("codegen.yaml"), reference, Report()
    ).files.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", f"{shown}\nprint(type(obj).__name__, obj.spec.replicas)"]
    done = subprocess.run(command, cwd=project / "src", capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("Deployment 3\n", "")


@pytest.mark.parametrize(
    ("outputs", "package"),
    [
        ([{"target": "dataclasses", "to": "gen"}], "gen"),
        ([{"target": "dataclasses", "to": "my-lib/src/my/gen"}], "my.gen"),
        ([{"target": "dataclasses", "to": "src"}], ""),
        ([{"target": "validators", "to": "gen"}, {"target": "json-schema", "to": "schemas"}], ""),
        (
            [
                {"target": "dataclasses", "to": "a", "select": ["v1"]},
                {"target": "msgspec", "to": "b"},
            ],
            "b",
        ),
        ([{"target": "dataclasses", "to": "a", "select": ["apps/v1", "!Deployment"]}], ""),
        ([{"target": "dataclasses", "to": "a", "select": ["!Pod"]}], "a"),
    ],
)
def test_python_samples_use_first_package_with_kind(
    project: Path, outputs: Any, package: str
) -> None:
    kind = GroupVersionKind(group="apps", version="v1", kind="Deployment")
    assert find_package(config(outputs=outputs).outputs, kind) == package


def test_server_rules_have_their_releases_and_immutable_fields(project: Path) -> None:
    reference = shipped("batch.v1.Job", "core.v1.Container")
    rules = collect_inputs(
        reference, describe_project(config()), Changelog(), Report()
    ).inputs.rules
    names = rules(reference.definitions["io.k8s.api.core.v1.Container"], "en")["env", "name"]
    assert [(note.since, note.until) for note in names] == [("", "1.31"), ("1.32", "")]
    notes = rules(reference.definitions["io.k8s.api.batch.v1.Job"], "en")
    immutable = {
        steps[-1] for steps, found in notes.items() if any(note.immutable for note in found)
    }
    # The selector, if it is a manual one.
    assert immutable == {
        "backoffLimitPerIndex",
        "managedBy",
        "successPolicy",
    }
