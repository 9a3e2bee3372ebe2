"""What connections have in common, whether they block or not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from .answers import AnswerError, ClientError, NoAnswerError, hiding
from .calls import Caller, Send, Settings, Step, Steps
from .configuration import Certificate, Configuration
from .received import Answer

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")
CONNECT_SECONDS: Final = 10.0
OK: Final = 200
READ_SECONDS: Final = 65.0  # servers end a request after 60


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The end of a call."""

    value: T


@dataclass(slots=True)
class Opened:
    """An answer that comes bit by bit: how it began, and what gives the rest. `content` of the answer is whole if it is a refusal."""

    answer: Answer
    response: Any
    chunks: Any
    send: Send


class Whole:
    """An answer that is kept whole, piece by piece."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._content = bytearray()

    def add(self, piece: bytes) -> None:
        """The next bytes. Raises `AnswerError` beyond the most that is kept."""
        self._content += piece
        if len(self._content) > self._most:
            raise AnswerError(f"the answer has more than {self._most} bytes (longest_answer of the settings)")

    def content(self) -> bytes:
        """All of it."""
        return bytes(self._content)


class Base:
    """What both have in common."""

    def __init__(self, configuration: Configuration, settings: Settings) -> None:
        self.configuration = configuration
        self.caller = Caller(configuration.credentials, settings, configuration.headers)
        self._shown: Certificate | None = None

    def following(self, steps: Steps[T], came: object) -> Step | Done[T]:
        """The next step of a call, which is sent what came of the last one, or has it raised."""
        try:
            return steps.throw(came) if isinstance(came, ClientError) else steps.send(came)
        except StopIteration as end:
            return Done(cast("T", end.value))
        except (AnswerError, NoAnswerError) as error:
            hiding(error, self.caller.credentials.secrets)
            raise

    def options(self) -> dict[str, Any]:
        """How a client of httpx2 is made."""
        import httpx2  # a third of the time that a client takes to be imported

        secure = self.configuration.server.lower().startswith("https:")
        return {
            "verify": self.configuration.trust.context(self._shown) if secure else False,
            "timeout": httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            "follow_redirects": False,  # a token is for one server
            "proxy": self.configuration.proxy,
        }

    def renewed(self) -> bool:
        """Whether the client has another certificate than before, so that it has to connect again."""
        shown = self.configuration.credentials.certificate
        if shown == self._shown:
            return False
        self._shown = shown
        return True

    def request(self, send: Send) -> dict[str, Any]:
        """How a request is made by httpx2."""
        name = self.configuration.trust.server_name
        request: dict[str, Any] = {
            "method": send.method,
            "url": self.configuration.server.rstrip("/") + send.target,
            "headers": list(send.headers),
            "content": send.content,
            "extensions": {"sni_hostname": name} if name else {},
        }
        if send.wait is not None:
            import httpx2

            request["timeout"] = httpx2.Timeout(send.wait, connect=CONNECT_SECONDS)
        return request

    @contextmanager
    def failing(self, send: Send) -> Iterator[None]:
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


def answer_of(response: "httpx2.Response", content: bytes) -> Answer:
    """What came back."""
    headers = tuple((name.lower(), value) for name, value in response.headers.multi_items())
    return Answer(code=response.status_code, headers=headers, content=content)


def pause(seconds: float) -> None:
    """Let a time pass."""
    import time

    time.sleep(seconds)


async def pause_later(seconds: float) -> None:
    """Let a time pass in which others go on."""
    import anyio

    await anyio.sleep(seconds)


def work(todo: Callable[[], Any]) -> Any:
    """Do something that may take long."""
    return todo()


async def work_later(todo: Callable[[], Any]) -> Any:
    """Do something that may take long while others go on."""
    from anyio import to_thread

    return await to_thread.run_sync(todo)
