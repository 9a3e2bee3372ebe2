"""An endpoint as bytes: what a test sends that no client would send, and what comes back."""

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
TOKEN = "/api/v1/namespaces/default/serviceaccounts/default/token"  # the path, of no token
_LOGS = ("", "asyncio", "uvicorn.error")
_WAIT = 20


@contextmanager
def listening(**place: float) -> Iterator[RunningEndpoint]:
    """An endpoint in this process; `place` are `request_timeout` and `connections`."""
    made = RunningEndpoint(Settings(algorithm="ES256", **place))  # type: ignore[arg-type]
    made.start()
    try:
        yield made
    finally:
        made.stop()


def connected(url: str) -> socket.socket:
    """A connection to an endpoint without TLS."""
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=_WAIT)


def whole(connection: socket.socket) -> bytes:
    """What comes until the other side closes; nothing where it ends hard."""
    answer = b""
    with suppress(ConnectionError):
        while piece := connection.recv(1 << 16):
            answer += piece
    return answer


def asked(url: str, request: bytes) -> bytes:
    """What is answered to these bytes until the connection is closed."""
    with connected(url) as connection:
        with suppress(ConnectionError):  # it was closed before all was read, which has an answer all the same
            connection.sendall(request)
        return whole(connection)


def soon(holds: Callable[[], object]) -> bool:
    """Whether something holds before one gives up waiting for it."""
    end = time.monotonic() + _WAIT
    while not (found := bool(holds())) and time.monotonic() < end:
        time.sleep(0.01)
    return found


def head(method: str, path: str, token: str, *further: str, version: str = "HTTP/1.1") -> str:
    """The head of a request, after which the connection is closed unless `further` says otherwise."""
    lines = [f"{method} {path} {version}", "Host: garden.example", f"Authorization: Bearer {token}", *further]
    if not any(line.lower().startswith("connection:") for line in further):
        lines.append("Connection: close")
    return "\r\n".join(lines) + "\r\n\r\n"


def sent(listening: RunningEndpoint, method: str, path: str, body: object = None, *further: str) -> tuple[int, bytes]:
    """Code and body of the answer to a request of the administrator; `further` are lines of its head."""
    text = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = (JSON, f"Content-Length: {len(text)}", *further) if text else further
    answer = asked(listening.url, head(method, path, listening.admin_token, *lines).encode() + text)
    return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]


@contextmanager
def nothing_logged() -> Iterator[None]:
    """Nothing is logged meanwhile that a user would see: warnings, errors, tracebacks."""
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
