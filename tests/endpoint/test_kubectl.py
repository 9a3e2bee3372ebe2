"""kubectl changes objects of an endpoint with each of its commands."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen.endpoint.testing import TokenEndpoint
from support.judging import needs_kubectl

Start = Callable[..., TokenEndpoint]
pytestmark = [pytest.mark.slow(reason="dozens of runs of kubectl"), needs_kubectl]
MANIFEST = """
apiVersion: v1
kind: Pod
metadata: {name: bed}
spec:
  containers:
  - {name: rake, image: "rake:1"}
  - {name: hoe, image: "hoe:1"}
---
apiVersion: v1
kind: Secret
metadata: {name: key}
stringData: {a: b}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: gardener}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: digger}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
"""


class Kubectl:
    def __init__(self, endpoint: TokenEndpoint, folder: Path) -> None:
        self._environment = {
            **os.environ,
            "KUBECONFIG": str(endpoint.kubeconfig),
            "HOME": str(folder),
        }
        self.folder = folder

    def run(self, *words: str, editor: str = "") -> subprocess.CompletedProcess[str]:
        environment = {**self._environment, "EDITOR": editor}
        command = ["kubectl", *words]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            env=environment,
            timeout=60,
        )

    def says(self, *words: str, editor: str = "") -> str:
        done = self.run(*words, editor=editor)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return done.stdout

    def get(self, kind: str, name: str) -> Any:
        return json.loads(self.says("get", kind, name, "-o", "json"))

    def refused(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 1, done.stdout
        return done.stderr


@pytest.fixture
def kubectl(token_endpoints: Start, tmp_path: Path) -> Kubectl:
    found = Kubectl(token_endpoints(tls=True), tmp_path)
    (tmp_path / "bed.yaml").write_text(MANIFEST)
    return found


def test_kubectl_label_annotate_and_patch(kubectl: Kubectl) -> None:
    kubectl.says("create", "configmap", "plan", "--from-literal=a=1")
    kubectl.says("label", "configmap", "plan", "bed=roses")
    assert "already has a value (roses)" in kubectl.refused(
        "label", "configmap", "plan", "bed=tulips"
    )
    kubectl.says("label", "configmap", "plan", "bed=tulips", "--overwrite")
    kubectl.says("annotate", "configmap", "plan", "note=x")
    kubectl.says("patch", "configmap", "plan", "-p", '{"data": {"b": "2"}}')
    kubectl.says("patch", "configmap", "plan", "--type=merge", "-p", '{"data": {"a": null}}')
    kubectl.says(
        "patch",
        "configmap",
        "plan",
        "--type=json",
        "-p",
        '[{"op": "add", "path": "/data/c", "value": "3"}]',
    )
    plan = kubectl.get("configmap", "plan")
    assert plan["data"] == {"b": "2", "c": "3"}
    assert (plan["metadata"]["labels"], plan["metadata"]["annotations"]) == (
        {"bed": "tulips"},
        {"note": "x"},
    )
    assert kubectl.says("patch", "configmap", "plan", "-p", '{"data": {"b": "2"}}') == (
        "configmap/plan patched (no change)\n"
    )
    assert kubectl.get("configmap", "plan") == plan


def test_invalid_patches_are_refused(kubectl: Kubectl) -> None:
    kubectl.says("create", "configmap", "plan", "--from-literal=a=1")

    def refused(patch: str, kind: str = "merge", name: str = "plan") -> str:
        return kubectl.refused("patch", "configmap", name, f"--type={kind}", "-p", patch)

    missing = '[{"op": "remove", "path": "/data/z"}]'
    said = (
        "The request is invalid: the server rejected our request due to an error in our request\n"
    )
    assert refused(missing, "json") == said
    assert "json: cannot unmarshal number into Go struct field ConfigMap.data" in refused(
        '{"data": 5}', "strategic"
    )
    assert "(Conflict): Operation cannot be fulfilled" in refused(
        '{"metadata": {"resourceVersion": "1"}}'
    )
    assert "the name of the object (b) does not match the name on the URL" in refused(
        '{"metadata": {"name": "b"}}'
    )
    assert '(NotFound): configmaps "other" not found' in refused("{}", name="other")
    kubectl.says("patch", "configmap", "plan", "-p", '{"immutable": true}')
    assert "data: Forbidden: field is immutable when `immutable` is set" in refused(
        '{"data": {"a": "2"}}'
    )


def test_kubectl_apply_diff_replace_and_edit(kubectl: Kubectl) -> None:
    file = kubectl.folder / "bed.yaml"
    assert kubectl.says("apply", "-f", file.name).count("created") == 4
    # `stringData` of a Secret is write-only.
    assert kubectl.says("apply", "-f", file.name).count("unchanged") == 3
    file.write_text(
        MANIFEST.replace("rake:1", "rake:2").replace("a: b", "a: c").replace("[get]", "[get, list]")
    )
    assert kubectl.run("diff", "-f", file.name).stdout.count("\n+++ ") == 3
    assert kubectl.says("apply", "-f", file.name).count("configured") == 3
    pod = kubectl.get("pod", "bed")
    assert [each["image"] for each in pod["spec"]["containers"]] == ["rake:2", "hoe:1"]
    assert kubectl.get("secret", "key")["data"] == {"a": "Yw=="}
    assert kubectl.get("role", "digger")["rules"][0]["verbs"] == ["get", "list"]
    assert kubectl.says("replace", "-f", file.name).count("replaced") == 4
    assert kubectl.get("secret", "key")["data"] == {"a": "Yw=="}
    kubectl.says("edit", "pod", "bed", editor="sed -i s/hoe:1/hoe:3/")
    kubectl.says("set", "image", "pod/bed", "rake=rake:4")
    kubectl.says(
        "patch",
        "pod",
        "bed",
        "--subresource=status",
        "--type=merge",
        "-p",
        '{"status": {"phase": "Running"}}',
    )
    changed = kubectl.get("pod", "bed")
    assert [each["image"] for each in changed["spec"]["containers"]] == ["rake:4", "hoe:3"]
    assert changed["status"]["phase"] == "Running"
    assert "not available on the server" in kubectl.refused(
        "apply", "--server-side", "-f", file.name
    )
    assert kubectl.says("delete", "-f", file.name).count("deleted") == 4
