"""Deadlines and the limit of connections, against clients that send or read too little."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator

import pytest

from codegen.endpoint.settings import Settings
from codegen.endpoint.testing import TokenEndpoint
from support.wire import JSON, TOKEN, assert_nothing_logged, receive_all, request_head, wait_for

TIMEOUT = 0.4
LATEST = 4 * TIMEOUT + 2  # seconds until a slow client is closed, on a machine that is busy
SPARE = 16  # connections beyond the limit that are answered
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"  # the beginning of a handshake
KEPT = "Connection: keep-alive"


def start(*, tls: bool, connections: int = 900) -> TokenEndpoint:
    settings = Settings(algorithm="ES256", request_timeout=TIMEOUT, connections=connections)
    return TokenEndpoint(settings, tls=tls)


@pytest.fixture(scope="module")
def plain() -> Iterator[TokenEndpoint]:
    with start(tls=False) as shed:
        yield shed


@pytest.fixture(scope="module")
def secure() -> Iterator[TokenEndpoint]:
    with start(tls=True) as shed:
        yield shed


def open_socket(shed: TokenEndpoint, *, handshake: bool = True) -> socket.socket:
    host, port = shed.url.partition("://")[2].split(":")
    connection = socket.create_connection((host, int(port)), timeout=10)
    if shed.ca is None or not handshake:
        return connection
    return ssl.create_default_context(cafile=shed.ca).wrap_socket(connection, server_hostname=host)


def seconds_until_closed(connection: socket.socket, drip: bytes) -> float:
    """Send a piece again and again, and return after how many seconds the connection is closed."""
    begun = time.monotonic()
    connection.settimeout(TIMEOUT / 8)
    while time.monotonic() - begun < 10:
        try:
            if drip:
                connection.sendall(drip)
            if not connection.recv(1 << 16):
                break
        except TimeoutError:
            pass
        except OSError:
            break
    return time.monotonic() - begun


@pytest.mark.parametrize(
    "first_piece", [b"", HELLO[:6], HELLO], ids=["nothing", "half a header", "a header"]
)
@pytest.mark.parametrize("drip", [b"", b"a"], ids=["silent", "dripping"])
def test_client_without_handshake_is_closed(
    secure: TokenEndpoint, first_piece: bytes, drip: bytes
) -> None:
    with assert_nothing_logged(), open_socket(secure, handshake=False) as connection:
        connection.sendall(first_piece)
        assert TIMEOUT / 2 < seconds_until_closed(connection, drip if first_piece else b"") < LATEST


HALF_HEADS = {
    "nothing": ("", ""),
    "one byte": ("G", ""),
    "half a head": ("GET /healthz HTTP/1.1\r\nHost: garden\r\nX-Water: ", ""),
    "a dripping head": ("GET /healthz HTTP/1.1\r\nX-Water: ", "a"),
    "dripping lines": ("GET /healthz HTTP/1.1\r\n", "X: a\r\n"),
    "an answered request": (request_head("GET", "/healthz", "", KEPT), ""),
    "an answered request and half a head": (
        request_head("GET", "/healthz", "", KEPT) + "GET /",
        "",
    ),
    "an answered request and a dripping head": (
        request_head("GET", "/healthz", "", KEPT) + "GET /",
        "a",
    ),
}


@pytest.mark.parametrize("form", HALF_HEADS)
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_client_without_whole_head_is_closed(
    plain: TokenEndpoint, secure: TokenEndpoint, form: str, tls: bool
) -> None:
    first_piece, drip = (text.encode() for text in HALF_HEADS[form])
    with assert_nothing_logged(), open_socket(secure if tls else plain) as connection:
        connection.sendall(first_piece)
        assert TIMEOUT / 2 < seconds_until_closed(connection, drip) < LATEST


BODIES = {
    "announced": (request_head("POST", TOKEN, "{}", JSON, KEPT, "Content-Length: 9000"), " "),
    "in chunks": (
        request_head("POST", TOKEN, "{}", JSON, KEPT, "Transfer-Encoding: chunked"),
        "1\r\n \r\n",
    ),
    "of a request without one": (
        request_head("GET", "/healthz", "{}", KEPT, "Content-Length: 9000"),
        " ",
    ),
    "awaited": (
        request_head("POST", TOKEN, "{}", JSON, KEPT, "Content-Length: 9", "Expect: 100-continue"),
        "",
    ),
}


@pytest.mark.parametrize("form", BODIES)
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_client_without_whole_body_is_closed(
    plain: TokenEndpoint, secure: TokenEndpoint, form: str, tls: bool
) -> None:
    shed = secure if tls else plain
    head, drip = BODIES[form]
    with assert_nothing_logged(), open_socket(shed) as connection:
        connection.sendall(head.replace("{}", shed.admin_token).encode())
        assert TIMEOUT / 2 < seconds_until_closed(connection, drip.encode()) < LATEST


def count_connections(shed: TokenEndpoint) -> int:
    return len(shed._server.server_state.connections)


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_client_that_reads_nothing_is_closed(tls: bool) -> None:
    with start(tls=tls) as shed:
        for number in range(4):
            shed.create("ConfigMap", f"bed-{number}", data={"soil": "x" * 1_000_000})
        request = request_head("GET", "/api/v1/configmaps", shed.admin_token, KEPT).encode()
        with open_socket(shed) as connection:
            connection.sendall(request * 8)
            assert wait_for(lambda: count_connections(shed) == 1)
            begun = time.monotonic()
            assert wait_for(lambda: count_connections(shed) == 0)
            assert time.monotonic() - begun < LATEST


def test_client_that_asks_in_time_stays_connected(secure: TokenEndpoint) -> None:
    request = request_head("GET", "/healthz", secure.admin_token, KEPT).encode()
    with open_socket(secure) as connection:
        for _ in range(12):
            time.sleep(TIMEOUT / 4)
            connection.sendall(request)
            answer = b""
            while not answer.endswith(b"ok"):
                answer += connection.recv(1 << 16)
            assert b" 200 " in answer


def test_request_in_four_parts_is_answered(secure: TokenEndpoint) -> None:
    body = b'{"spec": {"audiences": ["garden"]}}'
    head = request_head(
        "POST", TOKEN, secure.admin_token, JSON, f"Content-Length: {len(body)}"
    ).encode()
    with open_socket(secure) as connection:
        for part in (head[:40], head[40:], body[:9], body[9:]):
            time.sleep(TIMEOUT / 4)
            connection.sendall(part)
        assert receive_all(connection).startswith(b"HTTP/1.1 201 ")


def is_closed_at_once(connection: socket.socket) -> bool:
    connection.settimeout(TIMEOUT / 4)
    try:
        return not connection.recv(1)
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def test_connections_without_handshake_count() -> None:
    with start(tls=True, connections=3) as shed:
        idle = [open_socket(shed, handshake=False) for _ in range(3 + SPARE)]
        assert wait_for(lambda: count_connections(shed) == 3 + SPARE)
        with open_socket(shed, handshake=False) as further:
            assert is_closed_at_once(further)
        assert not is_closed_at_once(idle[0])
        assert wait_for(lambda: count_connections(shed) == 0)
        assert shed.request("GET", "/version")["major"] == "1"
        for connection in idle:
            connection.close()


def test_server_survives_client_that_leaves_during_handshake(secure: TokenEndpoint) -> None:
    forms: list[Callable[[socket.socket], object]] = [
        lambda connection: connection.sendall(HELLO),
        lambda connection: connection.sendall(b"GET / HTTP/1.1\r\n\r\n"),
        lambda connection: connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"
        ),
    ]
    with assert_nothing_logged():
        for leave in forms:
            with open_socket(secure, handshake=False) as connection:
                leave(connection)
        assert wait_for(lambda: count_connections(secure) == 0)
        assert secure.request("GET", "/version")["major"] == "1"
