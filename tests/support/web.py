"""A web server of this machine, whose answers a test chooses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class WebServer:
    """A running server. `documents` are the bodies by path, `headers` further headers by path.

    A path with a header `Location` answers with a redirect, an unknown path with 404. `requests`
    are the paths that were asked for.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.documents: dict[str, bytes] = {}
        self.headers: dict[str, Mapping[str, str]] = {}
        self.requests: list[str] = []


@contextmanager
def running_server() -> Iterator[WebServer]:
    """Run a server on a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.requests.append(self.path)
            headers = server.headers.get(self.path, {})
            body = server.documents.get(self.path)
            if "Location" in headers:
                self.send_response(302)
            elif body is None:
                self.send_error(404)
                return
            else:
                self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            if body is not None and "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = WebServer(f"http://127.0.0.1:{listener.server_port}")
    Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
