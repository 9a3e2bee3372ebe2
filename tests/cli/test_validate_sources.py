"""Schema sources of `codegen validate`:

CustomResourceDefinitions in the same stream, and clusters.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result

from codegen.readers.built_in.structure import built_ins
from gardens.http import Answer, Request, run_server
from gardens.parts import gvk_of
from gardens.resources import PLOTS_PROPERTIES
from support.commands import run as command

NEWEST = built_ins().newest
CRD = (
    PLOTS_PROPERTIES
    + """\
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer}
"""
)
PLOT = "apiVersion: garden.example.io/v1\nkind: Plot\nmetadata: {name: south}\nspec: {size: 5}\n"


@pytest.fixture(autouse=True)
def _use_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change to a folder without a configuration, and hide kubectl and kr8s."""
    monkeypatch.setitem(sys.modules, "kr8s.asyncio", None)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


def run(*arguments: str, stdin: str) -> Result:
    return command("validate", "-", *arguments, stdin=stdin)


def test_definitions_in_same_stream_are_used(tmp_path: Path) -> None:
    result = run(stdin=f"{PLOT}---\n{CRD}")
    assert result.exit_code == 0, result.output
    assert "Valid: 2, Invalid: 0" in result.stdout
    result = run(stdin=f"{CRD}---\n{PLOT.replace('size: 5', 'size: five')}")
    assert result.exit_code == 1
    assert (
        'stdin:25:14: ERR field-value-type-invalid: spec.size: Invalid value: "five": must be an integer'
        in result.stdout
    )
    (tmp_path / "crd.yaml").write_text(CRD)
    assert run("--source", "crd.yaml", stdin=PLOT).exit_code == 0
    assert run(stdin=PLOT).exit_code == 1


def test_last_definition_of_kind_wins(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(CRD.replace("size", "length"))
    (tmp_path / "b.yaml").write_text(f"{CRD}---\n{PLOT}")
    assert command("validate", "a.yaml", "b.yaml").exit_code == 0
    assert "b.yaml:25:8: ERR unknown-field" in command("validate", "b.yaml", "a.yaml").stdout


def test_schema_with_root_reference_is_open(tmp_path: Path) -> None:
    head, _, _ = CRD.partition("      openAPIV3Schema:")
    result = run(stdin=f"{head}      openAPIV3Schema: {{$ref: '#/a', type: object}}\n---\n{PLOT}")
    assert ("crd-ref" in result.stdout, "unknown-field" in result.stdout) == (True, False)


def test_source_warnings_are_reported_on_success(tmp_path: Path) -> None:
    rules = "            x-kubernetes-validations: [{rule: self.size < foo}]\n"
    (tmp_path / "crd.yaml").write_text(CRD + rules)
    other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    result = run("--source", "crd.yaml", stdin=other)
    assert result.exit_code == 0
    assert "crd.yaml:21:59: INFO cel-rule-not-compiled" in result.stdout
    assert result.stderr == ""
    assert run("--source", "crd.yaml", "--fail-on", "INFO", stdin=other).exit_code == 1
    result = run("--source", "crd.yaml", "--format", "json", stdin=other)
    report = json.loads(result.stdout)
    (finding,) = report["findings"]
    assert (finding["rule"], finding["level"]) == ("cel-rule-not-compiled", "INFO")
    assert report["diagnostics"] == []
    (tmp_path / "codegen.yaml").write_text(
        "sources: [crd.yaml]\noutputs: [{target: json-schema, to: out}]\n"
    )
    for other_command in (("generate",), ("inspect", "crd.yaml")):
        assert "crd.yaml:21:59: warning[cel-rule-not-compiled]" in command(*other_command).stderr


def test_warnings_of_configured_sources_have_relative_paths(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project/codegen.yaml").write_text(
        "sources: [{path: crds}]\noutputs: [{target: json-schema, to: out}]\n"
    )
    (tmp_path / "project/crds").mkdir()
    (tmp_path / "project/crds/a.yaml").write_text(CRD)
    (tmp_path / "project/crds/b.yaml").write_text("")
    result = run("--config", "project/codegen.yaml", stdin=PLOT)
    assert result.exit_code == 0
    assert "project/crds/b.yaml:1:1: INFO file-passed-over" in result.stdout


def test_unreadable_definition_is_not_used() -> None:
    result = run(stdin=f"{CRD.replace('type: integer', 'type: [')}---\n{PLOT}")
    assert result.exit_code == 2
    result = run(
        stdin=f"{CRD.replace('apiextensions.k8s.io/v1', 'apiextensions.k8s.io/v1beta1')}---\n{PLOT}"
    )
    assert result.exit_code == 1
    assert [line.split(": ")[1] for line in result.stdout.splitlines()[:2]] == [
        "ERR kind-removed",
        "ERR kind-unknown",
    ]


def cluster_responses(release: str) -> dict[str, str]:
    """Return the responses of a cluster that serves plots."""
    head = {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"type": "object"},
    }
    spec = {"type": "object", "additionalProperties": {"type": "integer"}}
    plot = {
        "type": "object",
        "properties": {**head, "spec": spec},
        "x-kubernetes-group-version-kind": [gvk_of()],
    }
    components = {"schemas": {"io.example.garden.v1.Plot": plot}}
    document = {
        "openapi": "3.0.0",
        "info": {"title": "a", "version": "v1"},
        "paths": {},
        "components": components,
    }
    url = "/openapi/v3/apis/garden.example.io/v1?hash=AB"
    answers = {
        "/version": {"gitVersion": release},
        "/openapi/v3": {"paths": {"apis/garden.example.io/v1": {"serverRelativeURL": url}}},
        url: document,
    }
    return {path: json.dumps(each) for path, each in answers.items()}


