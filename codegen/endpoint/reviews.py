"""Reviews: whose token it is, who makes the request, and what somebody may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from codegen.endpoint import clock
from codegen.endpoint.authentication import Authenticator, bearer_token
from codegen.endpoint.clock import Clock
from codegen.endpoint.go_objects import GoObjects
from codegen.endpoint.kinds import SELF_REVIEW, TOKEN_REVIEW
from codegen.endpoint.request_info import RequestInfo, WriteOptions
from codegen.endpoint.settings import Settings
from codegen.endpoint.tokens import InvalidToken
from codegen.endpoint.users import ANONYMOUS, User
from codegen.kube.statuses import bad_request

Allows = Callable[[User, RequestInfo], bool]
Rules = Callable[[User, str], Iterable[Mapping[str, Any]]]
_OF_RESOURCES = ("verbs", "apiGroups", "resources", "resourceNames")
_OF_PATHS = ("verbs", "nonResourceURLs")


class Reviewer:
    """Answers reviews."""

    def __init__(
        self,
        authenticator: Authenticator,
        settings: Settings,
        *,
        allows: Allows,
        rules: Rules,
        go_objects: GoObjects,
        clock: Clock,
    ) -> None:
        """`allows` authorizes requests, `rules` are those of a user in a namespace."""
        self._authenticator = authenticator
        self._settings = settings
        self._allows = allows
        self._rules = rules
        self._go_objects = go_objects
        self._clock = clock

    def token(self, body: Mapping[str, Any], options: WriteOptions) -> dict[str, Any]:
        """Answer a TokenReview. Raises StatusError if it has no token."""
        sent = self._go_objects.normalize(body, TOKEN_REVIEW.key)
        spec = sent.get("spec") or {}
        if not spec.get("token"):
            raise bad_request("token is required for TokenReview in authentication")
        metadata = {name: value for name, value in (sent.get("metadata") or {}).items() if name != "namespace"}
        time = clock.format_time(self._clock.now())
        entry = self._go_objects.managed_fields(sent, TOKEN_REVIEW, manager=options.manager, time=time)
        return {
            "kind": TOKEN_REVIEW.name,
            "apiVersion": TOKEN_REVIEW.api_version,
            "metadata": {**metadata, "creationTimestamp": None, "managedFields": [entry]},
            "spec": spec,
            "status": self._token_status(str(spec["token"]), tuple(spec.get("audiences") or self._settings.audiences)),
        }

    def _token_status(self, text: str, audiences: tuple[str, ...]) -> dict[str, Any]:
        token = bearer_token(f"Bearer {text}")
        if not token:
            if not self._settings.allows_anonymous:
                return {"user": {}}
            return {"authenticated": True, "user": ANONYMOUS.as_json(), "audiences": list(audiences)}
        try:
            found = self._authenticator.authenticate(token, audiences)
        except InvalidToken as error:
            return {"user": {}, "error": str(error)}
        return {"authenticated": True, "user": found.user.as_json(), "audiences": list(found.audiences)}

    def subject(self, user: User) -> dict[str, Any]:
        """Answer a SelfSubjectReview."""
        return {
            "kind": SELF_REVIEW.name,
            "apiVersion": SELF_REVIEW.api_version,
            "metadata": {"creationTimestamp": clock.format_time(self._clock.now())},
            "status": {"userInfo": user.as_json()},
        }

    def access(self, body: Mapping[str, Any], user: User) -> dict[str, Any]:
        """Answer a SelfSubjectAccessReview or a SubjectAccessReview about a user."""
        spec = body.get("spec") or {}
        of_object, of_path = spec.get("resourceAttributes") or {}, spec.get("nonResourceAttributes") or {}
        if bool(of_object) == bool(of_path):
            raise bad_request("exactly one of spec.resourceAttributes and spec.nonResourceAttributes is to be set")
        attributes = {
            name: str(of_object.get(name) or "") for name in ("group", "resource", "subresource", "namespace", "name")
        }
        verb = str(of_object.get("verb") or of_path.get("verb") or "")
        info = RequestInfo(verb=verb, path=str(of_path.get("path") or ""), **attributes)
        return _answered(body, {"allowed": self._allows(user, info)})

    def rules(self, body: Mapping[str, Any], user: User) -> dict[str, Any]:
        """Answer a SelfSubjectRulesReview."""
        namespace = str((body.get("spec") or {}).get("namespace") or "")
        if not namespace:
            raise bad_request("no namespace on request")
        found = list(self._rules(user, namespace))
        status = {
            "resourceRules": [_fields_of(rule, _OF_RESOURCES) for rule in found if rule.get("resources")],
            "nonResourceRules": [_fields_of(rule, _OF_PATHS) for rule in found if rule.get("nonResourceURLs")],
            "incomplete": False,
        }
        return _answered(body, status)


def _answered(body: Mapping[str, Any], status: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in body.items() if name not in ("metadata", "status")}
    return {**kept, "metadata": {"creationTimestamp": None}, "status": status}


def _fields_of(rule: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    return {field: list(rule[field]) for field in fields if rule.get(field)}


def subject_of(body: Mapping[str, Any]) -> User:
    """Return the user that a SubjectAccessReview is about."""
    spec = body.get("spec") or {}
    extra = {name: tuple(values or ()) for name, values in (spec.get("extra") or {}).items()}
    return User(name=str(spec.get("user") or ""), groups=tuple(spec.get("groups") or ()), extra=extra)
