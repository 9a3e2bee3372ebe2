"""Authorization by roles and their bindings (RBAC).

The roles that matter here and that every cluster has are built in. All others are objects of the endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codegen.endpoint import users
from codegen.endpoint.request_info import RequestInfo
from codegen.endpoint.users import User

if TYPE_CHECKING:
    from codegen.endpoint.objects import Objects

GROUP = "rbac.authorization.k8s.io"
DISCOVERY_ROLE = "system:service-account-issuer-discovery"
Rule = Mapping[str, Any]
_SELF_REVIEWS = (
    {
        "verbs": ["create"],
        "apiGroups": ["authorization.k8s.io"],
        "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    },
    {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]},
)
_DELEGATED_REVIEWS = (
    {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["tokenreviews"]},
    {"verbs": ["create"], "apiGroups": ["authorization.k8s.io"], "resources": ["subjectaccessreviews"]},
)


def _reading(*paths: str) -> Sequence[Rule]:
    return ({"verbs": ["get"], "nonResourceURLs": [*paths]},)


_INFO = ("/healthz", "/livez", "/readyz", "/version", "/version/")
_DOCUMENTS = ("/.well-known/openid-configuration", "/openid/v1/jwks")
EVERYTHING: Sequence[Rule] = (
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["*"], "nonResourceURLs": ["*"]},
)
ROLES: Mapping[str, Sequence[Rule]] = {
    "cluster-admin": EVERYTHING,
    "system:basic-user": _SELF_REVIEWS,
    "system:discovery": _reading("/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*", *_INFO),
    "system:public-info-viewer": _reading("/.well-known", "/.well-known/*", *_INFO),
    "system:auth-delegator": _DELEGATED_REVIEWS,
    DISCOVERY_ROLE: _reading(*_DOCUMENTS, *(f"{path}/" for path in _DOCUMENTS)),
}
_BINDINGS: Sequence[tuple[str, str]] = (  # role and group
    ("cluster-admin", users.MASTERS),
    ("system:basic-user", users.AUTHENTICATED),
    ("system:discovery", users.AUTHENTICATED),
    ("system:public-info-viewer", users.AUTHENTICATED),
    ("system:public-info-viewer", users.UNAUTHENTICATED),
    (DISCOVERY_ROLE, users.ACCOUNTS),
)


class Rbac:
    """Answers by roles and bindings whether a user may do something."""

    def __init__(self, objects: Objects, *, public_discovery: bool = False) -> None:
        """With `public_discovery` everybody may read the discovery documents of the issuer."""
        self._objects = objects
        extra = ((DISCOVERY_ROLE, users.UNAUTHENTICATED),) if public_discovery else ()
        self._bindings = (*_BINDINGS, *extra)

    def allows(self, user: User, info: RequestInfo) -> bool:
        """Return whether a rule of the user's roles allows a request."""
        return any(_allows(rule, info) for rule in self.rules(user, info.namespace))

    def rules(self, user: User, namespace: str) -> Iterator[Rule]:
        """Yield the rules of a user at the scope of the cluster and in a namespace."""
        for role, group in self._bindings:
            if group in user.groups:
                yield from ROLES[role]
        for binding in self._objects.find_all(f"clusterrolebindings.{GROUP}", ""):
            if _binds(binding, user, ""):
                yield from self._role_rules(binding, "")
        for binding in self._objects.find_all(f"rolebindings.{GROUP}", namespace) if namespace else ():
            if _binds(binding, user, namespace):
                yield from self._role_rules(binding, namespace)

    def _role_rules(self, binding: Mapping[str, Any], namespace: str) -> Iterable[Rule]:
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


def _allows(rule: Rule, info: RequestInfo) -> bool:
    if not _has(rule, "verbs", info.verb):
        return False
    if not info.resource:
        return any(_is_path(pattern, info.path) for pattern in rule.get("nonResourceURLs") or ())
    names = rule.get("resourceNames")
    return _has(rule, "apiGroups", info.group) and _has_resource(rule, info) and (not names or info.name in names)


def _has(rule: Rule, list_: str, wanted: str) -> bool:
    found = rule.get(list_) or ()
    return "*" in found or wanted in found


def _has_resource(rule: Rule, info: RequestInfo) -> bool:
    whole = f"{info.resource}/{info.subresource}" if info.subresource else info.resource
    any_parent = f"*/{info.subresource}" if info.subresource else ""
    return any(each in ("*", whole) or (any_parent and each == any_parent) for each in rule.get("resources") or ())


def _is_path(pattern: str, path: str) -> bool:
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern
