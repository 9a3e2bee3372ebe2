"""Processes in containers and forwarded ports, for callers that do not block: one WebSocket each, which is open inside an `async with`.

What comes is read in the background, so that the server is answered and nobody waits for each other; what nobody has read is kept, and where
that is much the server has to wait.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from json import dumps
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from .answers import AnswerError, ClientError, InvalidRequestError, NoAnswerError, error_of, hiding, status_of
from .calls import Operation
from .channels import (
    CHANNELS,
    CLOSE,
    CLOSING,
    ERRORS,
    INPUT,
    OUTPUT,
    PIECE,
    SIZE,
    Frames,
    Ports,
    Process,
    exit_code,
    ports_of,
    protocol_of,
    redirected,
    upgrade,
)
from .waiting import AsyncConnection

if TYPE_CHECKING:
    from anyio.abc import TaskGroup

_READ: Final = 64 * 1024  # bytes that are taken at once
_KEPT: Final = 1024 * 1024  # bytes that wait to be read, before the server has to wait
_TOO_MUCH: Final = 256 * 1024 * 1024  # where somebody waits for something else
_SILENCE: Final = 30.0  # seconds after which a server is asked whether it is still there
_LINGER: Final = 5.0  # seconds in which a connection has to end behind a process
_CLOSE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """How a process ended, and all that it wrote."""

    exit_code: int
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)


class AsyncTunnel:
    """One WebSocket.

    Attributes:
        protocol: What the server speaks by it, as `v5.channel.k8s.io`.

    """

    def __init__(
        self,
        connection: AsyncConnection,
        operation: Operation,
        path: Mapping[str, str],
        query: Mapping[str, Any],
        taking: Process | Ports,
        protocols: tuple[str, ...],
    ) -> None:
        self.protocol = ""
        self._connection = connection
        self._asked = (operation, path, query, protocols)
        self._taking = taking
        self._credentials = connection.caller.credentials
        self._kept: dict[int, bytearray] = {}  # by channel
        self._bytes = 0  # of them
        self._readers = 0  # who wait for something
        self._sent = False  # since something came
        self._torn = False  # a message was begun and not ended
        self._reply = b""
        self._replying = False  # somebody sends it, or waits to
        self._over = True
        self._failure: ClientError | None = None
        self._tasks: TaskGroup | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._asked[0].path!r}, protocol={self.protocol!r})"

    async def __aenter__(self) -> Self:
        import anyio

        if self._tasks is not None:
            raise InvalidRequestError("this was opened before: call the method of the client again")
        self._frames = Frames()
        self._news, self._room, self._sending = anyio.Event(), anyio.Event(), anyio.Lock()
        opened = await self._connection.run(upgrade(self._connection.caller, *self._asked))
        self._response = opened.response
        try:
            self.protocol = protocol_of(opened.answer, opened.send.headers)
        except ClientError as error:
            await self._response.aclose()
            hiding(error, self._credentials.secrets)
            raise
        self._stream = self._response.extensions["network_stream"]
        self._over = False
        self._tasks = anyio.create_task_group()
        await self._tasks.__aenter__()
        self._tasks.start_soon(self._receive)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        import anyio

        if self._tasks is None:
            return
        try:
            with anyio.move_on_after(_CLOSE_SECONDS, shield=True):
                if not (self._over or self._torn):
                    await self._write(self._frames.close)
            self._over = True
            self._tasks.cancel_scope.cancel()
            await self._tasks.__aexit__(None, None, None)  # what the caller raises stays as it is
        finally:
            with anyio.move_on_after(_CLOSE_SECONDS, shield=True):
                await self._response.aclose()

    # -------------------------------------------------------------------------------------------- receiving

    async def _receive(self) -> None:
        """Take what comes until the end of the connection."""
        import anyio

        try:
            with self._failing():
                while not self._frames.ended and (data := await self._read()):
                    for piece in self._frames.received(data):
                        self._keep(piece.channel, self._taking.take(piece))
                    self._answer()
                    self._tell()
                    while self._bytes > _KEPT and not self._readers:
                        self._room = anyio.Event()
                        await self._room.wait()
            if self._frames.trouble:
                raise self._failed(f"the server closed the connection: {self._frames.trouble}")
            if isinstance(self._taking, Process):
                raise self._failed("the connection ended before the process did")
            if not self._frames.ended:
                raise self._failed("the connection was cut")
        except ClientError as error:
            self._failure = None if self._done() else hiding(error, self._credentials.secrets)
        finally:
            self._over = True
            self._tell()

    async def _read(self) -> bytes:
        """The next bytes; none at the end. Raises `NoAnswerError` where the server is no longer there."""
        import httpcore2

        asked = False
        while True:
            try:
                data: bytes = await self._stream.read(_READ, _LINGER if self._done() else _SILENCE)
            except httpcore2.ReadTimeout:
                if self._done():
                    return b""
                if asked and not self._sent:  # what does not read what it was sent does not answer either
                    raise self._failed("the server does not answer any more") from None
                asked = True
                self._reply = self._frames.ping()
                self._answer()
                continue
            self._sent = False
            return data

    def _keep(self, channel: int, data: bytes) -> None:
        if not data:
            return
        self._kept.setdefault(channel, bytearray()).extend(data)  # pieces of a byte or two are many
        self._bytes += len(data)
        if self._bytes > _TOO_MUCH:
            raise AnswerError(f"more than {_TOO_MUCH // 2**20} MiB came that nobody has read")

    def _done(self) -> bool:
        """Whether all that matters has come, whatever becomes of the connection."""
        return isinstance(self._taking, Process) and self._taking.told

    def _tell(self) -> None:
        """Wake those who wait for something."""
        import anyio

        self._news.set()
        self._news = anyio.Event()

    async def _until(self, done: Callable[[], object], timeout: float | None) -> None:
        """Wait until something has come, or nothing more comes. Raises `TimeoutError`."""
        import anyio

        if self._tasks is None:
            raise InvalidRequestError("this is open inside a with statement alone")
        with anyio.fail_after(timeout):
            self._readers += 1
            try:
                self._room.set()
                while not done() and not self._over:
                    await self._news.wait()
            finally:
                self._readers -= 1

    def _taken(self, channel: int) -> bytes:
        """What waits to be read."""
        data = bytes(self._kept.pop(channel, b""))
        self._bytes -= len(data)
        self._room.set()
        return data

    async def _next(self, channel: int, timeout: float | None) -> bytes:
        """The next bytes of a channel, none behind the last. Raises what ended the connection before its time."""
        ended: set[int] = self._taking.ended if isinstance(self._taking, Process) else set()
        await self._until(lambda: channel in self._kept or channel in ended, timeout)
        data = self._taken(channel)
        if not data and self._failure is not None:
            raise self._failure
        return data

    # ---------------------------------------------------------------------------------------------- sending

    def _answer(self) -> None:
        """Send what the server has to be sent, when it can be: meanwhile it has to be read. Only the last answer counts."""
        self._reply, self._frames.reply = self._frames.reply or self._reply, b""
        if self._reply and not self._replying and self._tasks is not None:
            self._replying = True
            self._tasks.start_soon(self._replied)

    async def _replied(self) -> None:
        try:
            with suppress(ClientError):  # who reads is told
                while self._reply:
                    await self._write(self._last)
        finally:
            self._replying = False

    def _last(self) -> bytes:
        reply, self._reply = self._reply, b""
        return reply

    async def _write(self, written: Callable[[], bytes]) -> None:
        """Send what is written when nobody else sends. Raises `NoAnswerError`."""
        async with self._sending:
            if self._torn:
                raise self._failed("something was not sent whole")
            data = written()
            if data:
                self._torn = True
                with self._failing():
                    await self._stream.write(data)
                self._torn = False

    async def _send(self, channel: int, data: bytes) -> None:
        """Send bytes by a channel. Raises what ended the connection."""

        def written() -> bytes:
            if self._over or self._frames.ended or self._done():
                raise self._failure or self._failed("the other side has ended")
            self._sent = True
            return self._frames.message(channel, data)

        if self._tasks is None:
            raise InvalidRequestError("this is open inside a with statement alone")
        await self._write(written)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Failures of a connection in words of our own."""
        import httpcore2

        try:
            yield
        except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError, OSError) as error:
            raise self._failed(f"the connection was cut: {error}".removesuffix(": ")) from None

    def _failed(self, reason: str) -> NoAnswerError:
        error = NoAnswerError(f"{self._asked[0].path} of {self._connection.configuration.server}: {reason}")
        return hiding(error, self._credentials.secrets)


