"""Reviews: whose token it is, who is asking, and what somebody may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from codegen.endpoint import clock, kinds
from codegen.endpoint.asker import Asker
from codegen.endpoint.authentication import Authenticator, bearer
from codegen.endpoint.clock import Clock
from codegen.endpoint.refusals import bad_request
from codegen.endpoint.request_info import Asked
from codegen.endpoint.tokens import Invalid
from codegen.endpoint.users import ANONYMOUS, User
from codegen.endpoint.written import Writer

_SELF = "SelfSubjectReview"
Allows = Callable[[User, Asked], bool]
Rules = Callable[[User, str], Iterable[Mapping[str, Any]]]
_OF_RESOURCES = ("verbs", "apiGroups", "resources", "resourceNames")
_OF_PATHS = ("verbs", "nonResourceURLs")


class Reviewer:
    """Answers reviews."""

    def __init__(
        self,
        authenticator: Authenticator,
        *,
        allows: Allows,
        rules: Rules,
        writer: Writer,
        clock: Clock,
        audiences: tuple[str, ...],
        anonymous: bool,
    ) -> None:
        """`allows` is the authorization of the endpoint, `rules` what it goes by in a namespace; `anonymous` says that requests without credentials are let in."""
        self._authenticator = authenticator
        self._allows = allows
        self._rules = rules
        self._writer = writer
        self._clock = clock
        self._audiences = audiences
        self._anonymous = anonymous

    def token(self, body: Mapping[str, Any], asker: Asker) -> dict[str, Any]:
        """Whose token it is (TokenReview). Raises `StatusError` where there is no token."""
        sent = self._writer.written(body, kinds.REVIEW_KEY)
        spec = sent.get("spec") or {}
        if not spec.get("token"):
            raise bad_request("token is required for TokenReview in authentication")
        metadata = {name: value for name, value in (sent.get("metadata") or {}).items() if name != "namespace"}
        entry = self._writer.entry(
            sent,
            kinds.REVIEW_KEY,
            manager=asker.manager,
            api_version=kinds.REVIEW.api_version,
            time=clock.text(self._clock.now()),
        )
        return {
            "kind": kinds.REVIEW.kind,
            "apiVersion": kinds.REVIEW.api_version,
            "metadata": {**metadata, "creationTimestamp": None, "managedFields": [entry]},
            "spec": spec,
            "status": self._verdict(str(spec["token"]), tuple(spec.get("audiences") or self._audiences)),
        }

    def _verdict(self, token: str, audiences: tuple[str, ...]) -> dict[str, Any]:
        sent = bearer(f"Bearer {token}")
        if not sent:
            if not self._anonymous:
                return {"user": {}}
            return {"authenticated": True, "user": ANONYMOUS.shown(), "audiences": list(audiences)}
        try:
            found = self._authenticator.token(sent, audiences)
        except Invalid as error:
            return {"user": {}, "error": str(error)}
        return {"authenticated": True, "user": found.user.shown(), "audiences": list(found.audiences)}

    def subject(self, user: User) -> dict[str, Any]:
        """Who is asking (SelfSubjectReview)."""
        return {
            "kind": _SELF,
            "apiVersion": kinds.REVIEW.api_version,
            "metadata": {"creationTimestamp": clock.text(self._clock.now())},
            "status": {"userInfo": user.shown()},
        }

    def access(self, body: Mapping[str, Any], user: User) -> dict[str, Any]:
        """Whether a user may do something: body and answer of SelfSubjectAccessReview and SubjectAccessReview."""
        spec = body.get("spec") or {}
        of_object, of_path = spec.get("resourceAttributes") or {}, spec.get("nonResourceAttributes") or {}
        if bool(of_object) == bool(of_path):
            raise bad_request("exactly one of spec.resourceAttributes and spec.nonResourceAttributes is to be set")
        asked = Asked(
            verb=str(of_object.get("verb") or of_path.get("verb") or ""),
            path=str(of_path.get("path") or ""),
            **{
                name: str(of_object.get(name) or "")
                for name in ("group", "resource", "subresource", "namespace", "name")
            },
        )
        return {
            **{name: value for name, value in body.items() if name not in ("metadata", "status")},
            "metadata": {"creationTimestamp": None},
            "status": {"allowed": self._allows(user, asked)},
        }

    def rules(self, body: Mapping[str, Any], user: User) -> dict[str, Any]:
        """All that a user may do in a namespace: body and answer of SelfSubjectRulesReview."""
        namespace = str((body.get("spec") or {}).get("namespace") or "")
        if not namespace:
            raise bad_request("no namespace on request")
        found = list(self._rules(user, namespace))
        return {
            **{name: value for name, value in body.items() if name not in ("metadata", "status")},
            "metadata": {"creationTimestamp": None},
            "status": {
                "resourceRules": [_listed(rule, _OF_RESOURCES) for rule in found if rule.get("resources")],
                "nonResourceRules": [_listed(rule, _OF_PATHS) for rule in found if rule.get("nonResourceURLs")],
                "incomplete": False,
            },
        }


def _listed(rule: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    return {field: list(rule[field]) for field in fields if rule.get(field)}


def subject_of(body: Mapping[str, Any]) -> User:
    """The user that a SubjectAccessReview is about."""
    spec = body.get("spec") or {}
    extra = {name: tuple(values or ()) for name, values in (spec.get("extra") or {}).items()}
    return User(name=str(spec.get("user") or ""), groups=tuple(spec.get("groups") or ()), extra=extra)
