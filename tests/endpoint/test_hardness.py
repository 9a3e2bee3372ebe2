"""An endpoint under load and among faults: each request is answered or refused, nothing hangs, nothing is lost. And the clients of others."""

from __future__ import annotations

import concurrent.futures
import gc
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

import jwt
import pytest

from codegen.endpoint.serving import MOST_CONNECTIONS, Address, RunningEndpoint
from codegen.endpoint.settings import Settings
from codegen.endpoint.testing import Refusal, TokenEndpoint
from codegen.readers.built_in.structure import BuiltIns
from support.corpus import ROOT
from support.judging import library, needs_kubectl

RELEASE = BuiltIns().newest
PATH = "/api/v1/namespaces/default/serviceaccounts/default/token"
START = b'{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest",'
Start = Callable[..., TokenEndpoint]

pytestmark = pytest.mark.slow(reason="processes, load, and clients that wait")


def raw(endpoint: TokenEndpoint, request: bytes) -> bytes:
    """What is answered to these bytes, whatever they are."""
    host, port = endpoint.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(1 << 16):
            answer += piece
    return answer


def posted(endpoint: TokenEndpoint, body: bytes, kind: str = "application/json") -> int:
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {kind}\r\n"
        f"Authorization: Bearer {endpoint.admin_token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return int(raw(endpoint, head.encode() + body).split(b" ", 2)[1])


def test_bodies_that_are_too_large_or_too_deep_are_refused(token_endpoint: TokenEndpoint) -> None:
    deep = START + b'"x":' + b"[" * 10_001 + b"]" * 10_001 + b"}"
    for body, code in (
        (START + b'"metadata":{"annotations":{"a":"' + b"x" * (10 << 20) + b'"}}}', 413),
        (deep, 400),
        (b"[" * 1_000_000, 400),
        (b"\xff\xfe\x00", 400),
        (START + b'"spec":{"audiences":[' + b",".join([b'"a"'] * 100_000) + b"]}}", 201),
    ):
        assert posted(token_endpoint, body) == code
    assert posted(token_endpoint, b"a: " + b"[" * 10_001, "application/yaml") == 400
    assert token_endpoint.token("default")


def test_a_client_that_stops_in_the_middle_is_given_up_and_disturbs_nobody() -> None:
    listening = RunningEndpoint(Settings(release=RELEASE, algorithm="ES256"), Address(request_timeout=0.5))
    listening.start()
    host, port = listening.url.removeprefix("http://").split(":")
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer {listening.admin_token}\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as slow:
        slow.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        with socket.create_connection((host, int(port)), timeout=20) as quick:
            quick.sendall(f"{head}Content-Length: 2\r\n\r\n{{}}".encode())
            assert quick.recv(12) == b"HTTP/1.1 201"
        assert slow.recv(12) == b"HTTP/1.1 504"
    with socket.create_connection((host, int(port)), timeout=20) as gone:
        gone.sendall(b"POST / HT")
    listening.stop()


def test_a_locked_state_is_told_and_is_good_again(token_endpoints: Start, tmp_path: Path) -> None:
    import sqlite3

    endpoint = token_endpoints(process=True, state=tmp_path / "state.db")
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(Refusal) as refusal:
        endpoint.token("default")
    assert refusal.value.status["code"] == 503
    other.execute("rollback")
    other.close()
    assert endpoint.token("default")


def test_two_processes_share_a_state(token_endpoints: Start, tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    one = token_endpoints(process=True, state=file, issuer="https://garden.example")
    two = token_endpoints(process=True, state=file, issuer="https://garden.example")
    one.service_account("gardener")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda n: (one, two)[n % 2].token("gardener"), range(40)))
    assert len({each["jti"] for each in one.issued()}) == 40
    assert all(two.review(token)["authenticated"] for token in tokens)
    name = two.rotate()
    assert jwt.get_unverified_header(one.token("gardener"))["kid"] == name


def test_what_was_answered_before_a_kill_is_there(token_endpoints: Start, tmp_path: Path) -> None:
    """SIGKILL while eight clients ask."""
    file = tmp_path / "state.db"
    endpoint = token_endpoints(process=True, state=file)

    def ask(_: int) -> list[str]:
        found: list[str] = []
        while True:
            try:
                found.append(jwt.decode(endpoint.token("default"), options={"verify_signature": False})["jti"])
            except (OSError, HTTPException, Refusal, ValueError):
                return found
            if len(found) == 30:
                endpoint.kill()

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answered = {each for found in pool.map(ask, range(8)) for each in found}
    again = token_endpoints(state=file)
    assert len(answered) > 100
    assert answered <= {each["jti"] for each in again.issued()}


