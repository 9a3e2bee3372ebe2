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

from codegen.core.diagnostics import Report
from codegen.endpoint.body_syntax import Body, Media
from codegen.kube.statuses import failure
from codegen.model import GroupVersionKind
from codegen.readers.sources import SourcePath, read_sources
from codegen.validation import Decision, Question, Validator, status
from support.corpus import CORPUS
from support.request_bodies import read_request

KIND = GroupVersionKind(group="authentication.k8s.io", version="v1", kind="TokenRequest")
KEY = "io.k8s.api.authentication.v1.TokenRequest"
RECORDINGS = tuple(sorted(each.parent for each in CORPUS.glob("apiserver/*/http.jsonl")))
_RELEASE = re.compile(r"\d+\.\d+")  # how the name of a recording begins; what its servers were started with follows
_PATH = re.compile(r"/api/v1/namespaces/([^/]+)/serviceaccounts/([^/]+)/token/?")
_MEDIA: Mapping[str, Media] = {"application/json": "json", "application/yaml": "yaml"}
# What no field of the request's body decides: who asks, in which form, and the options of the query.
_OTHER_STAGES = frozenset((401, 406, 413, 415))


class Cluster:
    """What the recorded server had: the uids that `cluster.json` names, and what is missing, ending or of another by its answers."""

    def __init__(self, folder: Path) -> None:
        self._uids: dict[str, str] = json.loads((folder / "cluster.json").read_text())
        self._missing: set[tuple[str, str, str]] = set()  # resource, namespace of the URL and name
        self._ending: set[str] = set()  # namespaces
        self._binds_nodes = True
        self._foreign: set[tuple[str, str, str]] = set()  # namespace, service account, and a pod that runs as another
        for request, answer in _asked(folder):
            namespace, account = _target(request)
            body = answer.get("body")
            message = str(body.get("message")) if isinstance(body, dict) else ""
            details = body.get("details") if isinstance(body, dict) else None
            if answer["status"] == 404 and isinstance(details, dict) and "kind" in details:
                self._missing.add((details["kind"], namespace, details["name"]))
            if message.endswith("because it is being terminated"):
                self._ending.add(namespace)
            if "feature-gate is disabled" in message:
                self._binds_nodes = False
            if "to pod running with different serviceaccount" in message:
                pod = _body(request).obj["spec"]["boundObjectRef"]["name"]
                self._foreign.add((namespace, account, pod))

    def decide(self, question: Question) -> Decision:
        url = question.url or {}
        namespace, account = str(url.get("namespace")), str(url.get("name"))
        obj: Any = question.obj
        spec = obj.get("spec") if isinstance(obj, dict) else None
        reference = spec.get("boundObjectRef") if isinstance(spec, dict) else None
        reference = reference if isinstance(reference, dict) else {}
        kind, name = str(reference.get("kind")).lower(), str(reference.get("name"))
        match question.rule:
            case "namespace-exists":
                return ("namespaces", namespace, namespace) not in self._missing
            case "namespace-not-terminating":
                return namespace not in self._ending
            case "service-account-exists":
                return ("serviceaccounts", namespace, account) not in self._missing
            case "service-account-uid-matches":
                return question.value == self._uids.get(f"serviceaccount {account}")
            case "node-binding-enabled" | "node-binding-not-disabled":
                return self._binds_nodes
            case "bound-pod-exists" | "bound-secret-exists" | "bound-node-exists":
                return (f"{kind}s", namespace, name) not in self._missing
            case "bound-pod-runs-as-service-account":
                return (namespace, account, name) not in self._foreign
            case "bound-uid-matches":
                return self._uids.get(f"{kind} {name}") == question.value
        return True


def _asked(folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """All requests for tokens of a recording, with their answers."""
    for line in (folder / "http.jsonl").read_text().splitlines():
        case = json.loads(line)
        request = {"id": case["id"], **case["request"]}
        if request["method"] == "POST" and _PATH.fullmatch(urlsplit(request["path"]).path):
            yield request, case["answer"]


def _target(request: Mapping[str, Any]) -> tuple[str, str]:
    """Namespace and name of the service account that a request is about."""
    found = _PATH.fullmatch(urlsplit(request["path"]).path)
    assert found is not None
    return unquote(found[1]), unquote(found[2])


def _body(request: Mapping[str, Any]) -> Body:
    return read_request(request["body"].encode(), _MEDIA[request["headers"]["Content-Type"]], KIND)


@cache
def cluster(folder: Path) -> Cluster:
    return Cluster(folder)


@cache
def validator(release: str) -> Validator:
    files = sorted(CORPUS.glob(f"apiserver/{release}/openapi-v3-*.json"))
    paths = [SourcePath(path=file, shown=file.name) for file in files]
    return Validator(read_sources(paths, Report()))


def recorded(folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The requests for a token that their body, their URL and the cluster decide, with their answers."""
    for request, answer in _asked(folder):
        url = urlsplit(request["path"])
        form = _MEDIA.get(request["headers"].get("Content-Type", ""))
        refusal = answer["status"] in _OTHER_STAGES or "is forbidden: User" in str(answer.get("body"))
        if form is None or refusal:
            continue
        if "%2F" in url.path or "timeout=" in url.query:
            continue  # another path, and an option of the query
        body = answer.get("body")
        if answer["status"] >= 300 and not (isinstance(body, dict) and "message" in body):
            continue  # an answer in YAML or protobuf
        if not isinstance(request.get("body"), str) or "CreateOptions.meta" in str(answer.get("body")):
            continue
        yield request, answer


def answered(folder: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    """The status by the decoder and the rules."""
    release = _RELEASE.match(folder.name)
    assert release is not None
    namespace, name = _target(request)
    body = _body(request)
    if body.refusal:
        return failure(400, body.refusal)
    by, mode = validator(release[0]), parse_qs(urlsplit(request["path"]).query).get("fieldValidation", ["Warn"])[0]
    decoding = by.decode(body.obj, KEY, field_validation=mode, repeated=[each[:2] for each in body.repeated])
    findings = by.validate(
        body.obj,
        kubernetes_version=release[0],
        url={"namespace": namespace, "name": name},
        decide=cluster(folder).decide,
        field_validation="Ignore",
        key=KEY,
    )
    return status((*decoding, *findings), KIND)


@pytest.mark.slow(reason="each request of the recordings is validated")
@pytest.mark.skipif(not RECORDINGS, reason=f"no recordings in {CORPUS} (CODEGEN_CORPUS)")
@pytest.mark.parametrize("folder", RECORDINGS, ids=lambda folder: folder.name)
def test_verdicts_and_answers_are_those_of_a_real_server(folder: Path) -> None:
    accepted = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    verdicts, answers, count = [], [], 0
    for request, answer in recorded(folder):
        case, found = request["id"], answered(folder, request)
        count += 1
        real = answer["body"] if answer["status"] >= 300 else accepted
        if found.get("code", 201) != answer["status"]:
            verdicts.append(f"{case}: {answer['status']} {real.get('message')!r}, not {found.get('message')!r}")
        elif found != real:
            answers.append(f"{case}: {real.get('message')!r}, not {found.get('message')!r}")
    told = "\n".join((f"{len(verdicts)} verdicts and {len(answers)} answers of {count} differ", *verdicts, *answers))
    assert count > 0.7 * sum(1 for _ in _asked(folder)), told
    assert not verdicts, told
    assert len(answers) <= 0.025 * count, told
