"""Requests made from the OpenAPI that an endpoint serves, by schemathesis: each alone, and in series as of who keeps objects."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codegen.endpoint.double import TokenEndpoint
from judging import missing

pytestmark = pytest.mark.slow(reason="thousands of requests")

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
METHODS = ("get", "put", "post", "patch", "delete")
# What it takes for a fault and servers do: more is refused than schemas say, and who is not known is forbidden something, not unauthorized.
AS_SERVERS_DO = "positive_data_acceptance,missing_required_header"
# A namespace answers its deletion with itself, where Kubernetes' own OpenAPI says Status, and is there until somebody has finalized it.
NAMESPACES = """
[[operations]]
include-path = "/api/v1/namespaces/{name}"
include-method = "DELETE"
checks.response_schema_conformance.enabled = false
[[operations]]
include-path-regex = "^/api/v1/namespaces/.name."
checks.use_after_free.enabled = false
"""
# Objects are made under names that the server chooses, without options, most of which a server refuses at random.
HOOKS = """
import schemathesis

@schemathesis.hook
def map_query(context, query):
    return {}

@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict) and context.operation.method.lower() == "post":
        return {**body, "metadata": {"generateName": "plot-"}}
    return body
"""
EACH = [
    ("", "--phases=fuzzing"),
    (r"(token|reviews|serviceaccounts)(/\{name\})?$|^/apis/", "--phases=coverage"),
]


def documents(endpoint: TokenEndpoint) -> Iterator[dict[str, Any]]:
    listed: dict[str, Any] = endpoint.request("GET", "/openapi/v3")["paths"]
    assert len(listed) >= 4
    for group in listed.values():
        yield endpoint.request("GET", group["serverRelativeURL"])


def operations(document: dict[str, Any], below: str) -> Iterator[tuple[str, str]]:
    """Path and id of all operations on one object of a collection."""
    for path, item in document["paths"].items():
        if path == f"{below}/{{name}}" or path.startswith(f"{below}/{{name}}/"):
            yield from ((path, item[method]["operationId"]) for method in METHODS if method in item)


def linked(document: dict[str, Any]) -> int:
    """Say what to do with an object that was made: its name is in its metadata. How many links these are."""
    count = 0
    for path, item in document["paths"].items():
        for code, answer in item.get("post", {}).get("responses", {}).items():
            if code.startswith("2") and "$ref" not in answer:
                answer["links"] = {
                    name: {
                        "operationId": name,
                        "parameters": {
                            "path.name": "$response.body#/metadata/name",
                            **({"path.namespace": "$request.path.namespace"} if "{namespace}" in below else {}),
                        },
                    }
                    for below, name in operations(document, path)
                }
                count += len(answer["links"])
    return count


def booleans(document: dict[str, Any]) -> set[str]:
    known = document.get("components", {}).get("parameters", {})
    used = [
        each
        for item in document["paths"].values()
        for name in METHODS
        for each in item.get(name, {}).get("parameters", ())
    ]
    found = [known[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in used]
    return {each["name"] for each in found if each["schema"].get("type") == "boolean"}


def run(endpoint: TokenEndpoint, document: dict[str, Any], folder: Path, *options: str, hooks: str = "") -> str:
    """What schemathesis says of the requests that it makes from a document. It fails where it finds anything."""
    # Booleans are not varied: a server takes all but 0 and false for true, and a watch goes on for as long as it is asked to.
    settled = "".join(f'"query.{name}" = "false"\n' for name in sorted(booleans(document)))
    head = 'hooks = "hooks.py"\n' if hooks else ""
    (folder / "hooks.py").write_text(hooks)
    (folder / "schemathesis.toml").write_text(
        f'{head}[parameters]\n{settled}"path.namespace" = "default"\n{NAMESPACES}'
    )
    (folder / "document.json").write_text(json.dumps(document))
    command = [str(SCHEMATHESIS), "run", "document.json", f"--url={endpoint.url}", "--seed=1", "--no-color"]
    command += ["-H", f"Authorization: Bearer {endpoint.admin_token}", "--continue-on-failure", "--request-timeout=60"]
    command += [f"--exclude-checks={AS_SERVERS_DO}", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(("only", "phases"), EACH)
def test_every_request_that_a_schema_allows_has_an_answer_that_it_allows(
    only: str, phases: str, token_endpoint: TokenEndpoint, tmp_path: Path
) -> None:
    if not SCHEMATHESIS.exists():
        missing("schemathesis")
    chosen = [f"--include-path-regex={only}"] if only else []
    for document in documents(token_endpoint):
        assert " passed" in run(token_endpoint, document, tmp_path, phases, "--max-examples=2", *chosen)


def test_objects_are_made_read_changed_and_removed_in_any_order(token_endpoint: TokenEndpoint, tmp_path: Path) -> None:
    if not SCHEMATHESIS.exists():
        missing("schemathesis")
    for document in documents(token_endpoint):
        if linked(document):
            options = ("--phases=stateful", "--mode=positive", "--max-examples=15")
            said = run(token_endpoint, document, tmp_path, *options, hooks=HOOKS)
            assert "API Links:    0 covered" not in said, said
    assert len(token_endpoint.request("GET", "/api/v1/serviceaccounts")["items"]) > 1
