"""The third-party library examples of docs/generate-python.md run, and mypy gives the documented
results.
"""

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
from gardens.resources import PLOTS_PROPERTIES
from support.corpus import RELEASES, document_of
from support.judging import import_or_skip
from support.typed import mypy
from tools import figures

KEY = "io.k8s.api.apps.v1"
STRING = {"type": "string"}
GVK = {"group": "apps", "version": "v1", "kind": "Deployment"}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{KEY}.{name}"}


def kind(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        **({"required": list(required)} if required else {}),
    }


def small_document() -> dict[str, Any]:
    """Return a document with the Deployment fields used by the examples."""
    definitions = {
        "Deployment": {
            **kind(
                apiVersion=STRING,
                kind=STRING,
                metadata=ref("ObjectMeta"),
                spec=ref("DeploymentSpec"),
            ),
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


def code_block(language: str, mark: str, name: str = "python") -> str:
    """Return the code block with this text on the page of a language."""
    blocks = re.findall(
        rf"```{name}\n(.*?)```", figures.PYTHON[language].read_text(encoding="utf-8"), re.DOTALL
    )
    (found,) = [block for block in blocks if mark in block]
    return str(found)


@pytest.fixture(scope="module", params=["small", *(["release"] if RELEASES else [])])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("controller")
    document = document_of(RELEASES[-1]) if request.param == "release" else home / "swagger.json"
    if request.param == "small":
        document.write_text(json.dumps(small_document()), encoding="utf-8")
    config = {
        "sources": [{"path": str(document)}],
        "select": ["apps/v1/Deployment"],
        "outputs": [{"target": "dataclasses", "to": "src/myapp/k8s"}],
    }
    (home / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    codegen.generate(codegen.load_config(home / "codegen.yaml")).write()
    return home


SERVER = """
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class Api(BaseHTTPRequestHandler):
    body = OBJECT

    def do_GET(self):
        assert self.path == "/apis/apps/v1/namespaces/web/deployments/shop", self.path
        answer = json.dumps(Api.body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_PUT(self):
        Api.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Api.body["metadata"]["generation"] += 1
        self.do_GET()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
"""
LIGHTKUBE = """
from lightkube import KubeConfig
from lightkube.config.models import Cluster, User

config = KubeConfig.from_one(cluster=Cluster(server=url), user=User())
assert pin(Client(config), "web", "shop", "nginx:1.29") == 8
print(json.dumps(Api.body))
"""
OFFICIAL = """
from kubernetes.client import ApiClient, Configuration

scale(CustomObjectsApi(ApiClient(Configuration(host=url))), "web", "shop", 5)
print(json.dumps(Api.body))
"""


def deployment() -> dict[str, Any]:
    """Return the response of a newer server."""
    meta = {
        "name": "shop",
        "uid": "u",
        "resourceVersion": "7",
        "creationTimestamp": "2026-01-02T03:04:05Z",
    }
    template = {"spec": {"containers": [{"name": "web", "image": "nginx:1.28"}]}}
    selector: dict[str, Any] = {"matchLabels": {}}
    spec = {"replicas": 2, "selector": selector, "template": template, "ofANewerServer": {"a": [1]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {**meta, "generation": 7},
        "spec": spec,
    }


def run_program(folder: Path, program: str) -> Any:
    """Run a program with the generated classes and parse the JSON that it prints."""
    (folder / "run.py").write_text(program, encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        "import runpy, sys; sys.path.insert(0, 'src'); runpy.run_path('run.py')",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("mark", ["def pin(", "def scale(", "def plant("])
def test_both_languages_show_same_code(mark: str) -> None:
    assert code_block("en", mark) == code_block("zh-cn", mark)


@pytest.mark.slow
def test_lightkube_updates_object_and_keeps_other_fields(folder: Path) -> None:
    import_or_skip("lightkube")
    program = f"{code_block('en', 'def pin(')}\nOBJECT = {deployment()!r}\n{SERVER}{LIGHTKUBE}"
    wanted = copy.deepcopy(deployment())
    wanted["metadata"]["generation"] = 8
    wanted["spec"]["strategy"] = {"type": "Recreate"}
    wanted["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:1.29"
    assert run_program(folder, program) == wanted


@pytest.mark.slow
def test_official_client_updates_object_and_keeps_other_fields(folder: Path) -> None:
    import_or_skip("kubernetes")
    program = f"{code_block('en', 'def scale(')}\nOBJECT = {deployment()!r}\n{SERVER}{OFFICIAL}"
    wanted = copy.deepcopy(deployment())
    wanted["metadata"]["generation"] = 8
    wanted["spec"]["replicas"] = 5
    assert run_program(folder, program) == wanted


PLOT = f"""{PLOTS_PROPERTIES}\
          spec:
            type: object
            required: [soil]
            properties:
              soil: {{type: string, enum: [clay, sand], description: What it is made of.}}
              rows: {{type: integer}}
        required: [spec]
"""
ASK = """
import json

from fastapi.testclient import TestClient

client = TestClient(app)
answers = [client.post("/plots", json=json.loads(each)) for each in SENT]
shown = client.get("/openapi.json").json()["components"]["schemas"]["PlotSpec"]["properties"]["soil"]
print(json.dumps([*([each.status_code, each.json()] for each in answers), shown["description"]]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh-cn"])
def test_fastapi_serves_custom_resource(language: str, tmp_path: Path) -> None:
    import_or_skip("fastapi")
    (tmp_path / "plots.yaml").write_text(PLOT, encoding="utf-8")
    (tmp_path / "codegen.yaml").write_text(
        code_block(language, "plots.yaml", "yaml"), encoding="utf-8"
    )
    codegen.generate(codegen.load_config(tmp_path / "codegen.yaml")).write()
    head = {"apiVersion": "garden.example.io/v1", "kind": "Plot", "metadata": {"name": "a"}}
    sent = [{**head, "spec": spec} for spec in ({"soil": "clay"}, {"soil": "mud", "rowz": 1})]
    program = f"{code_block(language, 'def plant(')}\nSENT = {list(map(json.dumps, sent))!r}\n{ASK}"
    (good, bad, text) = run_program(tmp_path, program)
    assert good == [201, {**head, "spec": {"soil": "clay", "rows": 3}}]
    assert bad[0] == 422
    assert [error["loc"] for error in bad[1]["detail"]] == [
        ["body", "spec", "soil"],
        ["body", "spec", "rowz"],
    ]
    assert "What it is made of." in text


@pytest.mark.slow
def test_mypy_gives_documented_errors(folder: Path) -> None:
    import_or_skip("lightkube")
    right = code_block("en", "def pin(")
    imports = "from myapp.k8s.apps_v1.models import DeploymentSpec\n"
    wrong = {
        'a.type = "Rolling"': right.replace('type="Recreate"', 'type="Rolling"'),
        "a.replikas": f"{right}\n\ndef count(d: Deployment) -> object:\n    return d.spec.replikas if d.spec else None\n",
        "DeploymentSpec()": f"{imports}{right}\n\nDeploymentSpec()\n",
    }
    assert right not in wrong.values()
    said = []
    for number, text in enumerate([right, *wrong.values()]):
        (folder / f"program{number}.py").write_text(text, encoding="utf-8")
        lines = mypy(folder, f"program{number}.py", path="src")
        said.append([line.rpartition("  [")[2] for line in lines if ": error:" in line])
    # lightkube has no types for generic resources.
    library_itself = {
        "no-untyped-call]",
        "call-overload]",
    }
    found = [[code for code in each if code not in library_itself] for each in said]
    assert found == [[], ["arg-type]"], ["attr-defined]"], ["call-arg]", "call-arg]"]], said
