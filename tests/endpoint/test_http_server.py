"""Deadlines and the limit of connections, against clients that send or read too little.

A busy machine may stop this process for seconds. So a client that has to be closed is awaited for
much longer than its deadline, and one that has to be served has a long deadline.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from codegen.endpoint import kinds
from codegen.endpoint.objects import WriteOptions
from codegen.endpoint.settings import Settings
from codegen.endpoint.testing import TokenEndpoint
from support.wire import JSON, TOKEN, assert_nothing_logged, receive_all, request_head, wait_for

TIMEOUT = 0.4  # seconds of an endpoint that closes slow clients
LONG_TIMEOUT = 120  # of an endpoint that has to serve all, however busy the machine is
LATEST = 30  # seconds after which a slow client counts as never closed
SPARE = 16  # connections beyond the limit that are answered
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"  # the beginning of a handshake
KEPT = "Connection: keep-alive"


def start(*, tls: bool, timeout: float = TIMEOUT, connections: int = 900) -> TokenEndpoint:
    settings = Settings(algorithm="ES256", request_timeout=timeout, connections=connections)
    return TokenEndpoint(settings, tls=tls)


@pytest.fixture(scope="module")
def plain() -> Iterator[TokenEndpoint]:
    with start(tls=False) as shed:
        yield shed


@pytest.fixture(scope="module")
def secure() -> Iterator[TokenEndpoint]:
    with start(tls=True) as shed:
        yield shed


@pytest.fixture(scope="module")
def patient() -> Iterator[TokenEndpoint]:
    with start(tls=True, timeout=LONG_TIMEOUT) as shed:
        yield shed


def open_socket(shed: TokenEndpoint, *, handshake: bool = True) -> socket.socket:
    host, port = shed.url.partition("://")[2].split(":")
    connection = socket.create_connection((host, int(port)), timeout=60)
    if shed.ca is None or not handshake:
        return connection
    return ssl.create_default_context(cafile=shed.ca).wrap_socket(connection, server_hostname=host)


def seconds_until_closed(
    shed: TokenEndpoint, first_piece: bytes, drip: bytes, *, handshake: bool = True
) -> float:
    """Send a piece, then another again and again, and return when the connection is closed.

    The seconds count from before the connection, so that they are never less than the deadline.
    """
    begun = time.monotonic()
    # A handshake that took too long on a busy machine ends the connection as well.
    with suppress(ConnectionError, ssl.SSLError), open_socket(shed, handshake=handshake) as client:
        client.sendall(first_piece)
        client.settimeout(TIMEOUT / 8)
        while time.monotonic() - begun < LATEST:
            if drip:
                client.sendall(drip)
            with suppress(TimeoutError):
                if not client.recv(1 << 16):
                    break
    return time.monotonic() - begun


@pytest.mark.parametrize(
    "first_piece", [b"", HELLO[:6], HELLO], ids=["nothing", "half a header", "a header"]
)
@pytest.mark.parametrize("drip", [b"", b"a"], ids=["silent", "dripping"])
def test_client_without_handshake_is_closed(
    secure: TokenEndpoint, first_piece: bytes, drip: bytes
) -> None:
    with assert_nothing_logged():
        seconds = seconds_until_closed(
            secure, first_piece, drip if first_piece else b"", handshake=False
        )
    assert TIMEOUT / 2 < seconds < LATEST


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
    with assert_nothing_logged():
        seconds = seconds_until_closed(secure if tls else plain, first_piece, drip)
    assert TIMEOUT / 2 < seconds < LATEST


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
    first_piece = head.replace("{}", shed.admin_token).encode()
    with assert_nothing_logged():
        seconds = seconds_until_closed(shed, first_piece, drip.encode())
    assert TIMEOUT / 2 < seconds < LATEST


def count_connections(shed: TokenEndpoint) -> int:
    return len(shed._server.server_state.connections)


@pytest.mark.slow
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_client_that_reads_nothing_is_closed(tls: bool) -> None:
    with start(tls=tls) as shed:
        for number in range(4):
            body = {"metadata": {"name": f"bed-{number}"}, "data": {"soil": "x" * 1_000_000}}
            shed.endpoint.objects.create(kinds.CONFIG_MAP, body, "default", WriteOptions())
        request = request_head("GET", "/api/v1/configmaps", shed.admin_token, KEPT).encode()
        with open_socket_in_time(shed) as connection:
            with suppress(ConnectionError, ssl.SSLError):  # the server may close already
                connection.sendall(request * 8)
            assert wait_for(lambda: count_connections(shed) == 0)


def open_socket_in_time(shed: TokenEndpoint) -> socket.socket:
    """Open a connection that the server has accepted, even if a handshake took too long before."""
    for _ in range(20):
        with suppress(ConnectionError, ssl.SSLError):
            connection = open_socket(shed)
            connection.sendall(request_head("GET", "/healthz", "", KEPT).encode())
            if connection.recv(1 << 16):
                return connection
    pytest.fail("no connection was accepted in time")


def ask_again_and_again(timeout: float) -> int:
    """Send requests for longer than the timeout, and return how many were answered."""
    answered = 0
    with start(tls=True, timeout=timeout) as shed, suppress(ConnectionError, ssl.SSLError):
        request = request_head("GET", "/healthz", shed.admin_token, KEPT).encode()
        with open_socket(shed) as connection:
            for _ in range(12):
                time.sleep(timeout / 6)
                connection.sendall(request)
                if not receive_until(connection, b"ok").startswith(b"HTTP/1.1 200 "):
                    break
                answered += 1
    return answered


def receive_until(connection: socket.socket, end: bytes) -> bytes:
    """Receive an answer with a known end. Return less if the connection is closed before."""
    answer = b""
    while not answer.endswith(end):
        piece = connection.recv(1 << 16)
        if not piece:
            break
        answer += piece
    return answer


@pytest.mark.slow
def test_client_that_asks_in_time_stays_connected() -> None:
    # On a busy machine the client itself may be late, so a longer timeout is tried as well.
    assert any(ask_again_and_again(timeout) == 12 for timeout in (0.6, 3, 15))


def test_request_in_four_parts_is_answered(patient: TokenEndpoint) -> None:
    body = b'{"spec": {"audiences": ["garden"]}}'
    head = request_head(
        "POST", TOKEN, patient.admin_token, JSON, f"Content-Length: {len(body)}"
    ).encode()
    with open_socket(patient) as connection:
        for part in (head[:40], head[40:], body[:9], body[9:]):
            time.sleep(0.1)
            connection.sendall(part)
        assert receive_all(connection).startswith(b"HTTP/1.1 201 ")


def is_closed(connection: socket.socket) -> bool:
    """Return whether a connection was closed, without waiting."""
    connection.setblocking(False)
    try:
        return not connection.recv(1)
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def test_connections_without_handshake_count() -> None:
    with start(tls=True, timeout=LONG_TIMEOUT, connections=3) as shed:
        idle = [open_socket(shed, handshake=False) for _ in range(3 + SPARE)]
        assert wait_for(lambda: count_connections(shed) == 3 + SPARE)
        with open_socket(shed, handshake=False) as further:
            assert wait_for(lambda: is_closed(further))
        assert not any(is_closed(connection) for connection in idle)
        for connection in idle:
            connection.close()
        assert wait_for(lambda: count_connections(shed) == 0)
        assert shed.request("GET", "/version")["major"] == "1"


def test_server_survives_client_that_leaves_during_handshake(patient: TokenEndpoint) -> None:
    forms: list[Callable[[socket.socket], object]] = [
        lambda connection: connection.sendall(HELLO),
        lambda connection: connection.sendall(b"GET / HTTP/1.1\r\n\r\n"),
        lambda connection: connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"
        ),
    ]
    with assert_nothing_logged():
        for leave in forms:
            with open_socket(patient, handshake=False) as connection:
                leave(connection)
        assert wait_for(lambda: count_connections(patient) == 0)
        assert patient.request("GET", "/version")["major"] == "1"
