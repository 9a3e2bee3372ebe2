"""What a process in a container and forwarded ports say by a WebSocket, message by message. Nothing here waits or has a connection.

Each message begins with the number of its channel. The channels of a process are its input, its output, its errors, how it ended (a Status)
and the size of its terminal; each forwarded port has one for its bytes and one for what went wrong.
Source: k8s.io/apimachinery/pkg/util/remotecommand, k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go.
"""

import json
import secrets as random
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha1
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .answers import AnswerError, ConfigurationError, InvalidRequestError, error_of, status_of
from .calls import Caller, Operation, Steps
from .received import Answer
from .streams import SWITCHED, opened

if TYPE_CHECKING:
    from wsproto.events import CloseConnection

INPUT, OUTPUT, ERRORS, STATUS, SIZE, CLOSE = 0, 1, 2, 3, 4, 255
CLOSING: Final = "v5.channel.k8s.io"  # in which a channel can be closed by itself
CHANNELS: Final = "v4.channel.k8s.io"
PIECE: Final = 32 * 1024 - 1  # bytes of a message, as kubectl sends them
_UNIQUE: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # of WebSockets (RFC 6455)
_USUAL: Final = (1000, 1001, 1005)  # codes of the end: it is done, it goes away, it does not say
_BROKEN: Final = "the server breaks the protocol of WebSockets"
_LONGEST_STATUS: Final = 1024 * 1024


class Piece(NamedTuple):
    """Bytes of a channel; the last of a message are `finished`."""

    channel: int
    data: bytes
    finished: bool


def upgrade(
    calls: Caller, operation: Operation, path: Mapping[str, str], query: Mapping[str, Any], protocols: tuple[str, ...]
) -> Steps[Any]:
    """An answer that is a WebSocket from now on. Raises `ApiError` for a refusal, `AnswerError` for a server that does not open one.

    Every WebSocket is opened by GET (RFC 6455), also where the API has the same operation by POST for protocols before it.
    """

    def headers() -> tuple[tuple[str, str], ...]:
        return (
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", b64encode(random.token_bytes(16)).decode()),
            ("sec-websocket-protocol", ", ".join(protocols)),
        )

    return (yield from opened(calls, replace(operation, method="GET"), path, query, more=headers))


def protocol_of(answer: Answer, asked: tuple[tuple[str, str], ...]) -> str:
    """The protocol that a server chose of those that the headers `asked` for. Raises `AnswerError` where it opened no WebSocket."""
    sent = dict(asked)
    key = f"{sent['sec-websocket-key']}{_UNIQUE}".encode()
    if answer.code != SWITCHED or answer.header("upgrade").lower() != "websocket":
        raise AnswerError(f"the server answered {answer.code} and opened no WebSocket")
    if answer.header("sec-websocket-accept") != b64encode(sha1(key, usedforsecurity=False).digest()).decode():
        raise AnswerError("the server opened a WebSocket that somebody else asked for: a cache may stand between")
    protocol = answer.header("sec-websocket-protocol")
    if protocol not in sent["sec-websocket-protocol"].split(", "):
        raise AnswerError(f"the server speaks {protocol or 'no protocol'!r}, not {sent['sec-websocket-protocol']}")
    return protocol


def redirected(operation: Operation, query: Mapping[str, Any]) -> dict[str, Any]:
    """What a process is asked for: its output and its errors where nothing is said of them; a terminal has no errors of its own."""
    asked = dict(query)
    for name, value in (("stdout", True), ("stderr", not asked.get("tty"))):
        if name in operation.query and asked.get(name) is None:
            asked[name] = value
    return asked


def ports_of(query: Mapping[str, Any]) -> tuple[int, ...]:
    """The ports that are to be forwarded. Raises `InvalidRequestError` where there are none."""
    found: Any = query.get("ports")
    ports = tuple(found) if isinstance(found, (list, tuple)) else () if found is None else (found,)
    if not ports or any(not isinstance(port, int) or not 0 < port < 2**16 for port in ports):
        raise InvalidRequestError(f"ports is {found!r}, and must be numbers from 1 to 65535")
    if len(ports) > CLOSE // 2 or len(set(ports)) < len(ports):
        raise InvalidRequestError(f"ports is {found!r}: at most {CLOSE // 2}, and each once")
    return ports


def exit_code(status: bytes | bytearray, secrets: tuple[str, ...]) -> int:
    """How a process ended, by its Status. Raises `ApiError` where it could not be run, `AnswerError` for no Status; `secrets` are shown nowhere."""
    try:
        data: Any = json.loads(status)
        said = data["status"]
    except (ValueError, RecursionError, KeyError, TypeError, IndexError):
        raise AnswerError("the server did not say how the process ended: no Status is in its channel") from None
    if said == "Success":
        return 0
    found = status_of(500, {**data, "apiVersion": "v1", "kind": "Status"}, secrets=secrets)
    code = next((cause.message for cause in found.causes if cause.reason == "ExitCode"), "")
    if found.reason == "NonZeroExitCode" and code.removeprefix("-").isdecimal() and len(code) < 12:
        return int(code)
    raise error_of(found)


