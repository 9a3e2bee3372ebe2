"""An endpoint that listens: in this thread until it is told to end, or beside a test in a thread of its own."""

from __future__ import annotations

import logging
import math
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import uvicorn
from msgspec import Struct
from starlette.types import ASGIApp

from codegen.core.writing import write_one
from codegen.endpoint import certificates, kubeconfig, seeds, users
from codegen.endpoint.application import application
from codegen.endpoint.certificates import Served
from codegen.endpoint.connections import BACKLOG, Connections
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.projection import Projection, Projector
from codegen.endpoint.protocol import Protocol
from codegen.endpoint.settings import Settings
from codegen.endpoint.state import Unavailable, unusable
from codegen.endpoint.users import User
from codegen.findings.diagnostics import CodegenError, Report, Span, failure
from codegen.outputs.services.runtime.statuses import StatusError

LOOPBACK = "127.0.0.1"
_MOST_HEADERS = 64 * 1024  # bytes of the head of a request
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # of TLS 1.2; all of 1.3 are good
_LINGER = 1  # seconds that open connections have when the end has come
_LOOK = 0.5  # seconds between two looks at tokens in files
_log = logging.getLogger(__name__)
_ADMIN = User(name="admin", uid="admin", groups=(users.MASTERS, users.AUTHENTICATED))


class Place(Struct, frozen=True, kw_only=True):
    """Where an endpoint listens, and how: port 0 is any that is free; with a folder or two files of certificates it is HTTPS.

    `patience` are the seconds for a request, and for which a connection may ask nothing; `connections` is how many there may be at most.
    """

    host: str = LOOPBACK
    port: int = 0
    folder: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    patience: float = 60
    connections: int | None = None


class Listening:
    """An endpoint with its address: `url`, the bearer token of an administrator, and the file of certificates to trust, if it is HTTPS."""

    def __init__(
        self,
        settings: Settings,
        place: Place = Place(),  # noqa: B008  - a record
        *,
        projections: Sequence[Projection] = (),
        report: Report | None = None,
    ) -> None:
        """Bind the address and read all files. Raises `CodegenError`."""
        served = _served(place)
        self.connections = Connections(place.patience, place.connections)
        self._socket = _bound(place, self.connections)
        try:
            port = self._socket.getsockname()[1]
            shown = "localhost" if place.host in ("0.0.0.0", "::") else place.host  # noqa: S104  - compared, not bound
            host = f"[{shown}]" if ":" in shown else shown
            self.url = f"{'https' if served else 'http'}://{host}:{port}"
            self.authority = served.authority if served else None
            self.admin_token = secrets.token_urlsafe(24)
            self.endpoint = _planted(settings, self.url, {self.admin_token: _ADMIN}, report or Report())
        except BaseException:
            self._socket.close()
            raise
        self._thread: threading.Thread | None = None
        self._projectors = [Projector(self.endpoint, each) for each in projections]
        app = application(self.endpoint, patience=place.patience, connections=self.connections)
        self._server = uvicorn.Server(_configuration(app, self.connections, place, served))

    @property
    def kubeconfig(self) -> str:
        """A kubeconfig for the administrator."""
        return kubeconfig.text(self.url, self.admin_token, self.authority)

    def write_kubeconfig(self, path: Path) -> None:
        """Write the kubeconfig. Raises `CodegenError` where it cannot be."""
        write_one(path, self.kubeconfig, str(path), private=True)

    def run(self, ready: Callable[[], None]) -> None:
        """Serve until the process is told to end; `ready` is called when the address is listened on."""
        try:
            self.project()
            threading.Thread(target=self._keep, daemon=True).start()
            ready()
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()
            self.endpoint.close()

    def project(self) -> None:
        """Write the tokens that files are to have. Raises `CodegenError` where one of them cannot be."""
        for projector in self._projectors:
            try:
                projector.refresh()
            except (StatusError, Unavailable) as error:
                raise _not_projected(projector, str(error)) from None
            except CodegenError as error:
                raise _not_projected(projector, error.diagnostics[0].message) from None

    def _keep(self) -> None:
        """Keep the tokens of files fresh; one that cannot be now is told of once, and tried again."""
        failing: set[Projector] = set()
        while self._projectors:
            time.sleep(_LOOK)
            for projector in self._projectors:
                try:
                    projector.refresh()
                    failing.discard(projector)
                except (StatusError, Unavailable, CodegenError) as error:
                    if projector not in failing and not self._server.should_exit:
                        text = "the token in %s is not renewed, which is tried again: %s"
                        _log.warning(text, projector.projection.file, error)
                    failing.add(projector)

    # ------------------------------------------------------------------------------------------------- beside a test

    def start(self) -> None:
        """Serve in another thread, from now on until `stop`."""
        self.project()
        self._thread = threading.Thread(target=lambda: self._server.run(sockets=[self._socket]), daemon=True)
        self._thread.start()
        threading.Thread(target=self._keep, daemon=True).start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.002)

    def stop(self) -> None:
        """End."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
        self._projectors = []
        self._socket.close()
        self.endpoint.close()


def _planted(settings: Settings, url: str, static: Mapping[str, User], report: Report) -> Endpoint:
    """An endpoint with the objects that it begins with, which waits for no other process from now on."""
    try:
        endpoint = Endpoint(settings, url, static=static)
        try:
            seeds.plant(endpoint.objects, settings.seeds, report)
            endpoint.state.never_wait()
        except BaseException:
            endpoint.close()
            raise
    except Unavailable as error:
        raise unusable(settings.state, str(error)) from None
    return endpoint


def _configuration(app: ASGIApp, connections: Connections, place: Place, served: Served | None) -> uvicorn.Config:
    """How uvicorn serves: the same whatever else is installed, and without anything that a client could pretend."""
    config = uvicorn.Config(
        connections.counted(app),
        http=Protocol,
        loop="asyncio",
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        h11_max_incomplete_event_size=_MOST_HEADERS,
        timeout_keep_alive=math.ceil(place.patience) + 1,  # `sweep` is first
        timeout_graceful_shutdown=_LINGER,
        callback_notify=connections.sweep,
        timeout_notify=1,
        ssl_certfile=served.certificate if served else None,
        ssl_keyfile=served.key if served else None,
        ssl_ciphers=_CIPHERS,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config


def _served(place: Place) -> Served | None:
    if place.certificate is not None and place.key is not None:
        return certificates.given(place.certificate, place.key)
    return None if place.folder is None else certificates.made(place.folder, [place.host])


def _bound(place: Place, connections: Connections) -> socket.socket:
    listener = connections.listening(socket.AF_INET6 if ":" in place.host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((place.host, place.port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise failure(
            "address-unusable",
            f"nothing can listen there: {getattr(error, 'strerror', None) or error}",
            Span(path=f"{place.host}:{place.port}"),
            "name another port; with --secure-port 0 a free one is chosen",
        ) from None
    return listener


def _not_projected(projector: Projector, reason: str) -> Exception:
    return failure(
        "token-not-projected",
        f"the token cannot be kept there: {reason}",
        Span(path=str(projector.projection.file)),
        "name a service account and a pod that the endpoint has (--seed), and a file that may be written to",
    )
