"""A server of the operations of an API as an ASGI application: what an API server does before and after its own work.

A request is refused in the order of k8s.io/apiserver: what it asks for (404, 405), takes (406), sends (415, 413), its options (422), its body
(400), the namespace in it (400); then the handler answers.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from starlette.applications import Starlette as Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from codegen.outputs.services.runtime import bodies, discovery, negotiation, options, patching, protobuf
from codegen.outputs.services.runtime.handling import Call, Handlers, Operation, served
from codegen.outputs.services.runtime.negotiation import JSON, PROTOBUF, YAML, Form
from codegen.outputs.services.runtime.options import Query
from codegen.outputs.services.runtime.patching import Judge, Patch
from codegen.outputs.services.runtime.reading import Expected, Kinds, decode
from codegen.outputs.services.runtime.routing import Found, Router, segment_faults
from codegen.outputs.services.runtime.statuses import StatusError, failure, internal, success
from codegen.outputs.services.runtime.writing import Raw, Watch, json_of, lines, plain, warning_headers, written

LIMIT = 3 * 1024 * 1024  # bytes of a body
_NOT_FOUND = "the server could not find the requested resource"
_NOT_ALLOWED = "the server does not allow this method on the requested resource"
_log = logging.getLogger(__name__)

Before = Callable[[Request], Awaitable[None]]
Parse = Callable[[str], bodies.Parsed]


class Page(NamedTuple):
    """A path that is only read and no operation: what it answers, an object of JSON or text, and as which media type.

    What is `Raw` has a media type of its own.
    """

    path: str
    answer: discovery.Answer
    media_type: str = JSON


class Settings(NamedTuple):
    """How a server behaves: the release whose words it uses (without one, the newest that are known), the limit of bodies, and what looks at
    each request before anything else.

    `version` is what stands at /version instead of what follows from the release. `before` raises StatusError to refuse a request: it is where credentials are looked at.
    """

    release: tuple[int, ...] | None = None
    limit: int = LIMIT
    before: Before | None = None
    version: Mapping[str, str] | None = None


class Target(NamedTuple):
    """What a path and method lead to: an operation with the method that answers it, or a page.

    `as_sent` says that the method is given bodies as they were sent.
    """

    operation: Operation | None = None
    handler: Callable[..., Awaitable[Any]] | None = None
    page: Page | None = None
    as_sent: bool = False


class _Course:
    """How far a request has come: the form of its answer, as far as it is known, and the call with what is to be said beside the answer.

    Beside the request and not in its state: the two would hold each other, and wait for the collector with all that they hold.
    """

    __slots__ = ("call", "form")

    def __init__(self) -> None:
        self.form = Form()
        self.call: Call | None = None


class Server:
    """The ASGI application below Starlette."""

    def __init__(
        self, handlers: Sequence[Handlers], kinds: Kinds, parse: Parse, settings: Settings, pages: Sequence[Page]
    ) -> None:
        self._kinds = kinds
        self._parse = parse
        self._settings = settings
        self._router: Router[Target] = Router()
        for each in handlers:
            operations = served(each)
            for operation in type(each).operations:
                handler = getattr(each, operation.handler) if operation in operations else None
                target = Target(operation=operation, handler=handler, as_sent=each.bodies_as_sent)
                self._router.add(operation.method, operation.path, target, operation.whole)
        answered = [target.operation for target in self._router if target.handler is not None and target.operation]
        version = settings.version or version_of(settings.release)
        for path, answer in discovery.answers(answered, version, _joined(handlers, "names")).items():
            if not any(each.method == "GET" and each.path.rstrip("/") == path for each in answered):
                self._router.add("GET", path, Target(page=Page(path, answer)))
        for page in pages:
            self._router.add("GET", page.path, Target(page=page))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000, "reason": _NOT_ALLOWED})
            return
        request = Request(scope, receive)
        course = _Course()
        try:
            query = options.parse(scope["query_string"])
            course.form = Form(pretty=negotiation.is_pretty(query, header(scope, b"user-agent")))
            options.check_timeout(query)
            if self._settings.before is not None:
                await self._settings.before(request)
            answer = await self._of_path(request, course, query)
        except StatusError as error:
            answer = _refusal(error, course)
        except ClientDisconnect:
            return
        except Exception:  # noqa: BLE001 - of any handler, which must not take the connection with it
            _log.exception("the handler of %s %s failed", request.method, scope["path"])
            answer = _refusal(StatusError(internal("the handler of the request failed")), course)
        await answer(scope, receive, send)

    async def _of_path(self, request: Request, course: _Course, query: Query) -> Response:
        found = self._router.find(request.scope["path"])
        if found is None:
            if not request.scope["path"].startswith(("/api/", "/apis/")):
                return Response("404 page not found\n", 404, media_type="text/plain; charset=utf-8")
            raise StatusError(failure(404, _NOT_FOUND, {}))
        target = found.targets.get(request.method)
        if target is None or (target.page is None and target.handler is None):
            raise not_allowed(name for name, each in found.targets.items() if each.page or each.handler)
        if target.page is not None:
            return await _page(target.page, request, course.form)
        return await self._operation(target, found, request, course, query)

    async def _operation(
        self, target: Target, found: Found[Target], request: Request, course: _Course, query: Query
    ) -> Response:
        operation = cast("Operation", target.operation)
        if found.parameters.get("name") == "":
            raise StatusError(failure(400, "name must be provided"))
        patch_type = ""
        if operation.method == "PATCH":  # refused for its type before anything else is looked at
            patch_type = negotiation.patch_type_of(header(request.scope, b"content-type"), operation.takes)
        course.form = form = negotiation.form_of(_accept(request), operation.gives, pretty=course.form.pretty)
        media_type, data = await self._body(request, operation, patch_type)
        options.check(operation.verb, query, self._settings.release)
        values: dict[str, Any] = options.values_of(operation.query, query)
        values |= {operation.path_names[name]: value for name, value in found.parameters.items()}
        course.call = call = operation.call(
            operation, request, values, {name: list(each) for name, each in query.items()}
        )
        arguments = self._arguments(target, call, media_type, data)
        _check_path(found.parameters, call.sent)
        handler = cast("Callable[..., Awaitable[Any]]", target.handler)
        return _answer(await handler(call, *arguments), call, form)

    async def _body(self, request: Request, operation: Operation, patch_type: str) -> tuple[str, bytes]:
        """The media type and the bytes of a body; both empty where the operation takes none, or none was sent and none need be.

        `patch_type` is the media type of a patch, which is known already.
        """
        if not operation.takes:
            return "", b""
        sent = header(request.scope, b"content-type")
        optional = operation.method == "DELETE"  # what it sends is looked at only if it sends something
        media_type = patch_type or ("" if optional else negotiation.media_type_of(sent, operation.takes))
        chunks, size = [], 0
        async for chunk in request.stream():
            chunks.append(chunk)
            size += len(chunk)
            if size > self._settings.limit:
                text = f"Request entity too large: limit is {self._settings.limit}"
                raise StatusError(failure(413, text))
        if optional and size:
            media_type = negotiation.media_type_of(sent, operation.takes)
        return media_type, b"".join(chunks)

    def _arguments(self, target: Target, call: Call, media_type: str, data: bytes) -> tuple[Any, ...]:
        """What the handler is given beside the call: the body, if the operation has one."""
        operation = call.operation
        if not operation.takes:
            return ()
        expected = operation.body
        validation = call.query_options.get("fieldValidation", ("",))[0] or "Warn"
        if operation.method == "PATCH":
            return (self._patch(operation, call, media_type, data, validation),)
        if operation.method == "DELETE" and not data:
            return (None,)
        if expected is None:
            call.sent = self._plain(data, media_type)
            return (call.sent,)
        body = self._read(data, media_type, expected)
        decoded = decode(body, expected, self._kinds, validation)
        call.sent = decoded.sent
        for text in decoded.warnings:
            call.warn(text)
        if target.as_sent and decoded.is_whole:
            return (decoded.sent,)
        body = expected.made(decoded.filled)  # raises for what cannot be one
        return (decoded.sent if target.as_sent else body,)

    def _patch(self, operation: Operation, call: Call, media_type: str, data: bytes, validation: str) -> Patch:
        """The patch of a body. `call.sent` is what it says."""
        patching.check_options(media_type, call.query_options)
        call.sent, repeated = patching.read(data, media_type, validation, self._parse)
        judge = Judge(operation.body, self._kinds, validation, call.warn)
        about = (operation.path, operation.kind[1])
        return Patch(media_type, call.sent, about=about, judge=judge, repeated=repeated)

    def _read(self, data: bytes, media_type: str, expected: Expected) -> bodies.Body:
        known = protobuf.numbers() if media_type == PROTOBUF else None
        if known is not None:
            return known.read(data, expected.api_version, expected.name)
        return bodies.read(data, "yaml" if media_type == YAML else "json", expected.name, self._parse)

    def _plain(self, data: bytes, media_type: str) -> Any:
        """What a body says that is of no class. Raises StatusError for one that cannot be read."""
        value, _, refusal = bodies.value_of(data, "yaml" if media_type.endswith("yaml") else "json", self._parse)
        if refusal:
            raise StatusError(failure(400, f"error decoding the body: {refusal}"))
        return value


def application(
    handlers: Sequence[Handlers],
    known: Iterable[tuple[str, str]],
    words: Mapping[str, str],
    parse: Parse,
    settings: Settings,
    pages: Sequence[Page] = (),
) -> Starlette:
    """The application of these handlers. `known` are apiVersion and kind of all kinds, `words` the messages of validators, `parse` reads YAML."""
    kinds = Kinds(
        names=_joined(handlers, "go_names"),
        known=frozenset(known),
        words=words,
        defaults=_joined(handlers, "defaults"),
    )
    app = Starlette()
    # The default and no route: those match no path with a line break.
    app.router.default = Server(handlers, kinds, parse, settings, pages)
    return app


def _joined(handlers: Sequence[Handlers], name: str) -> Mapping[Any, Any]:
    """A table of all classes of handlers, those that they derive from among them."""
    found: dict[Any, Any] = {}
    for kind in dict.fromkeys(kind for each in handlers for kind in type(each).__mro__):
        found |= kind.__dict__.get(name, {})
    return found


def version_of(release: tuple[int, ...] | None) -> dict[str, str]:
    """What stands at /version for a release; zeros where none is said."""
    major, minor = map(str, (release or (0, 0))[:2])
    return {
        "major": major,
        "minor": minor,
        "gitVersion": f"v{major}.{minor}.0",
        "gitCommit": "0" * 40,
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "none",
        "compiler": sys.implementation.name,
        "platform": sys.platform,
    }


def _check_path(parameters: Mapping[str, str], sent: Any) -> None:
    """Raises StatusError where the namespace of a body is another one, or the path has none, or a name that no path can have."""
    namespace = parameters.get("namespace")
    if namespace is not None:
        metadata = sent.get("metadata") if isinstance(sent, dict) else None
        own = metadata.get("namespace") if isinstance(metadata, dict) else None
        if own and own != namespace:
            text = "the namespace of the provided object does not match the namespace sent on the request"
            raise StatusError(failure(400, text))
        if not namespace:
            raise StatusError(failure(400, "Namespace parameter required."))
    name = parameters.get("name", "")
    if faults := segment_faults(name):
        raise StatusError(failure(400, f"Name parameter invalid: {options.quoted(name)}: {';'.join(faults)}"))


# ---------------------------------------------------------------------------------------------------------- answers


def not_allowed(allowed: Iterable[str]) -> StatusError:
    """405: the path has other methods."""
    return StatusError(failure(405, _NOT_ALLOWED, {}), {"Allow": ", ".join(sorted(allowed))})


def header(scope: Scope, name: bytes) -> str:
    """The first header of a name, which is in small letters as ASGI has them; empty where there is none."""
    return next((value.decode("latin-1") for known, value in scope["headers"] if known == name), "")


def _accept(request: Request) -> str:
    return ",".join([value.decode("latin-1") for name, value in request.scope["headers"] if name == b"accept"])


async def _page(page: Page, request: Request, form: Form) -> Response:
    if page.media_type != JSON:
        words = [part.partition(";")[0].strip() for part in (_accept(request) or "*/*").split(",")]
        if not any(word in ("*/*", page.media_type) for word in words):
            raise negotiation.not_acceptable((page.media_type,))
    found = await page.answer(request)
    if isinstance(found, Raw):
        return _response(found.data, 200, found.media_type)
    data = found if isinstance(found, bytes) else json_of(found, pretty=form.pretty)
    return _response(data, 200, page.media_type)


def _answer(result: Any, call: Call, form: Form) -> Response:
    """What a handler has made as an answer."""
    headers = call.headers
    if isinstance(result, Raw):
        return _response(result.data, call.status, result.media_type, headers, call.warnings)
    if isinstance(result, Watch):
        streamed = StreamingResponse(lines(result, form), call.status, _headers({"content-type": JSON}, headers))
        _add_warnings(streamed, call.warnings)
        return streamed
    obj = success() if result is None else plain(result)
    data, media_type = written(obj, form)
    return _response(data, call.status, media_type, headers, call.warnings)


def _refusal(error: StatusError, course: _Course) -> Response:
    """An error in the form of the answer, with what was to be said beside that."""
    data, media_type = written(error.status, course.form._replace(partial=False))
    warnings = course.call.warnings if course.call is not None else ()
    return _response(data, error.code, media_type, error.headers, warnings)


def _response(
    data: bytes,
    status: int,
    media_type: str,
    headers: Mapping[str, str] | None = None,
    warnings: Sequence[str] = (),
) -> Response:
    response = Response(data, status, _headers({"content-type": media_type}, headers or {}))
    _add_warnings(response, warnings)
    return response


def _headers(own: Mapping[str, str], further: Mapping[str, str]) -> dict[str, str]:
    """The headers of an answer: what its handler says goes before what it has by itself, in whatever letters it is written."""
    combined = {**own, "cache-control": "no-cache, private"}
    for name, value in further.items():
        combined[name.lower()] = value
    return combined


def _add_warnings(response: Response, warnings: Sequence[str]) -> None:
    encoded = [(b"warning", value.encode()) for value in warning_headers(warnings)]
    response.raw_headers.extend(encoded)  # which may be of any language, as those of API servers are
