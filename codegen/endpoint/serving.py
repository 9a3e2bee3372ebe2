"""A running endpoint: in this thread until it is told to end, or beside a test in a thread of its own."""

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
from uvicorn.protocols.http.h11_impl import H11Protocol

from codegen.core.diagnostics import CodegenError, Report, Span, failure
from codegen.core.writing import write_one
from codegen.endpoint import certificates, seeds, users
from codegen.endpoint.application import Application
from codegen.endpoint.certificates import TlsFiles
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.kubeconfig import kubeconfig_text
from codegen.endpoint.projection import Projection, Projector
from codegen.endpoint.settings import Settings
from codegen.endpoint.state import Unavailable, unusable
from codegen.endpoint.users import User
from codegen.kube.statuses import StatusError

LOOPBACK = "127.0.0.1"
MOST_CONNECTIONS = 900  # below the number of files that most systems let a process open
_BACKLOG = 512  # connections that wait until they are accepted
_MOST_HEADERS = 64 * 1024  # bytes of the head of a request
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # of TLS 1.2; all of 1.3 are good
_LINGER = 1  # seconds that open connections have at the end
_INTERVAL = 0.5  # seconds between two looks at tokens in files
_log = logging.getLogger(__name__)
_ADMIN = User(name="admin", uid="admin", groups=(users.MASTERS, users.AUTHENTICATED))


class Address(Struct, frozen=True, kw_only=True):
    """The address and limits of an endpoint. Port 0 is any free one; a folder or two files make it HTTPS."""

    host: str = LOOPBACK
    port: int = 0
    folder: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    request_timeout: float = 60
    connections: int = MOST_CONNECTIONS


class _Protocol(H11Protocol):
    """HTTP/1.1 by uvicorn, which closes a connection when bytes come that are not HTTP, whatever is being answered."""

    def send_400_response(self, msg: str) -> None:
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started:
                self.transport.close()
                return
        super().send_400_response(msg)


class RunningEndpoint:
    """An endpoint with its address: `url`, the token of an administrator, and the certificates to trust for HTTPS."""

    def __init__(
        self,
        settings: Settings,
        address: Address = Address(),  # noqa: B008  - a record
        *,
        projections: Sequence[Projection] = (),
        report: Report | None = None,
    ) -> None:
        """Bind the address and read all files. Raises `CodegenError`."""
        tls = _tls_files(address)
        self._socket = _bind(address)
        try:
            port = self._socket.getsockname()[1]
            shown = "localhost" if address.host in ("0.0.0.0", "::") else address.host  # noqa: S104  - compared
            host = f"[{shown}]" if ":" in shown else shown
            self.url = f"{'https' if tls else 'http'}://{host}:{port}"
            self.authority = tls.authority if tls else None
            self.admin_token = secrets.token_urlsafe(24)
            self.endpoint = _create(settings, self.url, {self.admin_token: _ADMIN}, report or Report())
        except BaseException:
            self._socket.close()
            raise
        self._thread: threading.Thread | None = None
        self._projectors = [Projector(self.endpoint, each) for each in projections]
        app = Application(self.endpoint, request_timeout=address.request_timeout)
        self._server = uvicorn.Server(_uvicorn_config(app, address, tls))

    @property
    def kubeconfig(self) -> str:
        """A kubeconfig for the administrator."""
        return kubeconfig_text(self.url, self.admin_token, self.authority)

    def write_kubeconfig(self, path: Path) -> None:
        """Write the kubeconfig. Raises `CodegenError`."""
        write_one(path, self.kubeconfig, str(path), private=True)

    def run(self, ready: Callable[[], None]) -> None:
        """Serve until the process is told to end; `ready` is called before."""
        try:
            self._project()
            threading.Thread(target=self._renew_tokens, daemon=True).start()
            ready()
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()
            self.endpoint.close()

    def start(self) -> None:
        """Serve in another thread until `stop`."""
        self._project()
        self._thread = threading.Thread(target=lambda: self._server.run(sockets=[self._socket]), daemon=True)
        self._thread.start()
        threading.Thread(target=self._renew_tokens, daemon=True).start()
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

    # ---------------------------------------------------------------------------------------------- tokens in files

    def _project(self) -> None:
        """Write the tokens of files. Raises `CodegenError`."""
        for projector in self._projectors:
            try:
                projector.refresh()
            except (StatusError, Unavailable) as error:
                raise _not_projected(projector, str(error)) from None
            except CodegenError as error:
                raise _not_projected(projector, error.diagnostics[0].message) from None

    def _renew_tokens(self) -> None:
        """Renew the tokens of files; a failure is logged once, and tried again."""
        failing: set[Projector] = set()
        while self._projectors:
            time.sleep(_INTERVAL)
            for projector in self._projectors:
                try:
                    projector.refresh()
                    failing.discard(projector)
                except (StatusError, Unavailable, CodegenError) as error:
                    if projector not in failing and not self._server.should_exit:
                        text = "the token in %s is not renewed, which is tried again: %s"
                        _log.warning(text, projector.projection.file, error)
                    failing.add(projector)


def _create(settings: Settings, url: str, static: Mapping[str, User], report: Report) -> Endpoint:
    """Create an endpoint with its first objects."""
    try:
        endpoint = Endpoint(settings, url, static=static)
        try:
            seeds.create_seeds(endpoint.objects, settings.seeds, report)
            endpoint.state.never_wait()
        except BaseException:
            endpoint.close()
            raise
    except Unavailable as error:
        raise unusable(settings.state, str(error)) from None
    return endpoint


def _uvicorn_config(app: ASGIApp, address: Address, tls: TlsFiles | None) -> uvicorn.Config:
    """Configure uvicorn: the same whatever else is installed, and trusting nothing that a client could pretend."""
    config = uvicorn.Config(
        app,
        http=_Protocol,
        loop="asyncio",
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        limit_concurrency=address.connections,
        h11_max_incomplete_event_size=_MOST_HEADERS,
        timeout_keep_alive=math.ceil(address.request_timeout),
        timeout_graceful_shutdown=_LINGER,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
        ssl_ciphers=_CIPHERS,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config


def _tls_files(address: Address) -> TlsFiles | None:
    if address.certificate is not None and address.key is not None:
        return certificates.check_files(address.certificate, address.key)
    return None if address.folder is None else certificates.make_files(address.folder, [address.host])


def _bind(address: Address) -> socket.socket:
    # With the protocol by name, since asyncio sets TCP_NODELAY for no other: the second piece of an answer waited 40 ms.
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address.host, address.port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise failure(
            "address-unusable",
            f"cannot bind address: {getattr(error, 'strerror', None) or error}",
            Span(path=f"{address.host}:{address.port}"),
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
