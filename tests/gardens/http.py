"""A test server that gives prepared responses and records requests."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Request(NamedTuple):
    """A recorded request with header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


class Answer(NamedTuple):
    """A prepared response. `cut` closes the connection after this many bytes of the body."""

    code: int = 200
    body: object = b""
    headers: tuple[tuple[str, str], ...] = ()
    cut: int | None = None


Answering = Callable[[Request], Answer]


class Site:
    """The address, recorded requests and remaining responses of a server.

    A single response is repeated.
    """

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.answers: list[Answer | Answering] = []

    def next(self, request: Request) -> Answer:
        self.requests.append(request)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return found if isinstance(found, Answer) else found(request)


@contextmanager
def run_server(context: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Run a server on a free local port, with TLS if there is a context."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # otherwise, the body would be delayed by 40 ms

        def handle_any(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = site.next(Request(self.command, self.path, headers, self.rfile.read(length)))
            plain = isinstance(answer.body, bytes)
            body = (
                answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            )
            self.send_response(answer.code)
            for name, value in (
                *answer.headers,
                *(() if plain else (("Content-Type", "application/json"),)),
            ):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: answer.cut])
            if answer.cut is not None:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    site.url = f"http{'s' if context else ''}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
