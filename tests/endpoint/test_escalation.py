"""Users who write roles and bindings that grant more than they hold."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from codegen.endpoint import kinds
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.kinds import Kind
from codegen.endpoint.objects import WriteOptions
from codegen.endpoint.settings import Settings
from codegen.endpoint.status_errors import StatusError
from codegen.endpoint.testing import TokenEndpoint
from codegen.endpoint.users import AUTHENTICATED, MASTERS, User
from support.wire import exchange, request_head

Open = Callable[..., Endpoint]
GROUP = kinds.ROLE.group
ANN = User(name="ann", groups=("people", AUTHENTICATED))
BY_ANN = WriteOptions(user=ANN)
EVERYTHING = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
EVERY_PATH = {"verbs": ["*"], "nonResourceURLs": ["*"]}
READ_SECRETS = {"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"]}
AGGREGATION = {"clusterRoleSelectors": [{"matchLabels": {"shed": "all"}}]}
READ_POLICIES = {"verbs": ["get"], "apiGroups": [GROUP], "resources": ["roles"]}


def build_role(name: str, *rules: Any, **fields: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "rules": list(rules), **fields}


def build_binding(
    name: str, role: str, *, kind: str = "ClusterRole", user: str = "ann"
) -> dict[str, Any]:
    role_ref = {"apiGroup": GROUP, "kind": kind, "name": role}
    subjects = [{"apiGroup": GROUP, "kind": "User", "name": user}]
    return {"metadata": {"name": name}, "roleRef": role_ref, "subjects": subjects}


def allow(verb: str, resource: str, *names: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"verbs": [verb], "apiGroups": [GROUP], "resources": [resource]}
    return {**rule, "resourceNames": list(names)} if names else rule


def create(
    endpoint: Endpoint,
    kind: Kind,
    body: dict[str, Any],
    options: WriteOptions = WriteOptions(),  # noqa: B008
) -> Any:
    return endpoint.objects.create(kind, body, "default" if kind.namespaced else "", options)


@pytest.fixture
def shed(endpoint: Endpoint) -> Endpoint:
    """An endpoint with roles and bindings of others, in which ann holds nothing of her own."""
    create(endpoint, kinds.CLUSTER_ROLE, build_role("gardener", READ_SECRETS))
    create(endpoint, kinds.ROLE, build_role("weeder", READ_SECRETS))
    create(endpoint, kinds.CLUSTER_ROLE_BINDING, build_binding("gardeners", "gardener", user="bob"))
    create(endpoint, kinds.CLUSTER_ROLE, build_role("collected", aggregationRule=AGGREGATION))
    return endpoint


def grant(endpoint: Endpoint, *rules: Any, namespace: bool = False) -> None:
    create(endpoint, kinds.CLUSTER_ROLE, build_role("of-ann", *rules))
    kind = kinds.ROLE_BINDING if namespace else kinds.CLUSTER_ROLE_BINDING
    create(endpoint, kind, build_binding("of-ann", "of-ann"))


def refusal(write: Callable[[], object]) -> StatusError:
    with pytest.raises(StatusError) as caught:
        write()
    return caught.value


ADMIN_BINDING = build_binding("new", "cluster-admin")
# The own rules, the kind and the body.
REFUSED: dict[str, tuple[list[Any], Kind, dict[str, Any]]] = {
    "a cluster role": ([], kinds.CLUSTER_ROLE, build_role("new", EVERYTHING)),
    "a role": ([], kinds.ROLE, build_role("new", READ_SECRETS)),
    "a role of paths": ([READ_SECRETS], kinds.CLUSTER_ROLE, build_role("new", EVERY_PATH)),
    "a role with held and further rules": (
        [READ_SECRETS],
        kinds.ROLE,
        build_role("new", READ_SECRETS, READ_POLICIES),
    ),
    "a role with escalate for another kind": (
        [allow("escalate", "roles")],
        kinds.CLUSTER_ROLE,
        build_role("new", EVERYTHING),
    ),
    "a role with escalate for another name": (
        [allow("escalate", "roles", "old")],
        kinds.ROLE,
        build_role("new", READ_SECRETS),
    ),
    "a new role with escalate for its name": (
        [allow("escalate", "roles", "new")],
        kinds.ROLE,
        build_role("new", READ_SECRETS),
    ),
    "a role with bind": ([allow("bind", "roles")], kinds.ROLE, build_role("new", READ_SECRETS)),
    "a role that is collected": (
        [],
        kinds.CLUSTER_ROLE,
        build_role("new", aggregationRule=AGGREGATION),
    ),
    "a role that is collected, with all resources": (
        [{**EVERYTHING, "verbs": ["get", "create"]}],
        kinds.CLUSTER_ROLE,
        build_role("new", aggregationRule=AGGREGATION),
    ),
    "a built-in role": ([], kinds.CLUSTER_ROLE_BINDING, ADMIN_BINDING),
    "a built-in role in a namespace": ([], kinds.ROLE_BINDING, ADMIN_BINDING),
    "a stored cluster role": ([], kinds.CLUSTER_ROLE_BINDING, build_binding("new", "gardener")),
    "a stored role": ([], kinds.ROLE_BINDING, build_binding("new", "weeder", kind="Role")),
    "a binding of another": (
        [],
        kinds.CLUSTER_ROLE_BINDING,
        build_binding("new", "gardener", user="bob"),
    ),
    "a binding with bind for another role": (
        [allow("bind", "clusterroles", "gardener")],
        kinds.CLUSTER_ROLE_BINDING,
        ADMIN_BINDING,
    ),
    "a binding with bind for another kind": (
        [allow("bind", "roles")],
        kinds.ROLE_BINDING,
        ADMIN_BINDING,
    ),
    "a binding with escalate": (
        [allow("escalate", "clusterroles")],
        kinds.CLUSTER_ROLE_BINDING,
        ADMIN_BINDING,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_user_grants_no_more_than_held(case: str, shed: Endpoint) -> None:
    rules, kind, body = REFUSED[case]
    grant(shed, *rules)
    error = refusal(lambda: create(shed, kind, body, BY_ANN))
    assert (error.code, error.status["reason"]) == (403, "Forbidden")
    assert error.status["details"] == {"name": "new", "group": GROUP, "kind": kind.plural}
    namespace = "default" if kind.namespaced else ""
    assert shed.objects.find(kind, namespace, "new") is None


ALLOWED: dict[str, tuple[list[Any], Kind, dict[str, Any]]] = {
    "a role without rules": ([], kinds.ROLE, build_role("new")),
    "a role that is held": ([READ_SECRETS], kinds.ROLE, build_role("new", READ_SECRETS)),
    "a role with escalate": (
        [allow("escalate", "clusterroles")],
        kinds.CLUSTER_ROLE,
        build_role("new", EVERYTHING),
    ),
    "a role that is collected": (
        [EVERYTHING, EVERY_PATH],
        kinds.CLUSTER_ROLE,
        build_role("new", aggregationRule=AGGREGATION),
    ),
    "a role that is collected, with escalate": (
        [allow("escalate", "clusterroles")],
        kinds.CLUSTER_ROLE,
        build_role("new", aggregationRule=AGGREGATION),
    ),
    "a binding of a role that is held": (
        [READ_SECRETS],
        kinds.ROLE_BINDING,
        build_binding("new", "weeder", kind="Role"),
    ),
    "a binding with bind": (
        [allow("bind", "clusterroles")],
        kinds.CLUSTER_ROLE_BINDING,
        ADMIN_BINDING,
    ),
    "a binding with bind for this role": (
        [allow("bind", "clusterroles", "cluster-admin")],
        kinds.ROLE_BINDING,
        ADMIN_BINDING,
    ),
    "every verb": ([allow("*", "*")], kinds.CLUSTER_ROLE_BINDING, ADMIN_BINDING),
    "another kind": ([], kinds.CONFIG_MAP, {"metadata": {"name": "new"}, "data": {"rules": "*"}}),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_user_grants_what_is_held_or_escalated_or_bound(case: str, shed: Endpoint) -> None:
    rules, kind, body = ALLOWED[case]
    grant(shed, *rules)
    assert create(shed, kind, body, BY_ANN)["metadata"]["name"] == "new"


@pytest.mark.parametrize(
    "kind", [kinds.ROLE, kinds.CLUSTER_ROLE], ids=["in the namespace", "in the cluster"]
)
def test_rules_of_a_namespace_count_there(kind: Kind, shed: Endpoint) -> None:
    grant(shed, READ_SECRETS, allow("escalate", "clusterroles"), namespace=True)
    if kind is kinds.ROLE:
        create(shed, kind, build_role("new", READ_SECRETS), BY_ANN)
    else:
        assert (
            refusal(lambda: create(shed, kind, build_role("new", READ_SECRETS), BY_ANN)).code == 403
        )


UPDATES: dict[str, tuple[Kind, str, dict[str, Any], int]] = {
    "further rules": (kinds.ROLE, "weeder", {"rules": [READ_SECRETS, READ_POLICIES]}, 403),
    "a label": (kinds.ROLE, "weeder", {"metadata": {"labels": {"soil": "dry"}}}, 403),
    "fewer rules": (kinds.ROLE, "weeder", {"rules": []}, 200),
    "nothing": (kinds.ROLE, "weeder", {}, 200),
    "a finalizer": (kinds.ROLE, "weeder", {"metadata": {"finalizers": ["shed.example/a"]}}, 200),
    "further subjects": (
        kinds.CLUSTER_ROLE_BINDING,
        "gardeners",
        {"subjects": build_binding("a", "b")["subjects"]},
        403,
    ),
    "another role": (
        kinds.CLUSTER_ROLE_BINDING,
        "gardeners",
        {"roleRef": ADMIN_BINDING["roleRef"]},
        403,
    ),
    "an owner": (
        kinds.CLUSTER_ROLE_BINDING,
        "gardeners",
        {
            "metadata": {
                "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"}]
            }
        },
        200,
    ),
    "the end of a collection": (kinds.CLUSTER_ROLE, "collected", {"aggregationRule": None}, 403),
}


@pytest.mark.parametrize("case", UPDATES)
def test_update_is_checked_unless_it_grants_nothing(case: str, shed: Endpoint) -> None:
    kind, name, changes, code = UPDATES[case]
    namespace = "default" if kind.namespaced else ""
    stored = shed.objects.get(kind, namespace, name)
    metadata = {**stored["metadata"], **changes.get("metadata", {})}
    body = {**stored, **changes, "metadata": metadata}

    def update() -> Any:
        return shed.objects.replace(kind, body, namespace, name, BY_ANN)

    if code == 200:
        assert update()["metadata"]["name"] == name
    else:
        assert refusal(update).code == code
        assert shed.objects.get(kind, namespace, name) == stored


def test_refusal_has_the_words_of_servers(shed: Endpoint) -> None:
    grant(shed, READ_SECRETS)
    rules = [
        {"verbs": ["get", "list"], "apiGroups": ["", "x"], "resources": ["secrets"]},
        {"verbs": ["get"], "apiGroups": [""], "resources": ["pods/log"], "resourceNames": ["a"]},
        {"verbs": ["get"], "nonResourceURLs": ["/a"]},
    ]
    error = refusal(lambda: create(shed, kinds.CLUSTER_ROLE, build_role("new", *rules), BY_ANN))
    assert str(error) == (
        f'clusterroles.{GROUP} "new" is forbidden: user "ann" (groups=["people" "{AUTHENTICATED}"])'
        " is attempting to grant RBAC permissions not currently held:\n"
        '{APIGroups:[""], Resources:["pods/log"], ResourceNames:["a"], Verbs:["get"]}\n'
        '{APIGroups:[""], Resources:["secrets"], Verbs:["list"]}\n'
        '{APIGroups:["x"], Resources:["secrets"], Verbs:["get" "list"]}\n'
        '{NonResourceURLs:["/a"], Verbs:["get"]}'
    )


def test_refusal_of_aggregation_has_the_words_of_servers(shed: Endpoint) -> None:
    body = build_role("new", aggregationRule=AGGREGATION)
    error = refusal(lambda: create(shed, kinds.CLUSTER_ROLE, body, BY_ANN))
    assert str(error).endswith(
        " is forbidden: must have cluster-admin privileges to use the aggregationRule"
    )


def test_missing_role_is_not_found(shed: Endpoint) -> None:
    error = refusal(lambda: create(shed, kinds.ROLE_BINDING, build_binding("new", "none"), BY_ANN))
    assert (error.code, str(error)) == (404, f'clusterroles.{GROUP} "none" not found')


def test_missing_namespace_is_reported_first(shed: Endpoint) -> None:
    error = refusal(
        lambda: shed.objects.create(kinds.ROLE, build_role("new", EVERYTHING), "none", BY_ANN)
    )
    assert (error.code, str(error)) == (404, 'namespaces "none" not found')


def test_masters_and_allow_all_are_not_checked(shed: Endpoint, open_endpoint: Open) -> None:
    root = WriteOptions(user=User(name="root", groups=(MASTERS,)))
    create(shed, kinds.CLUSTER_ROLE, build_role("new", EVERYTHING), root)
    create(
        open_endpoint(authorization="AlwaysAllow"),
        kinds.CLUSTER_ROLE_BINDING,
        ADMIN_BINDING,
        BY_ANN,
    )


def test_rules_of_many_permissions_are_refused_soon(shed: Endpoint) -> None:
    words = [f"w{number}" for number in range(1000)]
    huge = {"verbs": words, "apiGroups": words, "resources": words, "resourceNames": words}
    begun = time.monotonic()
    error = refusal(lambda: create(shed, kinds.ROLE, build_role("new", huge), BY_ANN))
    assert (error.code, time.monotonic() - begun < 2) == (413, True)


@pytest.fixture(scope="module")
def served() -> Iterator[TokenEndpoint]:
    with TokenEndpoint(Settings(algorithm="ES256")) as endpoint:
        rule = {
            "verbs": ["create", "update", "patch"],
            "apiGroups": [GROUP],
            "resources": ["roles"],
        }
        endpoint.create("Role", "own", rules=[rule])
        role_ref = {"apiGroup": GROUP, "kind": "Role", "name": "own"}
        subject = {"kind": "ServiceAccount", "name": "default", "namespace": "default"}
        endpoint.create("RoleBinding", "own", roleRef=role_ref, subjects=[subject])
        yield endpoint


PATCHES = {
    "application/merge-patch+json": {"rules": [EVERYTHING]},
    "application/strategic-merge-patch+json": {"rules": [EVERYTHING]},
    "application/json-patch+json": [{"op": "add", "path": "/rules/-", "value": EVERYTHING}],
}


@pytest.mark.parametrize("media_type", PATCHES)
def test_user_of_a_request_is_checked_in_every_patch(
    media_type: str, served: TokenEndpoint
) -> None:
    path = f"{kinds.ROLE.collection('default')}/own"
    status, answer = send_patch(served, path, PATCHES[media_type], media_type)
    assert (status, answer["reason"]) == (403, "Forbidden")
    assert "not currently held" in answer["message"]


def send_patch(shed: TokenEndpoint, path: str, body: Any, media_type: str) -> tuple[int, Any]:
    data = json.dumps(body).encode()
    lines = (f"Content-Type: {media_type}", f"Content-Length: {len(data)}")
    head = request_head("PATCH", path, shed.token("default"), *lines)
    answer = exchange(shed.url, head.encode() + data)
    return int(answer.split(b" ", 2)[1]), json.loads(answer.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize("name", ["cluster-admin", "system:basic-user", "system:auth-delegator"])
def test_built_in_role_cannot_be_replaced(endpoint: Endpoint, name: str) -> None:
    with pytest.raises(StatusError) as error:
        create(endpoint, kinds.CLUSTER_ROLE, build_role(name, READ_SECRETS))
    assert error.value.status["code"] == 409


def test_role_in_a_namespace_may_have_the_name_of_a_built_in_one(endpoint: Endpoint) -> None:
    role = create(endpoint, kinds.ROLE, build_role("cluster-admin", READ_SECRETS))
    assert role["rules"] == [READ_SECRETS]
