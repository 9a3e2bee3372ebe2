"""The HTTP server of an endpoint, uvicorn with a limit on connections and with deadlines.

uvicorn and asyncio count a connection after its TLS handshake, and wait for the head of a request
without end. This server counts a connection from the moment it is accepted. Each step of a
connection has a deadline, which received bytes do not extend: the handshake, the head of a request,
and a request with its answer.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import math
import socket
import ssl

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from codegen.core.diagnostics import Span, failure
from codegen.endpoint.certificates import CERTIFICATE, KEY
from codegen.endpoint.settings import Settings

_BACKLOG = 512  # connections that wait until they are accepted
_SPARE_CONNECTIONS = 16  # beyond the limit, which are answered with 503; others are closed
_MOST_HEAD_BYTES = 64 * 1024  # of a request
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # of TLS 1.2; all of 1.3 are good
_LINGER = 1  # seconds in which a client may read the rest of an answer, before it is cut off
_PAUSE = 0.1  # seconds until a connection is accepted again, if no file is left
_NO_FILE_LEFT = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_log = logging.getLogger(__name__)


class TimedProtocol(H11Protocol):
    """HTTP with a deadline for each head, and for each request with its answer."""

    def __init__(self, server: uvicorn.Server, seconds: float) -> None:
        """Allow these seconds for a head, and twice as many for the rest of a request."""
        super().__init__(server.config, server.server_state, server.lifespan.state)
        self._seconds = seconds
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._set_deadline()

    def data_received(self, data: bytes) -> None:
        """Read a part of a request. The first byte and the end of a head begin a new step."""
        is_waiting = self._is_waiting_for_head()
        if is_waiting and not self.conn.trailing_data[0]:
            self._set_deadline()
        super().data_received(data)
        if is_waiting and not self._is_waiting_for_head():
            self._set_deadline()

    def send_400_response(self, msg: str) -> None:
        """Answer a request whose body breaks the protocol. The application answers it no more."""
        super().send_400_response(msg)
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def _is_waiting_for_head(self) -> bool:
        return self.conn.their_state is h11.IDLE

    def _set_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        # The application allows the first half for the body, and answers 504.
        if self._is_waiting_for_head():
            seconds = self._seconds
        else:
            seconds = 2 * self._seconds
        self._deadline = self.loop.call_later(seconds, self._close)

    def _close(self) -> None:
        self.transport.close()
        # A client that reads nothing keeps a closed connection open.
        self._deadline = self.loop.call_later(_LINGER, self.transport.abort)


class Server(uvicorn.Server):
    """uvicorn at one listening socket, with a limit on all connections."""

    def __init__(self, app: ASGIApp, settings: Settings, listener: socket.socket) -> None:
        """Serve an application at a socket that listens."""
        super().__init__(_configure(app, settings))
        self._listener = listener
        self._most_connections = settings.connections + _SPARE_CONNECTIONS
        self._seconds = settings.request_timeout
        self._accepting: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002  - uvicorn's
        """Accept connections, without the listeners of asyncio."""
        await super().startup(sockets=[])
        self._listener.setblocking(False)
        self._accepting = asyncio.create_task(self._accept_connections())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections, and close those that are open."""
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.wait([self._accepting])
        await super().shutdown(sockets)

    async def _accept_connections(self) -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as handshakes:
            while True:
                try:
                    client, _ = await loop.sock_accept(self._listener)
                except OSError as error:
                    await asyncio.sleep(_PAUSE if error.errno in _NO_FILE_LEFT else 0)
                    continue
                if len(self.server_state.connections) < self._most_connections:
                    handshakes.create_task(self._connect(client))
                else:
                    client.close()
                await asyncio.sleep(0)  # so that a flood of clients does not stop the others

    async def _connect(self, client: socket.socket) -> None:
        """Count a client, and serve it after its handshake."""
        protocol = TimedProtocol(self, self._seconds)
        self.server_state.connections.add(protocol)
        tls_options = {}
        if self.config.ssl is not None:
            tls_options["ssl_handshake_timeout"] = self._seconds
            tls_options["ssl_shutdown_timeout"] = _LINGER
        is_connected = False
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: protocol, client, ssl=self.config.ssl, **tls_options
            )
            is_connected = True
        except OSError:
            _log.debug("a client did not finish its handshake")
        except Exception:  # noqa: BLE001  - a fault of one client must not stop the others
            _log.exception("a client could not be served")
        finally:
            if not is_connected:
                self.server_state.connections.discard(protocol)


def _configure(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """Configure uvicorn, the same whatever else is installed, and without trust in proxies."""
    folder = settings.certificates
    config = uvicorn.Config(
        app,
        http="h11",
        loop="asyncio",
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=settings.connections,
        h11_max_incomplete_event_size=_MOST_HEAD_BYTES,
        timeout_keep_alive=math.ceil(settings.request_timeout),
        timeout_graceful_shutdown=_LINGER,
        ssl_certfile=folder / CERTIFICATE if folder else None,
        ssl_keyfile=folder / KEY if folder else None,
        ssl_ciphers=_CIPHERS,
    )
    config.load()
    if config.ssl is not None:
        # Some builds of Python leave it to OpenSSL.
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config


def bind(settings: Settings) -> socket.socket:
    """Listen on the address of an endpoint. Raises `CodegenError`."""
    # With the protocol by name, since asyncio sets TCP_NODELAY for no other: the second piece of
    # an answer waited 40 ms.
    if ":" in settings.host:
        family = socket.AF_INET6
    else:
        family = socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError, TypeError) as error:  # TypeError: a name that no text encodes
        listener.close()
        raise failure(
            "address-unusable",
            f"cannot bind address: {getattr(error, 'strerror', None) or error}",
            Span(path=f"{settings.host}:{settings.port}"),
            "name another address or port; with --secure-port 0 a free one is chosen",
            arguments=(getattr(error, "strerror", None) or str(error),),
        ) from None
    return listener
