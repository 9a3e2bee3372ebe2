"""A server of the tests that opens WebSockets: processes in a container, and ports, as the servers of a cluster speak of them.

It stands on another library than the clients that are tested, so that both have to mean the same by a message.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"
SUCCESS = {"metadata": {}, "status": "Success"}
FAILED = {
    "metadata": {},
    "status": "Failure",
    "message": "Internal error occurred: no such program",
    "reason": "InternalError",
    "details": {"causes": [{"message": "no such program"}]},
    "code": 500,
}
Query = Mapping[str, list[str]]


def exited(code: int) -> dict[str, Any]:
    """The Status of a process that failed."""
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: exit status {code}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }


class Pod:
    """Where the server is, what it was asked, and how it answers what does not open a WebSocket: `answers` by path, `refusals` one after another."""

    def __init__(self, protocols: tuple[str, ...]) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.protocols = protocols
        self.answers: dict[str, object] = {}
        self.refusals: list[tuple[int, object, tuple[tuple[str, str], ...]]] = []

    def forget(self) -> None:
        """What it was asked and how it answers, before another test."""
        self.requests.clear()
        self.answers.clear()
        self.refusals.clear()

    def before(self, _: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request)
        if self.refusals:
            return _response(*self.refusals.pop(0))
        if "Upgrade" not in request.headers:
            known = self.answers.get(urlsplit(request.path).path)
            return _response(404 if known is None else 200, {} if known is None else known)
        return None

    def choose(self, _: ServerConnection, offered: Any) -> Subprotocol | None:
        return next((each for each in map(Subprotocol, self.protocols) if each in offered), None)

    def handle(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        url = urlsplit(connection.request.path)
        with suppress(ConnectionClosed):
            if "ports" in (query := parse_qs(url.query)):
                forward(connection, [int(port) for given in query["ports"] for port in given.split(",")])
            else:
                command = query.get("command", ["cat"])
                status = COMMANDS[command[0]](connection, query, command[1:])
                if status is not None:
                    connection.send(b"\x03" + json.dumps(status).encode())


def _response(code: int, body: object, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    content = json.dumps(body).encode()
    listed = Headers((("Content-Type", "application/json"), ("Content-Length", str(len(content))), *headers))
    listed["Connection"] = "close"
    return Response(code, HTTPStatus(code).phrase, listed, content)


# -------------------------------------------------------------------------------------------------- processes


def cat(connection: ServerConnection, query: Query, _: list[str]) -> dict[str, Any]:
    """Gives back what it is given, until that ends."""
    if query.get("stdin") == ["true"]:
        for message in connection:
            assert isinstance(message, bytes)
            if message == b"\xff\x00":
                break
            assert message[0] == 0
            connection.send(b"\x01" + message[1:])
    return SUCCESS


def leave(_: ServerConnection, __: Query, arguments: list[str]) -> dict[str, Any]:
    return exited(int(arguments[0]))


def pour(connection: ServerConnection, query: Query, arguments: list[str]) -> dict[str, Any]:
    """Writes much, in messages of several frames; half as much as errors."""
    size = int(arguments[0])
    for at in range(0, size, 60_000):
        length = min(60_000, size - at)
        connection.send([b"\x01", b"a" * (length // 2), b"b" * (length - length // 2)])
        connection.send(b"\x02" + b"e" * (length // 2))
    return SUCCESS


def said(connection: ServerConnection, query: Query, arguments: list[str]) -> dict[str, Any]:
    """Says what it was asked for."""
    connection.send(b"\x01" + json.dumps(query).encode())
    connection.send(b"\x02" + str(connection.subprotocol).encode())
    return SUCCESS


def sized(connection: ServerConnection, _: Query, __: list[str]) -> dict[str, Any]:
    """Says how large its terminal is."""
    connection.send(b"\x01" + connection.recv(decode=False))
    return SUCCESS


def torn(connection: ServerConnection, _: Query, __: list[str]) -> None:
    """Is cut off in the middle of a message."""
    connection.send(b"\x01half")
    connection.socket.sendall(b"\x82\x7e\x01\x00\x01cut")
    connection.close_socket()


def left(connection: ServerConnection, _: Query, arguments: list[str]) -> None:
    """The connection ends by what it says, and nobody says how the process did."""
    connection.send(b"\x01half")
    connection.close(int(arguments[0]), "the node is gone")


def echo(connection: ServerConnection, _: Query, __: list[str]) -> None:
    """The connection ends by a reason that repeats who asks."""
    assert connection.request is not None
    connection.close(1011, connection.request.headers["Authorization"])


def crumbs(connection: ServerConnection, _: Query, arguments: list[str]) -> dict[str, Any]:
    """Writes in messages of a byte, and asks behind each whether the other side is there."""
    for _number in range(int(arguments[0])):
        connection.send(b"\x01a")
        connection.ping()
    return SUCCESS


def odd(connection: ServerConnection, _: Query, __: list[str]) -> None:
    connection.send(b"\x09what")
    wait(connection, {}, [])


def noise(connection: ServerConnection, _: Query, __: list[str]) -> None:
    """Sends a frame of a kind that there is not."""
    connection.socket.sendall(b"\x8f\x00")
    wait(connection, {}, [])


def babble(connection: ServerConnection, _: Query, __: list[str]) -> None:
    """Says how it ended in no Status."""
    connection.send(b"\x03it is over")


def pinged(connection: ServerConnection, _: Query, __: list[str]) -> dict[str, Any]:
    """Says whether the other side is there."""
    connection.send(b"\x01" + str(connection.ping().wait(10)).encode())
    return SUCCESS


def wait(connection: ServerConnection, _: Query, __: list[str]) -> None:
    """Reads until the other side leaves."""
    for _message in connection:
        pass


def stay(connection: ServerConnection, _: Query, __: list[str]) -> None:
    """Says how it ended, and leaves the connection open."""
    connection.send(b"\x01done")
    connection.send(b"\x03" + json.dumps(exited(3)).encode())
    wait(connection, {}, [])


def deaf(connection: ServerConnection, _: Query, __: list[str]) -> None:
    """Answers nothing until the other side leaves."""
    with connection.protocol_mutex, suppress(OSError):
        while connection.socket.recv(4096):
            pass


def finish(connection: ServerConnection, _: Query, __: list[str]) -> dict[str, Any]:
    """Ends before it has read anything, with the output said to be over."""
    connection.send(b"\x01done")
    connection.send(b"\xff\x01\x02")
    return SUCCESS


COMMANDS: dict[str, Callable[[ServerConnection, Query, list[str]], dict[str, Any] | None]] = {
    "cat": cat,
    "exit": leave,
    "pour": pour,
    "said": said,
    "sized": sized,
    "torn": torn,
    "left": left,
    "odd": odd,
    "echo": echo,
    "crumbs": crumbs,
    "noise": noise,
    "babble": babble,
    "pinged": pinged,
    "wait": wait,
    "deaf": deaf,
    "stay": stay,
    "finish": finish,
    "none": lambda *_: FAILED,
}


# ------------------------------------------------------------------------------------------------------ ports


def forward(connection: ServerConnection, ports: list[int]) -> None:
    """Gives back what a port is sent, in capitals; port 9 cannot be reached, 7 is taken for another, and the number
    of 8443 comes in two messages.
    """
    for index, port in enumerate(ports):
        for channel in (2 * index, 2 * index + 1):
            number = (port + (port == 7)).to_bytes(2, "little")
            for piece in (number[:1], number[1:]) if port == 8443 else (number,):
                connection.send(bytes((channel,)) + piece)
        if port == 9:
            connection.send(bytes((2 * index + 1,)) + b"nobody listens at port 9")
    for message in connection:
        assert isinstance(message, bytes)
        if message[1:] == b"end":
            return
        if message[1:] == b"cut":
            connection.close_socket()
            return
        connection.send(message[:1] + message[1:].upper())


@contextmanager
def serving_pod(*protocols: str, context: ssl.SSLContext | None = None) -> Iterator[Pod]:
    """A server on a free port of this machine that speaks these protocols, with TLS if there is a context."""
    pod = Pod(protocols or (V5, V4))
    with serve(
        pod.handle,
        "127.0.0.1",
        0,
        ssl=context,
        process_request=pod.before,
        subprotocols=list(map(Subprotocol, pod.protocols)),
        select_subprotocol=pod.choose,
        compression=None,
        close_timeout=0.2,
        max_size=None,
    ) as server:
        pod.url = f"http{'s' if context else ''}://127.0.0.1:{server.socket.getsockname()[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield pod
        finally:
            server.shutdown()
            thread.join()
