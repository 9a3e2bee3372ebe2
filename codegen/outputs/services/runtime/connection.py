"""Connections to a server, one that blocks and one that does not: they do the steps of calls. All else is the same for both."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from .answers import ClientError, NoAnswerError
from .calls import Answer, Caller, Run, Send, Settings, Step, Steps, Wait
from .configuration import Certificate, Configuration

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 65.0  # servers end a request after 60


@dataclass(frozen=True, slots=True)
class _Done(Generic[T]):
    """The end of a call."""

    value: T


def _next(steps: Steps[T], came: object) -> Step | _Done[T]:
    """The next step of a call, which is sent what came of the last one, or has it raised."""
    try:
        return steps.throw(came) if isinstance(came, ClientError) else steps.send(came)
    except StopIteration as end:
        return _Done(cast("T", end.value))


class _Connection:
    """What both have in common."""

    def __init__(self, configuration: Configuration, settings: Settings) -> None:
        self.configuration = configuration
        self.caller = Caller(configuration.credentials, settings)
        self._shown: Certificate | None = None

    def _options(self) -> dict[str, Any]:
        """How a client of httpx2 is made."""
        import httpx2  # a third of the time that a client takes to be imported

        secure = self.configuration.server.lower().startswith("https:")
        return {
            "verify": self.configuration.trust.context(self._shown) if secure else False,
            "timeout": httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            "follow_redirects": False,  # a token is for one server
            "proxy": self.configuration.proxy,
        }

    def _request(self, send: Send) -> dict[str, Any]:
        name = self.configuration.trust.server_name
        return {
            "method": send.method,
            "url": self.configuration.server.rstrip("/") + send.target,
            "headers": send.headers,
            "content": send.content,
            "extensions": {"sni_hostname": name} if name else {},
        }

    @contextmanager
    def _failing(self, send: Send) -> Iterator[None]:
        """Failures of a connection in words of our own."""
        import httpx2

        try:
            yield
        except httpx2.TimeoutException:
            raise self._failed(send, "the server did not answer in time") from None
        except httpx2.ProxyError as error:
            raise self._failed(send, f"the proxy refused: {error}") from None
        except httpx2.RemoteProtocolError as error:
            raise self._failed(send, f"the connection ended before the answer did: {error}") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
            raise self._failed(send, str(error) or type(error).__name__) from None

    def _failed(self, send: Send, reason: str) -> NoAnswerError:
        hint = ""
        if "CERTIFICATE_VERIFY_FAILED" in reason:
            hint = "; name the authority that signed its certificate in the configuration"
        elif "CERTIFICATE_EXPIRED" in reason.upper():
            hint = "; get a new client certificate"
        return NoAnswerError(f"{send.method} {self.configuration.server}: {reason}{hint}")


def _answer(response: "httpx2.Response", content: bytes) -> Answer:
    headers = tuple((name.lower(), value) for name, value in response.headers.multi_items())
    return Answer(code=response.status_code, headers=headers, content=content)


class Connection(_Connection):
    """A connection that blocks."""

    @cached_property
    def _http(self) -> "httpx2.Client":
        import httpx2

        return httpx2.Client(**self._options())

    def run(self, steps: Steps[T]) -> T:
        """Do all steps of a call; what it gives. Raises what it raises."""
        came: object = None
        while not isinstance(step := _next(steps, came), _Done):
            try:
                came = self._do(step)
            except ClientError as error:
                came = error
        return step.value

    def _do(self, step: Step) -> object:
        if isinstance(step, Wait):
            import time

            time.sleep(step.seconds)
            return None
        if isinstance(step, Run):
            return step.work()
        with self._failing(step):
            response = self._http.request(**self._request(step))
            return _answer(response, response.content)

    def close(self) -> None:
        """End the connection."""
        if "_http" in self.__dict__:
            self._http.close()


class AsyncConnection(_Connection):
    """A connection that does not block."""

    @cached_property
    def _http(self) -> "httpx2.AsyncClient":
        import httpx2

        return httpx2.AsyncClient(**self._options())

    async def run(self, steps: Steps[T]) -> T:
        """Do all steps of a call; what it gives. Raises what it raises."""
        came: object = None
        while not isinstance(step := _next(steps, came), _Done):
            try:
                came = await self._do(step)
            except ClientError as error:
                came = error
        return step.value

    async def _do(self, step: Step) -> object:
        if isinstance(step, Wait):
            import anyio

            await anyio.sleep(step.seconds)
            return None
        if isinstance(step, Run):
            from anyio import to_thread

            return await to_thread.run_sync(step.work)
        with self._failing(step):
            response = await self._http.request(**self._request(step))
            return _answer(response, response.content)

    async def close(self) -> None:
        """End the connection."""
        if "_http" in self.__dict__:
            await self._http.aclose()
