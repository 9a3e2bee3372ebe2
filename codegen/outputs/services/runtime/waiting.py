"""Connections, groups of operations and clients that do not block.

Those that block are made from this text: they are the same without waiting.
"""

from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from .answers import ClientError
from .calls import Found, More, Open, Operation, Run, Send, Settings, Step, Steps, Wait
from .configuration import Configuration
from .connecting import OK, Base, Done, Opened, Whole, answer_of, pause_later, work_later
from .groups import BaseClient, BaseGroup
from .kubeconfig import found, from_kubeconfig, in_cluster
from .received import Model
from .streams import SWITCHED, Event, each, follow, watch

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")
M = TypeVar("M", bound=Model)


class AsyncConnection(Base):
    """A connection that does not block."""

    def __init__(self, configuration: Configuration, settings: Settings) -> None:
        super().__init__(configuration, settings)
        self._client: httpx2.AsyncClient | None = None
        self._retired: list[httpx2.AsyncClient] = []

    async def _http(self) -> "httpx2.AsyncClient":
        import httpx2

        if self.renewed() or self._client is None:
            self._retired += [self._client] if self._client is not None else []  # others may still wait for it
            self._client = httpx2.AsyncClient(**self.options())
        return self._client

    async def run(self, steps: Steps[T]) -> T:
        """Do all steps of a call; what it gives. Raises what it raises."""
        came: object = None
        while not isinstance(step := self.following(steps, came), Done):
            try:
                came = await self._do(step)
            except ClientError as error:
                came = error
        return step.value

    async def iterate(self, steps: Steps[None]) -> AsyncIterator[Any]:
        """Do the steps of a call and give what it finds. Raises what it raises."""
        came: object = None
        opened: list[Any] = []
        try:
            while not isinstance(step := self.following(steps, came), Done):
                if isinstance(step, Found):
                    came = None
                    yield step.value
                    continue
                try:
                    came = await self._do(step)
                except ClientError as error:
                    came = error
                if isinstance(came, Opened):
                    await _close(opened)
                    opened.append(came.response)
        finally:
            await _close(opened)

    async def _do(self, step: Step) -> object:
        if isinstance(step, Wait):
            await pause_later(step.seconds)
            return None
        if isinstance(step, Run):
            return await work_later(step.work)
        if isinstance(step, More):
            with self.failing(step.answer.send):
                return await anext(step.answer.chunks, None)
        if isinstance(step, Open):
            return await self._opened(step.send)
        if not isinstance(step, Send):
            raise TypeError(step)
        with self.failing(step):
            http = await self._http()
            response = await http.send(http.build_request(**self.request(step)), stream=True)
            return answer_of(response, await self._whole(response))

    async def _opened(self, send: Send) -> Opened:
        with self.failing(send):
            http = await self._http()
            request = self.request(send)
            response = await http.send(http.build_request(**request), stream=True)
            content = await self._whole(response) if response.status_code not in (OK, SWITCHED) else b""
            return Opened(answer_of(response, content), response, response.aiter_bytes(), send)

    async def _whole(self, response: "httpx2.Response") -> bytes:
        kept = Whole(self.caller.settings.longest_answer)
        try:
            async for piece in response.aiter_bytes():
                kept.add(piece)
        finally:
            await response.aclose()
        return kept.content()

    async def close(self) -> None:
        """End the connection."""
        current, self._client = self._client, None
        for client in (*self._retired, *([current] if current is not None else [])):
            await client.aclose()
        self._retired.clear()


async def _close(opened: list[Any]) -> None:
    while opened:
        await opened.pop().aclose()


class AsyncGroup(BaseGroup[AsyncConnection]):
    """The operations of one group version."""

    async def _run(self, steps: Steps[T]) -> T:
        return await self._connection.run(steps)

    def _each(
        self, operation: Operation, path: Mapping[str, str], query: Mapping[str, Any], kind: type[M]
    ) -> AsyncIterator[M]:
        return self._connection.iterate(each(self._calls, operation, path, query, kind))

    def _each_plain(
        self, operation: Operation, path: Mapping[str, str], query: Mapping[str, Any]
    ) -> AsyncIterator[dict[str, Any]]:
        return self._connection.iterate(each(self._calls, operation, path, query, None))

    def _follow(self, operation: Operation, path: Mapping[str, str], query: Mapping[str, Any]) -> AsyncIterator[str]:
        return self._connection.iterate(follow(self._calls, operation, path, query))

    def _watch_plain(
        self, operation: Operation, path: Mapping[str, str], query: Mapping[str, Any]
    ) -> AsyncIterator[Event[dict[str, Any]]]:
        return self._connection.iterate(watch(self._calls, operation, path, query, None))

    def _watch(
        self, operation: Operation, path: Mapping[str, str], query: Mapping[str, Any], kind: type[M]
    ) -> AsyncIterator[Event[M]]:
        return self._connection.iterate(watch(self._calls, operation, path, query, kind))


class AsyncClient(BaseClient[AsyncConnection]):
    """A client of one server. It closes its connections at the end of an `async with`, or by `close`.

    Without a configuration it takes that of the kubeconfig, else that of the pod that it runs in.
    """

    def __init__(self, configuration: Configuration | None = None, settings: Settings | None = None) -> None:
        chosen = configuration or found()
        connection = AsyncConnection(chosen, settings or Settings())
        super().__init__(chosen, connection, connection.caller)

    @classmethod
    def from_kubeconfig(
        cls, path: str | None = None, context: str | None = None, settings: Settings | None = None
    ) -> Self:
        """A client of a context of a kubeconfig. Raises `ConfigurationError`."""
        return cls(from_kubeconfig(path, context), settings)

    @classmethod
    def in_cluster(cls, settings: Settings | None = None) -> Self:
        """A client of the cluster that the program runs in. Raises `ConfigurationError`."""
        return cls(in_cluster(), settings)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()
