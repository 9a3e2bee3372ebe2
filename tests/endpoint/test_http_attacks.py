"""Bytes that no client sends: each gets one answer or a closed connection, no second request comes of it, and nothing is logged."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator

import pytest

from codegen.endpoint.serving import RunningEndpoint
from support.wire import JSON, TOKEN, asked, connected, head, listening, nothing_logged, sent, soon, whole

CHUNKED = "Transfer-Encoding: chunked"
HIDDEN = "GET /-/clock HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def shed() -> Iterator[RunningEndpoint]:
    with listening() as made:
        yield made


def until(connection: socket.socket, holds: Callable[[bytes], bool]) -> bytes:
    """What has come when something holds of it."""
    answer = b""
    while not holds(answer):
        piece = connection.recv(1 << 16)
        assert piece, answer
        answer += piece
    return answer


def codes(answer: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3})", answer) if code != b"100"]


# A body of which two servers may see another end, and a second request in what one of them takes for the body.
@pytest.mark.parametrize(
    ("lines", "body", "version"),
    [
        (("Content-Length: 4", CHUNKED), "2\r\n{}\r\n0\r\n\r\n", "HTTP/1.1"),
        ((CHUNKED, "Content-Length: 4"), "0\r\n\r\n", "HTTP/1.1"),
        (("Content-Length: 2", "Content-Length: 3"), "{}", "HTTP/1.1"),
        (("Content-Length: 2, 3",), "{}", "HTTP/1.1"),
        (("Content-Length: +2",), "{}", "HTTP/1.1"),
        (("Content-Length: -2",), "{}", "HTTP/1.1"),
        (("Content-Length: 0x2",), "{}", "HTTP/1.1"),
        (("Content-Length: 1_0",), "{}", "HTTP/1.1"),
        (("Content-Length:",), "{}", "HTTP/1.1"),
        (("Content-Length : 2",), "{}", "HTTP/1.1"),
        ((f"Content-Length: {'9' * 30}",), "{}", "HTTP/1.1"),
        (("Transfer-Encoding: xchunked",), "0\r\n\r\n", "HTTP/1.1"),
        (("Transfer-Encoding: gzip, chunked",), "0\r\n\r\n", "HTTP/1.1"),
        (("Transfer-Encoding: identity", "Content-Length: 2"), "{}", "HTTP/1.1"),
        (("Transfer-Encoding: \x0bchunked", "Content-Length: 2"), "{}", "HTTP/1.1"),
        (("Transfer-Encoding:\tchunked", "Content-Length: 2"), "{}", "HTTP/1.1"),
        (("Transfer-Encoding:\r\n chunked", "Content-Length: 2"), "{}", "HTTP/1.1"),
        ((CHUNKED, CHUNKED), "0\r\n\r\n", "HTTP/1.1"),
        (("X: y\nTransfer-Encoding: chunked", "Content-Length: 2"), "{}", "HTTP/1.1"),
        ((CHUNKED,), "2\r\n{}\r\n0\r\n\r\n", "HTTP/1.0"),
        ((CHUNKED,), "2\n{}\n0\n\n", "HTTP/1.1"),
        ((CHUNKED,), "2\r\n{}XX0\r\n\r\n", "HTTP/1.1"),
        ((CHUNKED,), "-2\r\n{}\r\n0\r\n\r\n", "HTTP/1.1"),
        ((CHUNKED,), "0x2\r\n{}\r\n0\r\n\r\n", "HTTP/1.1"),
        ((CHUNKED,), f"{'f' * 40}\r\n{{}}", "HTTP/1.1"),
    ],
)
def test_a_body_whose_end_is_not_certain_is_refused(
    lines: tuple[str, ...], body: str, version: str, shed: RunningEndpoint
) -> None:
    start = head("POST", TOKEN, shed.admin_token, JSON, "Connection: keep-alive", *lines, version=version)
    with nothing_logged():
        assert codes(asked(shed.url, (start + body + HIDDEN.format(token=shed.admin_token)).encode())) == [400]


@pytest.mark.parametrize(
    ("lines", "body", "answers"),
    [
        (("Content-Length: 2", "Content-Length: 2"), "{}", [201, 200]),  # the same length twice is one
        ((CHUNKED,), '2;a="\r\n{}\r\n0\r\n\r\n', [201, 200]),
        (
            (CHUNKED,),
            "2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\n\r\n",
            [201, 200],
        ),  # what comes behind a body is no header
        (("Expect: 100-continue", "Content-Length: 2"), "{}", [201, 200]),
        (("X-Folded: a\r\n b", "Content-Length: 2"), "{}", [201, 200]),
    ],
)
def test_a_body_whose_end_is_certain_is_one_request(
    lines: tuple[str, ...], body: str, answers: list[int], shed: RunningEndpoint
) -> None:
    start = head("POST", TOKEN, shed.admin_token, JSON, "Connection: keep-alive", *lines)
    with nothing_logged():
        assert codes(asked(shed.url, (start + body + HIDDEN.format(token=shed.admin_token)).encode())) == answers


@pytest.mark.parametrize(
    ("request_", "answers"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [400]),  # TLS
        (b"\x00\x01\x02\xff" * 50 + b"\r\n\r\n", [400]),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505]),
        (b"GET / HTTP/3.0\r\nHost: x\r\nConnection: close\r\n\r\n", [505]),
        (b"GET / HTTP/1.1\r\n\r\n", [400]),  # no host
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", [400]),
        (b"GET / HTTP/1.1\r\n Host: x\r\n\r\n", [400]),
        (b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", [400]),
        (b"GET /\xe9 HTTP/1.1\r\nHost: x\r\n\r\n", [400]),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: a\0b\r\n\r\n", [400]),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: a\rContent-Length: 5\r\n\r\n", [400]),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 200_000 + b"\r\n\r\n", [400]),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 50_000 + b"\r\n", [400]),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", [403]),
        (b"CONNECT other:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", [403]),
        (b"GET http://other/api HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", [403]),
        (b"G" * 1000 + b" / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", [403]),
        (b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n\r\n", [403]),
        (b"GET / HTTP/1.1\nHost: x\nConnection: close\n\n", [403]),  # a line may end so
    ],
)
def test_what_is_hardly_http_is_answered_once(request_: bytes, answers: list[int], shed: RunningEndpoint) -> None:
    with nothing_logged():
        answer = asked(shed.url, request_)
    assert codes(answer) in (answers, []) if len(request_) > 100_000 else codes(answer) == answers


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("..%2f..%2f", 404, "could not find the requested resource"),
        ("a%2fb", 404, "could not find the requested resource"),
        ("%2e%2e", 400, "may not be '..'"),
        ("%", 400, "may not contain '%'"),
        ("%25%32%66", 400, "may not contain '%'"),  # decoded once and no more
        ("%0a", 404, 'serviceaccounts "\\n" not found'),
        ("%00", 404, 'serviceaccounts "\\u0000" not found'),
        ("%ff%fe", 404, "not found"),
        ("%ed%a0%80", 404, "not found"),  # half a character
        ("'%20or%201=1--", 404, "not found"),
        ("a" * 60_000, 404, "not found"),
    ],
)
def test_a_name_in_a_path_is_only_a_name(name: str, code: int, text: str, shed: RunningEndpoint) -> None:
    path = f"/api/v1/namespaces/default/serviceaccounts/{name}"
    with nothing_logged():
        answer = asked(shed.url, head("GET", path, shed.admin_token).encode())
    status = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (status["code"], text in status["message"]) == (code, True), status


def test_a_watch_from_what_is_no_version_is_refused() -> None:
    with listening() as shed, nothing_logged():
        for version in ("-1", "1.5", "0x1", "%D9%A3", "%C2%B2", "9" * 19, "9" * 20, "9" * 5000, "%00"):
            path = f"/api/v1/namespaces?watch=1&resourceVersion={version}"
            answer = asked(shed.url, head("GET", path, shed.admin_token, "Connection: close").encode())
            assert (codes(answer), b"invalid resource version" in answer) == ([400], True), version[:20]


def test_a_request_that_breaks_off_while_its_answer_comes_ends_without_a_word() -> None:
    """A watch has begun when the rest of its body turns out to be none."""
    with listening() as shed, nothing_logged(), connected(shed.url) as watch:
        path = "/api/v1/namespaces?watch=1"
        watch.sendall(head("GET", path, shed.admin_token, CHUNKED).encode())
        assert watch.recv(12) == b"HTTP/1.1 200"
        watch.sendall(b"what is this?\r\n\r\n")
        assert codes(whole(watch)) == []


def test_more_connections_than_allowed_are_refused() -> None:
    with listening(connections=3) as shed:
        watches = [connected(shed.url) for _ in range(3)]
        for each in watches:
            each.sendall(head("GET", "/api/v1/namespaces?watch=1", shed.admin_token).encode())
        refused = asked(shed.url, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert codes(refused) == [503]
        for each in watches:
            each.close()
        assert soon(lambda: codes(asked(shed.url, head("GET", "/healthz", shed.admin_token).encode())) == [200])


def test_a_body_that_comes_too_slowly_is_given_up() -> None:
    with listening(request_timeout=0.2) as shed, nothing_logged(), connected(shed.url) as slow:
        slow.sendall(head("POST", TOKEN, shed.admin_token, JSON, "Content-Length: 100").encode() + b"{")
        assert codes(whole(slow)) == [504]


def test_requests_of_one_connection_are_answered_in_turn() -> None:
    with listening() as shed, nothing_logged(), connected(shed.url) as watch:
        path, kept = "/api/v1/namespaces?watch=1", "Connection: keep-alive"
        first = head("GET", f"{path}&timeoutSeconds=1", shed.admin_token, kept)
        watch.sendall((first + head("GET", path, shed.admin_token)).encode())
        answer = until(watch, lambda answer: len(codes(answer)) == 2)
        assert codes(answer) == [200, 200]
        assert answer.count(b"\r\n0\r\n\r\n") == 1  # the first came to its end
        assert sent(shed, "POST", "/api/v1/namespaces", {"metadata": {"name": "later"}})[0] == 201
        until(watch, lambda answer: b'"later"' in answer)