class Frames:
    """The messages of one WebSocket as bytes, in both directions.

    Attributes:
        reply: What the server has to be sent because of what came.
        ended: The server says that it sends no more.
        trouble: Why, where that is no usual end.

    """

    def __init__(self) -> None:
        try:
            from wsproto.connection import Connection, ConnectionType  # few programs run processes
        except ImportError:
            raise ConfigurationError("processes and ports need wsproto, which opens WebSockets: install it") from None
        self._connection = Connection(ConnectionType.CLIENT)
        self._channel: int | None = None  # of a message that has begun
        self.reply = b""
        self.ended = False
        self.trouble = ""

    def message(self, channel: int, data: bytes) -> bytes:
        """Bytes for a channel."""
        from wsproto.events import BytesMessage

        return self._connection.send(BytesMessage(data=bytes((channel,)) + data))

    def ping(self) -> bytes:
        """What a server answers that is still there; nothing behind the end."""
        from wsproto.connection import ConnectionState
        from wsproto.events import Ping

        if self._connection.state is not ConnectionState.OPEN:
            return b""
        return self._connection.send(Ping(payload=b"there"))

    def close(self) -> bytes:
        """The end, if it was not said yet."""
        from wsproto.connection import ConnectionState
        from wsproto.events import CloseConnection

        if self._connection.state is not ConnectionState.OPEN:
            return b""
        return self._connection.send(CloseConnection(code=1000))

    def received(self, data: bytes) -> Iterator[Piece]:
        """What came by each channel. Raises `AnswerError` for what is no WebSocket."""
        from wsproto.events import CloseConnection, Message, Ping
        from wsproto.utilities import ProtocolError

        try:
            self._connection.receive_data(data)
            for event in self._connection.events():
                if isinstance(event, Ping):
                    self.reply = self._connection.send(event.response())  # the last one answers all
                elif isinstance(event, CloseConnection):
                    self._closed(event)
                elif isinstance(event, Message):
                    yield from self._piece(event.data, event.message_finished)
        except ProtocolError as error:
            raise AnswerError(f"{_BROKEN}: {error}") from None

    def _closed(self, event: "CloseConnection") -> None:
        from wsproto.connection import ConnectionState

        if self._connection.state is ConnectionState.OPEN:  # nobody closed it: what came cannot be read
            raise AnswerError(f"{_BROKEN}: {event.reason}")
        self.ended = True
        if event.code not in _USUAL:
            self.trouble = f"{int(event.code)} {event.reason or ''}".rstrip()
        if self._connection.state is ConnectionState.REMOTE_CLOSING:
            self.reply = self._connection.send(event.response())

    def _piece(self, content: Any, finished: bool) -> Iterator[Piece]:
        data = content.encode() if isinstance(content, str) else bytes(content)
        if self._channel is None and data:
            self._channel, data = data[0], data[1:]
        channel = self._channel
        self._channel = None if finished else channel
        if channel is not None:
            yield Piece(channel, data, finished)


class Process:
    """What came of a process, by its channels: `ended` are those by which nothing more comes. `status` is whole once `told`."""

    def __init__(self) -> None:
        self.ended: set[int] = set()
        self.status = bytearray()
        self.told = False

    def take(self, piece: Piece) -> bytes:
        """Bytes for whoever reads the channel. Raises `AnswerError` for a channel that a process does not have."""
        if piece.channel in (OUTPUT, ERRORS):
            return piece.data
        if piece.channel == STATUS:
            self.status += piece.data
            self.told = self.told or (piece.finished and bool(self.status))
            if len(self.status) > _LONGEST_STATUS:
                raise AnswerError("the server sends a Status that does not end")
        elif piece.channel == CLOSE:
            self.ended.update(piece.data)
        elif piece.data:
            raise AnswerError(f"the server sends by channel {piece.channel}, which a process does not have")
        return b""


class Ports:
    """What came of forwarded ports: the first two bytes of each channel say of which port it is."""

    def __init__(self, ports: tuple[int, ...]) -> None:
        self._ports = ports
        self._named = [b""] * (2 * len(ports))

    def take(self, piece: Piece) -> bytes:
        """Bytes for whoever reads the channel. Raises `AnswerError` for one of another port."""
        if piece.channel >= len(self._named):
            raise AnswerError(f"the server sends by channel {piece.channel}, for which no port was asked")
        known = self._named[piece.channel]
        if len(known) == 2:
            return piece.data
        whole = known + piece.data
        self._named[piece.channel] = known = whole[:2]
        port = self._ports[piece.channel // 2]
        if len(known) == 2 and int.from_bytes(known, "little") != port:
            raise AnswerError(f"the server sends of port {int.from_bytes(known, 'little')}, where {port} was asked for")
        return whole[2:]
