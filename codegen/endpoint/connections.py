"""The connections of an endpoint that listens: how many there may be, how long one may ask nothing, and which one ends for another.

A connection is busy from the end of the head of a request to the end of its answer; all others ask nothing, those too that have sent
half a head or have not finished with TLS. No client is held up by others that keep connections open: where there are as many as there
may be, the one that has asked nothing for the longest time is closed. That is on the side of sockets, before TLS and HTTP see them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import Awaitable
from typing import Any

from msgspec import Struct
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST = 4096  # connections; fewer where the system lets a process open few files
BACKLOG = 512  # connections that wait, of which as many may be taken before those that end are closed
_OTHER_FILES = 64  # that a process has open beside
_log = logging.getLogger(__name__)
_Peer = tuple[Any, ...]


def most() -> int:
    """How many connections there may be: `MOST`, or what is left of the files that the process may open."""
    try:
        import resource  # which Windows has not
    except ImportError:
        return MOST
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if files == resource.RLIM_INFINITY else max(1, min(MOST, files - BACKLOG - _OTHER_FILES))


class _Busy(Struct):
    """A connection that is answered. The next answer of it may begin before the application has left the one before."""

    connection: socket.socket
    answers: int = 0


class Connections:
    """All connections of one endpoint. Used by one thread, that of its event loop."""

    def __init__(self, patience: float, limit: int | None = None) -> None:
        """`patience` are the seconds for which a connection may ask nothing."""
        self._patience = patience
        self.limit = most() if limit is None else limit
        self._idle: dict[_Peer, tuple[float, socket.socket]] = {}  # since when; the oldest first
        self._busy: dict[_Peer, _Busy] = {}
        self._closed = self._refused = 0

    def counts(self) -> dict[str, int]:
        """How many there are and may be, and how many were closed or refused since there were as many as there may be."""
        return {
            "open": len(self._idle) + len(self._busy),
            "busy": len(self._busy),
            "limit": self.limit,
            "closed": self._closed,
            "refused": self._refused,
        }

    def listening(self, family: int) -> socket.socket:
        """A socket that is to listen; what it accepts is counted here."""
        return _Listening(family, self)

    def admit(self, peer: _Peer, connection: socket.socket) -> bool:
        """Take another connection, and end the one that has asked nothing for the longest time where there are too many.

        False where all are busy: it is one too many.
        """
        if len(self._idle) + len(self._busy) >= self.limit:
            if not self._closed and not self._refused:
                text = "all %d connections are in use; those that ask nothing are closed for others, the oldest first"
                _log.warning(text, self.limit)
            if not self._idle:
                self._refused += 1
                return False
            self._closed += 1
            self._end(next(iter(self._idle)))
        self._idle[peer] = (time.monotonic(), connection)
        return True

    def forget(self, peer: _Peer, connection: socket.socket) -> None:
        """A connection is closed."""
        busy = self._busy.get(peer)
        known = self._idle.get(peer, (0.0, None))[1] if busy is None else busy.connection
        if known is connection:  # and not one that came later from there
            self._busy.pop(peer, None)
            self._idle.pop(peer, None)

    async def sweep(self) -> None:
        """End what has asked nothing for too long."""
        latest = time.monotonic() - self._patience
        for peer in [peer for peer, (since, _) in self._idle.items() if since < latest]:
            self._end(peer)

    def _end(self, peer: _Peer) -> None:
        """End a connection: whoever reads from it learns that, and closes it."""
        _shut(self._idle.pop(peer)[1])

    def _begin(self, peer: _Peer) -> _Busy | None:
        """A request of a connection is here; None where it is one of those that are not counted."""
        if peer in self._idle:
            self._busy[peer] = _Busy(self._idle.pop(peer)[1])
        busy = self._busy.get(peer)
        if busy is not None:
            busy.answers += 1
        return busy

    def _finish(self, peer: _Peer, busy: _Busy) -> None:
        busy.answers -= 1
        if not busy.answers and self._busy.get(peer) is busy:  # it is not closed meanwhile
            del self._busy[peer]
            self._idle[peer] = (time.monotonic(), busy.connection)

    def counted(self, app: ASGIApp) -> ASGIApp:
        """The application, whose connections are busy while it answers. A client that does not read what comes is not waited for."""

        async def answering(scope: Scope, receive: Receive, send: Send) -> None:
            client = scope.get("client")
            peer = tuple(client) if client else None

            def sending(message: Message) -> Awaitable[None]:
                return in_time(message) if message.get("more_body") else send(message)  # which is buffered

            async def in_time(message: Message) -> None:
                end = asyncio.get_running_loop().call_later(self._patience, self._cut, peer)
                try:
                    await send(message)
                finally:
                    end.cancel()

            busy = None if peer is None else self._begin(peer)
            if peer is None or busy is None:
                await app(scope, receive, sending)
                return
            try:
                await app(scope, receive, sending)
            finally:
                self._finish(peer, busy)

        return answering

    def _cut(self, peer: _Peer | None) -> None:
        busy = None if peer is None else self._busy.get(peer)
        if busy is not None:
            _shut(busy.connection)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the client was faster
        connection.shutdown(socket.SHUT_RDWR)


class _Listening(socket.socket):
    def __init__(self, family: int, connections: Connections) -> None:
        # With the protocol by name, since asyncio sends at once on no other: an answer has two pieces, and the second waited 40 ms.
        super().__init__(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._connections = connections

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection. Raises ConnectionAbortedError where there are too many: the loop looks for others later."""
        taken, peer = super().accept()
        connection = _Accepted(taken, peer[:2], self._connections)
        if not self._connections.admit(peer[:2], connection):
            connection.close()
            raise ConnectionAbortedError
        return connection, peer


class _Accepted(socket.socket):
    def __init__(self, taken: socket.socket, peer: _Peer, connections: Connections) -> None:
        super().__init__(taken.family, taken.type, taken.proto, fileno=taken.detach())
        self._peer = peer
        self._connections = connections

    def close(self) -> None:
        self._connections.forget(self._peer, self)
        super().close()
