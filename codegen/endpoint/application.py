"""An endpoint as an ASGI application: the generated server with its answers, and beside it what tests ask of a double."""

from __future__ import annotations

import asyncio
import functools
import json
import types
from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import Any, cast

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from codegen.core import releases
from codegen.endpoint import control, refusals
from codegen.endpoint.access import Gate
from codegen.endpoint.connections import Connections
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.handlers import handlers
from codegen.endpoint.state import Unavailable
from codegen.endpoint.waiting import patient
from codegen.outputs.services.runtime import statuses
from token_endpoint_api.server import Page, Settings, StatusError, create_app

_PATIENCE = 60.0  # seconds for one request, as kube-apiserver has it
_OF_KUBECTL = "application/com.github.proto-openapi.spec.v2"
_AS_MIME = f"{_OF_KUBECTL}.v1.0+protobuf"  # what asks has an @ in it, which no media type may have
_NOTHING = b"\x0a\x032.0"  # the field `swagger` alone
_TOO_LATE = "Timeout: request did not complete within the allotted timeout"
_TOO_LARGE, _MOST_DRAINED = 413, 32 << 20
_HEALTHY = ("/healthz", "/livez", "/readyz")


def application(endpoint: Endpoint, *, patience: float = _PATIENCE, connections: Connections | None = None) -> ASGIApp:
    """The application; `patience` are the seconds after which a request that is not answered is given up. `connections` are those that it tells of."""
    gate = Gate(endpoint)

    async def before(request: Request) -> None:
        try:
            await gate(request)
        except statuses.StatusError as error:
            raise StatusError(error.status, error.headers) from None

    release = releases.parse(endpoint.settings.release)
    pages = [
        Page("/.well-known/openid-configuration", _page(endpoint.configuration)),
        Page("/openid/v1/jwks", _page(endpoint.key_set), "application/jwk-set+json"),
        *(Page(path, _ok, "text/plain") for path in _HEALTHY),
    ]
    app = create_app(*handlers(endpoint), settings=Settings(release=release, before=before), pages=pages)
    api: ASGIApp = app.router.default  # nothing is mounted beside it, and it answers its own exceptions
    return _Patient(control.beside(endpoint, gate, _Described(api), connections), patience)


def _page(content: Callable[[], dict[str, Any]]) -> Callable[[Request], Awaitable[Mapping[str, Any] | bytes]]:
    async def answer(_: Request) -> Mapping[str, Any] | bytes:
        try:
            return await patient(content)
        except Unavailable as error:
            refusal = refusals.unavailable(str(error))
        raise StatusError(refusal.status, refusal.headers)

    return answer


async def _ok(_: Request) -> Mapping[str, Any] | bytes:
    return b"ok"


class _Described:
    """Answers who asks for OpenAPI v2 in its protobuf with a document that describes nothing.

    kubectl asks so about kinds that the documents of version 3 have no patch of, and goes on without when it finds none.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/openapi/v2":
            accept = Headers(scope=scope).get("accept", "")
            if _OF_KUBECTL in accept:
                await Response(_NOTHING, media_type=_AS_MIME)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class _Patient:
    """Gives a request up whose body does not come to its end; watches may take as long as they like.

    What is refused for its size is read on for a while all the same: a client that is still sending does not see an answer.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":  # which the API below refuses
                await self._app(scope, receive, send)
            return
        if (refusal := _unsafe(scope)) is not None:
            await _refuse(send, *refusal)
            return
        body = _Body(receive, asyncio.get_running_loop().time() + self._seconds)
        begun = False

        def sending(message: Message) -> Awaitable[None]:
            nonlocal begun
            is_late = not begun and message.get("status") == _TOO_LARGE
            begun = True
            return drained(message) if is_late else send(message)

        async def drained(message: Message) -> None:
            await body.drain()
            await send(message)

        await self._app(scope, body.receive, sending)
        if body.given_up and not begun:
            await _refuse(send, 504, _TOO_LATE)


class _Body:
    """The body of a request, until a time; who waits longer is told that the client is gone."""

    def __init__(self, receive: Receive, end: float) -> None:
        self._receive = receive
        self._end = end
        self._is_whole = False
        self.given_up = False

    async def receive(self) -> Message:
        """The next piece of the body; what comes after its end has all the time."""
        if self._is_whole:
            return await self._receive()
        try:
            message = await _in_time(self._receive().__await__(), self._end)
        except TimeoutError:
            self._is_whole = self.given_up = True
            return {"type": "http.disconnect"}
        self._is_whole = not message.get("more_body", False)
        return message

    async def drain(self) -> None:
        """Read on."""
        read = 0
        while not self._is_whole and read < _MOST_DRAINED:
            read += len((await self.receive()).get("body", b""))


@types.coroutine
def _in_time(asked: Generator[Any, Any, Message], end: float) -> Generator[Any, Any, Message]:
    """What is awaited, which is given up at a time. Raises TimeoutError. Most have their message at once, for which no timer is set."""
    try:
        waits_for = asked.send(None)
    except StopIteration as done:
        return cast("Message", done.value)
    return (yield from _late(_Begun(asked, waits_for), end).__await__())


async def _late(begun: _Begun, end: float) -> Message:
    async with asyncio.timeout_at(end):
        return await begun


class _Begun:
    """What is awaited and waits for something already."""

    def __init__(self, asked: Generator[Any, Any, Message], waits_for: Any) -> None:
        self._asked = asked
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, Message]:
        waits_for = self._waits_for
        while True:
            try:
                given = yield waits_for
            except BaseException as error:  # noqa: BLE001 - which what is awaited may catch
                step = functools.partial(self._asked.throw, error)
            else:
                step = functools.partial(self._asked.send, given)
            try:
                waits_for = step()
            except StopIteration as done:
                return cast("Message", done.value)


def _unsafe(scope: Scope) -> tuple[int, str] | None:
    """Code and text for a request whose end another server may see elsewhere."""
    version = scope["http_version"]
    if version not in ("1.0", "1.1"):
        return 505, "unsupported protocol version"
    names = [name for name, _ in scope["headers"]]
    if b"transfer-encoding" not in names:
        return None
    if version == "1.0" or b"content-length" in names:
        return 400, "Transfer-Encoding stands alone, without Content-Length, in HTTP/1.1"
    return None


async def _refuse(send: Send, code: int, text: str) -> None:
    """Answer with a Status, and end the connection."""
    body = json.dumps(statuses.failure(code, text)).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": code, "headers": headers})
    await send({"type": "http.response.body", "body": body})
