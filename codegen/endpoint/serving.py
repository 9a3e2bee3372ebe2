"""A running endpoint, in this thread or in another one."""

from __future__ import annotations

import base64
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from codegen.core.writing import write_one
from codegen.endpoint.application import Application
from codegen.endpoint.certificates import prepare_certificates
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.http_server import Server, bind
from codegen.endpoint.keys import Key
from codegen.endpoint.settings import AUTHORITY, Settings
from codegen.endpoint.users import AUTHENTICATED, MASTERS, User

_ADMIN = User(name="admin", uid="admin", groups=(MASTERS, AUTHENTICATED))
_NAME = "token-endpoint"  # of the cluster and context in the kubeconfig


class RunningEndpoint:
    """An endpoint with its URL, the token of an administrator and certificates."""

    def __init__(self, settings: Settings, key: Key | None = None) -> None:
        """Bind the address and read all files.

        `key` signs if no other one is known. Raises `CodegenError`.
        """
        folder = settings.certificates
        if folder is not None:
            prepare_certificates(folder, settings.host)
        self._socket = bind(settings)
        try:
            port = self._socket.getsockname()[1]
            host = "localhost" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  - compared
            self.url = (
                f"{'https' if folder else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
            )
            self.ca = folder / AUTHORITY if folder else None
            self.admin_token = secrets.token_urlsafe(24)
            self.endpoint = Endpoint(settings, self.url, {self.admin_token: _ADMIN}, key)
        except BaseException:
            self._socket.close()
            raise
        self._thread: threading.Thread | None = None
        self._server = Server(Application(self.endpoint), settings, self._socket)

    def write_kubeconfig(self, path: Path) -> None:
        """Write a kubeconfig for the administrator. Raises `CodegenError`."""
        write_one(
            path, kubeconfig_text(self.url, self.admin_token, self.ca), str(path), private=True
        )

    def run(self, ready: Callable[[], None]) -> None:
        """Call `ready`, and serve until the process is told to end."""
        try:
            ready()
            self._server.run()
        finally:
            self._socket.close()
            self.endpoint.state.close()

    def start(self) -> None:
        """Serve in another thread until `stop`."""
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.002)

    def stop(self) -> None:
        """Stop serving, and close the state."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
        self._socket.close()
        self.endpoint.state.close()


def kubeconfig_text(url: str, token: str, authority: Path | None) -> str:
    """Return a kubeconfig for a URL, a bearer token and trusted certificates."""
    cluster = {"server": url}
    if authority is not None:
        cluster["certificate-authority-data"] = base64.b64encode(authority.read_bytes()).decode()
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": _NAME, "cluster": cluster}],
        "users": [{"name": "admin", "user": {"token": token}}],
        "contexts": [
            {"name": _NAME, "context": {"cluster": _NAME, "user": "admin", "namespace": "default"}}
        ],
        "current-context": _NAME,
    }
    return yaml.safe_dump(config, sort_keys=False)
