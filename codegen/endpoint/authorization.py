"""Requests as authorizers see them, and authorization by roles and their bindings (RBAC).

The roles of every cluster that matter here are built in. All others are objects of the endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from codegen.endpoint import kinds, users
from codegen.endpoint.status_errors import StatusError, build_forbidden
from codegen.endpoint.users import User
from codegen.kube.statuses import go_value

if TYPE_CHECKING:
    from codegen.endpoint.state import State

_VERBS: Mapping[str, str] = {**kinds.OBJECT_VERBS, "POST": "create", "HEAD": "get"}


class RequestInfo(Struct, frozen=True, kw_only=True):
    """A verb with a resource, or with a path and an empty `resource`."""

    verb: str
    path: str = ""
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""

    def refusal(self, user: str) -> StatusError:
        """Build the error 403 for a user."""
        text = f"User {go_value(user)} cannot {self.verb}"
        if not self.resource:
            text = f"{text} path {go_value(self.path)}"
        else:
            resource = f"{self.resource}/{self.subresource}" if self.subresource else self.resource
            scope = f"in the namespace {go_value(self.namespace)}" if self.namespace else "at the cluster scope"
            text = f"{text} resource {go_value(resource)} in API group {go_value(self.group)} {scope}"
        return build_forbidden(self.resource, self.group, self.name, text)


def parse_request(method: str, path: str) -> RequestInfo:
    """Describe the request of a method and a decoded path."""
    parts = kinds.split_path(path)
    if parts is None:
        return RequestInfo(verb=method.lower(), path=path)
    resource, name, subresource = (*parts.rest, "", "")[:3]
    namespace = parts.namespace if parts.namespace is not None else name if resource == "namespaces" else ""
    verb = _VERBS.get(method, "")
    if not name and verb in ("get", "delete"):
        verb = "deletecollection" if verb == "delete" else "list"
    return RequestInfo(
        verb=verb,
        path=path,
        group=parts.group,
        resource=resource,
        subresource=subresource,
        namespace=namespace,
        name=name,
    )


# -------------------------------------------------------------------------------------------------------------- RBAC

Rule = Mapping[str, Any]
_AUTHENTICATION, _AUTHORIZATION = kinds.TOKEN_REVIEW.group, kinds.REVIEWS[-1].group
_DISCOVERY_ROLE = "system:service-account-issuer-discovery"


def _create_rule(group: str, *resources: str) -> Rule:
    return {"verbs": ["create"], "apiGroups": [group], "resources": [*resources]}


def _read_rules(*paths: str) -> Sequence[Rule]:
    return ({"verbs": ["get"], "nonResourceURLs": [*paths]},)


_INFO = ("/healthz", "/livez", "/readyz", "/version", "/version/")
_DOCUMENTS = ("/.well-known/openid-configuration", "/openid/v1/jwks")
_EVERYTHING: Sequence[Rule] = (
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["*"], "nonResourceURLs": ["*"]},
)
_ROLES: Mapping[str, Sequence[Rule]] = {
    "cluster-admin": _EVERYTHING,
    "system:basic-user": (
        _create_rule(_AUTHORIZATION, "selfsubjectaccessreviews"),
        _create_rule(_AUTHENTICATION, "selfsubjectreviews"),
    ),
    "system:discovery": _read_rules("/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*", *_INFO),
    "system:public-info-viewer": _read_rules("/.well-known", "/.well-known/*", *_INFO),
    "system:auth-delegator": (
        _create_rule(_AUTHENTICATION, "tokenreviews"),
        _create_rule(_AUTHORIZATION, "subjectaccessreviews"),
    ),
    _DISCOVERY_ROLE: _read_rules(*_DOCUMENTS, *(f"{path}/" for path in _DOCUMENTS)),
}
_BINDINGS: Sequence[tuple[str, str]] = (  # role and group
    ("cluster-admin", users.MASTERS),
    ("system:basic-user", users.AUTHENTICATED),
    ("system:discovery", users.AUTHENTICATED),
    ("system:public-info-viewer", users.AUTHENTICATED),
    ("system:public-info-viewer", users.UNAUTHENTICATED),
    (_DISCOVERY_ROLE, users.ACCOUNTS),
)


class Authorizer:
    """Answers whether a user may do something, by roles and bindings or always yes."""

    def __init__(self, state: State, *, allow_all: bool, public_discovery: bool) -> None:
        """With `public_discovery` everybody may read the discovery documents of the issuer."""
        self._state = state
        self._allow_all = allow_all
        extra = ((_DISCOVERY_ROLE, users.UNAUTHENTICATED),) if public_discovery else ()
        self._bindings = (*_BINDINGS, *extra)

    def allows(self, user: User, info: RequestInfo) -> bool:
        """Return whether a rule of the user's roles allows a request."""
        return any(_allows(rule, info) for rule in self._rules(user, info.namespace))

    def check(self, user: User, info: RequestInfo) -> None:
        """Raise StatusError (403) unless a user may do something."""
        if not self.allows(user, info):
            raise info.refusal(user.name)

    def _rules(self, user: User, namespace: str) -> Iterator[Rule]:
        """Yield the rules of a user in the cluster and in a namespace."""
        if self._allow_all:
            yield from _EVERYTHING
            return
        for role, group in self._bindings:
            if group in user.groups:
                yield from _ROLES[role]
        for binding in self._state.list_objects(kinds.CLUSTER_ROLE_BINDING):
            if _binds(binding, user, ""):
                yield from self._role_rules(binding, "")
        for binding in self._state.list_objects(kinds.ROLE_BINDING, namespace) if namespace else ():
            if _binds(binding, user, namespace):
                yield from self._role_rules(binding, namespace)

    def _role_rules(self, binding: Mapping[str, Any], namespace: str) -> Iterable[Rule]:
        reference = binding.get("roleRef") or {}
        name, kind = str(reference.get("name")), reference.get("kind")
        if kind == "Role" and namespace:
            found = self._state.get(kinds.ROLE, namespace, name)
        elif kind == "ClusterRole":
            found = self._state.get(kinds.CLUSTER_ROLE, "", name) or {"rules": _ROLES.get(name, ())}
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
    resource = f"{info.resource}/{info.subresource}" if info.subresource else info.resource
    any_parent = f"*/{info.subresource}" if info.subresource else resource
    if not (_has(rule, "resources", resource) or _has(rule, "resources", any_parent)):
        return False
    names = rule.get("resourceNames")
    return _has(rule, "apiGroups", info.group) and (not names or info.name in names)


def _has(rule: Rule, part: str, wanted: str) -> bool:
    found = rule.get(part) or ()
    return "*" in found or wanted in found


def _is_path(pattern: str, path: str) -> bool:
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern
