"""Request limits: unusual names, bodies that are too large, too deep or too slow, and too many
connections.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress

import pytest

from codegen.endpoint.application import LIMIT
from codegen.endpoint.serving import RunningEndpoint
from support.wire import (
    JSON,
    TOKEN,
    assert_nothing_logged,
    connect,
    exchange,
    receive_all,
    request_head,
    run_endpoint,
    send_request,
    wait_for,
)


@pytest.fixture(scope="module")
def shed() -> Iterator[RunningEndpoint]:
    with run_endpoint() as made:
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
def test_path_traversal_in_name_is_refused(
    name: str, code: int, text: str, shed: RunningEndpoint
) -> None:
    path = f"/api/v1/namespaces/default/serviceaccounts/{name}"
    with assert_nothing_logged():
        answer = exchange(shed.url, request_head("GET", path, shed.admin_token).encode())
    status = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (status["code"], text in status["message"]) == (code, True), status


def test_connections_beyond_limit_are_refused() -> None:
    with run_endpoint(connections=3) as shed:
        idle = [connect(shed.url) for _ in range(3)]
        request = request_head("GET", "/healthz", shed.admin_token).encode()
        assert wait_for(lambda: codes(exchange(shed.url, request)) == [503])
        for each in idle:
            each.close()
        assert wait_for(lambda: codes(exchange(shed.url, request)) == [200])


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
        assert send_request(shed, "POST", TOKEN, body)[0] == code


def test_slow_body_times_out() -> None:
    with (
        run_endpoint(request_timeout=0.2) as shed,
        assert_nothing_logged(),
        connect(shed.url) as slow,
    ):
        slow.sendall(
            request_head("POST", TOKEN, shed.admin_token, JSON, "Content-Length: 100").encode()
            + b"{"
        )
        assert codes(receive_all(slow)) == [504]


@pytest.mark.parametrize(
    "chunk",
    [b"1;" + b"a" * 200_000 + b"\r\nx\r\n", b"-1\r\n\r\n", b"g\r\nx\r\n"],
    ids=["long extension", "negative size", "no number"],
)
def test_body_that_breaks_the_protocol_is_refused(shed: RunningEndpoint, chunk: bytes) -> None:
    head = request_head("POST", "/api", "", "Transfer-Encoding: chunked")
    with assert_nothing_logged(), connect(shed.url) as client:
        with suppress(ConnectionError):
            client.sendall(head.encode() + chunk)
        answer = receive_all(client)
    assert codes(answer) in ([400], [])  # what a client still sends may reset its connection
    assert send_request(shed, "GET", "/livez")[0] == 200
