"""A site served on this machine while it is edited: browsers are told which pages the last build has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from codegen.core import resources
from codegen.outputs.docs.table.names import DEFINITIONS

_SCRIPT = "/_serve.js"
_STATE = "/_state"
_LINK = b'<script src="/_serve.js" type="module"></script></head>'
_HOST = "127.0.0.1"
_MANY = 200  # changed pages that are told by name; of more, a browser shows again what it shows


class Served:
    """A folder with a site, and the number of times that it was built."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._digests = self._read()
        self._state = 0
        self._pages: list[str] = []

    @property
    def state(self) -> dict[str, Any]:
        """What a browser asks for: the number of the build, and the pages that it changed."""
        return {"state": self._state, "pages": self._pages}

    def built(self) -> list[str]:
        """Look what the last build has changed. The pages, by path."""
        before, self._digests = self._digests, self._read()
        changed = [page for page, digest in self._digests.items() if before.get(page) != digest]
        changed.sort(key=lambda page: f"/{DEFINITIONS}/" in page)  # a kind shows what its types say
        self._pages = changed if len(changed) <= _MANY else []
        self._state += 1
        return changed

    def _read(self) -> dict[str, bytes]:
        return {
            file.relative_to(self._folder).as_posix(): hashlib.blake2b(file.read_bytes()).digest()
            for file in sorted(self._folder.rglob("*.html"))
        }


@contextmanager
def serving(folder: Path, served: Served, port: int) -> Iterator[str]:
    """Serve a folder on this machine alone. The address, with a slash behind it. Raises OSError for a port that is taken."""
    handler = partial(_Handler, served=served, directory=str(folder))
    server = ThreadingHTTPServer((_HOST, port), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{_HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, served: Served, **more: Any) -> None:
        self._served = served
        super().__init__(*arguments, **more)

    def do_GET(self) -> None:
        """Answer with a file; pages get the script that looks for new builds."""
        path = self.path.partition("?")[0]
        if path == _STATE:
            self._answer(json.dumps(self._served.state).encode(), "application/json")
        elif path == _SCRIPT:
            self._answer((resources.templates() / "site/serve/reload.js").read_bytes(), "text/javascript")
        elif (file := self._page()) is not None:
            self._answer(file.read_bytes().replace(b"</head>", _LINK, 1), "text/html; charset=utf-8")
        else:
            super().do_GET()

    def _page(self) -> Path | None:
        """The page that is asked for, if there is one; a folder without a slash is left to the library, which adds it."""
        file = Path(self.translate_path(self.path))
        if file.is_dir() and self.path.partition("?")[0].partition("#")[0].endswith("/"):
            file /= "index.html"
        if file.suffix == ".html" and file.is_file():
            return file
        return None

    def _answer(self, data: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing: the command says what it builds."""
