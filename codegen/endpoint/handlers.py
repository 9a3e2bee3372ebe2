"""The work of each operation, after its request was read and checked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from msgspec import Struct, field

from codegen.endpoint import watching
from codegen.endpoint.bodies import Decoded, Patch
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.operations import Operation
from codegen.endpoint.query_options import Query, option
from codegen.endpoint.request_info import WriteOptions
from codegen.endpoint.responses import Event
from codegen.endpoint.reviews import subject_of
from codegen.endpoint.users import User
from codegen.endpoint.waiting import retry_while_locked

_LONGEST_WATCH = 30 * 60  # seconds, where a request names none
_TRUE = ("true", "1")
Answer = Mapping[str, Any] | AsyncIterator[Event]


class ApiRequest(Struct, kw_only=True):
    """A request that was read: its operation, parameters, body and user. `warnings` go with the answer."""

    operation: Operation
    user: User
    query: Query
    user_agent: str
    namespace: str = ""
    name: str = ""
    sent: dict[str, Any] = {}
    patch: Patch | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def write_options(self) -> WriteOptions:
        """What the request says about writing."""
        manager, dry_run = option(self.query, "fieldManager"), "All" in self.query.get("dryRun", ())
        return WriteOptions(field_manager=manager, user_agent=self.user_agent, dry_run=dry_run)


class Handlers:
    """Answers operations by the parts of an endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._objects = endpoint.objects
        reviewer = endpoint.reviewer
        self._reviews = {
            "TokenReview": lambda request: reviewer.token(request.sent, request.write_options),
            "SelfSubjectReview": lambda request: reviewer.subject(request.user),
            "SelfSubjectAccessReview": lambda request: reviewer.access(request.sent, request.user),
            "SelfSubjectRulesReview": lambda request: reviewer.rules(request.sent, request.user),
            "SubjectAccessReview": lambda request: reviewer.access(request.sent, subject_of(request.sent)),
        }

    async def answer(self, request: ApiRequest) -> Answer:
        """Answer a request with an object or with the events of a watch. Raises StatusError and `Unavailable`."""
        operation = request.operation
        if operation.verb == "list" and option(request.query, "watch") in _TRUE:
            return await self._watch(request)
        return await retry_while_locked(lambda: self._object(request))

    def _object(self, request: ApiRequest) -> Mapping[str, Any]:
        operation, namespace, name = request.operation, request.namespace, request.name
        kind, part, options = operation.kind, operation.subresource, request.write_options
        if (review := self._reviews.get(kind.name)) is not None:
            return review(request)
        if part == "token":
            issued = self._endpoint.issuer.create(request.sent, namespace, name, options)
            request.warnings += issued.warnings
            return issued.answer
        match operation.verb:
            case "list":
                selectors = (option(request.query, word) for word in ("labelSelector", "fieldSelector"))
                return self._objects.list_objects(kind, namespace, *selectors)
            case "create":
                return self._objects.create(kind, request.sent, namespace, options)
            case "update":
                return self._objects.replace(kind, request.sent, namespace, name, options, part=part)
            case "patch":
                return self._patch(request)
            case "delete":
                return self._objects.delete(kind, namespace, name, request.sent, dry_run=options.dry_run)
        return self._objects.get(kind, namespace, name)

    def _patch(self, request: ApiRequest) -> Mapping[str, Any]:
        operation, decoded = request.operation, Decoded(sent={})

        def change(old: dict[str, Any]) -> dict[str, Any]:
            nonlocal decoded
            assert request.patch is not None  # noqa: S101  - every PATCH has one
            decoded = request.patch(old)
            return decoded.sent

        changed = self._objects.change(
            *(operation.kind, request.namespace, request.name, change, request.write_options),
            part=operation.subresource,
        )
        request.warnings += decoded.warnings
        return changed

    async def _watch(self, request: ApiRequest) -> AsyncIterator[Event]:
        kind, query = request.operation.kind, request.query
        selectors = [option(query, word) for word in ("labelSelector", "fieldSelector")]
        after, seconds = option(query, "resourceVersion"), option(query, "timeoutSeconds")

        def changes(version: str) -> tuple[list[dict[str, Any]], str]:
            return self._objects.changes(kind, request.namespace, version, *selectors)

        await retry_while_locked(lambda: changes(after or "0"))  # refused before the answer begins
        return watching.events(
            changes,
            kind,
            after=after,
            seconds=int(seconds) if seconds.isdecimal() and int(seconds) else _LONGEST_WATCH,
            initial=option(query, "sendInitialEvents") in _TRUE,
            bookmarks=option(query, "allowWatchBookmarks") in _TRUE,
        )