class AsyncExecProcess(AsyncTunnel):
    """A process in a container, while somebody listens: it goes on when they leave.

    Attributes:
        exit_code: How it ended, once `wait` or `communicate` has said so.

    """

    def __init__(
        self, connection: AsyncConnection, operation: Operation, path: Mapping[str, str], query: Mapping[str, Any]
    ) -> None:
        self._process = Process()
        asked = redirected(operation, query)
        self._reads, self._terminal = bool(asked.get("stdin")), bool(asked.get("tty"))
        self.exit_code: int | None = None
        super().__init__(connection, operation, path, asked, self._process, (CLOSING, CHANNELS))

    async def read(self, timeout: float | None = None) -> bytes:
        """What it wrote since; no bytes after the last. Raises `TimeoutError` where nothing comes in these seconds."""
        return await self._next(OUTPUT, timeout)

    async def read_stderr(self, timeout: float | None = None) -> bytes:
        """What it wrote since as errors; no bytes after the last. Raises `TimeoutError` where nothing comes in these seconds."""
        return await self._next(ERRORS, timeout)

    async def write(self, data: bytes) -> None:
        """Give it something to read. Raises `NoAnswerError` where it has ended."""
        if not self._reads:
            raise InvalidRequestError("nothing can be written: call the method of the client with stdin=True")
        for at in range(0, len(data), PIECE):
            await self._send(INPUT, data[at : at + PIECE])

    async def close_stdin(self) -> None:
        """Say that nothing more is written. Raises `InvalidRequestError` for a server that cannot be told so."""
        if self.protocol != CLOSING:
            raise InvalidRequestError(
                f"the server speaks {self.protocol}, in which the end of the input cannot be said: it needs {CLOSING}"
            )
        await self._send(CLOSE, bytes((INPUT,)))

    async def resize(self, width: int, height: int) -> None:
        """Say how many columns and lines its terminal has."""
        if not self._terminal:
            raise InvalidRequestError("there is no terminal: call the method of the client with tty=True")
        await self._send(SIZE, dumps({"Width": width, "Height": height}).encode())

    async def wait(self, timeout: float | None = None) -> int:
        """Its exit code when it ends. Raises `ApiError` where it could not be run, `TimeoutError` where it still runs after these seconds."""
        await self._until(lambda: self._process.told, timeout)
        if not self._process.told and self._failure is not None:
            raise self._failure
        self.exit_code = exit_code(self._process.status, self._credentials.secrets)
        return self.exit_code

    async def communicate(self, data: bytes = b"", timeout: float | None = None) -> Completed:
        """Write all of `data`, read until the end; what it wrote and its exit code. Raises what `wait` does; what came until then
        is still there to be read, and what is not written yet goes on being written.
        """
        import anyio

        if data and not self._reads:
            raise InvalidRequestError("nothing can be written: call the method of the client with stdin=True")
        if self._reads and self._tasks is not None and self.protocol != CLOSING:
            await self.close_stdin()  # says why not
        found: dict[int, list[bytes]] = {OUTPUT: [], ERRORS: []}
        try:
            with anyio.fail_after(timeout):
                await self._until(lambda: True, None)
                if self._reads and self._tasks is not None:
                    self._tasks.start_soon(self._fed, data)
                while self._kept or not self._over:
                    await self._until(lambda: self._kept, None)
                    for channel, pieces in found.items():
                        pieces.append(self._taken(channel))
                code = await self.wait()
        except BaseException:
            for channel, pieces in found.items():
                self._put_back(channel, b"".join(pieces))
            raise
        return Completed(exit_code=code, stdout=b"".join(found[OUTPUT]), stderr=b"".join(found[ERRORS]))

    async def _fed(self, data: bytes) -> None:
        with suppress(ClientError):  # it may end before it has read all, and who reads is told why
            await self.write(data)
            await self.close_stdin()

    def _put_back(self, channel: int, data: bytes) -> None:
        if data:
            self._kept.setdefault(channel, bytearray())[:0] = data
            self._bytes += len(data)


