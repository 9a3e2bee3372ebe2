"""An endpoint over HTTP, as tests, kubectl and programs meet it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import jwt
import pytest
from click.testing import CliRunner

from codegen.cli import main
from codegen.cli.token_endpoint import _settings
from codegen.cli.token_endpoint import token_endpoint as command
from codegen.core.diagnostics import CodegenError
from codegen.endpoint import kinds
from codegen.endpoint.settings import GATES, Settings
from codegen.endpoint.testing import Refusal, TokenEndpoint, _flags
from codegen.readers.built_in.structure import BuiltIns

RELEASE = BuiltIns().newest
Start = Callable[..., TokenEndpoint]


@pytest.fixture(scope="module")
def shed() -> Iterator[TokenEndpoint]:
    with TokenEndpoint(Settings(release=RELEASE, algorithm="ES256", public_discovery=True)) as endpoint:
        endpoint.service_account("gardener")
        yield endpoint


def code(call: Callable[[], object]) -> int:
    with pytest.raises(Refusal) as refusal:
        call()
    return int(refusal.value.status["code"])


def test_a_pod_is_deleted_and_its_token_is_good_no_more(token_endpoint: TokenEndpoint) -> None:
    token_endpoint.service_account("gardener")
    token_endpoint.pod("rake", account="gardener")
    token = token_endpoint.token("gardener", audiences=["shed"], bound=("Pod", "rake"))
    assert token_endpoint.review(token, ["shed"])["authenticated"]
    token_endpoint.delete("Pod", "rake")
    token_endpoint.forward(10)
    assert token_endpoint.review(token, ["shed"])["error"].endswith("service account token has been invalidated]")


def test_a_relying_party_verifies_by_the_discovery_documents(shed: TokenEndpoint) -> None:
    configuration = shed.request("GET", "/.well-known/openid-configuration", token="")
    assert configuration["issuer"] == shed.issuer == shed.url
    keys = jwt.PyJWKClient(configuration["jwks_uri"])
    token = shed.token("gardener", audiences=["shed"])
    found = jwt.decode(token, keys.get_signing_key_from_jwt(token), ["ES256"], audience="shed", issuer=shed.issuer)
    assert found["sub"] == "system:serviceaccount:default:gardener"
    wrong = shed.wrong_token("swapped-key", account="gardener", audiences=["shed"])
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(wrong, keys.get_signing_key_from_jwt(wrong), ["ES256"], audience="shed", issuer=shed.issuer)


def test_who_asks_and_may_not_is_refused(shed: TokenEndpoint) -> None:
    path = "/api/v1/namespaces/default/serviceaccounts/gardener/token"
    token = shed.token("gardener")
    unknown = "of nobody"
    assert code(lambda: shed.request("POST", path, {}, token=unknown)) == 401
    assert code(lambda: shed.request("POST", path, {}, token="")) == 403
    assert code(lambda: shed.request("POST", path, {}, token=token)) == 403
    assert code(lambda: shed.request("GET", "/-/tokens", token=token)) == 403
    whoami = shed.request("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {}, token=token)
    assert whoami["status"]["userInfo"]["username"] == "system:serviceaccount:default:gardener"
    mine = {"spec": {"resourceAttributes": {"verb": "create", "resource": "pods", "namespace": "default"}}}
    for asking, allowed in ((token, False), (None, True)):
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        assert shed.request("POST", path, mine, token=asking)["status"]["allowed"] is allowed


def test_every_operation_is_answered(shed: TokenEndpoint) -> None:
    secrets = "/api/v1/namespaces/default/secrets"
    made = shed.create("Secret", "key", stringData={"a": "b"})
    listed = shed.request("GET", f"{secrets}?labelSelector=a=b")
    assert (listed["kind"], listed["items"]) == ("SecretList", [])
    assert shed.request("GET", "/api/v1/secrets")["items"][0]["metadata"] == made["metadata"]
    changed = shed.request("PUT", f"{secrets}/key", {**made, "data": {"a": "Yw=="}})
    assert changed["metadata"]["resourceVersion"] != made["metadata"]["resourceVersion"]
    assert code(lambda: shed.request("PUT", f"{secrets}/key", made)) == 409
    assert shed.request("DELETE", f"{secrets}/key?dryRun=All")["status"] == "Success"
    shed.delete("Secret", "key")
    assert code(lambda: shed.request("GET", f"{secrets}/key")) == 404


def test_resources_have_their_short_names_and_users_their_rules(shed: TokenEndpoint) -> None:
    listed = {each["name"]: each for each in shed.request("GET", "/api/v1")["resources"]}
    assert (listed["serviceaccounts"]["shortNames"], listed["pods"]["categories"]) == (["sa"], ["all"])
    assert "shortNames" not in listed["secrets"]
    path, mine = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {"spec": {"namespace": "default"}}
    rules = shed.request("POST", path, mine)["status"]
    assert {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]} in rules["resourceRules"]
    rules = shed.request("POST", path, mine, token=shed.token("gardener"))["status"]
    assert [each["resources"] for each in rules["resourceRules"]] == [
        ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
        ["selfsubjectreviews"],
    ]
    assert rules["nonResourceRules"][0]["verbs"] == ["get"]
    assert code(lambda: shed.request("POST", path, {"spec": {}})) == 400


def test_a_control_page_has_its_own_methods(shed: TokenEndpoint) -> None:
    with pytest.raises(Refusal) as refusal:
        shed.request("PUT", "/-/clock", {})
    assert refusal.value.status["code"] == 405
    assert isinstance(refusal.value.__context__, HTTPError)
    assert refusal.value.__context__.headers["Allow"] == "GET, POST"
    assert code(lambda: shed.request("PUT", "/-/clock", {}, token=shed.token("gardener"))) == 403


def test_an_object_is_changed_by_patches_and_only_by_who_may(shed: TokenEndpoint) -> None:
    path = "/api/v1/namespaces/default/configmaps/beds"
    made = shed.create("ConfigMap", "beds", data={"a": "1"})
    merged = shed.request("PATCH", path, {"data": {"b": "2"}, "metadata": {"uid": None}})
    assert (merged["data"], merged["metadata"]["uid"]) == ({"a": "1", "b": "2"}, made["metadata"]["uid"])
    assert shed.request("PATCH", f"{path}?dryRun=All", {"data": None}).get("data") is None
    changed = shed.request("PATCH", path, [{"op": "replace", "path": "/data/a", "value": "3"}])
    assert changed["data"] == {"a": "3", "b": "2"}
    assert shed.request("PATCH", path, []) == changed
    with pytest.raises(Refusal, match='cannot patch resource "configmaps"'):
        shed.request("PATCH", path, {}, token=shed.token("gardener"))
    old = {"metadata": {"resourceVersion": made["metadata"]["resourceVersion"]}}
    assert code(lambda: shed.request("PATCH", path, old)) == 409
    assert code(lambda: shed.request("PATCH", path, {"data": {"a": 5}})) == 422
    assert code(lambda: shed.request("PATCH", path, {"metadata": {"name": "other"}})) == 400
    assert code(lambda: shed.request("PATCH", f"{path}s", {})) == 404
    shed.delete("ConfigMap", "beds")


def test_a_secret_keeps_no_plain_text_when_it_is_changed(shed: TokenEndpoint) -> None:
    shed.create("Secret", "seed")
    path = "/api/v1/namespaces/default/secrets/seed"
    assert shed.request("PATCH", path, {"stringData": {"a": "b"}})["data"] == {"a": "Yg=="}
    assert "stringData" not in shed.request("PUT", path, {"metadata": {"name": "seed"}, "stringData": {"a": "c"}})


def test_every_kind_that_is_kept_is_made_and_removed_by_its_name(shed: TokenEndpoint) -> None:
    fields: dict[str, dict[str, Any]] = {
        "Pod": {"spec": {"containers": [{"name": "rake", "image": "rake"}]}},
        "RoleBinding": {"roleRef": {"apiGroup": kinds.ROLE.group, "kind": "Role", "name": "rake"}},
        "ClusterRoleBinding": {"roleRef": {"apiGroup": kinds.ROLE.group, "kind": "ClusterRole", "name": "rake"}},
    }
    for kind in kinds.KINDS:
        made = shed.create(kind.name, "rake", **fields.get(kind.name, {}))
        assert (made["kind"], made["metadata"].get("namespace")) == (kind.name, "default" if kind.namespaced else None)
        shed.delete(kind.name, "rake")
    with pytest.raises(ValueError, match="no 'Shed'; it keeps Namespace, ServiceAccount"):
        shed.create("Shed", "rake")


def test_a_watch_tells_what_happens(shed: TokenEndpoint) -> None:
    path = "/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=2"
    host, port = shed.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection, connection.makefile("rb") as stream:
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {shed.admin_token}\r\n\r\n"
        connection.sendall(head.encode())
        maker = threading.Timer(0.1, lambda: shed.create("ConfigMap", "plan"))
        maker.start()
        line = next(line for line in stream if b'"type":"ADDED"' in line)
        maker.join()
    assert b'"plan"' in line


def test_keys_and_clock_are_moved_from_outside(token_endpoint: TokenEndpoint) -> None:
    token = token_endpoint.token("default")
    name = token_endpoint.rotate(kept=60)
    assert jwt.get_unverified_header(token_endpoint.token("default"))["kid"] == name
    token_endpoint.forward(61)
    assert "no keys found" in token_endpoint.review(token)["error"]
    token_endpoint.stop_clock("2030-01-02T03:04:05Z")
    token_endpoint.token("default")
    assert token_endpoint.issued()[-1]["iat"] == 1893553445
    assert code(lambda: token_endpoint.stop_clock("tomorrow")) == 400
    assert code(lambda: token_endpoint.mint("ann", fault="rotten")) == 400


def test_several_endpoints_run_at_once_and_know_nothing_of_each_other(token_endpoints: Start, tmp_path: Path) -> None:
    one, two = token_endpoints(), token_endpoints(tls=True, projections=[f"{tmp_path / 'token'}=default/default"])
    assert two.url.startswith("https://")
    assert two.review((tmp_path / "token").read_text())["authenticated"]
    assert one.review((tmp_path / "token").read_text())["error"] == "invalid bearer token"


def test_a_release_that_does_not_ship_yet_has_the_fields_of_the_newest(token_endpoints: Start) -> None:
    major, minor = RELEASE.split(".")
    newer = token_endpoints(release=f"{major}.{int(minor) + 1}")
    assert newer.request("GET", "/version", token="")["minor"] == str(int(minor) + 1)
    assert newer.token("default")


def test_what_an_endpoint_cannot_start_with_is_told(shed: TokenEndpoint, tmp_path: Path) -> None:
    from codegen.endpoint.projection import parse_projection
    from codegen.endpoint.serving import Address, RunningEndpoint

    settings = Settings(release=RELEASE, algorithm="ES256")
    with pytest.raises(CodegenError, match="address-unusable"):
        RunningEndpoint(settings, Address(port=int(shed.url.rpartition(":")[2])))
    listening = RunningEndpoint(settings, projections=[parse_projection(f"{tmp_path / 'token'}=default/nobody")])
    with pytest.raises(CodegenError, match="token-not-projected"):
        listening.start()
    with pytest.raises(CodegenError, match="cannot-write"):
        listening.write_kubeconfig(tmp_path)
    listening.stop()


def run(*flags: str) -> Any:
    return CliRunner().invoke(main, ["token-endpoint", *flags])


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--service-account-max-token-expiration=2x",), "not a length of time"),
        (("--request-timeout=-1.5h",), "less than nothing"),
        (("--feature-gates=Rakes=true",), "not a feature gate of the endpoint"),
        (("--fixed-time=tomorrow",), "not a time"),
        (("--fixed-time=2030-W01-1T00:00:00Z",), "not a time"),
        (("--project-token=x",), "expected FILE="),
        (("--tls-cert-file=x",), "belong together"),
        (("--service-account-key-file=x",), "needs --service-account-signing-key-file"),
        (("--kubernetes-version=new",), "not a Kubernetes release"),
        (("--kubernetes-version=1.2",), "older than all that ship"),
        (("--anonymous-auth=perhaps",), "not a valid boolean"),
        (("--port=0", "--token-auth-file=none.csv"), "token-file-unreadable"),
        (("--port=0", "--seed=none.yaml"), "none.yaml"),
    ],
)
def test_wrong_usage_ends_with_one_message(flags: tuple[str, ...], said: str) -> None:
    result = run(*flags)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_process_has_all_settings_of_a_test() -> None:
    wanted = Settings(
        release=RELEASE,
        issuer="https://garden.example",
        further_issuers=("https://shed.example",),
        audiences=("a", "b"),
        max_seconds=7200,
        extend=False,
        anonymous=False,
        authorization="AlwaysAllow",
        public_discovery=True,
        token_file=Path("tokens.csv"),
        signing_key=Path("one"),
        verifying_keys=(Path("two"), Path("three")),
        algorithm="ES256",
        gates=dict.fromkeys(GATES, True),
        state=Path("state.db"),
        seeds=(Path("seed.yaml"),),
        cache_seconds=0.25,
        clock=1893553445,
    )
    plain = Settings(release=RELEASE)
    assert [name for name in Settings.__struct_fields__ if getattr(wanted, name) == getattr(plain, name)] == ["release"]
    for settings in (wanted, plain):
        assert _settings(command.make_context("token-endpoint", list(_flags(settings))).params) == settings


@pytest.mark.slow(reason="a process is started and killed, twice")
def test_a_process_that_is_killed_has_lost_no_token(token_endpoints: Start, tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    first = token_endpoints(process=True, state=file)
    first.service_account("gardener")
    tokens = [first.token("gardener") for _ in range(20)]
    first.kill()
    second = token_endpoints(process=True, state=file, issuer=first.issuer)
    issued = {each["jti"] for each in second.issued()}
    assert {jwt.decode(each, options={"verify_signature": False})["jti"] for each in tokens} <= issued
