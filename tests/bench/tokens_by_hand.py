"""Requests for tokens in a handler as an engineer writes it on Starlette for the promises of `codegen token-endpoint`; and an echo of JSON.

`python tokens_by_hand.py token|echo RELEASE ALGORITHM TOKEN` listens, prints its port, and takes the bearer TOKEN for that of an administrator.

The work of the handler is the endpoint's own: who may ask, the rules, what is signed, and what is kept. By hand is what a generated server does
around it: a body has an end in size and in time, is JSON of the right types, and fields that are unknown or stand twice are warned of or
refused; a state that another process holds is waited for; each refusal is a Status. What other requests pay for is left out: other paths
and methods, YAML and protobuf, patches, indented answers, impersonation.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import msgspec
import uvicorn
from msgspec import Struct
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from structs_by_hand import (
    BoundObjectReference,
    ManagedFieldsEntry,
    ObjectMeta,
    OwnerReference,
    TokenRequestStatus,
)

from codegen.endpoint import refusals
from codegen.endpoint.asker import Asker
from codegen.endpoint.authentication import bearer
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.request_info import asked
from codegen.endpoint.settings import Algorithm, Settings
from codegen.endpoint.state import Unavailable
from codegen.endpoint.tokens import Invalid
from codegen.endpoint.users import ANONYMOUS, AUTHENTICATED, MASTERS, User
from codegen.endpoint.waiting import patient
from codegen.outputs.services.runtime.statuses import StatusError, failure

PATH = "/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
LIMIT, PATIENCE, CONNECTIONS = 3 << 20, 60, 4096  # bytes, seconds, and how many
JSON = "application/json"


class Spec(Struct, rename="camel"):
    audiences: list[str] | None = None
    expiration_seconds: int | None = None
    bound_object_ref: BoundObjectReference | None = None


class Sent(Struct, rename="camel"):
    """A request, of which everything may be left out."""

    api_version: str | None = None
    kind: str | None = None
    metadata: ObjectMeta | None = None
    spec: Spec | None = None
    status: TokenRequestStatus | None = None


_CLASSES: tuple[type[Struct], ...] = (
    *(Sent, ObjectMeta, OwnerReference, ManagedFieldsEntry, Spec, BoundObjectReference, TokenRequestStatus),
)
NAMES = {kind: frozenset(kind.__struct_encode_fields__) for kind in _CLASSES}


def handler(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """What answers requests for tokens."""

    async def token(request: Request) -> Response:
        warnings: list[str] = []
        try:
            answer = await issued(endpoint, request, warnings)
        except StatusError as error:
            return written(error.status, error.code, warnings, error.headers)
        except Unavailable as error:
            refused = refusals.unavailable(str(error))
            return written(refused.status, refused.code, warnings, refused.headers)
        return written(answer, 201, warnings)

    return token


async def issued(endpoint: Endpoint, request: Request, warnings: list[str]) -> Mapping[str, Any]:
    headers, query, path = request.headers, request.query_params, request.path_params
    known = bearer(headers.get("authorization"))
    try:
        user = endpoint.authenticator.token(known).user if known else ANONYMOUS
    except Invalid:
        raise refusals.unauthorized() from None
    wanted = asked(request.method, request.scope["path"])
    if not endpoint.allows(user, wanted):
        raise refusals.forbidden(wanted.resource, wanted.group, wanted.name, wanted.text(user.name))
    accepted = headers.get("accept", "*/*")
    if "*/*" not in accepted and JSON not in accepted:
        raise StatusError(failure(406, f"only the following media types are accepted: {JSON}"))
    if headers.get("content-type", JSON).partition(";")[0].strip().lower() != JSON:
        raise StatusError(failure(415, f"the body of the request was in an unknown format - it takes {JSON}"))
    obj, found = decoded(await whole(request))
    validation = query.get("fieldValidation") or "Warn"
    if found and validation == "Strict":
        raise refusals.bad_request(f"strict decoding error: {', '.join(found)}")
    if validation == "Warn":
        warnings += found
    asker = Asker(
        field_manager=query.get("fieldManager", ""),
        user_agent=headers.get("user-agent", ""),
        dry_run=query.get("dryRun") == "All",
    )
    made = await patient(lambda: endpoint.issuer.create(obj, path["namespace"], path["name"], asker))
    warnings += made.warnings
    return made.answer


async def whole(request: Request) -> bytes:
    data = b""
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.stream():
                data += chunk
                if len(data) > LIMIT:
                    raise StatusError(failure(413, f"Request entity too large: limit is {LIMIT}"))
    except TimeoutError:
        raise StatusError(failure(504, "request did not complete within the allotted timeout")) from None
    return data


def decoded(data: bytes) -> tuple[dict[str, Any], list[str]]:
    """The object of a body, and which fields of it are unknown or stand twice."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            names = [name for name, _ in pairs]
            twice.extend(f'duplicate field "{name}"' for name in made if names.count(name) > 1)
        return made

    try:
        obj = json.loads(data, object_pairs_hook=once)
        msgspec.convert(obj, Sent)
    except (ValueError, RecursionError) as error:  # of msgspec too
        raise refusals.bad_request(f"the object provided is unrecognized: {error}") from None
    if obj.get("kind") not in (None, "TokenRequest") or obj.get("apiVersion") not in (None, "authentication.k8s.io/v1"):
        raise refusals.bad_request(f"{obj.get('kind')} cannot be handled as a TokenRequest")
    return obj, [*(f'unknown field "{path}"' for path in unknown(obj)), *twice]