class AsyncPortForward(AsyncTunnel):
    """Connections to ports of a pod, one for each.

    Attributes:
        ports: Their numbers.

    """

    def __init__(
        self, connection: AsyncConnection, operation: Operation, path: Mapping[str, str], query: Mapping[str, Any]
    ) -> None:
        self.ports = ports_of(query)
        super().__init__(connection, operation, path, query, Ports(self.ports), (CHANNELS,))

    def _channel(self, port: int | None) -> int:
        if port is None and len(self.ports) > 1:
            raise InvalidRequestError(f"say which of the ports {', '.join(map(str, self.ports))}")
        if port is not None and port not in self.ports:
            raise InvalidRequestError(f"{port} is not one of the ports {', '.join(map(str, self.ports))}")
        return 2 * self.ports.index(port) if port is not None else 0

    async def read(self, port: int | None = None, timeout: float | None = None) -> bytes:
        """What came from a port since, which has to be named where there are several; no bytes after the last.

        Raises `ApiError` where the port cannot be reached, `TimeoutError` where nothing comes in these seconds.
        """
        channel = self._channel(port)
        await self._until(lambda: channel in self._kept or channel + 1 in self._kept, timeout)
        if channel not in self._kept and channel + 1 in self._kept:
            said = self._kept[channel + 1].decode(errors="replace")
            raise error_of(status_of(500, said, secrets=self._credentials.secrets))
        return await self._next(channel, timeout)

    async def write(self, data: bytes, port: int | None = None) -> None:
        """Send something to a port, which has to be named where there are several. Raises `NoAnswerError` where the connection has ended."""
        channel = self._channel(port)
        for at in range(0, len(data), PIECE):
            await self._send(channel, data[at : at + PIECE])