def kubectl(folder: Path, release: str = f"v{NEWEST}.3") -> None:
    """Install a kubectl whose cluster serves plots."""
    (folder / "bin").mkdir()
    script = folder / "bin/kubectl"
    script.write_text(
        f"#!{sys.executable}\nimport sys\nanswers = {json.dumps(cluster_responses(release))}\n"
        "assert sys.argv[1:3] == ['get', '--raw']\n"
        "sys.exit('refused') if sys.argv[3] not in answers else print(answers[sys.argv[3]])\n"
    )
    script.chmod(0o755)


def kr8s_api(answers: Mapping[str, str]) -> SimpleNamespace:
    """Return the part of kr8s that is used, for a cluster with these responses."""

    @asynccontextmanager
    async def call_api(
        method: str, *, version: str, base: str, url: str
    ) -> AsyncIterator[SimpleNamespace]:
        assert (method, version) == ("GET", "")
        yield SimpleNamespace(text=answers["/".join(filter(None, (base, url)))])

    async def api() -> SimpleNamespace:
        return SimpleNamespace(call_api=call_api)

    return SimpleNamespace(api=api)


@pytest.mark.parametrize("tool", ["kubectl", "kr8s"])
def test_cluster_provides_schemas_and_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str
) -> None:
    if tool == "kubectl":
        kubectl(tmp_path)
    else:
        monkeypatch.setitem(
            sys.modules, "kr8s.asyncio", kr8s_api(cluster_responses(f"v{NEWEST}.3"))
        )
    result = run(
        "--cluster",
        "--format",
        "json",
        stdin=f"{PLOT}---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: a}}\n",
    )
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert data["kubernetesVersion"] == NEWEST
    assert [each["schema"] for each in data["resources"]] == [
        f"the cluster ({NEWEST})",
        f"Kubernetes {NEWEST}",
    ]
    assert "must be an integer" in run("--cluster", stdin=PLOT.replace("5", "many")).stdout


@pytest.mark.parametrize("release", ["", "nonsense"])
def test_cluster_without_release_is_refused(tmp_path: Path, release: str) -> None:
    kubectl(tmp_path, release)
    result = run("--cluster", stdin=PLOT)
    assert result.exit_code == 2
    assert (
        "error[cluster-unreachable]: the answer of the cluster to /version cannot be read"
        in result.output
    )


def test_missing_kubectl_or_cluster_is_one_message(tmp_path: Path) -> None:
    result = run("--cluster", stdin=PLOT)
    assert result.exit_code == 2
    assert (
        "--cluster: error[cluster-unreachable]: neither kr8s nor kubectl is installed"
        in result.output
    )
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin/kubectl"
    script.write_text("#!/bin/sh\necho 'The connection was refused' >&2\nexit 1\n")
    script.chmod(0o755)
    result = run("--cluster", stdin=PLOT)
    assert result.exit_code == 2
    assert "the cluster does not answer to /version: The connection was refused" in result.output
    for answer in ("<html>", "[" * 20_000, '{"gitVersion": ' * 20_000):
        (tmp_path / "answer").write_text(answer)
        script.write_text(f"#!{sys.executable}\nprint(open({str(tmp_path / 'answer')!r}).read())\n")
        assert "check whether a proxy answers" in run("--cluster", stdin=PLOT).output


