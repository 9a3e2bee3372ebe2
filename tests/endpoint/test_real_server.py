"""Replay of recorded requests and kubectl runs of a real server: an endpoint gives the same
responses.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from codegen.endpoint.serving import kubeconfig_text
from codegen.endpoint.testing import TokenEndpoint
from support.corpus import CORPUS
from support.judging import needs_kubectl

JUDGE = CORPUS.parent / "accept" / "replay.py"
RECORDINGS = tuple(sorted(each.parent for each in CORPUS.glob("apiserver/*/http.jsonl")))
RUNS = tuple(each for each in RECORDINGS if (each / "kubectl.jsonl").is_file())
ISSUER, AUDIENCES = "https://kubernetes.default.svc", ("https://kubernetes.default.svc", "api")
TOKENS = 'admin-secret,admin,admin-uid,"system:masters"\nweak-secret,weak,weak-uid,people\n'
OPTIONS: Mapping[str, Mapping[str, Any]] = {  # Server options by the suffix of a recording's name.
    "always-allow": {"authorization": "AlwaysAllow"},
    "max-2h": {"max_seconds": 7200},
    "no-anonymous": {"anonymous": False},
    "no-extend": {"extend": False},
    "no-node-binding": {"gates": {"ServiceAccountTokenNodeBinding": False}},
    "": {},
}
Start = Callable[..., TokenEndpoint]

pytestmark = [
    pytest.mark.slow(reason="hundreds of requests, dozens of runs of kubectl"),
    pytest.mark.skipif(not RECORDINGS, reason=f"no recordings in {CORPUS} (CODEGEN_CORPUS)"),
    pytest.mark.skipif(not JUDGE.is_file(), reason=f"no {JUDGE}"),
]


def start_like_recording(
    folder: Path, start: Start, tmp_path: Path, **options: Any
) -> TokenEndpoint:
    release, _, how = folder.name.partition("-")
    tokens = tmp_path / "tokens.csv"
    tokens.write_text(TOKENS)
    chosen = {"issuer": ISSUER, "audiences": AUDIENCES, "token_file": tokens, "algorithm": "RS256"}
    return start(release=release, public_discovery=False, **{**chosen, **OPTIONS[how], **options})


@pytest.mark.parametrize("folder", RECORDINGS, ids=lambda folder: folder.name)
def test_responses_match_real_server(folder: Path, token_endpoints: Start, tmp_path: Path) -> None:
    endpoint, report = (
        start_like_recording(folder, token_endpoints, tmp_path),
        tmp_path / "report.json",
    )
    command = [sys.executable, str(JUDGE), endpoint.url, str(folder), "--json", str(report)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert report.is_file(), done.stdout + done.stderr
    found = json.loads(report.read_text())
    assert found["same_status"] == found["compared"] > found["skipped"], done.stdout
    assert found["share"] >= 0.975, done.stdout


_TOKEN = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LOG = re.compile(r"^[IWE]\d{4} .*\n?", re.MULTILINE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Runs that use unsupported features or print details of the machine.
LEFT_OUT = {
    "version": "the build of the recorded server",
    "verbose-8": "what kubectl logs of the connection",
    "explain-tokenreview": "descriptions, which an endpoint does not carry",
}


def load_replay() -> ModuleType:
    spec = importlib.util.spec_from_file_location("replay", JUDGE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def normalize_output(text: str) -> str:
    """Return the output without values that differ between runs."""
    for pattern, word in ((_TOKEN, "<token 1>"), (_TIME, "<time>"), (_UUID, "<uid>"), (_LOG, "")):
        text = pattern.sub(word, text)
    return text


@needs_kubectl
@pytest.mark.parametrize("folder", RUNS, ids=lambda folder: folder.name)
def test_kubectl_output_matches_real_server(
    folder: Path, token_endpoints: Start, tmp_path: Path
) -> None:
    endpoint = start_like_recording(folder, token_endpoints, tmp_path, tls=True)
    replay = load_replay()
    admin = "admin-secret"
    arguments = argparse.Namespace(
        base_url=endpoint.url, ca=str(endpoint.ca), insecure=False, admin_token=admin
    )
    cluster = replay.Cluster(replay.Endpoint(arguments), 0)
    cluster.set_up()
    recorded = json.loads((folder / "cluster.json").read_text())
    config = tmp_path / "admin.kubeconfig"
    config.write_text(kubeconfig_text(endpoint.url, "admin-secret", endpoint.ca))
    environment = {**os.environ, "KUBECONFIG": str(config), "HOME": str(tmp_path)}
    runs = [json.loads(line) for line in (folder / "kubectl.jsonl").read_text().splitlines()]
    wrong = []
    for run in runs:
        command = list(run["command"])
        for name, uid in recorded.items():
            command = [word.replace(uid, cluster.uids.get(name, uid)) for word in command]
        done = subprocess.run(
            command,
            input=run.get("stdin"),
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        said = (done.returncode, normalize_output(done.stdout), normalize_output(done.stderr))
        if run["id"] not in LEFT_OUT and said != (
            run["exit"],
            normalize_output(run["stdout"]),
            normalize_output(run["stderr"]),
        ):
            wrong.append(f"{run['id']}: {(run['exit'], run['stdout'], run['stderr'])} is {said}")
    assert wrong == [], "\n".join(wrong)
    assert len(runs) > 80
