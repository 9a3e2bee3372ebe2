"""The endpoint as an ASGI application, which refuses requests in the order of k8s.io/apiserver.

First the query and the user, then the path and method (404, 405), Accept (406), Content-Type and
size (415, 413), options (422), the body (400), names in the path (400). Then the operation is
answered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from functools import partial
from typing import NamedTuple

from msgspec import Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from codegen.core.json_types import JsonMapping
from codegen.endpoint import negotiation
from codegen.endpoint.authentication import find_user
from codegen.endpoint.bodies import (
    QUICK_BYTES,
    BodyReader,
    ParsedBody,
    parse_body,
    parse_patch,
    run_in_worker,
)
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.kinds import REVIEWS, TOKEN_REQUEST, Kind
from codegen.endpoint.negotiation import JSON, PROTOBUF, YAML, Query, ResponseFormat, option
from codegen.endpoint.objects import WRONG_NAMESPACE, WriteOptions
from codegen.endpoint.pages import PageRoute, control_pages, discovery_pages
from codegen.endpoint.protobuf import has_kind
from codegen.endpoint.request_info import RequestInfo, parse_request
from codegen.endpoint.responses import data_response, json_bytes, object_response
from codegen.endpoint.reviews import perform_review
from codegen.endpoint.state import Object, StateUnavailable
from codegen.endpoint.status_errors import (
    StatusError,
    build_bad_request,
    build_method_not_allowed,
    quote_go,
)
from codegen.endpoint.token_requests import issue_token
from codegen.endpoint.tokens import create_account_secret, is_account_secret
from codegen.endpoint.users import ANONYMOUS, User
from codegen.kube.statuses import build_failure, build_internal
from codegen.validation.runtime.value_checks import path_segment_faults

LIMIT = 3 * 1024 * 1024  # bytes of a body
MOST_BODY_BYTES = 64 * LIMIT  # of all requests at one time
_NOT_FOUND = "the server could not find the requested resource"
_UNWATCHED = "the endpoint serves no watches; list the objects again"
_MOST_PATCH_TRIES = 6  # as servers do while other clients change the object
_TOO_MANY = "Too many requests, please try again later."
_TOO_LATE = "Timeout: request did not complete within the allotted timeout"
_log = logging.getLogger(__name__)


class _RequestBody(NamedTuple):
    """The bytes of a request, with their media type."""

    data: bytes
    media_type: str


class _Exchange(Struct):
    """A request with the format and warnings of its answer."""

    request: Request
    info: RequestInfo
    query: Query = {}
    user: User = ANONYMOUS
    form: ResponseFormat = ResponseFormat()
    warnings: list[str] = []
    body_bytes: int = 0

    @property
    def accept(self) -> str:
        """The media types that the client accepts."""
        return ",".join(self.request.headers.getlist("accept"))

    @property
    def write_options(self) -> WriteOptions:
        """The user, the manager and the dry run of a write request."""
        user_agent = self.request.headers.get("user-agent", "")
        manager = option(self.query, "fieldManager") or user_agent.partition("/")[0] or "unknown"
        is_dry_run = "All" in self.query.get("dryRun", ())
        return WriteOptions(user=self.user, manager=manager, dry_run=is_dry_run)


class Application:
    """The ASGI application of an endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Serve an endpoint."""
        self._endpoint = endpoint
        self._release = endpoint.settings.release
        self._bodies = BodyReader(endpoint.validator, self._release)
        self._pages = {**discovery_pages(self._release), **control_pages(endpoint)}
        self._body_bytes = 0  # of all requests that are not answered yet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive)
        exchange = _Exchange(request, parse_request(request.method, scope["path"]))
        try:
            response = await self._build_response(exchange)
        except ClientDisconnect:
            return
        finally:
            self._body_bytes -= exchange.body_bytes
        await response(scope, receive, send)

    async def _build_response(self, exchange: _Exchange) -> Response:
        """Answer a request, also one that fails."""
        try:
            return await self._respond(exchange)
        except ClientDisconnect:
            raise
        except Exception as fault:  # noqa: BLE001 - of any handler, which must not take the connection with it
            error = _status_error(fault, exchange.request)
            respond = partial(
                object_response,
                error.status,
                error.code,
                exchange.form,
                headers=error.headers,
                warnings=exchange.warnings,
            )
            if len(error.status["message"]) > QUICK_BYTES:
                return await run_in_worker(respond)  # megabytes for thousands of errors
            return respond()

    async def _respond(self, exchange: _Exchange) -> Response:
        request, info = exchange.request, exchange.info
        exchange.query = query = negotiation.parse_query(request.url.query)
        exchange.form = ResponseFormat(
            pretty=negotiation.is_pretty(query, request.headers.get("user-agent", ""))
        )
        negotiation.check_timeout(query)
        with self._endpoint.state.transaction():
            exchange.user = find_user(self._endpoint, request.headers)
            self._endpoint.authorizer.check(exchange.user, info)
        if (page := self._pages.get(info.path.rstrip("/"))) is not None:
            return await self._respond_with_page(page, exchange)
        if not info.path.startswith(("/api/", "/apis/")):
            return data_response(b"404 page not found\n", 404, "text/plain; charset=utf-8")
        if info.kind is None or not info.served:
            raise StatusError(build_failure(404, _NOT_FOUND, {}))
        if (verb := info.served.get(request.method)) is None:
            raise build_method_not_allowed(info.served)
        if info.subresource and not info.name:
            raise build_bad_request("name must be provided")
        data, media_type = await self._read(exchange, info.kind, verb)
        body = await self._parse(exchange, info.kind, verb, data, media_type)
        respond = partial(self._respond_with_object, exchange, info.kind, verb, body)
        if _is_quick(verb, info.subresource, data):
            answer = respond()
        else:
            answer = await run_in_worker(respond)
        status = 201 if verb == "create" else 200
        return object_response(answer, status, exchange.form, warnings=exchange.warnings)

    async def _read(self, exchange: _Exchange, kind: Kind, verb: str) -> _RequestBody:
        """Read the headers, options and body of a request. Raises StatusError."""
        in_protobuf = verb == "delete" or has_kind(kind.name)
        offered = (JSON, YAML, PROTOBUF) if in_protobuf else (JSON, YAML)  # in the order of servers
        content_type = exchange.request.headers.get("content-type", "")
        if verb == "patch":
            media_type = negotiation.patch_type(content_type)
        else:
            media_type = ""
        exchange.form = negotiation.choose_format(
            exchange.accept, offered, pretty=exchange.form.pretty
        )
        if verb in ("create", "update"):
            media_type = negotiation.body_type(content_type, offered)
        if verb in ("list", "get"):
            data = b""
        else:
            data = await self._read_data(exchange)
        if verb == "delete" and data:
            media_type = negotiation.body_type(content_type, offered)
        negotiation.check_options(verb, exchange.query, self._release)
        return _RequestBody(data=data, media_type=media_type)

    async def _parse(
        self, exchange: _Exchange, kind: Kind, verb: str, data: bytes, media_type: str
    ) -> ParsedBody:
        """Parse the body of a request, after what is refused without it. Raises StatusError."""
        info = exchange.info
        try:
            async with asyncio.timeout(self._endpoint.settings.request_timeout):
                if verb in ("create", "update"):
                    sent = TOKEN_REQUEST if info.subresource == "token" else kind
                    return await parse_body(data, media_type, sent.api_version, sent.name)
                _check_names(info, {})
                if verb == "patch":
                    with self._endpoint.state.transaction():
                        self._endpoint.objects.get(kind, _namespace(info, kind), info.name)
                    return await parse_patch(data, media_type)
                if verb == "delete" and data:
                    return await parse_body(data, media_type, kind.api_version, "DeleteOptions")
        except TimeoutError:
            raise StatusError(build_failure(504, _TOO_LATE), {"Connection": "close"}) from None
        return ParsedBody()

    def _respond_with_object(
        self, exchange: _Exchange, kind: Kind, verb: str, body: ParsedBody
    ) -> JsonMapping:
        """Answer a request with an object. Raises StatusError."""
        info, objects = exchange.info, self._endpoint.objects
        namespace, name = _namespace(info, kind), info.name
        if verb in ("create", "update"):
            return self._write(exchange, kind, verb, body)
        if verb == "patch":
            return self._patch(exchange, kind, body)
        _check_names(info, {})
        if verb == "delete":
            delete_options = self._bodies.read_delete_options(body)
            return objects.delete(kind, namespace, name, delete_options, exchange.write_options)
        with self._endpoint.state.transaction():
            if verb == "get":
                return objects.get(kind, namespace, name)
            if option(exchange.query, "watch") in ("true", "1"):
                raise StatusError(build_failure(405, _UNWATCHED, {}))
            return objects.list_objects(kind, namespace, exchange.query)

    def _write(self, exchange: _Exchange, kind: Kind, verb: str, body: ParsedBody) -> JsonMapping:
        """Create or replace an object, issue a token, or answer a review. Raises StatusError."""
        info, endpoint, options = exchange.info, self._endpoint, exchange.write_options
        namespace = _namespace(info, kind)
        if info.subresource == "token":
            sent_kind = TOKEN_REQUEST
        else:
            sent_kind = kind
        validation = option(exchange.query, "fieldValidation") or "Warn"
        sent, warnings = self._bodies.read(body, sent_kind, validation)
        _check_names(info, sent)
        exchange.warnings += warnings
        if kind in REVIEWS:
            with endpoint.state.transaction():
                return perform_review(endpoint, kind, sent, exchange.user, options)
        if info.subresource == "token":
            with endpoint.state.transaction():
                issued, warnings = issue_token(endpoint, sent, namespace, info.name, options)
            exchange.warnings += warnings
            return issued
        if verb == "update":
            return endpoint.objects.replace(
                kind, sent, namespace, info.name, options, part=info.subresource
            )
        if is_account_secret(kind, sent):
            return create_account_secret(endpoint, sent, namespace, options)
        return endpoint.objects.create(kind, sent, namespace, options)

    def _patch(self, exchange: _Exchange, kind: Kind, body: ParsedBody) -> JsonMapping:
        """Apply a patch, again if another client changed the object. Raises StatusError."""
        info, objects = exchange.info, self._endpoint.objects
        namespace = _namespace(info, kind)
        validation = option(exchange.query, "fieldValidation") or "Warn"
        _check_names(info, {})
        for _ in range(_MOST_PATCH_TRIES):
            with self._endpoint.state.transaction():
                old = objects.get(kind, namespace, info.name)
            sent, warnings = self._bodies.patch(old, body, kind, validation)
            exchange.warnings += warnings
            try:
                return objects.replace(
                    kind, sent, namespace, info.name, exchange.write_options, part=info.subresource
                )
            except StatusError as error:
                if error.code != 409 or self._is_unchanged(kind, namespace, old):
                    raise
                conflict = error
        raise conflict

    def _is_unchanged(self, kind: Kind, namespace: str, obj: Object) -> bool:
        """Return whether no client has changed an object since it was read."""
        with self._endpoint.state.transaction():
            return self._endpoint.objects.find(kind, namespace, obj["metadata"]["name"]) == obj

    async def _read_data(self, exchange: _Exchange) -> bytes:
        """Read the bytes of a body to its end, since a client that still sends sees no answer.

        Raises StatusError.
        """
        data = bytearray()
        try:
            async with asyncio.timeout(self._endpoint.settings.request_timeout):
                async for chunk in exchange.request.stream():
                    part = chunk[: LIMIT + 1 - len(data)]
                    self._count_body(exchange, len(part))
                    data += part
        except TimeoutError:
            raise StatusError(build_failure(504, _TOO_LATE), {"Connection": "close"}) from None
        if len(data) > LIMIT:
            raise StatusError(build_failure(413, f"Request entity too large: limit is {LIMIT}"))
        return bytes(data)

    def _count_body(self, exchange: _Exchange, size: int) -> None:
        """Count the bytes of a body. Raises StatusError (429) if those of all requests are many."""
        if self._body_bytes + size > MOST_BODY_BYTES:
            failure = build_failure(429, _TOO_MANY, {"retryAfterSeconds": 1})
            raise StatusError(failure, {"Retry-After": "1", "Connection": "close"})
        self._body_bytes += size
        exchange.body_bytes += size

    async def _respond_with_page(self, page: PageRoute, exchange: _Exchange) -> Response:
        request = exchange.request
        answer = page.methods.get(request.method)
        if answer is None:
            raise build_method_not_allowed(page.methods)
        if page.media_type != JSON:
            negotiation.check_acceptable(exchange.accept, (page.media_type,))
        if request.method == "POST":
            body = await self._read_data(exchange)
        else:
            body = b""
        try:
            content = answer(request, body)
            if isinstance(content, Awaitable):
                content = await content
        except (
            ValueError,
            OverflowError,
            RecursionError,
        ) as error:  # in the body of a request to a control page
            raise build_bad_request(str(error)) from None
        if isinstance(content, Response):
            return content
        if isinstance(content, bytes):
            data = content
        else:
            data = json_bytes(content, pretty=exchange.form.pretty)
        return data_response(data, 200, page.media_type)


def _status_error(error: Exception, request: Request) -> StatusError:
    """Return the error that an exception is answered with."""
    if isinstance(error, StatusError):
        return error
    if isinstance(error, StateUnavailable):
        text = f"the state of the endpoint is not available: {error}"
        return StatusError(build_failure(503, text, {"retryAfterSeconds": 1}), {"Retry-After": "1"})
    _log.exception(
        "the handler of %s %s failed", request.method, request.scope["path"], exc_info=error
    )
    return StatusError(build_internal("the handler of the request failed"))


def _is_quick(verb: str, subresource: str, data: bytes) -> bool:
    """Return whether an object is small enough to be validated between two other requests."""
    is_part_of_larger_object = verb == "patch" or subresource in ("status", "finalize")
    return len(data) <= QUICK_BYTES and not is_part_of_larger_object


def _namespace(info: RequestInfo, kind: Kind) -> str:
    """Return the namespace of an object, which is empty for one of the cluster."""
    if kind.namespaced:
        return info.namespace
    return ""


def _check_names(info: RequestInfo, sent: Mapping[str, object]) -> None:
    """Raise StatusError for a wrong or missing namespace, or for an impossible name."""
    if info.is_namespaced:
        metadata = sent.get("metadata")
        if isinstance(metadata, dict):
            own_namespace = metadata.get("namespace")
        else:
            own_namespace = None
        if own_namespace and own_namespace != info.namespace:
            raise build_bad_request(WRONG_NAMESPACE)
        if not info.namespace:
            raise build_bad_request("Namespace parameter required.")
    if faults := path_segment_faults(info.name):
        raise build_bad_request(
            f"Name parameter invalid: {quote_go(info.name)}: {';'.join(faults)}"
        )
