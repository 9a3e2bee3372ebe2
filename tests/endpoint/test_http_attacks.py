"""Bytes that no client sends: each gets one answer or a closed connection, no second request comes of it, and nothing is logged."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from codegen.endpoint import connections
from codegen.endpoint.serving import Listening, Place
from codegen.endpoint.settings import Settings
from codegen.readers.built_in.structure import BuiltIns
from wire import JSON, TOKEN, asked, connected, head, listening, nothing_logged, sent, soon, whole

CHUNKED = "Transfer-Encoding: chunked"
HIDDEN = "GET /-/clock HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def shed() -> Iterator[Listening]:
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
    lines: tuple[str, ...], body: str, version: str, shed: Listening
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
    lines: tuple[str, ...], body: str, answers: list[int], shed: Listening
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
def test_what_is_hardly_http_is_answered_once(request_: bytes, answers: list[int], shed: Listening) -> None:
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
def test_a_name_in_a_path_is_only_a_name(name: str, code: int, text: str, shed: Listening) -> None:
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


def test_connections_that_ask_nothing_are_closed_for_others() -> None:
    with listening(connections=20) as shed:
        opened = [connected(shed.url) for _ in range(60)]
        try:
            answer = asked(shed.url, head("GET", "/-/connections", shed.admin_token).encode())
            counts = json.loads(answer.partition(b"\r\n\r\n")[2])
            assert counts == {"open": 20, "busy": 1, "limit": 20, "closed": 41, "refused": 0}
            assert [whole(each) for each in opened[:41]] == [b""] * 41  # the oldest are gone
            opened[-1].sendall(head("GET", "/healthz", shed.admin_token).encode())
            assert codes(whole(opened[-1])) == [200]
        finally:
            for each in opened:
                each.close()


def test_connections_that_are_busy_are_not_closed_for_others() -> None:
    with listening(connections=3) as shed:
        watches = [connected(shed.url) for _ in range(3)]
        for each in watches:
            each.sendall(head("GET", "/api/v1/namespaces?watch=1", shed.admin_token).encode())
            assert each.recv(12) == b"HTTP/1.1 200"
        assert asked(shed.url, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") == b""  # one too many
        watches.pop().close()
        assert soon(lambda: codes(asked(shed.url, head("GET", "/healthz", shed.admin_token).encode())))
        for each in watches:
            each.close()


def test_a_connection_is_busy_with_what_it_asked_before_it_was_answered() -> None:
    """The second watch begins while the application is still leaving the first, and is none of those that are ended for asking nothing."""
    with listening() as shed, nothing_logged(), connected(shed.url) as watch:
        path, kept = "/api/v1/namespaces?watch=1", "Connection: keep-alive"
        first = head("GET", f"{path}&timeoutSeconds=1", shed.admin_token, kept)
        watch.sendall((first + head("GET", path, shed.admin_token)).encode())
        answer = until(watch, lambda answer: len(codes(answer)) == 2)
        assert codes(answer) == [200, 200]
        assert answer.count(b"\r\n0\r\n\r\n") == 1  # the first came to its end
        assert sent(shed, "POST", "/api/v1/namespaces", {"metadata": {"name": "later"}})[0] == 201
        until(watch, lambda answer: b'"later"' in answer)
        assert soon(lambda: shed.connections.counts()["open"] == 1)
        assert shed.connections.counts()["busy"] == 1


def test_a_connection_ends_that_asks_nothing_for_too_long_and_one_that_asks_slowly() -> None:
    with listening(patience=0.2) as shed, nothing_logged():
        with connected(shed.url) as silent, connected(shed.url) as half, connected(shed.url) as kept:
            half.sendall(b"GET /healthz HTTP/1.1\r\nHo")
            kept.sendall(head("GET", "/healthz", shed.admin_token, "Connection: keep-alive").encode())
            assert (whole(silent), whole(half)) == (b"", b"")
            assert codes(whole(kept)) == [200]
        with connected(shed.url) as slow:
            slow.sendall(head("POST", TOKEN, shed.admin_token, JSON, "Content-Length: 100").encode() + b"{")
            assert codes(whole(slow)) == [504]


def test_a_client_that_does_not_finish_with_tls_is_not_waited_for(tmp_path: Path) -> None:
    place = Place(folder=tmp_path, patience=0.2, connections=5)
    shed = Listening(Settings(release=BuiltIns().newest, algorithm="ES256"), place)
    shed.start()
    try:
        with nothing_logged():
            address = ("127.0.0.1", int(shed.url.rpartition(":")[2]))
            silent = [socket.create_connection(address, timeout=20) for _ in range(3)]
            silent[1].sendall(b"\x16\x03\x01\x02\x00\x01\x00")  # half a greeting
            silent[2].sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert [whole(each).startswith(b"HTTP/1.1 2") for each in silent] == [False] * 3
            assert soon(lambda: shed.connections.counts()["open"] == 0)
            for each in silent:
                each.close()
        silent = [socket.create_connection(address, timeout=20) for _ in range(8)]
        assert soon(lambda: shed.connections.counts()["closed"] == 3)
        for each in silent:
            each.close()
    finally:
        shed.stop()


def test_a_client_that_does_not_read_a_watch_is_not_waited_for() -> None:
    with listening(patience=0.3) as shed, nothing_logged(), connected(shed.url) as watch:
        configmaps = "/api/v1/namespaces/default/configmaps"
        big = {"metadata": {"name": "big"}, "data": {"a": "x" * 200_000}}
        assert sent(shed, "POST", configmaps, big)[0] == 201
        watch.sendall(head("GET", "/api/v1/configmaps?watch=1", shed.admin_token).encode())
        for number in range(100):  # more than what the system keeps for a reader
            assert sent(shed, "PUT", f"{configmaps}/big", {**big, "data": {"a": f"{number}" * 100_000}})[0] == 200
        assert soon(lambda: shed.connections.counts()["busy"] == 0)


def test_an_answer_is_sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its body does not wait until the client has confirmed its head, which takes 40 ms."""
    admit, accepted = connections.Connections.admit, list[socket.socket]()

    def seen(self: connections.Connections, peer: tuple[str, int], connection: socket.socket) -> bool:
        accepted.append(connection)
        return admit(self, peer, connection)

    monkeypatch.setattr(connections.Connections, "admit", seen)
    with listening() as shed, connected(shed.url) as asking:
        asking.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert asking.recv(12) == b"HTTP/1.1 200"
        assert accepted[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_number_of_connections_follows_from_the_files_that_may_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    for files, most in ((1024, 448), (100, 1), (1 << 20, connections.MOST), (resource.RLIM_INFINITY, connections.MOST)):
        monkeypatch.setattr(resource, "getrlimit", lambda _, files=files: (files, files))
        assert connections.most() == most
