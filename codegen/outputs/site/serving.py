"""A site served on this machine while it is edited: browsers are told which pages the last build has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from codegen.core import opening, resources
from codegen.outputs.docs.table.names import DEFINITIONS

_SCRIPT = "/_serve.js"
_STATE = "/_state"
_LINK = b'<script src="/_serve.js" type="module"></script></head>'
_HOST = "127.0.0.1"
_HERE = frozenset((_HOST, "localhost", "::1"))
_LOOK = 0.1  # seconds between two looks whether to end
_ASK_AGAIN = 1000  # milliseconds
_MANY = 200  # changed pages that are told by name; of more, a browser shows again what it shows


class Served:
    """How often a site was built again since it is served, and what the last build has changed."""

    def __init__(self) -> None:
        self._state = 0
        self._pages: list[str] = []

    @property
    def state(self) -> dict[str, Any]:
        """What a browser asks for: the number of the build, and the pages that it changed."""
        return {"state": self._state, "pages": self._pages}

    def built(self, changed: Iterable[str]) -> list[str]:
        """Note the pages that a build has changed. Those in the order in which they are shown."""
        found = sorted(changed, key=lambda page: (f"/{DEFINITIONS}/" in page, page))  # a kind shows what its types say
        self._pages = found if len(found) <= _MANY else []
        self._state += 1
        return found


def edits(named: Callable[[], Iterable[Path]]) -> Iterator[None]:
    """Wait for edits of these files, and of all below these folders; after each it is asked anew which they are.

    Folders are watched, since many programs write a file by putting another one in its place. Raises OSError where the system watches
    no more of them.
    """
    from watchfiles import watch

    is_first = True
    while True:
        now = _Watched(named())
        pending = not is_first  # what was edited while other folders were watched
        for changes in watch(
            *now.folders,
            watch_filter=now,
            recursive=False,
            yield_on_timeout=True,
            rust_timeout=_ASK_AGAIN,
            raise_interrupt=True,
        ):
            if changes or pending:
                pending = False
                yield
                if _Watched(named()).folders != now.folders:
                    break
        is_first = False


class _Watched:
    """Files and folders that were named, as they are called and as what they lead to; and the folders to watch for them."""

    def __init__(self, named: Iterable[Path]) -> None:
        absolute = {path.absolute() for path in named}
        self._named = absolute | {path.resolve() for path in absolute}
        self.folders = {path.parent for path in self._named if not path.is_dir()}
        for folder in filter(Path.is_dir, self._named):
            self.folders |= {folder, *(each for each in folder.rglob("*") if each.is_dir())}

    def __call__(self, _: object, name: str) -> bool:
        """Whether a path is one of them, or below one: the filter of a watch."""
        path = Path(name)
        return path in self._named or any(folder in self._named for folder in path.parents)


@contextmanager
def serving(folder: Path, served: Served, port: int) -> Iterator[str]:
    """Serve a folder on this machine alone. The address, with a slash behind it. Raises OSError for a port that is taken."""
    handler = partial(_Handler, served=served, directory=str(folder))
    server = ThreadingHTTPServer((_HOST, port), handler)
    thread = Thread(target=lambda: server.serve_forever(_LOOK), daemon=True)
    thread.start()
    try:
        yield f"http://{_HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _is_here(host: str) -> bool:
    """Whether a name of a server, with its port or without, is that of this machine."""
    try:
        return urlsplit(f"//{host}").hostname in _HERE
    except ValueError:
        return False


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, served: Served, **more: Any) -> None:
        self._served = served
        super().__init__(*arguments, **more)

    def parse_request(self) -> bool:
        """Read the head of a request. Refused is one for a server of another name, by which a page of the web would read from this machine, and a
        path that no file can have.
        """
        if not super().parse_request():
            return False
        if not _is_here(self.headers.get("Host", _HOST)):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return False
        if "\0" in unquote(self.path):
            self.send_error(HTTPStatus.NOT_FOUND)
            return False
        return True

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
        if opening.is_folder(file) and self.path.partition("?")[0].partition("#")[0].endswith("/"):
            file /= "index.html"
        if file.suffix == ".html" and opening.is_file(file):
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