def test_several_threads_may_kill_it(token_endpoints: Start) -> None:
    endpoint = token_endpoints(process=True)
    together = threading.Barrier(8)

    def kill(_: int) -> None:
        together.wait()
        endpoint.kill()

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(kill, range(8)))
    with pytest.raises(OSError):
        endpoint.token("default")


def test_idle_connections_up_to_the_limit_hold_up_nobody(token_endpoints: Start) -> None:
    endpoint = token_endpoints(process=True, algorithm="ES256")
    host, port = endpoint.url.removeprefix("http://").split(":")
    idle = [socket.create_connection((host, int(port)), timeout=20) for _ in range(MOST_CONNECTIONS - 10)]
    assert endpoint.token("default")
    idle += [socket.create_connection((host, int(port)), timeout=20) for _ in range(20)]
    with pytest.raises(Refusal) as refusal:
        endpoint.token("default")
    assert refusal.value.status["code"] == 503
    for each in idle:
        each.close()
    assert endpoint.token("default")
    endpoint.stop()
    assert "Traceback" not in "".join(endpoint.log)


def test_memory_does_not_grow_with_requests(token_endpoint: TokenEndpoint) -> None:
    """Nothing that Python holds is left of a request: a token, or its result, has more bytes than are allowed for each."""

    def held(first: int, end: int) -> int:
        for number in range(first, end):
            token_endpoint.review(f"rotten-{number}")
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        settled = held(0, 600)
        assert held(600, 1600) - settled < 100 * 1000
    finally:
        tracemalloc.stop()


# -------------------------------------------------------------------------------------------------------------- clients


def test_a_process_whose_kubeconfig_cannot_be_read_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    started = list[subprocess.Popen[str]]()
    start = subprocess.Popen

    def noted(*given: object, **named: object) -> subprocess.Popen[str]:
        started.append(start(*given, **named))  # type: ignore[call-overload]
        return started[-1]

    def broken(_: str) -> object:
        raise ValueError("no YAML")

    monkeypatch.setattr("codegen.endpoint.testing.subprocess.Popen", noted)
    monkeypatch.setattr("codegen.endpoint.testing.yaml.safe_load", broken)
    with pytest.raises(ValueError, match="no YAML"):
        TokenEndpoint(Settings(release=RELEASE, algorithm="ES256"), process=True)
    assert [each.returncode for each in started] == [-signal.SIGKILL]


def test_the_official_client_asks_for_a_token(token_endpoints: Start) -> None:
    kubernetes = library("kubernetes")
    endpoint = token_endpoints(tls=True)
    kubernetes.config.load_kube_config(str(endpoint.kubeconfig))
    request = kubernetes.client.AuthenticationV1TokenRequest(
        spec=kubernetes.client.V1TokenRequestSpec(audiences=["shed"])
    )
    answer = kubernetes.client.CoreV1Api().create_namespaced_service_account_token("default", "default", request)
    assert jwt.decode(answer.status.token, options={"verify_signature": False})["aud"] == ["shed"]


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)  # it has no close
def test_lightkube_asks_for_a_token(token_endpoints: Start) -> None:
    lightkube = library("lightkube")
    from lightkube.models.authentication_v1 import TokenRequestSpec
    from lightkube.models.meta_v1 import ObjectMeta
    from lightkube.resources.core_v1 import ServiceAccountToken

    endpoint = token_endpoints(tls=True)
    request = ServiceAccountToken(metadata=ObjectMeta(), spec=TokenRequestSpec(audiences=["shed"]))
    client = lightkube.Client(lightkube.KubeConfig.from_file(endpoint.kubeconfig))
    answer = client.create(request, "default", namespace="default")
    assert jwt.decode(answer.status.token, options={"verify_signature": False})["aud"] == ["shed"]


_BLOCK = re.compile(r"```sh\n(codegen token-endpoint.*?)```", re.DOTALL)


@needs_kubectl
@pytest.mark.parametrize("name", ["docs/token-endpoint.md", "docs/token-endpoint.zh-cn.md"])
def test_the_page_works_by_copy_and_paste(name: str, tmp_path: Path) -> None:
    (text,) = _BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))
    script = text.replace("codegen token-endpoint", "codegen token-endpoint --port 0", 1) + "\nkill %1\n"
    paths = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": paths, "HOME": str(tmp_path)}
    process = subprocess.Popen(
        ["bash", "-m", "-e", "-c", script],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=120)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert "system:serviceaccount:default:builder" in said
    assert "service account token has been invalidated" in said
