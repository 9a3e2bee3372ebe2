"""The endpoint as an ASGI application: requests are refused in the order in which k8s.io/apiserver looks at them.

First the query and the user, then the path and method (404, 405), Accept (406), Content-Type and size (415, 413),
options (422), the body (400), names in the path (400); then the operation is answered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from codegen.core import releases
from codegen.endpoint import control, discovery
from codegen.endpoint.auth import AuthMiddleware
from codegen.endpoint.bodies import BodyReader
from codegen.endpoint.control import Content, Page
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.handlers import ApiRequest, Handlers
from codegen.endpoint.negotiation import (
    JSON,
    PROTOBUF,
    YAML,
    AnswerFormat,
    answer_format,
    body_type,
    check_acceptable,
    is_pretty,
    patch_type,
)
from codegen.endpoint.operations import Operation, find_operations
from codegen.endpoint.protobuf import has_kind
from codegen.endpoint.query_options import Query, check_options, check_timeout, option, parse_query
from codegen.endpoint.responses import data_response, json_bytes, object_response, watch_response
from codegen.endpoint.state import Unavailable
from codegen.endpoint.users import User
from codegen.endpoint.waiting import retry_while_locked
from codegen.kube.names import path_segment_faults
from codegen.kube.statuses import StatusError, bad_request, failure, go_quoted, internal, method_not_allowed

LIMIT = 3 * 1024 * 1024  # bytes of a body
_MOST_DRAINED = 32 << 20  # of a body that is too large: a client that is still sending sees no answer
_NOT_FOUND = "the server could not find the requested resource"
_TOO_LATE = "Timeout: request did not complete within the allotted timeout"
# kubectl asks for OpenAPI 2 in protobuf. A document without definitions makes it send objects unchecked.
_OPENAPI_V2 = "application/com.github.proto-openapi.spec.v2"
_EMPTY_OPENAPI_V2 = b"\x0a\x032.0"  # the field `swagger` alone
_log = logging.getLogger(__name__)


class Application:
    """The ASGI application of an endpoint."""

    def __init__(self, endpoint: Endpoint, *, request_timeout: float = 60) -> None:
        """Serve an endpoint; a request whose body takes longer than `request_timeout` seconds is given up."""
        self._timeout = request_timeout
        self._auth = AuthMiddleware(endpoint)
        self._bodies = BodyReader(endpoint.validator)
        self._handlers = Handlers(endpoint)
        self._release = releases.parse(endpoint.settings.release)
        self._pages: Mapping[str, Page] = {
            **{path: _page(document) for path, document in discovery.documents(self._release).items()},
            **{path: _page(b"ok", "text/plain") for path in ("/healthz", "/livez", "/readyz")},
            "/openapi/v3": _page({"paths": {}}),
            "/.well-known/openid-configuration": Page({"GET": lambda _: endpoint.configuration()}),
            "/openid/v1/jwks": Page({"GET": lambda _: endpoint.key_set()}, "application/jwk-set+json"),
            **control.pages(endpoint),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1000, "reason": "not served"})
            return
        request, form = Request(scope, receive), AnswerFormat()
        try:
            _check_framing(scope)
            query = parse_query(scope["query_string"])
            form = AnswerFormat(pretty=is_pretty(query, request.headers.get("user-agent", "")))
            check_timeout(query)
            user = await self._auth.user_of(request)
            response = await self._respond(request, user, query, form)
        except StatusError as error:
            response = _refuse(error, form)
        except Unavailable as error:
            response = _refuse(_unavailable(error), form)
        except ClientDisconnect:
            return
        except Exception:  # noqa: BLE001 - of any handler, which must not take the connection with it
            _log.exception("the handler of %s %s failed", request.method, scope["path"])
            response = _refuse(StatusError(internal("the handler of the request failed")), form)
        await response(scope, receive, send)

    async def _respond(self, request: Request, user: User, query: Query, form: AnswerFormat) -> Response:
        path = request.scope["path"]
        if (page := self._pages.get(path.rstrip("/"))) is not None:
            return await self._page(page, request, form)
        if path == "/api":
            return object_response(discovery.api_versions(request.url.netloc), 200, form)
        if path == "/openapi/v2" and request.method == "GET":
            return _openapi_v2(request)
        found = find_operations(path)
        if found is None:
            if not path.startswith(("/api/", "/apis/")):
                return data_response(b"404 page not found\n", 404, "text/plain; charset=utf-8")
            raise StatusError(failure(404, _NOT_FOUND, {}))
        methods, parameters = found
        if (operation := methods.get(request.method)) is None:
            raise method_not_allowed(methods)
        return await self._operate(operation, parameters, request, user, query, form)

    async def _operate(
        self,
        operation: Operation,
        parameters: Mapping[str, str],
        request: Request,
        user: User,
        query: Query,
        form: AnswerFormat,
    ) -> Response:
        if parameters.get("name") == "":
            raise bad_request("name must be provided")
        content_type = request.headers.get("content-type", "")
        media_type = patch_type(content_type) if operation.verb == "patch" else ""
        offered = _media_types(operation)
        form = answer_format(_accept(request), offered, pretty=form.pretty)
        api_request = ApiRequest(
            operation=operation,
            user=user,
            query=query,
            user_agent=request.headers.get("user-agent", ""),
            namespace=parameters.get("namespace", ""),
            name=parameters.get("name", ""),
        )
        try:
            if operation.verb not in ("list", "get"):
                if operation.verb in ("create", "update"):
                    media_type = body_type(content_type, offered)
                data = await self._read_data(request)
                if operation.verb == "delete" and data:
                    media_type = body_type(content_type, offered)
                check_options(operation.verb, query, self._release)
                self._read_body(api_request, data, media_type)
            else:
                check_options(operation.verb, query, self._release)
            _check_names(parameters, api_request.sent)
            answer = await self._handlers.answer(api_request)
        except StatusError as error:
            return _refuse(error, form, api_request.warnings)
        except Unavailable as error:
            return _refuse(_unavailable(error), form)
        if not isinstance(answer, Mapping):
            return watch_response(answer, form)
        return object_response(answer, 201 if operation.verb == "create" else 200, form, warnings=api_request.warnings)

    async def _read_data(self, request: Request) -> bytes:
        """Read the bytes of a body. Raises StatusError (413, 504)."""
        chunks, size = [], 0
        try:
            async with asyncio.timeout(self._timeout):
                async for chunk in request.stream():
                    size += len(chunk)
                    if size <= LIMIT:
                        chunks.append(chunk)
                    elif size > _MOST_DRAINED:
                        break
        except TimeoutError:
            raise StatusError(failure(504, _TOO_LATE), {"Connection": "close"}) from None
        if size > LIMIT:
            raise StatusError(failure(413, f"Request entity too large: limit is {LIMIT}"))
        return b"".join(chunks)

    def _read_body(self, request: ApiRequest, data: bytes, media_type: str) -> None:
        """Put what a body says into its request. Raises StatusError."""
        operation = request.operation
        validation = option(request.query, "fieldValidation") or "Warn"
        if operation.verb == "delete":
            request.sent = self._bodies.read_delete_options(data, media_type, operation.kind)
        elif operation.verb == "patch":
            request.patch = self._bodies.read_patch(data, media_type, operation.body, validation)
        else:
            decoded = self._bodies.read(data, media_type, operation.body, validation)
            request.sent = decoded.sent
            request.warnings += decoded.warnings

    async def _page(self, page: Page, request: Request, form: AnswerFormat) -> Response:
        content = page.methods.get(request.method)
        if content is None:
            raise method_not_allowed(page.methods)
        if page.media_type != JSON:
            check_acceptable(_accept(request), (page.media_type,))
        body = await self._read_data(request) if request.method == "POST" else b""
        try:
            found = await retry_while_locked(lambda: content(body))
        except (ValueError, OverflowError, RecursionError) as error:  # in the body of a request to a control page
            raise bad_request(str(error)) from None
        data = found if isinstance(found, bytes) else json_bytes(found, pretty=form.pretty)
        return data_response(data, 200, page.media_type)


def _page(content: Content, media_type: str = JSON) -> Page:
    return Page({"GET": lambda _: content}, media_type)


def _media_types(operation: Operation) -> tuple[str, ...]:
    """Return the media types of an operation, in the order in which servers list them."""
    in_protobuf = operation.verb == "delete" or has_kind(operation.body.name)
    return (JSON, YAML, PROTOBUF) if in_protobuf else (JSON, YAML)


def _accept(request: Request) -> str:
    return ",".join(request.headers.getlist("accept"))


def _openapi_v2(request: Request) -> Response:
    if _OPENAPI_V2 in _accept(request):
        return Response(_EMPTY_OPENAPI_V2, media_type=f"{_OPENAPI_V2}.v1.0+protobuf")
    empty: dict[str, Any] = {"swagger": "2.0", "info": {"title": "Kubernetes", "version": "unversioned"}, "paths": {}}
    return data_response(json_bytes(empty), 200, JSON)


def _refuse(error: StatusError, form: AnswerFormat, warnings: list[str] | None = None) -> Response:
    """Answer with the Status of an error."""
    return object_response(error.status, error.code, form, headers=error.headers, warnings=warnings or ())


def _unavailable(error: Unavailable) -> StatusError:
    text = f"the state of the endpoint is not available: {error}"
    return StatusError(failure(503, text, {"retryAfterSeconds": 1}), {"Retry-After": "1"})


def _check_names(parameters: Mapping[str, str], sent: Mapping[str, Any]) -> None:
    """Raise StatusError for a wrong or missing namespace, or for a name that no path can have."""
    if (namespace := parameters.get("namespace")) is not None:
        metadata = sent.get("metadata")
        own = metadata.get("namespace") if isinstance(metadata, dict) else None
        if own and own != namespace:
            raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
        if not namespace:
            raise bad_request("Namespace parameter required.")
    name = parameters.get("name", "")
    if faults := path_segment_faults(name):
        raise bad_request(f"Name parameter invalid: {go_quoted(name)}: {';'.join(faults)}")


def _check_framing(scope: Scope) -> None:
    """Raise StatusError for a request whose end another server could see elsewhere."""
    version, names = scope["http_version"], [name for name, _ in scope["headers"]]
    if version not in ("1.0", "1.1"):
        raise StatusError(failure(505, "unsupported protocol version"), {"Connection": "close"})
    if b"transfer-encoding" in names and (version == "1.0" or b"content-length" in names):
        text = "Transfer-Encoding stands alone, without Content-Length, in HTTP/1.1"
        raise StatusError(failure(400, text), {"Connection": "close"})