@pytest.mark.parametrize(
    ("error", "text"), [(OSError("no\nroute"), "no route"), (TimeoutError(), "TimeoutError")]
)
def test_failure_of_kr8s_is_one_message(
    monkeypatch: pytest.MonkeyPatch, error: Exception, text: str
) -> None:
    async def api() -> None:
        raise error

    monkeypatch.setitem(sys.modules, "kr8s.asyncio", SimpleNamespace(api=api))
    assert (
        f"the cluster does not answer to /version: {text} (hint"
        in run("--cluster", stdin=PLOT).output
    )


@pytest.mark.parametrize(
    "url",
    ["https://elsewhere.example/openapi", "//elsewhere.example/openapi", "--help", "openapi/v3"],
)
def test_cluster_cannot_redirect_to_other_servers(tmp_path: Path, url: str) -> None:
    kubectl(tmp_path)
    script = tmp_path / "bin/kubectl"
    text = script.read_text().replace("/openapi/v3/apis/garden.example.io/v1?hash=AB", url)
    script.write_text(
        f"{text}open({str(tmp_path / 'asked')!r}, 'a').write(sys.argv[3] + chr(10))\n"
    )
    assert "kind-unknown" in run("--cluster", stdin=PLOT).output
    assert (tmp_path / "asked").read_text().split() == ["/version", "/openapi/v3"]


@pytest.mark.slow  # importing kr8s takes a second
def test_kr8s_is_used_if_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "kr8s.asyncio")
    answers = cluster_responses(f"v{NEWEST}.3")
    closing = (("Connection", "close"),)  # kr8s does not close its connections

    def answer(request: Request) -> Answer:
        found = answers.get(request.target) or answers.get(request.target.rstrip("/"))
        if found is None:
            return Answer(code=404, body={"message": "not there"}, headers=closing)
        return Answer(body=json.loads(found), headers=closing)

    config = tmp_path / "config"
    monkeypatch.setenv("KUBECONFIG", str(config))
    with run_server() as site:
        site.answers = [answer]
        named = {"name": "a", "context": {"cluster": "a", "user": "a"}}
        clusters = [{"name": "a", "cluster": {"server": site.url}}]
        users = [{"name": "a", "user": {"token": "word"}}]
        settings = {
            "current-context": "a",
            "contexts": [named],
            "clusters": clusters,
            "users": users,
        }
        config.write_text(json.dumps(settings))
        result = run("--cluster", stdin=PLOT.replace("5", "many"))
        assert "must be an integer" in result.stdout, result.output
        assert {request.headers["authorization"] for request in site.requests} == {"Bearer word"}
        assert {request.method for request in site.requests} == {"GET"}
        del answers["/openapi/v3"]
        result = run("--cluster", stdin=PLOT)
    assert result.exit_code == 2
    assert "the cluster does not answer to /openapi/v3: not there" in result.output


def test_null_satisfies_any_of_for_nullable_fields() -> None:
    fields = "size: {type: integer, nullable: true}\n              rows: {type: integer}"
    choice = "anyOf: [{required: [size]}, {required: [rows]}]"
    definition = CRD.replace("required: [size]", choice).replace("size: {type: integer}", fields)
    assert (
        "no findings"
        in run(stdin=f"{definition}---\n{PLOT.replace('size: 5', 'size: null')}").stdout
    )
    refused = run(stdin=f"{definition}---\n{PLOT.replace('size: 5', 'rows: null')}").stdout
    assert "must have at least one of: rows; size" in refused


def test_embedded_resource_is_validated_as_object() -> None:
    whole = "x-kubernetes-embedded-resource: true"
    size = (
        f"any: {{type: array, items: {{type: object, {whole}, x-kubernetes-preserve-unknown-fields: true}}}}, "
        f"own: {{type: object, {whole}, required: [kind], properties: {{kind: {{type: string}}}}}}"
    )
    definition = CRD.replace("required: [size]", "description: What grows").replace(
        "size: {type: integer}", f"{{{size}}}"
    )
    definition = definition.replace("properties:\n              {", "properties: {")
    plot = "{any: [{apiVersion: v1, kind: Pod}, {kind: Pod}], own: {metadata: {name: a}}}"
    output = run(stdin=f"{definition}---\n{PLOT.replace('{size: 5}', plot)}").stdout
    for path in ("spec.any[1].apiVersion", "spec.own.kind", "spec.own.apiVersion"):
        assert f"{path}: Required value" in output
    assert "3 findings: 3 ERR" in output