def unknown(obj: dict[str, Any]) -> Iterator[str]:
    metadata, spec = obj.get("metadata") or {}, obj.get("spec") or {}
    parts: tuple[tuple[str, dict[str, Any], type[Struct]], ...] = (
        ("", obj, Sent),
        ("metadata.", metadata, ObjectMeta),
        *(("metadata.ownerReferences.", owner, OwnerReference) for owner in metadata.get("ownerReferences") or ()),
        *(("metadata.managedFields.", entry, ManagedFieldsEntry) for entry in metadata.get("managedFields") or ()),
        ("spec.", spec, Spec),
        ("spec.boundObjectRef.", spec.get("boundObjectRef") or {}, BoundObjectReference),
        ("status.", obj.get("status") or {}, TokenRequestStatus),
    )
    for at, part, kind in parts:
        for name in part:
            if name not in NAMES[kind]:
                yield f"{at}{name}"


def written(
    obj: Mapping[str, Any], status: int, warnings: list[str], headers: Mapping[str, str] | None = None
) -> Response:
    text = json.dumps(obj, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&":  # as Go writes them
        text = text.replace(char, f"\\u{ord(char):04x}")
    made = Response(f"{text}\n", status, {**(headers or {}), "cache-control": "no-cache, private"}, JSON)
    for warning in warnings:
        made.headers.append("warning", f'299 - "{warning}"'.replace("\n", " "))
    return made


async def echo(request: Request) -> Response:
    return Response(json.dumps(json.loads(await request.body())), 201, media_type=JSON)


def main(what: str, release: str, algorithm: Algorithm, known: str) -> None:
    admin = User(name="admin", groups=(MASTERS, AUTHENTICATED))
    endpoint = Endpoint(Settings(release=release, algorithm=algorithm), "http://by-hand", static={known: admin})
    endpoint.state.never_wait()
    answer = handler(endpoint) if what == "token" else echo
    app = Starlette(routes=[Route(PATH, answer, methods=["POST"])])
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # by name: asyncio sends at once
    listening.bind(("127.0.0.1", 0))
    listening.listen(512)
    print(listening.getsockname()[1], flush=True)
    made = uvicorn.Config(
        app,
        log_level="error",
        lifespan="off",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=PATIENCE,
    )
    uvicorn.Server(made).run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])  # type: ignore[arg-type]
