"""Authentication by static tokens, tokens of service accounts and impersonation."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers

from codegen.endpoint import tokens, users
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.request_info import RequestInfo
from codegen.endpoint.status_errors import build_bad_request, build_unauthorized
from codegen.endpoint.tokens import InvalidToken, ReviewedToken
from codegen.endpoint.users import ANONYMOUS, AUTHENTICATED, User

_INVALID = "invalid bearer token"


def authenticate(endpoint: Endpoint, token: str, audiences: Sequence[str] = ()) -> ReviewedToken:
    """Find the user of a token for audiences, by default those of the server.

    Raises `InvalidToken`.
    """
    server_audiences = endpoint.settings.audiences
    wanted = audiences or server_audiences
    if (user := endpoint.static_tokens.get(token)) is not None:
        common = tuple(audience for audience in server_audiences if audience in wanted)
        if not common:
            raise InvalidToken(_INVALID)
        return ReviewedToken(user=user, audiences=common)
    try:
        return tokens.review(endpoint, token, wanted)
    except InvalidToken as error:
        raise InvalidToken(f"[{_INVALID}, {error}]" if str(error) else _INVALID) from None


def find_user(endpoint: Endpoint, headers: Headers) -> User:
    """Find the user of a request, who may impersonate another user.

    Raises StatusError (400, 401, 403).
    """
    token = bearer_token(headers.get("authorization", ""))
    user = ANONYMOUS
    if token:
        try:
            user = authenticate(endpoint, token).user
        except InvalidToken:
            raise build_unauthorized() from None
    elif not endpoint.settings.allows_anonymous:
        raise build_unauthorized()
    names = sorted(name for name in headers if name.startswith("impersonate-"))
    if names:
        return _impersonate(endpoint, user, headers, names)
    return user


def bearer_token(authorization: str) -> str:
    """Return the token of a header, or an empty string for other headers."""
    scheme, _, credentials = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return credentials.partition(" ")[0]
    return ""


def _impersonate(endpoint: Endpoint, user: User, headers: Headers, names: Sequence[str]) -> User:
    """Return the user of the header Impersonate-User. Raises StatusError (400, 403)."""
    name = headers.get("impersonate-user", "")
    if not name:
        raise build_bad_request(f"requested {', '.join(names)} without impersonating a user")
    if unknown := [header for header in names if header != "impersonate-user"]:
        raise build_bad_request(
            f"the endpoint impersonates users, and does not serve {', '.join(unknown)}"
        )
    if (account := users.parse_account(name)) is not None:
        info = RequestInfo(
            verb="impersonate", resource="serviceaccounts", namespace=account[0], name=account[1]
        )
        impersonated = users.account_user(*account)
    else:
        info = RequestInfo(verb="impersonate", resource="users", name=name)
        if name == ANONYMOUS.name:
            impersonated = ANONYMOUS
        else:
            impersonated = User(name=name, groups=(AUTHENTICATED,))
    endpoint.authorizer.check(user, info)
    return impersonated
