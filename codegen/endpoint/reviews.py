"""Reviews of tokens, of the user of a request, and of permissions."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.core.json_types import JsonMapping, JsonObject
from codegen.endpoint import clock
from codegen.endpoint.authentication import authenticate, bearer_token
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.kinds import ACCESS_REVIEW, SELF_REVIEW, TOKEN_REVIEW, Kind
from codegen.endpoint.objects import WriteOptions
from codegen.endpoint.request_info import RequestInfo
from codegen.endpoint.settings import server_answers
from codegen.endpoint.status_errors import build_bad_request
from codegen.endpoint.tokens import InvalidToken
from codegen.endpoint.users import ANONYMOUS, User


def perform_review(
    endpoint: Endpoint, kind: Kind, body: Mapping[str, object], user: User, options: WriteOptions
) -> JsonObject:
    """Answer the review of a kind by a user. Raises StatusError."""
    time = clock.format_time(endpoint.clock.now())
    head = {"kind": kind.name, "apiVersion": kind.api_version}
    if kind is SELF_REVIEW:
        return {
            **head,
            "metadata": {"creationTimestamp": time},
            "status": {"userInfo": user.as_json()},
        }
    sent = endpoint.objects.go_objects.normalize(body, kind.key)
    spec = sent.get("spec") or {}
    if kind is TOKEN_REVIEW:
        status = _token_status(
            endpoint, str(spec.get("token") or ""), tuple(spec.get("audiences") or ())
        )
    else:
        if kind is ACCESS_REVIEW:  # of another user
            extra = {
                name: tuple(values or ()) for name, values in (spec.get("extra") or {}).items()
            }
            user = User(
                name=str(spec.get("user") or ""),
                groups=tuple(spec.get("groups") or ()),
                extra=extra,
            )
        status = _access_status(endpoint, spec, user)
    metadata = {
        name: value for name, value in (sent.get("metadata") or {}).items() if name != "namespace"
    }
    if server_answers(endpoint.settings.release)["unset-time"]:
        metadata["creationTimestamp"] = None
    entry = endpoint.objects.go_objects.managed_fields(
        sent, kind, manager=options.manager, time=time
    )
    return {
        **head,
        "metadata": {**metadata, "managedFields": [entry]},
        "spec": spec,
        "status": status,
    }


def _token_status(endpoint: Endpoint, text: str, wanted: tuple[str, ...]) -> JsonObject:
    if not text:
        raise build_bad_request("token is required for TokenReview in authentication")
    token, audiences = bearer_token(f"Bearer {text}"), wanted or endpoint.settings.audiences
    if not token:
        if not endpoint.settings.allows_anonymous:
            return {"user": {}}
        return {"authenticated": True, "user": ANONYMOUS.as_json(), "audiences": list(audiences)}
    try:
        authenticated = authenticate(endpoint, token, audiences)
    except InvalidToken as error:
        return {"user": {}, "error": str(error)}
    return {
        "authenticated": True,
        "user": authenticated.user.as_json(),
        "audiences": list(authenticated.audiences),
    }


def _access_status(endpoint: Endpoint, spec: JsonMapping, user: User) -> JsonObject:
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if bool(resource) == bool(path):
        raise build_bad_request(
            "exactly one of spec.resourceAttributes and spec.nonResourceAttributes is to be set"
        )
    names = ("verb", "path", "group", "resource", "subresource", "namespace", "name")
    info: JsonObject = {name: str((resource or path or {}).get(name) or "") for name in names}
    return {"allowed": endpoint.authorizer.allows(user, RequestInfo(**info))}
