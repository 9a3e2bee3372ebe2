"""What tests ask of a running endpoint that no API server offers: its clock, other keys, any token, and what was issued.

All of it stands below `/-/` and is for those who may do everything.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from codegen.endpoint import clock, refusals
from codegen.endpoint.access import Gate
from codegen.endpoint.connections import Connections
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.minting import Wanted, mint
from codegen.endpoint.state import Unavailable
from codegen.endpoint.waiting import patient
from codegen.outputs.services.runtime.serving import not_allowed
from codegen.outputs.services.runtime.statuses import StatusError

ROOT = "/-"
_MOST = 64 * 1024  # bytes of a body
Answer = Callable[[bytes], Mapping[str, Any]]


class Moved(Struct, forbid_unknown_fields=True):
    """What to do with the clock: stop it at a time (RFC 3339, or `now`), move it on by seconds, or let it run."""

    stop: str = ""
    forward: float = 0
    run: bool = False


class Rotation(Struct, forbid_unknown_fields=True):
    """Another key: `kept` are the seconds for which the ones before verify, a day where nothing is said."""

    kept: int | None = None


def beside(endpoint: Endpoint, gate: Gate, api: ASGIApp, connections: Connections | None) -> ASGIApp:
    """The application of the API with the paths of this module beside it."""
    controls = _Controls(endpoint)
    answers = {
        f"{ROOT}/clock": _answered(gate, {"GET": controls.time, "POST": controls.move}),
        f"{ROOT}/keys": _answered(gate, {"GET": controls.keys, "POST": controls.rotate}),
        f"{ROOT}/tokens": _answered(gate, {"GET": controls.tokens, "POST": controls.mint}),
    }
    if connections is not None:
        answers[f"{ROOT}/connections"] = _answered(gate, {"GET": lambda _: connections.counts()})

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        answer = answers.get(scope["path"]) if scope["type"] == "http" else None
        if answer is None:
            await api(scope, receive, send)
        else:
            await (await answer(Request(scope, receive)))(scope, receive, send)

    return application


class _Controls:
    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def time(self, _: bytes) -> Mapping[str, Any]:
        return {"now": clock.text(self._endpoint.clock.now())}

    def move(self, body: bytes) -> Mapping[str, Any]:
        wanted = msgspec.json.decode(body or b"{}", type=Moved)
        if wanted.run:
            self._endpoint.clock.run()
        if wanted.stop:
            self._endpoint.clock.stop(None if wanted.stop == "now" else clock.parsed(wanted.stop))
        self._endpoint.clock.forward(wanted.forward)
        return self.time(b"")

    def keys(self, _: bytes) -> Mapping[str, Any]:
        return self._endpoint.key_set()

    def rotate(self, body: bytes) -> Mapping[str, Any]:
        wanted = msgspec.json.decode(body or b"{}", type=Rotation)
        return self._endpoint.rotate(kept=wanted.kept).public()

    def tokens(self, _: bytes) -> Mapping[str, Any]:
        return {"tokens": self._endpoint.state.tokens()}

    def mint(self, body: bytes) -> Mapping[str, Any]:
        return {"token": mint(self._endpoint, msgspec.json.decode(body, type=Wanted))}


def _answered(gate: Gate, answers: Mapping[str, Answer]) -> Callable[[Request], Awaitable[Response]]:
    """What answers requests of one path, by their method."""

    async def answered(request: Request) -> Response:
        try:
            await gate(request)
            answer = answers.get(request.method)
            if answer is None:
                raise not_allowed(answers)
            body = await _body(request)
            return JSONResponse(await patient(lambda: answer(body)))
        except StatusError as error:
            refusal = error
        except Unavailable as error:
            refusal = refusals.unavailable(str(error))
        except (ValueError, RecursionError) as error:  # of msgspec too
            refusal = refusals.bad_request(str(error))
        return JSONResponse(refusal.status, refusal.code, refusal.headers)

    return answered


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST:
            raise refusals.bad_request(f"the body is longer than {_MOST} bytes")
    return body
