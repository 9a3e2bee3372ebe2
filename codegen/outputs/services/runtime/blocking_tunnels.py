"""Processes in containers and forwarded ports, for callers that block: those that do not, in a thread that each has while it is open.

A thread has to wait for the server anyhow, since it speaks when it likes and TLS takes one caller at a time.
"""

from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from .answers import InvalidRequestError
from .calls import Operation
from .connecting import Base
from .received import Answer, warn
from .tunnels import AsyncExecProcess, AsyncPortForward, AsyncTunnel
from .tunnels import Completed as Completed
from .waiting import AsyncConnection

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

T = TypeVar("T")
A = TypeVar("A", bound=AsyncTunnel)


class Tunnel(Generic[A]):
    """One WebSocket, which is open inside a `with`."""

    def __init__(
        self,
        connection: Base,
        kind: Callable[[AsyncConnection, Operation, Mapping[str, str], Mapping[str, Any]], A],
        operation: Operation,
        path: Mapping[str, str],
        query: Mapping[str, Any],
    ) -> None:
        self._connection = AsyncConnection(connection.configuration, connection.caller.settings)
        self._later = kind(self._connection, operation, path, query)
        self._open = ExitStack()
        self._portal: BlockingPortal | None = None

    def __repr__(self) -> str:
        return repr(self._later).removeprefix("Async")

    @property
    def protocol(self) -> str:
        """What the server speaks by it, as `v5.channel.k8s.io`."""
        return self._later.protocol

    def __enter__(self) -> Self:
        from anyio.from_thread import start_blocking_portal

        warned: list[tuple[Answer, tuple[str, ...]]] = []  # which are for the line that the caller is at
        self._connection.caller.warning = lambda answer, secrets: warned.append((answer, secrets))
        with ExitStack() as opening:
            portal = opening.enter_context(start_blocking_portal())
            opening.callback(portal.call, self._connection.close)
            opening.enter_context(portal.wrap_async_context_manager(self._later))
            for answer, secrets in warned:
                warn(answer, secrets)
            self._portal, self._open = portal, opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        self._portal = None

    def _do(self, work: Callable[..., Coroutine[Any, Any, T]], *arguments: object) -> T:
        """Wait until something is done, which is given up where the caller is interrupted."""
        if self._portal is None:
            raise InvalidRequestError("this is open inside a with statement alone")
        doing = self._portal.start_task_soon(work, *arguments)
        try:
            done: T = doing.result()
        except BaseException:
            doing.cancel()
            raise
        return done


class ExecProcess(Tunnel[AsyncExecProcess]):
    """A process in a container, while somebody listens: it goes on when they leave."""

    def __init__(
        self, connection: Base, operation: Operation, path: Mapping[str, str], query: Mapping[str, Any]
    ) -> None:
        super().__init__(connection, AsyncExecProcess, operation, path, query)

    @property
    def exit_code(self) -> int | None:
        """How it ended, once `wait` or `communicate` has said so."""
        return self._later.exit_code

    # The methods of AsyncExecProcess, each waited for.


class PortForward(Tunnel[AsyncPortForward]):
    """Connections to ports of a pod, one for each."""

    def __init__(
        self, connection: Base, operation: Operation, path: Mapping[str, str], query: Mapping[str, Any]
    ) -> None:
        super().__init__(connection, AsyncPortForward, operation, path, query)

    @property
    def ports(self) -> tuple[int, ...]:
        """Their numbers."""
        return self._later.ports

    # The methods of AsyncPortForward, each waited for.
