"""What generated clients, groups of operations and resources stand on."""

from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import Generic, Self, TypeVar

from .calls import Caller, Settings, Steps
from .configuration import Configuration
from .connection import AsyncConnection, Connection

T = TypeVar("T")
A = TypeVar("A")
C = TypeVar("C")
cached = cached_property  # a group is loaded when it is first used


class _Group(Generic[C]):
    """The operations of one group version."""

    def __init__(self, connection: C, calls: Caller, namespace: str) -> None:
        self._connection = connection
        self._calls = calls
        self._namespace = namespace

    def _named(self, namespace: str | None) -> str:
        """A namespace; that of the configuration where none is named."""
        return self._namespace if namespace is None else namespace


class Group(_Group[Connection]):
    """The operations of one group version, by a client that blocks."""

    def _run(self, steps: Steps[T]) -> T:
        return self._connection.run(steps)


class AsyncGroup(_Group[AsyncConnection]):
    """The operations of one group version, by a client that does not block."""

    async def _run(self, steps: Steps[T]) -> T:
        return await self._connection.run(steps)


class Resource(Generic[A]):
    """The operations of one resource, in one namespace if it has namespaces."""

    def __init__(self, group: A, namespace: str = "") -> None:
        self._group = group
        self._namespace = namespace


class _Client(Generic[C]):
    """A client of one server.

    Attributes:
        configuration: Where the server is, whom to trust, and who asks.

    """

    def __init__(self, configuration: Configuration, connection: C, calls: Caller) -> None:
        self.configuration = configuration
        self._connection = connection
        self._calls = calls

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.configuration.server!r})"

    def _group(self, kind: Callable[[C, Caller, str], A]) -> A:
        return kind(self._connection, self._calls, self.configuration.namespace)


class BlockingClient(_Client[Connection]):
    """A client that blocks. It closes its connections at the end of a `with`, or by `close`."""

    def __init__(self, configuration: Configuration, settings: Settings | None = None) -> None:
        connection = Connection(configuration, settings or Settings())
        super().__init__(configuration, connection, connection.caller)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()


class NonBlockingClient(_Client[AsyncConnection]):
    """A client that does not block. It closes its connections at the end of an `async with`, or by `close`."""

    def __init__(self, configuration: Configuration, settings: Settings | None = None) -> None:
        connection = AsyncConnection(configuration, settings or Settings())
        super().__init__(configuration, connection, connection.caller)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()
