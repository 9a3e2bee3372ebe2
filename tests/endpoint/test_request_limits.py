"""Request limits: unusual names, bodies that are too large, too deep or too slow, and too many connections."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from codegen.endpoint.application import LIMIT
from codegen.endpoint.serving import RunningEndpoint
from support.wire import JSON, TOKEN, asked, connected, head, listening, nothing_logged, sent, soon, whole


@pytest.fixture(scope="module")
def shed() -> Iterator[RunningEndpoint]:
    with listening() as made:
        yield made


def codes(answer: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3})", answer) if code != b"100"]


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("..%2f..%2f", 404, "could not find the requested resource"),
        ("a%2fb", 404, "could not find the requested resource"),
        ("%2e%2e", 400, "may not be '..'"),
        ("%", 400, "may not contain '%'"),
        ("%25%32%66", 400, "may not contain '%'"),  # decoded only once
        ("%0a", 404, 'serviceaccounts "\\n" not found'),
        ("%00", 404, 'serviceaccounts "\\u0000" not found'),
        ("%ff%fe", 404, "not found"),
        ("%ed%a0%80", 404, "not found"),  # an incomplete character
        ("'%20or%201=1--", 404, "not found"),
        ("a" * 60_000, 404, "not found"),
    ],
)
def test_path_traversal_in_name_is_refused(name: str, code: int, text: str, shed: RunningEndpoint) -> None:
    path = f"/api/v1/namespaces/default/serviceaccounts/{name}"
    with nothing_logged():
        answer = asked(shed.url, head("GET", path, shed.admin_token).encode())
    status = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (status["code"], text in status["message"]) == (code, True), status


def test_connections_beyond_limit_are_refused() -> None:
    with listening(connections=3) as shed:
        idle = [connected(shed.url) for _ in range(3)]
        request = head("GET", "/healthz", shed.admin_token).encode()
        assert soon(lambda: codes(asked(shed.url, request)) == [503])
        for each in idle:
            each.close()
        assert soon(lambda: codes(asked(shed.url, request)) == [200])


def test_too_large_or_deep_bodies_are_refused(shed: RunningEndpoint) -> None:
    start = b'{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest",'
    for body, code in (
        (start + b'"metadata":{"annotations":{"a":"' + b"x" * (10 << 20) + b'"}}}', 413),
        (start + b'"x":' + b"[" * 10_001 + b"]" * 10_001 + b"}", 400),
        (b" " * LIMIT, 400),
        (b" " * (LIMIT + 1), 413),
        (b"[" * 1_000_000, 400),
        (b"\xff\xfe\x00", 400),
    ):
        assert sent(shed, "POST", TOKEN, body)[0] == code


def test_slow_body_times_out() -> None:
    with listening(request_timeout=0.2) as shed, nothing_logged(), connected(shed.url) as slow:
        slow.sendall(head("POST", TOKEN, shed.admin_token, JSON, "Content-Length: 100").encode() + b"{")
        assert codes(whole(slow)) == [504]
