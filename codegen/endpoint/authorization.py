"""Who may do what: everybody everything, or what roles and their bindings allow (RBAC).

Roles that every cluster has from its start and that matter here are built in; all others are objects of the endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from codegen.endpoint import users
from codegen.endpoint.request_info import Asked
from codegen.endpoint.users import User

GROUP = "rbac.authorization.k8s.io"
DISCOVERY_ROLE = "system:service-account-issuer-discovery"
Rule = Mapping[str, Any]
_REVIEWS = {
    "verbs": ["create"],
    "apiGroups": ["authorization.k8s.io"],
    "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
}
_WHOAMI = {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]}
_PUBLIC = ["/healthz", "/livez", "/readyz", "/version", "/version/", "/.well-known", "/.well-known/*"]
_DISCOVERY = [
    *("/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz"),
    *("/version", "/version/"),
]
_ISSUER = [
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/",
    "/openid/v1/jwks",
    "/openid/v1/jwks/",
]
EVERYTHING: Sequence[Rule] = (
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["*"], "nonResourceURLs": ["*"]},
)
ROLES: Mapping[str, Sequence[Rule]] = {
    "cluster-admin": EVERYTHING,
    "system:basic-user": (_REVIEWS, _WHOAMI),
    "system:discovery": ({"verbs": ["get"], "nonResourceURLs": _DISCOVERY},),
    "system:public-info-viewer": ({"verbs": ["get"], "nonResourceURLs": _PUBLIC},),
    "system:auth-delegator": (
        {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["tokenreviews"]},
        {"verbs": ["create"], "apiGroups": ["authorization.k8s.io"], "resources": ["subjectaccessreviews"]},
    ),
    DISCOVERY_ROLE: ({"verbs": ["get"], "nonResourceURLs": _ISSUER},),
}
_BINDINGS: Sequence[tuple[str, str]] = (  # a role, and the group that has it
    ("cluster-admin", users.MASTERS),
    ("system:basic-user", users.AUTHENTICATED),
    ("system:discovery", users.AUTHENTICATED),
    ("system:public-info-viewer", users.AUTHENTICATED),
    ("system:public-info-viewer", users.UNAUTHENTICATED),
    (DISCOVERY_ROLE, users.ACCOUNTS),
)


class Objects(Protocol):
    """Where roles and their bindings are."""

    def find(self, resource: str, namespace: str, name: str) -> dict[str, Any] | None:
        """An object, or None."""

    def every(self, resource: str, namespace: str) -> list[dict[str, Any]]:
        """All objects of a resource, in a namespace or in all."""


class Rbac:
    """Roles, bindings, and the question whether they allow something."""

    def __init__(self, objects: Objects, *, public_discovery: bool = False) -> None:
        """With `public_discovery` nobody needs to be known for the discovery documents of the issuer."""
        self._objects = objects
        extra = ((DISCOVERY_ROLE, users.UNAUTHENTICATED),) if public_discovery else ()
        self._bindings = (*_BINDINGS, *extra)

    def allows(self, user: User, asked: Asked) -> bool:
        """Whether a rule of the user's roles allows it."""
        return any(_covers(rule, asked) for rule in self.rules(user, asked.namespace))

    def rules(self, user: User, namespace: str) -> Iterator[Rule]:
        """All rules that a user has at the scope of the cluster and in a namespace."""
        for role, group in self._bindings:
            if group in user.groups:
                yield from ROLES[role]
        for binding in self._objects.every(f"clusterrolebindings.{GROUP}", ""):
            if _binds(binding, user, ""):
                yield from self._of_role(binding, "")
        for binding in self._objects.every(f"rolebindings.{GROUP}", namespace) if namespace else ():
            if _binds(binding, user, namespace):
                yield from self._of_role(binding, namespace)

    def _of_role(self, binding: Mapping[str, Any], namespace: str) -> Iterable[Rule]:
        reference = binding.get("roleRef") or {}
        name, kind = str(reference.get("name")), reference.get("kind")
        if kind == "Role" and namespace:
            found = self._objects.find(f"roles.{GROUP}", namespace, name)
        elif kind == "ClusterRole":
            found = self._objects.find(f"clusterroles.{GROUP}", "", name) or {"rules": ROLES.get(name, ())}
        else:
            found = None
        return (found or {}).get("rules") or ()


def _binds(binding: Mapping[str, Any], user: User, namespace: str) -> bool:
    for subject in binding.get("subjects") or ():
        kind, name = subject.get("kind"), str(subject.get("name"))
        if kind == "User" and name == user.name:
            return True
        if kind == "Group" and name in user.groups:
            return True
        if kind == "ServiceAccount" and user.name == users.account_name(subject.get("namespace") or namespace, name):
            return True
    return False


def _covers(rule: Rule, asked: Asked) -> bool:
    if not _has(rule, "verbs", asked.verb):
        return False
    if not asked.resource:
        return any(_is_path(pattern, asked.path) for pattern in rule.get("nonResourceURLs") or ())
    names = rule.get("resourceNames")
    return _has(rule, "apiGroups", asked.group) and _has_resource(rule, asked) and (not names or asked.name in names)


def _has(rule: Rule, list_: str, wanted: str) -> bool:
    found = rule.get(list_) or ()
    return "*" in found or wanted in found


def _has_resource(rule: Rule, asked: Asked) -> bool:
    whole = f"{asked.resource}/{asked.subresource}" if asked.subresource else asked.resource
    any_parent = f"*/{asked.subresource}" if asked.subresource else ""
    return any(each in ("*", whole) or (any_parent and each == any_parent) for each in rule.get("resources") or ())


def _is_path(pattern: str, path: str) -> bool:
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern
