"""Refusals of roles and bindings that grant more than the user has who writes them.

The checks and messages are those of pkg/registry/rbac of kube-apiserver. A user may grant what the
user holds. The verb `escalate` on a role allows any rules, and `bind` allows any binding of a role.
"""

from __future__ import annotations

from collections.abc import Sequence

from codegen.core.json_types import JsonMapping, JsonObject
from codegen.endpoint import kinds
from codegen.endpoint.authorization import FULL_AUTHORITY, Authorizer
from codegen.endpoint.kinds import Kind
from codegen.endpoint.policy_rules import (
    PolicyRule,
    find_missing,
    merge_verbs,
    quote_list,
    read_rules,
)
from codegen.endpoint.request_info import RequestInfo
from codegen.endpoint.status_errors import StatusError, build_not_found, quote_go
from codegen.endpoint.users import MASTERS, User
from codegen.kube.statuses import build_failure, build_object_failure

_ROLES = (kinds.ROLE, kinds.CLUSTER_ROLE)
_BINDINGS = (kinds.ROLE_BINDING, kinds.CLUSTER_ROLE_BINDING)
_COMPARED_METADATA = ("labels", "annotations")
_MOST_COMPARISONS = 1_000_000  # of words, which take a third of a second
_FEWEST_WORDS = 100  # so that rules without an owner are counted too
_NO_AGGREGATION = "must have cluster-admin privileges to use the aggregationRule"
Object = JsonMapping


def check_grant(
    authorizer: Authorizer, user: User, kind: Kind, new: Object, old: Object | None
) -> None:
    """Raise StatusError (403, 404) unless a user may write a role or binding.

    `old` is the stored object, or None for a new one. Other kinds grant nothing.
    """
    if MASTERS in user.groups or (old is not None and _grants_the_same(old, new)):
        return
    if kind in _ROLES:
        _check_role(authorizer, user, kind, new, old)
    elif kind in _BINDINGS:
        _check_binding(authorizer, user, kind, new)


def _grants_the_same(old: Object, new: Object) -> bool:
    """Return whether an update changes only what a garbage collector may change."""
    return _compared_fields(old) == _compared_fields(new)


def _compared_fields(obj: Object) -> JsonObject:
    fields = {name: value for name, value in obj.items() if name != "metadata"}
    for name in _COMPARED_METADATA:
        fields[f"metadata.{name}"] = obj["metadata"].get(name) or {}
    return fields


def _check_role(
    authorizer: Authorizer, user: User, kind: Kind, new: Object, old: Object | None
) -> None:
    namespace = _read_namespace(kind, new)
    escalate = RequestInfo(
        verb="escalate",
        group=kind.group,
        resource=kind.plural,
        namespace=namespace,
        name="" if old is None else old["metadata"]["name"],
    )
    if authorizer.allows(user, escalate):
        return
    _check_rules(authorizer, user, kind, new, read_rules(new.get("rules")))
    if _is_aggregated(new) or (old is not None and _is_aggregated(old)):
        owned = list(authorizer.user_rules(user, namespace))
        if find_missing(owned, FULL_AUTHORITY):
            raise _build_refusal(kind, new, _NO_AGGREGATION)


def _is_aggregated(role: Object) -> bool:
    return bool((role.get("aggregationRule") or {}).get("clusterRoleSelectors"))


def _check_binding(authorizer: Authorizer, user: User, kind: Kind, new: Object) -> None:
    namespace = _read_namespace(kind, new)
    role_ref = new.get("roleRef") or {}
    role_kind = next((role for role in _ROLES if role.name == role_ref.get("kind")), None)
    if role_kind is None:
        return  # it binds nothing
    name = role_ref.get("name") or ""
    bind = RequestInfo(
        verb="bind",
        group=role_ref.get("apiGroup") or role_kind.group,
        resource=role_kind.plural,
        namespace=namespace,
        name=name,
    )
    if authorizer.allows(user, bind):
        return
    rules = authorizer.role_rules(role_ref, namespace)
    if rules is None:
        raise build_not_found(role_kind.plural, role_kind.group, name)
    _check_rules(authorizer, user, kind, new, rules)


def _check_rules(
    authorizer: Authorizer, user: User, kind: Kind, new: Object, rules: Sequence[PolicyRule]
) -> None:
    """Raise StatusError (403) unless a user holds all rules, or 413 if they are too many."""
    owned = list(authorizer.user_rules(user, _read_namespace(kind, new)))
    permissions = sum(rule.count_permissions() for rule in rules)
    words = sum(rule.count_words() for rule in owned)
    if permissions * max(words, _FEWEST_WORDS) > _MOST_COMPARISONS:
        text = (
            f"the rules grant {permissions} permissions, too many to compare with those of the user"
        )
        raise StatusError(build_failure(413, text))
    missing = find_missing(owned, rules)
    if not missing:
        return
    described = sorted({rule.describe() for rule in merge_verbs(missing)})
    who = f"user {quote_go(user.name)} (groups={quote_list(user.groups)})"
    why = "is attempting to grant RBAC permissions not currently held:"
    raise _build_refusal(kind, new, "\n".join((f"{who} {why}", *described)))


def _build_refusal(kind: Kind, new: Object, why: str) -> StatusError:
    name = new["metadata"].get("name") or ""
    return StatusError(build_object_failure(403, kind.plural, name, why, kind.group))


def _read_namespace(kind: Kind, obj: Object) -> str:
    if kind.namespaced:
        return str(obj["metadata"]["namespace"])
    return ""
