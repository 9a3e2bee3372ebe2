"""Authentication, RBAC and impersonation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import Headers

from codegen.core.diagnostics import CodegenError
from codegen.endpoint import kinds, users
from codegen.endpoint.authentication import bearer_token, find_user
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.objects import WriteOptions
from codegen.endpoint.request_info import parse_request
from codegen.endpoint.reviews import perform_review
from codegen.endpoint.status_errors import StatusError
from codegen.endpoint.users import ANONYMOUS, MASTERS, User
from support.rows import each_row

Open = Callable[..., Endpoint]
ADMIN = User(name="admin", groups=(MASTERS, users.AUTHENTICATED))


@each_row("""
    POST   | /api/v1/namespaces/a/serviceaccounts/b/token | serviceaccounts "b" is forbidden: User "ann" cannot create resource "serviceaccounts/token" in API group "" in the namespace "a"
    GET    | /apis/g/v1/sheds                             | sheds.g is forbidden: User "ann" cannot list resource "sheds" in API group "g" at the cluster scope
    PUT    | /api/v1/namespaces/a/finalize                | namespaces "a" is forbidden: User "ann" cannot update resource "namespaces/finalize" in API group "" in the namespace "a"
    DELETE | /api/v1/nodes                                | nodes is forbidden: User "ann" cannot deletecollection resource "nodes" in API group "" at the cluster scope
    GET    | /openid/v1/jwks                              | forbidden: User "ann" cannot get path "/openid/v1/jwks"
