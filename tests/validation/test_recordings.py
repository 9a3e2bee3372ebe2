"""What real API servers answered to requests for tokens, beside what the rules and the decoder say of the same bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from codegen.findings.diagnostics import Report
from codegen.model import GroupVersionKind
from codegen.readers.sources import SourcePath, read_sources
from codegen.validation import Decision, Question, Validator, requests, status
from codegen.validation.requests import Media
from codegen.validation.status import refused
from corpus import CORPUS

KIND = GroupVersionKind(group="authentication.k8s.io", version="v1", kind="TokenRequest")
KEY = "io.k8s.api.authentication.v1.TokenRequest"
RECORDINGS = tuple(sorted(each.parent for each in CORPUS.glob("apiserver/*/openapi-v3-api-v1.json")))
_PATH = re.compile(r"/api/v1/namespaces/([^/]+)/serviceaccounts/([^/]+)/token/?")
_MEDIA: Mapping[str, Media] = {"application/json": "json", "application/yaml": "yaml"}
# What no field of the request's body decides: who asks, in which form, and the options of the query.
_OTHER_STAGES = frozenset((401, 406, 413, 415))


class Cluster:
    """What the recorded server had, which `cluster.json` names with uids, and what its answers show of the rest."""

    def __init__(self, folder: Path) -> None:
        self.uids: dict[str, str] = json.loads((folder / "cluster.json").read_text())

    def decide(self, question: Question) -> Decision:
        url = question.url or {}
        obj: Any = question.obj
        spec = obj.get("spec") if isinstance(obj, dict) else None
        reference = spec.get("boundObjectRef") if isinstance(spec, dict) else None
        reference = reference if isinstance(reference, dict) else {}
        kind, name = str(reference.get("kind")).lower(), str(reference.get("name"))
        at_home = url.get("namespace") == "default"
        known = at_home and (f"{kind} {name}" in self.uids or name == "ending-pod")
        match question.rule:
            case "namespace-exists":
                return url.get("namespace") in ("default", "other-ns", "kube-system", "dying")
            case "namespace-not-terminating":
                return url.get("namespace") != "dying"
            case "service-account-exists":
                return url.get("name") in ("builder", "other", "ending")
            case "service-account-uid-matches":
                return question.value == self.uids[f"serviceaccount {url['name']}"]
            case "bound-pod-exists" | "bound-secret-exists" | "bound-node-exists":
                return known
            case "bound-pod-runs-as-service-account":
                return (name == "other-pod") == (url.get("name") == "other")
            case "bound-uid-matches":
                return self.uids.get(f"{kind} {name}") == question.value
        return True


@cache
def validator(folder: Path) -> Validator:
    paths = [SourcePath(path=file, shown=file.name) for file in sorted(folder.glob("openapi-v3-*.json"))]
    return Validator(read_sources(paths, Report()))


def recorded(folder: Path) -> Iterator[tuple[str, dict[str, Any], Mapping[str, Any]]]:
    """The recorded requests for a token that their body, their URL and the cluster decide: id, request and answer."""
    for line in (folder / "http.jsonl").read_text().splitlines():
        case = json.loads(line)
        request, answer = case["request"], case["answer"]
        url = urlsplit(request["path"])
        form = _MEDIA.get(request["headers"].get("Content-Type", ""))
        refused = answer["status"] in _OTHER_STAGES or "is forbidden: User" in str(answer.get("body"))
        if request["method"] != "POST" or not _PATH.fullmatch(url.path) or form is None or refused:
            continue
        if "%2F" in url.path or "timeout=" in url.query:
            continue  # another path, and an option of the query
        body = answer.get("body")
        if answer["status"] >= 300 and not (isinstance(body, dict) and "message" in body):
            continue  # an answer in YAML or protobuf
        if not isinstance(request.get("body"), str) or "CreateOptions.meta" in str(answer.get("body")):
            continue
        yield case["id"], request, answer


def answered(folder: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    """The status by the decoder and the rules."""
    url = urlsplit(request["path"])
    found = _PATH.fullmatch(url.path)
    release = re.match(r"\d+\.\d+", folder.name)
    assert found is not None
    assert release is not None
    namespace, name = (unquote(part) for part in found.groups())
    body = requests.read(request["body"].encode(), _MEDIA[request["headers"]["Content-Type"]], KIND)
    if body.refusal:
        return refused(body.refusal)
    findings = validator(folder).validate(
        body.obj,
        kubernetes_version=release[0],
        url={"namespace": namespace, "name": name},
        decide=Cluster(folder).decide,
        field_validation=parse_qs(url.query).get("fieldValidation", ["Warn"])[0],
        key=KEY,
        repeated=body.repeated,
    )
    return status(findings, KIND)


@pytest.mark.slow(reason="each request of the recordings is validated")
@pytest.mark.skipif(not RECORDINGS, reason=f"no recordings in {CORPUS} (CODEGEN_CORPUS)")
@pytest.mark.parametrize("folder", RECORDINGS, ids=lambda folder: folder.name)
def test_verdicts_and_answers_are_those_of_a_real_server(folder: Path) -> None:
    accepted = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    verdicts, answers, count = [], [], 0
    for case, request, answer in recorded(folder):
        found = answered(folder, request)
        count += 1
        real = answer["body"] if answer["status"] >= 300 else accepted
        if found.get("code", 201) != answer["status"]:
            verdicts.append(f"{case}: {answer['status']} {real.get('message')!r}, not {found.get('message')!r}")
        elif found != real:
            answers.append(f"{case}: {real.get('message')!r}, not {found.get('message')!r}")
    told = "\n".join((f"{len(verdicts)} verdicts and {len(answers)} answers of {count} differ", *verdicts, *answers))
    assert count > 500, told
    assert not verdicts, told
    assert len(answers) <= 0.025 * count, told
