"""Third-party linters, a mock server and generators accept the schemas.

`make judges` installs the tools: those of npm as `tests/judges/package-lock.json` pins them, those
of Python as the extra `judges`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from gardens.everything import everything, write_all_formats
from support.corpus import RELEASES, SEED, document_of, newest
from support.judging import JUDGES, find_tool, post_status, run, run_mock_server, skip_missing

pytestmark = pytest.mark.slow

VERSIONS = ("openapi-31", "openapi-30")


class Subject(Struct, frozen=True, kw_only=True):
    """A tested kind: folders by format, file stem, and bodies for one of its paths."""

    folder: Path
    kind: str
    stem: str
    path: str
    good: tuple[dict[str, Any], ...]
    bad: tuple[dict[str, Any], ...]

    def document(self, version: str) -> Path:
        return self.folder / version / f"{self.stem}.openapi.yaml"

    @property
    def schema(self) -> Path:
        return self.folder / "json-schema" / f"{self.stem}.json"


def token_request(folder: Path) -> Subject:
    write_all_formats(SEED, folder, "zh-cn")
    body = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"audiences": ["vault"]},
    }
    bound = {"audiences": ["vault"], "boundObjectRef": None, "expirationSeconds": None}
    return Subject(
        folder=folder,
        kind="TokenRequest",
        stem="tokenrequest-authentication-v1",
        path="/api/v1/namespaces/default/serviceaccounts/robot/token",
        good=(
            body,
            {"spec": bound},
            {**body, "kind": None, "metadata": None, "status": None},
            {**body, "metadata": {"name": "a"}},
        ),
        bad=(
            {**body, "kind": "Token"},
            {"spec": None},
            {"spec": {}},
            {},
            {**body, "spec": {"audiences": 1}},
            {**body, "status": 1},
        ),
    )


def deployment(folder: Path) -> Subject:
    write_all_formats(document_of(newest(RELEASES)), folder, select=["apps/v1/Deployment"])

    def body(**more: Any) -> dict[str, Any]:
        pod = {
            "metadata": {"labels": {"a": "b"}},
            "spec": {"containers": [{"name": "web", **more}]},
        }
        spec = {"replicas": None, "selector": {"matchLabels": {"a": "b"}}, "template": pod}
        return {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": spec,
        }

    probe = {"httpGet": {"port": "http", "path": "/"}}
    return Subject(
        folder=folder,
        kind="Deployment",
        stem="deployment-apps-v1",
        path="/apis/apps/v1/namespaces/default/deployments",
        good=(
            body(),
            body(image="nginx", ports=[{"containerPort": 80}], livenessProbe=probe, env=None),
            body(
                livenessProbe={"httpGet": {"port": 80}},
                readinessProbe=None,
                resources={"limits": {"cpu": "500m"}},
            ),
        ),
        bad=(
            body(ports=[{"containerPort": "http"}]),
            body(livenessProbe={"httpGet": {"port": [80]}}),
            body(imagePullPolicy="Sometimes"),
            body(resources={"limits": {"cpu": []}}),
            {**body(), "spec": None} | {"kind": "Deploy"},
        ),
    )


def plot(folder: Path) -> Subject:
    source = folder / "garden.json"
    source.write_text(json.dumps(everything()), encoding="utf-8")
    write_all_formats(source, folder)
    body: dict[str, Any] = {"spec": {"soil": "clay"}, "choice": "a", "size": 1}
    return Subject(
        folder=folder,
        kind="Plot",
        stem="plot-garden-v1",
        path="/apis/garden.example.io/v1/namespaces/back/plots",
        good=(
            body,
            {**body, "other": None, "either": 1, "free": {"a": [1]}},
            {**body, "either": None, "inline": "a", "bed": None},
        ),
        bad=(
            {**body, "choice": None},
            {**body, "other": "c"},
            {**body, "either": 0.5},
            {**body, "bed": {}},
            {**body, "labels": {"a": 1}},
        ),
    )


@pytest.fixture(
    scope="module", params=[token_request, deployment, plot], ids=lambda make: make.__name__
)
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    made: Subject = request.param(tmp_path_factory.mktemp(request.param.__name__))
    return made


def test_ajv_compiles_schema_in_strict_mode(subject: Subject) -> None:
    if not (JUDGES / "node_modules/ajv").is_dir():
        skip_missing("ajv")
    assert "compiled" in run("node", JUDGES / "ajv.cjs", subject.schema)


def test_check_jsonschema_accepts_valid_objects(subject: Subject, tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(json.dumps(subject.good[0]), encoding="utf-8")
    run(find_tool("check-jsonschema"), "--check-metaschema", subject.schema)
    run(find_tool("check-jsonschema"), "--schemafile", subject.schema, tmp_path / "good.json")


def test_vscode_completes_keys_and_shows_descriptions_and_problems(
    subject: Subject, tmp_path: Path
) -> None:
    if not (JUDGES / "node_modules/vscode-json-languageservice").is_dir():
        skip_missing("vscode-json-languageservice")
    objects = tmp_path / "objects.json"
    objects.write_text(json.dumps([{}, *subject.good, *subject.bad]), encoding="utf-8")
    empty, *answers = json.loads(run("node", JUDGES / "editor.cjs", subject.schema, objects))
    definitions = json.loads(subject.schema.read_text(encoding="utf-8"))["$defs"]
    (root,) = (each for key, each in definitions.items() if key.endswith(f".{subject.kind}"))
    assert sorted(empty["offered"]) == sorted(root["properties"])
    assert [bool(each["problems"]) for each in answers] == [False] * len(subject.good) + [
        True
    ] * len(subject.bad)
    assert "spec" not in answers[0]["silent"]


@pytest.mark.parametrize("version", VERSIONS)
def test_spectral_reports_no_error(subject: Subject, version: str, tmp_path: Path) -> None:
    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text("extends: ['spectral:oas']\n", encoding="utf-8")
    run(find_tool("spectral"), "lint", "--ruleset", ruleset, subject.document(version))


@pytest.mark.parametrize("version", VERSIONS)
def test_redocly_reports_no_error(subject: Subject, version: str) -> None:
    run(find_tool("redocly"), "lint", "--extends=recommended", subject.document(version))


@pytest.mark.parametrize("version", VERSIONS)
def test_typescript_accepts_types(subject: Subject, version: str, tmp_path: Path) -> None:
    types = tmp_path / "types.ts"
    run(find_tool("openapi-typescript"), subject.document(version), "--output", types)
    run(find_tool("tsc"), "--strict", "--noEmit", types)
    _, _, components = types.read_text(encoding="utf-8").partition(
        "\nexport interface components {\n"
    )
    written, _, _ = components.partition("\n}\n")
    assert subject.kind in written
    assert "Record<string, never>" not in written  # an object without fields


@pytest.mark.parametrize("version", VERSIONS)
def test_openapi_python_client_generates_everything(
    subject: Subject, version: str, tmp_path: Path
) -> None:
    # Otherwise it skips all patch operations, since it does not support YAML media types.
    (tmp_path / "config.yaml").write_text(
        "content_type_overrides: {application/apply-patch+yaml: application/json}\n",
        encoding="utf-8",
    )
    told = run(
        find_tool("openapi-python-client"),
        "generate",
        "--path",
        subject.document(version),
        "--config",
        tmp_path / "config.yaml",
        "--output-path",
        tmp_path / "client",
    )
    assert "WARNING" not in told.upper(), told
    run(sys.executable, "-m", "compileall", "-q", tmp_path / "client")


@pytest.mark.parametrize("version", VERSIONS)
def test_datamodel_code_generator_models_accept_objects(
    subject: Subject, version: str, tmp_path: Path
) -> None:
    run(
        find_tool("datamodel-codegen"),
        "--input",
        subject.document(version),
        "--input-file-type",
        "openapi",
        "--output-model-type",
        "pydantic_v2.BaseModel",
        "--output",
        tmp_path / "models",
    )
    (module,) = (
        file.relative_to(tmp_path).with_suffix("").as_posix().replace("/", ".")
        for file in (tmp_path / "models").rglob("*.py")
        if f"class {subject.kind}(" in file.read_text(encoding="utf-8")
    )
    program = f"""
import json, sys
from {module} import {subject.kind} as Model
for body in json.load(sys.stdin):
    written = json.loads(Model.model_validate(body).model_dump_json(exclude_unset=True, by_alias=True))
    assert written == body, (written, body)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        input=json.dumps(subject.good),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("version", VERSIONS)
def test_prism_refuses_invalid_bodies_only(subject: Subject, version: str, tmp_path: Path) -> None:
    with run_mock_server(subject.document(version), tmp_path) as port:
        told = {
            json.dumps(body): post_status(port, subject.path, body)
            for body in (*subject.good, *subject.bad)
        }
    assert {body: status for body, status in told.items() if status >= 400} == {
        json.dumps(body): 422 for body in subject.bad
    }
