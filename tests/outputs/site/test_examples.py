"""The examples of kinds: bundled ones, those of a user's folder, and those that are made from a schema."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from codegen.config import configuration, pipeline
from codegen.core.diagnostics import CodegenError, Level, Report
from codegen.core.source import load
from codegen.model import GroupVersionKind, Reference
from codegen.model.changelog import Changelog
from codegen.outputs.docs.shared.groups import kinds
from codegen.outputs.site.example_files import BUNDLED, ExampleChecker
from codegen.outputs.site.examples import Examples
from codegen.outputs.site.site_inputs import collect_examples, find_package
from codegen.readers.built_in.structure import built_ins
from codegen.readers.sources import read
from codegen.validation.manifest_files import validate_files
from gardens.resources import as_yaml, plots, schema_of
from support.rows import for_rows

SHIPPED = built_ins()
FILES = sorted(BUNDLED.glob("*.yaml"))
COMMON = [
    "ConfigMap",
    "CronJob",
    "CustomResourceDefinition",
    "DaemonSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Job",
    "LimitRange",
    "Namespace",
    "NetworkPolicy",
    "Node",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Pod",
    "PodDisruptionBudget",
    "ReplicaSet",
    "ResourceQuota",
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet",
    "StorageClass",
]
DEPLOYMENT = load(BUNDLED / "deployment-apps-v1.yaml").text


def objects(file: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(file.read_text(encoding="utf-8")))


@for_rows((file,) for file in FILES)
def test_a_bundled_example_is_valid_in_every_release_with_its_kind(file: Path) -> None:
    served = set[str]()
    for release in SHIPPED.releases:
        known = {
            each["apiVersion"] for each in objects(file) if SHIPPED.kind_key(release, each["apiVersion"], each["kind"])
        }
        served |= known
        rules = {
            each.rule
            for each in validate_files(file, kubernetes_version=release).findings
            if each.level is not Level.INFO
        }
        assert rules <= (set() if len(known) == len(objects(file)) else {"kind-not-yet-served", "kind-removed"})
    assert served == {each["apiVersion"] for each in objects(file)}
    assert {file.name.partition("-")[0]} == {each["kind"].lower() for each in objects(file)}


def test_the_commonest_kinds_have_a_bundled_example() -> None:
    assert {*COMMON} <= {each["kind"] for file in FILES for each in objects(file)}


@pytest.mark.parametrize("release", [SHIPPED.releases[0], SHIPPED.newest])
def test_every_kind_of_kubernetes_has_an_example_that_the_command_accepts(release: str, tmp_path: Path) -> None:
    keys = [SHIPPED.kind_key(release, *kind) for kind in SHIPPED.kinds]
    reference = SHIPPED.reference(release, [key for key in keys if key])
    examples = Examples(reference, ExampleChecker(reference, release))
    served = (
        each for each in kinds(reference) if "apimachinery" not in each.key
    )  # others are parts of requests and answers
    for definition in served:
        found = examples.example(definition)
        assert found is not None, definition.key
        (tmp_path / f"{definition.key}.json").write_text(json.dumps(found), encoding="utf-8")
    findings = validate_files(tmp_path, kubernetes_version=release).findings
    assert [each for each in findings if each.level is not Level.INFO] == []


def test_a_newer_version_of_a_kind_takes_the_example_of_an_older_one_if_it_is_valid() -> None:
    release = SHIPPED.newest
    claim, autoscaler = ("resource.k8s.io/v1beta2", "ResourceClaim"), ("autoscaling/v1", "HorizontalPodAutoscaler")
    reference = SHIPPED.reference(release, [SHIPPED.kind_key(release, *each) for each in (claim, autoscaler)])
    examples = Examples(reference, ExampleChecker(reference))
    found = {each.name: examples.example(each) or {} for each in reference.definitions.values() if each.gvk}
    assert found["ResourceClaim"]["apiVersion"] == "resource.k8s.io/v1beta2"
    assert found["ResourceClaim"]["spec"]["devices"]["requests"][0]["exactly"]
    assert found["HorizontalPodAutoscaler"]["spec"]["targetCPUUtilizationPercentage"] == 70


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ({"required": ["driver"], "properties": {"driver": {"type": "string", "pattern": "^[a-z.]+/[a-z]+$"}}}, {"driver": "example.com/example"}),
        ({"properties": {"a": {"type": "object"}, "b": {"type": "integer"}}, "oneOf": [{"required": ["b"]}]}, {"b": 1}),
        ({"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "x-kubernetes-validations": [{"rule": "has(self.b)"}]}, {"b": 1}),
        ({"required": ["size"], "properties": {"size": {"type": "integer", "default": 7}}}, {"size": 7}),
        ({"required": ["size"], "properties": {"size": {"type": "string", "pattern": "^[0-9]{40}$"}}}, None),
    ],
)  # fmt: skip
def test_a_custom_resource_has_an_example_by_its_schema_and_rules(
    tmp_path: Path, spec: dict[str, Any], found: dict[str, Any] | None
) -> None:
    definition = plots()
    schema_of(definition)["properties"]["spec"] = {"type": "object", **spec}
    (tmp_path / "plots.yaml").write_text(as_yaml(definition), encoding="utf-8")
    reference = read(tmp_path / "plots.yaml")
    made = Examples(reference, ExampleChecker(reference)).example(next(iter(kinds(reference))))
    assert (made and made["spec"]) == found


# --------------------------------------------------------------------------------------------------- a configuration


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("own").mkdir()
    return tmp_path


@pytest.fixture(scope="module")
def reference() -> Reference:
    return SHIPPED.reference(SHIPPED.newest, ["io.k8s.api.apps.v1.Deployment", "io.k8s.api.core.v1.ConfigMap"])


def samples(reference: Reference, report: Report, **settings: Any) -> dict[str, dict[str, str]]:
    """The samples of each kind, by their names."""
    written = {"sources": ["none.json"], "outputs": [], "examples": "own", **settings}
    Path("codegen.yaml").write_text(json.dumps(written), encoding="utf-8")
    found = collect_examples(reference, configuration.load("codegen.yaml"), Changelog(), report)
    return {key.rpartition(".")[2]: {each.name: each.code for each in given} for key, given in found.items()}


def test_an_example_of_the_user_comes_first_and_unused_ones_are_told(project: Path, reference: Reference) -> None:
    (project / "own/shop.yaml").write_text(DEPLOYMENT.replace("kiosk", "shop"), encoding="utf-8")
    (project / "own/pod.json").write_text(json.dumps(objects(BUNDLED / "pod-v1.yaml")[0]), encoding="utf-8")
    report = Report()
    found = samples(reference, report)
    assert yaml.safe_load(found["Deployment"]["YAML"]) == yaml.safe_load(DEPLOYMENT.replace("kiosk", "shop"))
    assert "name: kiosk" in found["ConfigMap"]["YAML"]
    assert list(found["Deployment"]) == ["YAML", "JSON"]  # without generated Python
    assert [f"{each.span.path}:{each.line}: {each.rule}" for each in report.diagnostics] == [
        "own/pod.json:1: example-unused"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DEPLOYMENT.replace("replicas: 3", "replica: 3"), "own/a.yaml:8:3: error[example-invalid]: the example is not valid: spec.replica: unknown field"),
        (DEPLOYMENT.replace("      app: kiosk\n  template", "      app: other\n  template"), "own/a.yaml:15:9: error[example-invalid]"),
        (f"{DEPLOYMENT}---\n{DEPLOYMENT}", "own/a.yaml:37:1: error[example-repeated]: a second example of Deployment (apps/v1); the first is at own/a.yaml:1"),
        ("a: [", "own/a.yaml:1:5: error[example-invalid]"),
        ("kind: Shed\napiVersion: example.io/v1\n", "own/a.yaml:1:7: error[example-invalid]"),
    ],
)  # fmt: skip
def test_a_wrong_example_of_the_user_is_one_finding(project: Path, reference: Reference, text: str, said: str) -> None:
    (project / "own/a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CodegenError) as raised:
        samples(reference, Report())
    (found,) = raised.value.diagnostics
    assert str(found).startswith(said), str(found)


def test_the_rules_are_those_of_the_newest_release_of_the_history() -> None:
    release = SHIPPED.newest
    reference = SHIPPED.reference(release, ["io.k8s.api.apps.v1.StatefulSet"])
    broken = {**objects(BUNDLED / "statefulset-apps-v1.yaml")[0]}
    broken["spec"]["template"]["spec"]["containers"][0].pop("image")
    rules = [[each.rule for each in ExampleChecker(reference, name).find_errors(broken)] for name in ("1.33", "1.34")]
    assert rules == [[], ["image-missing"]]


@pytest.mark.parametrize("target", ["dataclasses", "pydantic", "msgspec"])
def test_python_imports_what_generate_writes(project: Path, reference: Reference, target: str) -> None:
    Path("none.json").write_text("{}")
    outputs = [{"target": "typeddict", "to": "src/kiosk/types"}, {"target": target, "to": "src/kiosk/k8s"}]
    shown = samples(reference, Report(), outputs=outputs)["Deployment"]["Python"]
    files = pipeline.emit_files(configuration.load("codegen.yaml"), reference, Report()).files
    for path, text in files.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    program = f"{shown}\nprint(type(obj).__name__, obj.spec.replicas)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=project / "src", capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("Deployment 3\n", "")


@pytest.mark.parametrize(
    ("outputs", "package"),
    [
        ([{"target": "dataclasses", "to": "gen"}], "gen"),
        ([{"target": "dataclasses", "to": "lib/src/my/gen"}], "my.gen"),
        ([{"target": "dataclasses", "to": "src"}], ""),
        ([{"target": "validators", "to": "gen"}, {"target": "json-schema", "to": "schemas"}], ""),
        ([{"target": "dataclasses", "to": "a", "select": ["v1"]}, {"target": "msgspec", "to": "b"}], "b"),
        ([{"target": "dataclasses", "to": "a", "select": ["apps/v1", "!Deployment"]}], ""),
        ([{"target": "dataclasses", "to": "a", "select": ["!Pod"]}], "a"),
    ],
)
def test_the_package_is_the_first_that_reads_the_kind(
    project: Path, outputs: list[dict[str, Any]], package: str
) -> None:
    Path("codegen.yaml").write_text(json.dumps({"sources": ["none.json"], "outputs": outputs}), encoding="utf-8")
    kind = GroupVersionKind(group="apps", version="v1", kind="Deployment")
    assert find_package(configuration.load("codegen.yaml").outputs, kind) == package