""")
def test_forbidden_message_matches_servers(method: str, path: str, text: str) -> None:
    error = parse_request(method, path).refusal("ann")
    assert (error.code, error.status["reason"], str(error)) == (403, "Forbidden", text)


def test_roles_and_bindings_allow_requests(endpoint: Endpoint, open_endpoint: Open) -> None:
    rule = {
        "apiGroups": [""],
        "resources": ["serviceaccounts/token"],
        "resourceNames": ["gardener"],
        "verbs": ["create"],
    }
    role = {"apiGroup": kinds.ROLE.group, "kind": "Role", "name": "mint"}
    subject = {"kind": "ServiceAccount", "name": "gardener", "namespace": "default"}
    binding = {"metadata": {"name": "mint"}, "roleRef": role, "subjects": [subject]}
    role_body = {"metadata": {"name": "mint"}, "rules": [rule]}
    endpoint.objects.create(kinds.ROLE, role_body, "default", WriteOptions())
    endpoint.objects.create(kinds.ROLE_BINDING, binding, "default", WriteOptions())
    wanted = parse_request("POST", "/api/v1/namespaces/default/serviceaccounts/gardener/token")
    other = parse_request("POST", "/api/v1/namespaces/default/serviceaccounts/default/token")
    keys = parse_request("GET", "/openid/v1/jwks")
    account = User(
        name=users.account_name("default", "gardener"), groups=(users.ACCOUNTS, users.AUTHENTICATED)
    )
    allows = endpoint.authorizer.allows
    assert [allows(account, each) for each in (wanted, other, keys)] == [True, False, True]
    assert allows(ADMIN, other)
    assert not allows(ANONYMOUS, keys)
    ann = User(name="ann", groups=(users.AUTHENTICATED,))
    paths = "/api /api/v1 /apis /apis/g/v1 /openapi /openapi/v3 /.well-known /.well-known/a /healthz /livez /readyz /version /version/"
    open_paths = [
        [path for path in paths.split() if allows(of, parse_request("GET", path))]
        for of in (ann, ANONYMOUS)
    ]
    assert open_paths == [paths.split(), paths.split()[6:]]
    assert open_endpoint(public_discovery=True).authorizer.allows(ANONYMOUS, keys)
    assert open_endpoint(authorization="AlwaysAllow").authorizer.allows(account, other)


def test_cluster_role_is_bound_by_name(endpoint: Endpoint) -> None:
    role = {"apiGroup": kinds.ROLE.group, "kind": "ClusterRole", "name": "system:auth-delegator"}
    subjects = [{"apiGroup": kinds.ROLE.group, "kind": "Group", "name": "reviewers"}]
    binding = {"metadata": {"name": "review"}, "roleRef": role, "subjects": subjects}
    wanted = parse_request("POST", "/apis/authentication.k8s.io/v1/tokenreviews")
    ann = User(name="ann", groups=("reviewers",))
    assert not endpoint.authorizer.allows(ann, wanted)
    endpoint.objects.create(kinds.CLUSTER_ROLE_BINDING, binding, "", WriteOptions())
    assert endpoint.authorizer.allows(ann, wanted)


@pytest.mark.parametrize(
    ("spec", "allowed"),
    [
        (
            {
                "user": "ann",
                "groups": ["reviewers"],
                "nonResourceAttributes": {"verb": "get", "path": "/openid/v1/jwks"},
            },
            False,
        ),
        (
            {
                "user": "ann",
                "groups": [users.ACCOUNTS],
                "nonResourceAttributes": {"verb": "get", "path": "/openid/v1/jwks"},
            },
            True,
        ),
        (
            {
                "user": "ann",
                "groups": [MASTERS],
                "resourceAttributes": {"verb": "delete", "resource": "pods"},
            },
            True,
        ),
        ({"user": "ann", "resourceAttributes": {"verb": "delete", "resource": "pods"}}, False),
    ],
)
def test_access_review_of_another_user(
    spec: dict[str, Any], allowed: bool, endpoint: Endpoint
) -> None:
    answer = perform_review(endpoint, kinds.ACCESS_REVIEW, {"spec": spec}, ADMIN, WriteOptions())
    assert (answer["spec"], answer["status"]) == (spec, {"allowed": allowed})


def test_only_bearer_tokens_authenticate() -> None:
    headers = ["Bearer a", "bearer a", "Bearer  a", "Bearer ", "Basic a", ""]
    assert [bearer_token(each) for each in headers] == ["a", "a", "", "", "", ""]


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"impersonate-user": "bob"}, User(name="bob", groups=(users.AUTHENTICATED,))),
        ({"impersonate-user": ANONYMOUS.name}, ANONYMOUS),
        (
            {"impersonate-user": "system:serviceaccount:a:b"},
            User(
                name="system:serviceaccount:a:b",
                groups=(users.ACCOUNTS, f"{users.ACCOUNTS}:a", users.AUTHENTICATED),
            ),
        ),
        ({"impersonate-group": "people"}, (400, "without impersonating a user")),
        ({"impersonate-uid": "u"}, (400, "without impersonating a user")),
        (
            {"impersonate-user": "bob", "impersonate-group": "people"},
            (400, "does not serve impersonate-group"),
        ),
        (
            {"impersonate-user": "bob", "impersonate-extra-a": "b"},
            (400, "does not serve impersonate-extra-a"),
        ),
        ({"authorization": "Bearer weak", "impersonate-user": "bob"}, (403, "cannot impersonate")),
        ({"authorization": "Bearer unknown"}, (401, "Unauthorized")),
    ],
)
def test_request_impersonates_another_user(
    headers: dict[str, str], found: Any, open_endpoint: Open
) -> None:
    endpoint = open_endpoint()
    endpoint.static_tokens.update({"strong": ADMIN, "weak": User(name="weak")})
    given = Headers({"authorization": "Bearer strong", **headers})
    if isinstance(found, User):
        assert find_user(endpoint, given) == found
        return
    with pytest.raises(StatusError, match=found[1]) as error:
        find_user(endpoint, given)
    assert error.value.code == found[0]


def test_static_tokens_are_read_and_invalid_line_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "tokens.csv"
    file.write_text('secret,ann,1,"system:masters,people"\n\nother,bob,2\n')
    found = users.read_static_tokens(file)
    assert found["secret"].groups == ("system:masters", "people", users.AUTHENTICATED)
    assert found["other"] == User(name="bob", uid="2", groups=(users.AUTHENTICATED,))
    for line in ("secret", ",ann,1", "secret,ann", 'secret,"ann'):
        file.write_text(f"secret,ann,1\n{line}\n")
        with pytest.raises(CodegenError, match=r"tokens\.csv:[23].*token-file-unreadable"):
            users.read_static_tokens(file)
