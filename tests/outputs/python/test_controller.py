"""The controller of docs/python.md: it runs with generated classes as it stands there, and mypy finds what the page says it finds."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import codegen
import figures
from corpus import RELEASES, document_of
from typed import mypy

KEY = "io.k8s.api.apps.v1"
STRING = {"type": "string"}
GVK = {"group": "apps", "version": "v1", "kind": "Deployment"}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{KEY}.{name}"}


def kind(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


def small() -> dict[str, Any]:
    """A Deployment with the fields that the controller and its object use."""
    definitions = {
        "Deployment": {
            **kind(apiVersion=STRING, kind=STRING, metadata=ref("ObjectMeta"), spec=ref("DeploymentSpec")),
            "x-kubernetes-group-version-kind": [GVK],
        },
        "DeploymentSpec": kind(
            ("selector", "template"),
            replicas={"type": "integer", "format": "int32"},
            selector=kind_of_map(),
            strategy=ref("DeploymentStrategy"),
            template=ref("PodTemplateSpec"),
        ),
        "DeploymentStrategy": kind(type={"type": "string", "enum": ["Recreate", "RollingUpdate"]}),
        "PodTemplateSpec": kind(spec=ref("PodSpec")),
        "PodSpec": kind(("containers",), containers={"type": "array", "items": ref("Container")}),
        "Container": kind(("name",), name=STRING, image=STRING),
        "ObjectMeta": kind(
            creationTimestamp={"type": "string", "format": "date-time"},
            generation={"type": "integer", "format": "int64"},
            name=STRING,
            uid=STRING,
            resourceVersion=STRING,
        ),
    }
    path = "/apis/apps/v1/namespaces/{namespace}/deployments"
    responses = {"200": {"description": "OK", "schema": ref("Deployment")}}
    answer = {"responses": responses, "x-kubernetes-group-version-kind": GVK}
    return {
        "swagger": "2.0",
        "definitions": {f"{KEY}.{name}": definition for name, definition in definitions.items()},
        "paths": {path: {"post": answer}, f"{path}/{{name}}": {"get": answer}},
    }


def kind_of_map() -> dict[str, Any]:
    return {"type": "object", "additionalProperties": {"type": "object"}}


def program(language: str) -> str:
    """The controller as the page of a language has it."""
    blocks = re.findall(r"```python\n(.*?)```", figures.PYTHON[language].read_text(encoding="utf-8"), re.DOTALL)
    (block,) = [block for block in blocks if "def pin(" in block]
    return str(block)


@pytest.fixture(scope="module", params=["small", *(["release"] if RELEASES else [])])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("controller")
    document = document_of(RELEASES[-1]) if request.param == "release" else home / "swagger.json"
    if request.param == "small":
        document.write_text(json.dumps(small()), encoding="utf-8")
    config = {
        "sources": [{"path": str(document)}],
        "select": ["apps/v1/Deployment"],
        "outputs": [{"target": "dataclasses", "to": "src/myapp/k8s"}],
    }
    (home / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    codegen.generate(codegen.load_config(home / "codegen.yaml")).write()
    return home


RUN = """

class Recorded:
    body: dict[str, Any] = {}

    def get(self, path: str) -> dict[str, Any]:
        assert path == "/apis/apps/v1/namespaces/web/deployments/shop"
        return OBJECT

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.body = body
        return {**body, "metadata": {**body["metadata"], "generation": 8}}


api = Recorded()
assert pin(api, "web", "shop", "nginx:1.29") == 8
print(json.dumps(api.body))
"""


def test_both_languages_show_the_same_controller() -> None:
    assert program("en") == program("zh-cn")


def test_it_reads_modifies_and_writes(folder: Path) -> None:
    meta = {"name": "shop", "uid": "u", "resourceVersion": "7", "creationTimestamp": "2026-01-02T03:04:05Z"}
    template = {"spec": {"containers": [{"name": "web", "image": "nginx:1.28"}]}}
    selector: dict[str, Any] = {"matchLabels": {}}
    spec = {"replicas": 2, "selector": selector, "template": template, "ofANewerServer": {"a": [1]}}
    obj = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {**meta, "generation": 7}, "spec": spec}
    (folder / "run.py").write_text(f"import json\n{program('en')}\nOBJECT = {obj!r}\n{RUN}", encoding="utf-8")
    command = [sys.executable, "-c", "import runpy, sys; sys.path.insert(0, 'src'); runpy.run_path('run.py')"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    wanted = copy.deepcopy(obj)
    wanted["spec"]["strategy"] = {"type": "Recreate"}  # type: ignore[index]
    wanted["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:1.29"  # type: ignore[index]
    assert json.loads(done.stdout) == wanted


@pytest.mark.slow
def test_mypy_finds_what_is_promised(folder: Path) -> None:
    right = program("en")
    imports = "from myapp.k8s.apps_v1.models import DeploymentSpec\n"
    wrong = {
        'a.type = "Rolling"': right.replace('type="Recreate"', 'type="Rolling"'),
        "a.replikas": f"{right}\n\ndef count(d: Deployment) -> object:\n    return d.spec.replikas if d.spec else None\n",
        "DeploymentSpec()": f"{imports}{right}\n\nDeploymentSpec()\n",
    }
    assert right not in wrong.values()
    said = {}
    for number, text in enumerate([right, *wrong.values()]):
        (folder / f"program{number}.py").write_text(text, encoding="utf-8")
        lines = mypy(folder, f"program{number}.py", path="src")
        said[number] = [line.rpartition("  [")[2] for line in lines if ": error:" in line]
    assert said == {0: [], 1: ["arg-type]"], 2: ["attr-defined]"], 3: ["call-arg]", "call-arg]"]}, said
