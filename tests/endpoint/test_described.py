"""The OpenAPI documents that an endpoint serves, judged by the tools of others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen.endpoint.double import TokenEndpoint
from codegen.endpoint.settings import Settings
from codegen.readers.built_in.structure import BuiltIns
from judging import answer, mocked, run, tool

pytestmark = pytest.mark.slow(reason="linters and mock servers of Node.js")
TOKENS = "/api/v1/namespaces/default/serviceaccounts/gardener/token"
REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews"


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The documents of version 3 by their group version, and under `v2` the one of version 2."""
    folder = tmp_path_factory.mktemp("documents")
    with TokenEndpoint(Settings(release=BuiltIns().newest, algorithm="ES256", public_discovery=True)) as endpoint:
        listed = endpoint.request("GET", "/openapi/v3")["paths"]
        served = {name: endpoint.request("GET", entry["serverRelativeURL"]) for name, entry in listed.items()}
        served["v2"] = endpoint.request("GET", "/openapi/v2")
    found = {name: folder / f"{name.replace('/', '_')}.json" for name in served}
    for name, file in found.items():
        file.write_text(json.dumps(served[name]), encoding="utf-8")
    assert len(found) > 4
    return found


def test_spectral_has_no_error(documents: dict[str, Path], tmp_path: Path) -> None:
    ruleset = tmp_path / "rules.yaml"
    ruleset.write_text("extends: ['spectral:oas']\n", encoding="utf-8")
    assert "(0 errors" in run(tool("spectral"), "lint", "--ruleset", ruleset, *documents.values())


# What redocly warns of: that a reference stands in an `allOf`, as in the documents of API servers, where kubectl looks for it; and that
# nobody has said which license an API has, nor what a tag is about.
WARNED = {"info-license", "no-illogical-composition-keywords", "tag-description"}


def test_redocly_has_no_error(documents: dict[str, Path]) -> None:
    shown = ("--format=json", "--max-problems=1000")
    for file in documents.values():
        said = run(tool("redocly"), "lint", "--extends=recommended", *shown, file)
        found, _ = json.JSONDecoder().raw_decode(said)  # what it says of itself comes behind
        assert {(each["severity"], each["ruleId"]) for each in found["problems"]} <= {("warn", rule) for rule in WARNED}


@pytest.mark.parametrize(
    ("group", "path", "good", "bad"),
    [
        (
            "api/v1",
            TOKENS,
            # Servers take a request that says nothing, so that it is wrong for no document.
            ({}, {"spec": None}, {"spec": {"audiences": ["shed"], "boundObjectRef": None}, "kind": "TokenRequest"}),
            ({"spec": {"audiences": 1}}, {"spec": {"expirationSeconds": "1"}}, {"kind": "Pod"}, {"status": []}),
        ),
        (
            "apis/authentication.k8s.io/v1",
            REVIEWS,
            ({"spec": {"token": "x"}},),
            ({}, {"spec": {"token": 5}}, {"spec": {"audiences": [[]]}}),
        ),
    ],
)
def test_prism_mocks_it(
    group: str, path: str, good: tuple[Any, ...], bad: tuple[Any, ...], documents: dict[str, Path], tmp_path: Path
) -> None:
    with mocked(documents[group], tmp_path) as port:
        told = {json.dumps(body): answer(port, path, body) for body in (*good, *bad)}
    assert {body: status for body, status in told.items() if status >= 400} == {json.dumps(body): 422 for body in bad}
