"""The first look at a request: who makes it, as whom, and whether that user may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from starlette.datastructures import Headers
from starlette.requests import Request

from codegen.endpoint import users
from codegen.endpoint.authentication import bearer_token
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.request_info import RequestInfo, parse_request
from codegen.endpoint.tokens import InvalidToken
from codegen.endpoint.users import ANONYMOUS, User
from codegen.endpoint.waiting import retry_while_locked
from codegen.kube.statuses import forbidden, unauthorized

_EXTRA = "impersonate-extra-"
_AUTHENTICATION = "authentication.k8s.io"


class AuthMiddleware:
    """Finds the user of each request and checks what that user may do."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def user_of(self, request: Request) -> User:
        """Return the user of a request. Raises StatusError (401, 403)."""
        return await retry_while_locked(lambda: self._allowed_user(request))

    def _allowed_user(self, request: Request) -> User:
        user = self._authenticate(request.headers.get("authorization", ""))
        if "impersonate-user" in request.headers:
            user = self._impersonate(user, request.headers)
        query = request.scope["query_string"].decode("latin-1")
        self._check(user, parse_request(request.method, request.scope["path"], query))
        return user

    def _authenticate(self, authorization: str) -> User:
        token = bearer_token(authorization)
        if not token:
            if not self._endpoint.settings.allows_anonymous:
                raise unauthorized()
            return ANONYMOUS
        try:
            return self._endpoint.authenticator.authenticate(token).user
        except InvalidToken:
            raise unauthorized() from None

    def _impersonate(self, user: User, headers: Headers) -> User:
        name, uid = headers["impersonate-user"], headers.get("impersonate-uid", "")
        groups = tuple(headers.getlist("impersonate-group"))
        extra: dict[str, tuple[str, ...]] = {}
        for key, value in headers.items():
            if key.startswith(_EXTRA):
                word = key.removeprefix(_EXTRA)
                extra[word] = (*extra.get(word, ()), value)
        for info in _impersonations(name, uid, groups, extra):
            self._check(user, info)
        return users.impersonated(name, uid, groups, extra)

    def _check(self, user: User, info: RequestInfo) -> None:
        if not self._endpoint.allows(user, info):
            raise forbidden(info.resource, info.group, info.name, info.refusal(user.name))


def _impersonations(
    name: str, uid: str, groups: tuple[str, ...], extra: Mapping[str, tuple[str, ...]]
) -> Iterator[RequestInfo]:
    """Yield what a user has to be allowed who makes a request as another."""
    if (account := users.account_of(name)) is not None:
        yield RequestInfo(verb="impersonate", resource="serviceaccounts", namespace=account[0], name=account[1])
    else:
        yield RequestInfo(verb="impersonate", resource="users", name=name)
    for group in groups:
        yield RequestInfo(verb="impersonate", resource="groups", name=group)
    if uid:
        yield RequestInfo(verb="impersonate", group=_AUTHENTICATION, resource="uids", name=uid)
    for word, values in extra.items():
        for value in values:
            of_extra = {"group": _AUTHENTICATION, "resource": "userextras", "subresource": word}
            yield RequestInfo(verb="impersonate", name=value, **of_extra)
