"""Authorization by roles and their bindings (RBAC).

The roles of every cluster that matter here are built in. All others are objects of the endpoint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from codegen.core.json_types import JsonMapping
from codegen.endpoint import kinds, users
from codegen.endpoint.policy_rules import PolicyRule, read_rules
from codegen.endpoint.request_info import RequestInfo
from codegen.endpoint.state import State
from codegen.endpoint.users import User

FULL_AUTHORITY = (
    PolicyRule(verbs=("*",), api_groups=("*",), resources=("*",)),
    PolicyRule(verbs=("*",), urls=("*",)),
)
_DISCOVERY_ROLE = "system:service-account-issuer-discovery"
_INFO = ("/healthz", "/livez", "/readyz", "/version", "/version/")
_API = ("/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*")
_ISSUER = (
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/",
    "/openid/v1/jwks",
    "/openid/v1/jwks/",
)


def _create_rule(kind: kinds.Kind) -> PolicyRule:
    return PolicyRule(verbs=("create",), api_groups=(kind.group,), resources=(kind.plural,))


def _read_rule(*paths: str) -> PolicyRule:
    return PolicyRule(verbs=("get",), urls=paths)


def _bind_group(role: str, group: str) -> JsonMapping:
    """Build the binding of a built-in role."""
    return {
        "roleRef": {"kind": "ClusterRole", "name": role},
        "subjects": [{"kind": "Group", "name": group}],
    }


_ROLES: Mapping[str, Sequence[PolicyRule]] = {
    "cluster-admin": FULL_AUTHORITY,
    "system:basic-user": (
        _create_rule(kinds.SELF_ACCESS_REVIEW),
        _create_rule(kinds.SELF_REVIEW),
    ),
    "system:discovery": (_read_rule(*_API, *_INFO),),
    "system:public-info-viewer": (_read_rule("/.well-known", "/.well-known/*", *_INFO),),
    "system:auth-delegator": (
        _create_rule(kinds.TOKEN_REVIEW),
        _create_rule(kinds.ACCESS_REVIEW),
    ),
    _DISCOVERY_ROLE: (_read_rule(*_ISSUER),),
}
_BINDINGS: Sequence[JsonMapping] = (
    _bind_group("cluster-admin", users.MASTERS),
    _bind_group("system:basic-user", users.AUTHENTICATED),
    _bind_group("system:discovery", users.AUTHENTICATED),
    _bind_group("system:public-info-viewer", users.AUTHENTICATED),
    _bind_group("system:public-info-viewer", users.UNAUTHENTICATED),
    _bind_group(_DISCOVERY_ROLE, users.ACCOUNTS),
)


def is_built_in_role(kind: kinds.Kind, name: str) -> bool:
    """Return whether a role of this name is in every cluster, so that nobody can create it."""
    return kind is kinds.CLUSTER_ROLE and name in _ROLES


class Authorizer:
    """Answers whether a user may do something, by roles and bindings or always yes."""

    def __init__(self, state: State, *, allow_all: bool, public_discovery: bool) -> None:
        """With `public_discovery` everybody may read the discovery documents of the issuer."""
        self._state = state
        self._allow_all = allow_all
        self._bindings = list(_BINDINGS)
        if public_discovery:
            self._bindings.append(_bind_group(_DISCOVERY_ROLE, users.UNAUTHENTICATED))

    def allows(self, user: User, request: RequestInfo) -> bool:
        """Return whether a rule of the user's roles allows a request."""
        if self._allow_all:
            return True
        return any(rule.allows(request) for rule in self.user_rules(user, request.namespace))

    def check(self, user: User, request: RequestInfo) -> None:
        """Raise StatusError (403) unless a user may do something."""
        if not self.allows(user, request):
            raise request.refusal(user.name)

    def user_rules(self, user: User, namespace: str) -> Iterator[PolicyRule]:
        """Yield the rules of a user in the cluster and in a namespace."""
        for binding in (*self._bindings, *self._state.list_objects(kinds.CLUSTER_ROLE_BINDING)):
            if _binds(binding, user, ""):
                yield from self._bound_rules(binding, "")
        if not namespace:
            return
        for binding in self._state.list_objects(kinds.ROLE_BINDING, namespace):
            if _binds(binding, user, namespace):
                yield from self._bound_rules(binding, namespace)

    def _bound_rules(self, binding: JsonMapping, namespace: str) -> Sequence[PolicyRule]:
        return self.role_rules(binding.get("roleRef") or {}, namespace) or ()

    def role_rules(
        self, role_ref: Mapping[str, object], namespace: str
    ) -> Sequence[PolicyRule] | None:
        """Return the rules of a role that a binding refers to, or None if there is none."""
        name = str(role_ref.get("name"))
        role = None
        if role_ref.get("kind") == kinds.ROLE.name:
            role = self._state.get(kinds.ROLE, namespace, name)
        elif role_ref.get("kind") == kinds.CLUSTER_ROLE.name:
            if name in _ROLES:
                return _ROLES[name]
            role = self._state.get(kinds.CLUSTER_ROLE, "", name)
        if role is None:
            return None
        return read_rules(role.get("rules"))


def _binds(binding: JsonMapping, user: User, namespace: str) -> bool:
    for subject in binding.get("subjects") or ():
        kind, name = subject.get("kind"), str(subject.get("name"))
        if kind == "User" and name == user.name:
            return True
        if kind == "Group" and name in user.groups:
            return True
        if kind == "ServiceAccount":
            account = users.account_name(subject.get("namespace") or namespace, name)
            if user.name == account:
                return True
    return False
