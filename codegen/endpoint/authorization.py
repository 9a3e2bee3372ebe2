"""Authorization by roles and their bindings (RBAC).

The roles of every cluster that matter here are built in. All others are objects of the endpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from codegen.endpoint import kinds, users
from codegen.endpoint.request_info import RequestInfo
from codegen.endpoint.state import State
from codegen.endpoint.users import User

Rule = Mapping[str, Any]
_DISCOVERY_ROLE = "system:service-account-issuer-discovery"


def _create_rule(kind: kinds.Kind) -> Rule:
    return {"verbs": ["create"], "apiGroups": [kind.group], "resources": [kind.plural]}


def _read_rules(*paths: str) -> Sequence[Rule]:
    return ({"verbs": ["get"], "nonResourceURLs": [*paths]},)


def _bind_group(role: str, group: str) -> Mapping[str, Any]:
    """Build the binding of a built-in role."""
    return {"roleRef": {"kind": "ClusterRole", "name": role}, "subjects": [{"kind": "Group", "name": group}]}


_INFO = ("/healthz", "/livez", "/readyz", "/version", "/version/")
_DOCUMENTS = ("/.well-known/openid-configuration", "/openid/v1/jwks")
_EVERYTHING: Sequence[Rule] = (
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["*"], "nonResourceURLs": ["*"]},
)
_ROLES: Mapping[str, Sequence[Rule]] = {
    "cluster-admin": _EVERYTHING,
    "system:basic-user": (_create_rule(kinds.SELF_ACCESS_REVIEW), _create_rule(kinds.SELF_REVIEW)),
    "system:discovery": _read_rules("/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*", *_INFO),
    "system:public-info-viewer": _read_rules("/.well-known", "/.well-known/*", *_INFO),
    "system:auth-delegator": (_create_rule(kinds.TOKEN_REVIEW), _create_rule(kinds.ACCESS_REVIEW)),
    _DISCOVERY_ROLE: _read_rules(*_DOCUMENTS, *(f"{path}/" for path in _DOCUMENTS)),
}
_BINDINGS = (
    _bind_group("cluster-admin", users.MASTERS),
    _bind_group("system:basic-user", users.AUTHENTICATED),
    _bind_group("system:discovery", users.AUTHENTICATED),
    _bind_group("system:public-info-viewer", users.AUTHENTICATED),
    _bind_group("system:public-info-viewer", users.UNAUTHENTICATED),
    _bind_group(_DISCOVERY_ROLE, users.ACCOUNTS),
)


class Authorizer:
    """Answers whether a user may do something, by roles and bindings or always yes."""

    def __init__(self, state: State, *, allow_all: bool, public_discovery: bool) -> None:
        """With `public_discovery` everybody may read the discovery documents of the issuer."""
        self._state = state
        self._allow_all = allow_all
        extra = (_bind_group(_DISCOVERY_ROLE, users.UNAUTHENTICATED),) if public_discovery else ()
        self._bindings = (*_BINDINGS, *extra)

    def allows(self, user: User, info: RequestInfo) -> bool:
        """Return whether a rule of the user's roles allows a request."""
        return self._allow_all or any(_allows(rule, info) for rule in self._rules(user, info.namespace))

    def check(self, user: User, info: RequestInfo) -> None:
        """Raise StatusError (403) unless a user may do something."""
        if not self.allows(user, info):
            raise info.refusal(user.name)

    def _rules(self, user: User, namespace: str) -> Iterator[Rule]:
        """Yield the rules of a user in the cluster and in a namespace."""
        for binding in (*self._bindings, *self._state.list_objects(kinds.CLUSTER_ROLE_BINDING)):
            if _binds(binding, user, ""):
                yield from self._role_rules(binding, "")
        for binding in self._state.list_objects(kinds.ROLE_BINDING, namespace) if namespace else ():
            if _binds(binding, user, namespace):
                yield from self._role_rules(binding, namespace)

    def _role_rules(self, binding: Mapping[str, Any], namespace: str) -> Iterable[Rule]:
        match binding.get("roleRef"):
            case {"kind": "Role", "name": str(name)} if namespace:
                found = self._state.get(kinds.ROLE, namespace, name) or {}
            case {"kind": "ClusterRole", "name": str(name)}:
                found = self._state.get(kinds.CLUSTER_ROLE, "", name) or {"rules": _ROLES.get(name)}
            case _:
                found = {}
        return found.get("rules") or ()


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
    if not _rule_covers(rule, "verbs", info.verb):
        return False
    if not info.resource:
        patterns = rule.get("nonResourceURLs") or ()
        return any(info.path == each or (each[-1:] == "*" and info.path.startswith(each[:-1])) for each in patterns)
    resource = f"{info.resource}/{info.subresource}" if info.subresource else info.resource
    any_parent = f"*/{info.subresource}" if info.subresource else resource
    if not (_rule_covers(rule, "resources", resource) or _rule_covers(rule, "resources", any_parent)):
        return False
    names = rule.get("resourceNames")
    return _rule_covers(rule, "apiGroups", info.group) and (not names or info.name in names)


def _rule_covers(rule: Rule, part: str, wanted: str) -> bool:
    found = rule.get(part) or ()
    return "*" in found or wanted in found
