"""A local server for a site during editing. Browsers show the changed page after each build."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from codegen.core import opening, resources

_SCRIPT = "/_serve.js"
_STATE = "/_state"
_LINK = b'<script src="/_serve.js" type="module"></script></head>'
_HOST = "127.0.0.1"
_HERE = frozenset((_HOST, "localhost", "::1"))
_LOOK = 0.1  # seconds between checks for the end
_POLL = 1.0  # seconds between checks of the sources


def wait_for_edits(
    named: Callable[[], Iterable[Path]], pause: Callable[[], object] = lambda: time.sleep(_POLL)
) -> Iterator[None]:
    """Yield after each edit of files, or of files below folders.

    The paths are asked for again each time, since an edit of the configuration may change them.
    """
    before = _file_stamps(named())
    while True:
        pause()
        now = _file_stamps(named())
        if now != before:
            before = now
            yield


def _file_stamps(named: Iterable[Path]) -> dict[str, tuple[int, int, int]]:
    """Return time, size and inode of each readable file."""
    stamps: dict[str, tuple[int, int, int]] = {}
    for path in named:
        for file in path.rglob("*") if path.is_dir() else (path,):
            with suppress(OSError):
                state = file.stat()
                if not stat.S_ISDIR(state.st_mode):
                    stamps[str(file)] = state.st_mtime_ns, state.st_size, state.st_ino
    return stamps


@contextmanager
def serving(folder: Path, state: Callable[[], object], port: int) -> Iterator[str]:
    """Serve a folder on this machine alone. Yields the address. Raises OSError for a taken port.

    Browsers get the `state`: the number of builds, and the pages that the last one changed.
    """
    handler = partial(_Handler, state=state, directory=str(folder))
    server = ThreadingHTTPServer((_HOST, port), handler)
    thread = Thread(target=lambda: server.serve_forever(_LOOK), daemon=True)
    thread.start()
    try:
        yield f"http://{_HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _is_this_machine(host: str) -> bool:
    """Return whether a server name, with or without a port, is this machine."""
    try:
        return urlsplit(f"//{host}").hostname in _HERE
    except ValueError:
        return False


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, state: Callable[[], object], **more: Any) -> None:
        self._state = state
        super().__init__(*arguments, **more)

    def parse_request(self) -> bool:
        """Read the head of a request.

        Requests for another server name are refused, since foreign web pages could use them to read
        local files. Impossible paths are refused, too.
        """
        if not super().parse_request():
            return False
        if not _is_this_machine(self.headers.get("Host", _HOST)):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return False
        if "\0" in unquote(self.path):
            self.send_error(HTTPStatus.NOT_FOUND)
            return False
        return True

    def do_GET(self) -> None:
        """Answer with a file. Pages get the reload script."""
        path = self.path.partition("?")[0]
        if path == _STATE:
            self._send(json.dumps(self._state()).encode(), "application/json")
        elif path == _SCRIPT:
            self._send(
                (resources.templates() / "site/serve/reload.js").read_bytes(), "text/javascript"
            )
        elif (file := self._find_page()) is not None:
            self._send(file.read_bytes().replace(b"</head>", _LINK, 1), "text/html; charset=utf-8")
        else:
            super().do_GET()

    def _find_page(self) -> Path | None:
        """Find the requested page, if there is one. The library adds a missing slash to folders."""
        file = Path(self.translate_path(self.path))
        if opening.is_folder(file) and self.path.partition("?")[0].endswith("/"):
            file /= "index.html"
        if file.suffix == ".html" and opening.is_file(file):
            return file
        return None

    def _send(self, data: bytes, kind: str, status: int = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the page of the site for addresses that do not exist, as hosts do."""
        page = Path(self.directory) / "404.html"
        if code == HTTPStatus.NOT_FOUND and self.command == "GET" and opening.is_file(page):
            self._send(
                page.read_bytes().replace(b"</head>", _LINK, 1),
                "text/html; charset=utf-8",
                HTTPStatus.NOT_FOUND,
            )
        else:
            super().send_error(code, message, explain)

    def log_message(self, *_: object) -> None:
        """Log nothing, since the command reports builds."""
