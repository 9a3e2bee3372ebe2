"""Raw requests to an endpoint that no client would send, and their responses."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from codegen.endpoint.serving import RunningEndpoint
from codegen.endpoint.settings import Settings

JSON = "Content-Type: application/json"
TOKEN = "/api/v1/namespaces/default/serviceaccounts/default/token"  # a path, not a credential
_LOGS = ("", "asyncio", "uvicorn.error")
_WAIT = 20


@contextmanager
def run_endpoint(**place: float) -> Iterator[RunningEndpoint]:
    """Run an endpoint in this process. `place` are `request_timeout` and `connections`."""
    made = RunningEndpoint(Settings(algorithm="ES256", **place))  # type: ignore[arg-type]
    made.start()
    try:
        yield made
    finally:
        made.stop()


def connect(url: str) -> socket.socket:
    """Open a connection to an endpoint without TLS."""
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=_WAIT)


def receive_all(connection: socket.socket) -> bytes:
    """Receive until the connection is closed. Return nothing after a reset."""
    answer = b""
    with suppress(ConnectionError):
        while piece := connection.recv(1 << 16):
            answer += piece
    return answer


def exchange(url: str, request: bytes) -> bytes:
    """Send bytes and return the response until the connection is closed."""
    with connect(url) as connection:
        with suppress(ConnectionError):  # the server may close early, but still sends a response
            connection.sendall(request)
        return receive_all(connection)


def wait_for(holds: Callable[[], object]) -> bool:
    """Wait for a condition, and return whether it became true before the timeout."""
    end = time.monotonic() + _WAIT
    while not (found := bool(holds())) and time.monotonic() < end:
        time.sleep(0.01)
    return found


def request_head(
    method: str, path: str, token: str, *further: str, version: str = "HTTP/1.1"
) -> str:
    """Build a request head with `Connection: close`, unless `further` has another one."""
    lines = [
        f"{method} {path} {version}",
        "Host: garden.example",
        f"Authorization: Bearer {token}",
        *further,
    ]
    if not any(line.lower().startswith("connection:") for line in further):
        lines.append("Connection: close")
    return "\r\n".join(lines) + "\r\n\r\n"


def send_request(
    listening: RunningEndpoint, method: str, path: str, body: object = None, *further: str
) -> tuple[int, bytes]:
    """Send a request as administrator and return status code and body.

    `further` are header lines.
    """
    text = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = (JSON, f"Content-Length: {len(text)}", *further) if text else further
    answer = exchange(
        listening.url, request_head(method, path, listening.admin_token, *lines).encode() + text
    )
    return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]


@contextmanager
def assert_nothing_logged() -> Iterator[None]:
    """Assert that no warning, error or traceback is logged meanwhile."""
    kept: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(self.format(record))

    handler = Kept(logging.WARNING)
    for name in _LOGS:
        logging.getLogger(name).addHandler(handler)
    try:
        yield
    finally:
        for name in _LOGS:
            logging.getLogger(name).removeHandler(handler)
    assert kept == []
