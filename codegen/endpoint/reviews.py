"""Reviews of tokens, of the user of a request, and of permissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from codegen.endpoint import clock
from codegen.endpoint.authentication import authenticate, bearer_token
from codegen.endpoint.kinds import SELF_REVIEW, TOKEN_REVIEW
from codegen.endpoint.objects import WriteOptions
from codegen.endpoint.request_info import RequestInfo
from codegen.endpoint.server_answers import server_answers
from codegen.endpoint.status_errors import build_bad_request
from codegen.endpoint.tokens import InvalidToken
from codegen.endpoint.users import ANONYMOUS, User

if TYPE_CHECKING:
    from codegen.endpoint.endpoint import Endpoint


def answer_review(
    endpoint: Endpoint, kind: str, body: Mapping[str, Any], user: User, options: WriteOptions
) -> dict[str, Any]:
    """Answer the review of a kind by a user. Raises StatusError."""
    match kind:
        case "TokenReview":
            return _review_token(endpoint, body, options)
        case "SelfSubjectReview":
            return {
                "kind": SELF_REVIEW.name,
                "apiVersion": SELF_REVIEW.api_version,
                "metadata": {"creationTimestamp": clock.format_time(endpoint.clock.now())},
                "status": {"userInfo": user.as_json()},
            }
        case "SubjectAccessReview":
            status = _review_access(endpoint, body, _find_subject(body))
        case _:
            status = _review_access(endpoint, body, user)
    kept = {name: value for name, value in body.items() if name not in ("metadata", "status")}
    return {**kept, "metadata": _unset_time(endpoint), "status": status}


def _unset_time(endpoint: Endpoint) -> dict[str, None]:
    """Return the `creationTimestamp` of an object without one, which newer servers omit."""
    return {"creationTimestamp": None} if server_answers(endpoint.settings.release)["unset-time"] else {}


def _review_token(endpoint: Endpoint, body: Mapping[str, Any], options: WriteOptions) -> dict[str, Any]:
    sent = endpoint.go_objects.normalize(body, TOKEN_REVIEW.key)
    spec = sent.get("spec") or {}
    if not spec.get("token"):
        raise build_bad_request("token is required for TokenReview in authentication")
    metadata = {name: value for name, value in (sent.get("metadata") or {}).items() if name != "namespace"}
    time = clock.format_time(endpoint.clock.now())
    entry = endpoint.go_objects.managed_fields(sent, TOKEN_REVIEW, manager=options.manager, time=time)
    return {
        "kind": TOKEN_REVIEW.name,
        "apiVersion": TOKEN_REVIEW.api_version,
        "metadata": {**metadata, **_unset_time(endpoint), "managedFields": [entry]},
        "spec": spec,
        "status": _token_status(endpoint, str(spec["token"]), tuple(spec.get("audiences") or ())),
    }


def _token_status(endpoint: Endpoint, text: str, wanted: tuple[str, ...]) -> dict[str, Any]:
    token, audiences = bearer_token(f"Bearer {text}"), wanted or endpoint.settings.audiences
    if not token:
        if not endpoint.settings.allows_anonymous:
            return {"user": {}}
        return {"authenticated": True, "user": ANONYMOUS.as_json(), "audiences": list(audiences)}
    try:
        found = authenticate(endpoint, token, audiences)
    except InvalidToken as error:
        return {"user": {}, "error": str(error)}
    return {"authenticated": True, "user": found.user.as_json(), "audiences": list(found.audiences)}


def _review_access(endpoint: Endpoint, body: Mapping[str, Any], user: User) -> dict[str, Any]:
    spec = body.get("spec") or {}
    resource, path = spec.get("resourceAttributes") or {}, spec.get("nonResourceAttributes") or {}
    if bool(resource) == bool(path):
        raise build_bad_request("exactly one of spec.resourceAttributes and spec.nonResourceAttributes is to be set")
    names = ("verb", "path", "group", "resource", "subresource", "namespace", "name")
    given: dict[str, Any] = {name: str({**path, **resource}.get(name) or "") for name in names}
    info = RequestInfo(**given)
    return {"allowed": endpoint.authorizer.allows(user, info)}


def _find_subject(body: Mapping[str, Any]) -> User:
    spec = body.get("spec") or {}
    extra = {name: tuple(values or ()) for name, values in (spec.get("extra") or {}).items()}
    return User(name=str(spec.get("user") or ""), groups=tuple(spec.get("groups") or ()), extra=extra)
