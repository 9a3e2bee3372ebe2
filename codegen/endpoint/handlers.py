"""The answers to all operations of an endpoint: classes of the generated server, with one method for each operation.

What an operation is about follows from its record, so that every kind is answered by the same few lines.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from codegen.endpoint import kinds, refusals, reviews, watching
from codegen.endpoint.asker import Asker
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.kinds import Kind
from codegen.endpoint.state import Unavailable
from codegen.endpoint.users import User
from codegen.endpoint.waiting import patient
from codegen.outputs.services.runtime import statuses
from codegen.outputs.services.runtime.serving import header
from token_endpoint_api.server import Call, Event, Handlers, Names, Patch, StatusError, Watch
from token_endpoint_api.server.authentication_v1 import AuthenticationV1Handlers
from token_endpoint_api.server.authorization_v1 import AuthorizationV1Handlers
from token_endpoint_api.server.core_v1 import CoreV1Handlers
from token_endpoint_api.server.rbac_authorization_v1 import RbacAuthorizationV1Handlers

BASES: tuple[type[Handlers], ...] = (
    CoreV1Handlers,
    AuthenticationV1Handlers,
    AuthorizationV1Handlers,
    RbacAuthorizationV1Handlers,
)
_PARTS = ("status", "finalize", "token")
_LONGEST_WATCH = 30 * 60  # seconds, where a request says nothing
_TRUE = ("true", "1")
Answer = Callable[..., Awaitable[Mapping[str, Any] | Watch]]


def handlers(endpoint: Endpoint) -> list[Handlers]:
    """One object for each group version, which answers all operations of it."""
    answers = _Answers(endpoint)
    names = {kind.resource: Names(kind.short, kind.categories) for kind in kinds.KINDS}
    instances = []
    for base in BASES:
        methods = {each.handler: answers.method(each.path, each.verb) for each in base.operations}
        instances.append(type(base.__name__, (base,), {**methods, "names": names, "bodies_as_sent": True})())
    return instances


class _Answers:
    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._objects = endpoint.objects

    def method(self, path: str, verb: str) -> Answer:
        """The method that answers the operations of a verb on a path."""
        answer = self._answer(path, verb)

        async def answered(_: Handlers, call: Call, body: object = None) -> Mapping[str, Any] | Watch:
            try:
                return await patient(lambda: answer(call, body))
            except Unavailable as error:
                refusal = refusals.unavailable(str(error))
            except statuses.StatusError as error:
                refusal = error
            raise StatusError(refusal.status, refusal.headers)

        return answered

    def _answer(self, path: str, verb: str) -> Callable[[Call, Any], Mapping[str, Any] | Watch]:
        words = [word for word in path.split("/") if word and not word.startswith("{")]
        part = words.pop() if words[-1] in _PARTS else ""
        kind = next((kind for kind in kinds.KINDS if kind.plural == words[-1]), None)
        if kind is None:
            review = getattr(self, f"_{_snake(words[-1])}")
            return lambda call, _: review(call)
        if part == "token":
            return lambda call, _: self._token(call)
        if verb == "patch":
            return lambda call, patch: self._patch(call, patch, kind, part)
        answers: Mapping[str, Callable[[Call, Kind, str], Mapping[str, Any] | Watch]] = {
            "list": self._list,
            "create": self._create,
            "get": self._get,
            "update": self._update,
            "delete": self._delete,
        }
        answer = answers[verb]
        return lambda call, _: answer(call, kind, part)

    # ---------------------------------------------------------------------------------------------------------- objects

    def _get(self, call: Call, kind: Kind, _: str) -> Mapping[str, Any]:
        return self._objects.get(kind, _namespace(call), _name(call))

    def _list(self, call: Call, kind: Kind, _: str) -> Mapping[str, Any] | Watch:
        labels, fields = _option(call, "labelSelector"), _option(call, "fieldSelector")
        if _option(call, "watch") not in _TRUE:
            return self._objects.listed(kind, _namespace(call), labels, fields)
        text = _option(call, "timeoutSeconds")
        seconds = int(text) if text.isdecimal() and int(text) else _LONGEST_WATCH
        namespace = _namespace(call)

        def changes(after: str) -> tuple[list[dict[str, Any]], str]:
            return self._objects.changes(kind, namespace, after, labels, fields)

        changes(_option(call, "resourceVersion") or "0")  # refused before the answer begins
        return Watch(
            _events(
                watching.events(
                    changes,
                    kind,
                    after=_option(call, "resourceVersion"),
                    seconds=seconds,
                    initial=_option(call, "sendInitialEvents") in _TRUE,
                    bookmarks=_option(call, "allowWatchBookmarks") in _TRUE,
                )
            )
        )

    def _create(self, call: Call, kind: Kind, _: str) -> Mapping[str, Any]:
        return self._objects.create(kind, call.sent, _namespace(call), _asker(call))

    def _update(self, call: Call, kind: Kind, part: str) -> Mapping[str, Any]:
        return self._objects.replace(kind, call.sent, _namespace(call), _name(call), _asker(call), part=part)

    def _patch(self, call: Call, patch: Patch, kind: Kind, part: str) -> Mapping[str, Any]:
        return self._objects.change(kind, _namespace(call), _name(call), patch.applied, _asker(call), part=part)

    def _delete(self, call: Call, kind: Kind, _: str) -> Mapping[str, Any]:
        options = call.sent if isinstance(call.sent, dict) else {}
        return self._objects.delete(kind, _namespace(call), _name(call), options, dry_run=call.dry_running)

    # ---------------------------------------------------------------------------------------------- tokens and reviews

    def _token(self, call: Call) -> Mapping[str, Any]:
        issued = self._endpoint.issuer.create(call.sent, _namespace(call), _name(call), _asker(call))
        for warning in issued.warnings:
            call.warn(warning)
        return issued.answer

    def _tokenreviews(self, call: Call) -> Mapping[str, Any]:
        return self._endpoint.reviewer.token(call.sent, _asker(call))

    def _selfsubjectreviews(self, call: Call) -> Mapping[str, Any]:
        return self._endpoint.reviewer.subject(_user(call))

    def _selfsubjectaccessreviews(self, call: Call) -> Mapping[str, Any]:
        return self._endpoint.reviewer.access(call.sent, _user(call))

    def _selfsubjectrulesreviews(self, call: Call) -> Mapping[str, Any]:
        return self._endpoint.reviewer.rules(call.sent, _user(call))

    def _subjectaccessreviews(self, call: Call) -> Mapping[str, Any]:
        return self._endpoint.reviewer.access(call.sent, reviews.subject_of(call.sent))


async def _events(found: AsyncIterator[tuple[str, dict[str, Any]]]) -> AsyncIterator[Event]:
    async for kind, obj in found:
        yield Event(kind, obj)


def _snake(word: str) -> str:
    return word.replace("-", "_")


def _namespace(call: Call) -> str:
    return str(getattr(call, "namespace", ""))


def _name(call: Call) -> str:
    return str(getattr(call, "name", ""))


def _option(call: Call, name: str) -> str:
    return next(iter(call.query_options.get(name, ())), "")


def _asker(call: Call) -> Asker:
    return Asker(
        field_manager=_option(call, "fieldManager"),
        user_agent=header(call.http.scope, b"user-agent"),
        dry_run=call.dry_running,
    )


def _user(call: Call) -> User:
    user: User = call.http.state.user
    return user
