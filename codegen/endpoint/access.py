"""What is looked at before anything else of a request: whose it is, as whom it is made, and whether that user may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from starlette.datastructures import Headers
from starlette.requests import Request

from codegen.endpoint import refusals, users
from codegen.endpoint.authentication import bearer
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.request_info import Asked, asked
from codegen.endpoint.state import Unavailable
from codegen.endpoint.tokens import Invalid
from codegen.endpoint.users import ANONYMOUS, User
from codegen.endpoint.waiting import patient
from codegen.outputs.services.runtime.serving import header

_AS_USER, _AS_UID, _AS_GROUP, _AS_EXTRA = (f"impersonate-{word}" for word in ("user", "uid", "group", "extra-"))
_IMPERSONATE = "impersonate"
_AUTHENTICATION = "authentication.k8s.io"


class Gate:
    """Lets requests in, or raises StatusError; the user is in the state of the request then."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def __call__(self, request: Request) -> None:
        """Look at a request."""
        try:
            request.state.user = await patient(lambda: self._let_in(request))
        except Unavailable as error:
            raise refusals.unavailable(str(error)) from None

    def _let_in(self, request: Request) -> User:
        scope = request.scope
        user = self._user(header(scope, b"authorization"))
        if _AS_USER in request.headers:
            user = self._as_another(user, request.headers)
        wanted = asked(request.method, scope["path"], scope["query_string"].decode("latin-1"))
        self._check(user, wanted)
        return user

    def _user(self, authorization: str) -> User:
        token = bearer(authorization)
        if not token:
            if not self._endpoint.settings.lets_unknown_in:
                raise refusals.unauthorized()
            return ANONYMOUS
        try:
            return self._endpoint.authenticator.token(token).user
        except Invalid:
            raise refusals.unauthorized() from None

    def _as_another(self, user: User, headers: Headers) -> User:
        name, uid = headers[_AS_USER], headers.get(_AS_UID, "")
        groups = tuple(headers.getlist(_AS_GROUP))
        extra: dict[str, tuple[str, ...]] = {}
        for key, value in headers.items():
            if key.startswith(_AS_EXTRA):
                word = key.removeprefix(_AS_EXTRA)
                extra[word] = (*extra.get(word, ()), value)
        for wanted in _impersonations(name, uid, groups, extra):
            self._check(user, wanted)
        return users.impersonated(name, uid, groups, extra)

    def _check(self, user: User, wanted: Asked) -> None:
        if not self._endpoint.allows(user, wanted):
            raise refusals.forbidden(wanted.resource, wanted.group, wanted.name, wanted.text(user.name))


def _impersonations(
    name: str, uid: str, groups: tuple[str, ...], extra: Mapping[str, tuple[str, ...]]
) -> Iterator[Asked]:
    """What a user has to be allowed who makes a request as another."""
    account = users.account_of(name)
    if account is not None:
        namespace, own = account
        yield Asked(verb=_IMPERSONATE, path="", resource="serviceaccounts", namespace=namespace, name=own)
    else:
        yield Asked(verb=_IMPERSONATE, path="", resource="users", name=name)
    for group in groups:
        yield Asked(verb=_IMPERSONATE, path="", resource="groups", name=group)
    if uid:
        yield Asked(verb=_IMPERSONATE, path="", group=_AUTHENTICATION, resource="uids", name=uid)
    for word, values in extra.items():
        for value in values:
            yield Asked(
                verb=_IMPERSONATE,
                path="",
                group=_AUTHENTICATION,
                resource="userextras",
                subresource=word,
                name=value,
            )
