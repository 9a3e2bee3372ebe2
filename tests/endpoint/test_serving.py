"""An endpoint over HTTP, as used by tests and programs."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import jwt
import pytest
import yaml
from click.testing import CliRunner
from msgspec import structs

from codegen.cli import main
from codegen.cli.token_endpoint import _settings
from codegen.cli.token_endpoint import token_endpoint as command
from codegen.core.diagnostics import CodegenError
from codegen.endpoint import clock, keys, kinds, protobuf
from codegen.endpoint.clock import Clock
from codegen.endpoint.negotiation import PROTOBUF
from codegen.endpoint.serving import RunningEndpoint
from codegen.endpoint.settings import GATES, Settings
from codegen.endpoint.testing import Refusal, TokenEndpoint
from codegen.readers.built_in.structure import BuiltIns
from support.wire import exchange, request_head

RELEASE = BuiltIns().newest
Start = Callable[..., TokenEndpoint]


@pytest.fixture(scope="module")
def shed() -> Iterator[TokenEndpoint]:
    with TokenEndpoint(Settings(algorithm="ES256", public_discovery=True)) as endpoint:
        endpoint.service_account("gardener")
        yield endpoint


def refusal_code(call: Callable[[], object]) -> int:
    with pytest.raises(Refusal) as refusal:
        call()
    return int(refusal.value.status["code"])


def test_token_is_invalid_after_its_pod_is_deleted(token_endpoint: TokenEndpoint) -> None:
    token_endpoint.service_account("gardener")
    token_endpoint.pod("rake", account="gardener")
    token = token_endpoint.token("gardener", audiences=["shed"], bound=("Pod", "rake"))
    assert token_endpoint.review(token, ["shed"])["authenticated"]
    token_endpoint.delete("Pod", "rake")
    assert token_endpoint.review(token, ["shed"])["error"].endswith(
        "service account token has been invalidated]"
    )


def test_account_token_authenticates_requests(shed: TokenEndpoint) -> None:
    token = shed.token("gardener")
    whoami = shed.request(
        "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {}, token=token
    )
    assert whoami["status"]["userInfo"]["username"] == "system:serviceaccount:default:gardener"
    mine = {
        "spec": {
            "resourceAttributes": {"verb": "create", "resource": "pods", "namespace": "default"}
        }
    }
    access = shed.request(
        "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", mine, token=token
    )
    assert access["status"]["allowed"] is False


SECRETS = "/api/v1/namespaces/default/secrets"


def test_every_served_kind_is_created_and_deleted(shed: TokenEndpoint) -> None:
    fields: dict[str, dict[str, Any]] = {
        "Pod": {"spec": {"containers": [{"name": "rake", "image": "rake"}]}},
        "RoleBinding": {"roleRef": {"apiGroup": kinds.ROLE.group, "kind": "Role", "name": "rake"}},
        "ClusterRoleBinding": {
            "roleRef": {"apiGroup": kinds.ROLE.group, "kind": "ClusterRole", "name": "rake"}
        },
    }
    for kind in kinds.KINDS:
        made = shed.create(kind.name, "rake", **fields.get(kind.name, {}))
        assert (made["kind"], made["metadata"].get("namespace")) == (
            kind.name,
            "default" if kind.namespaced else None,
        )
        shed.delete(kind.name, "rake")
    with pytest.raises(ValueError, match="not serve 'Shed'; it serves Namespace, ServiceAccount"):
        shed.create("Shed", "rake")


def test_body_of_patch_decides_its_kind(shed: TokenEndpoint) -> None:
    path, labels = "/api/v1/namespaces/default/serviceaccounts/default", {"tool": "rake"}
    for body in (
        {"metadata": {"labels": labels}},
        [{"op": "add", "path": "/metadata/labels", "value": labels}],
    ):
        assert shed.request("PATCH", path, body)["metadata"]["labels"] == labels


def test_kubeconfig_leads_to_endpoint(token_endpoint: TokenEndpoint) -> None:
    config = yaml.safe_load(token_endpoint.kubeconfig.read_text(encoding="utf-8"))
    (context,) = (
        each["context"] for each in config["contexts"] if each["name"] == config["current-context"]
    )
    (cluster,) = (
        each["cluster"] for each in config["clusters"] if each["name"] == context["cluster"]
    )
    (user,) = (each["user"] for each in config["users"] if each["name"] == context["user"])
    wanted = ({"server": token_endpoint.url}, {"token": token_endpoint.admin_token}, "default")
    assert (cluster, user, context["namespace"]) == wanted


def test_keys_and_clock_are_controlled_over_http(token_endpoint: TokenEndpoint) -> None:
    token = token_endpoint.token("default")
    # the default of clusters, and the only algorithm that many verifiers allow
    assert jwt.get_unverified_header(token)["alg"] == "RS256"
    name = token_endpoint.rotate(kept=60)
    assert jwt.get_unverified_header(token_endpoint.token("default"))["kid"] == name
    token_endpoint.forward(61)
    assert "no keys found" in token_endpoint.review(token)["error"]
    token_endpoint.stop_clock("2030-01-02T03:04:05Z")
    token_endpoint.token("default")
    assert token_endpoint.issued_tokens()[-1]["iat"] == 1893553445
    token_endpoint.run_clock()
    assert token_endpoint.request("GET", "/-/clock")["now"] < "2030-01-02T03:04:05Z"
    assert refusal_code(lambda: token_endpoint.stop_clock("tomorrow")) == 400
    assert refusal_code(lambda: token_endpoint.mint("ann", fault="rotten")) == 400


def test_stopped_endpoints_key_is_reused() -> None:
    with TokenEndpoint() as one, TokenEndpoint() as two:
        keys_at_once = {each.endpoint.signing_key.id for each in (one, two)}
        two.stop()
    with TokenEndpoint() as three, TokenEndpoint() as four:
        assert {each.endpoint.signing_key.id for each in (three, four)} == keys_at_once
    assert len(keys_at_once) == 2


def test_session_fixture_has_one_endpoint(session_token_endpoint: TokenEndpoint) -> None:
    assert session_token_endpoint.review(session_token_endpoint.token("default"))["authenticated"]


def test_restarted_endpoint_accepts_tokens_of_same_issuer(
    tmp_path: Path, token_endpoints: Start
) -> None:
    first = token_endpoints(state=tmp_path / "state.db", tls=True)
    token, port = first.token("default"), int(first.url.rpartition(":")[2])
    secret = {"annotations": {"kubernetes.io/service-account.name": "default"}}
    body = {"metadata": {"name": "key", **secret}, "type": "kubernetes.io/service-account-token"}
    made = first.request("POST", SECRETS, body)
    assert first.ca is not None
    assert base64.b64decode(made["data"]["ca.crt"]) == first.ca.read_bytes()
    first.stop()
    for options in ({"port": port}, {"issuer": first.issuer}):
        again = token_endpoints(state=tmp_path / "state.db", tls=True, **options)
        assert again.review(token, [first.issuer])["authenticated"]
        assert again.review(base64.b64decode(made["data"]["token"]).decode())["authenticated"]
        again.stop()


@pytest.mark.parametrize(
    ("release", "time", "library", "line", "emulates", "echoes"),
    [
        ("1.32", {"creationTimestamp": None}, "square/go-jose", 100, False, False),
        ("1.33", {"creationTimestamp": None}, "go-jose/go-jose", 110, True, False),
        ("1.34", {}, "go-jose/go-jose", 110, True, False),
        ("1.36", {}, "go-jose/go-jose", 111, True, True),
    ],
)
def test_responses_follow_release(
    release: str,
    time: Any,
    library: str,
    line: int,
    emulates: bool,
    echoes: bool,
    token_endpoints: Start,
) -> None:
    endpoint = token_endpoints(release=release)
    spec = {"token": endpoint.wrong_token("swapped-key")}
    reviewed = endpoint.request(
        "POST", "/apis/authentication.k8s.io/v1/tokenreviews", {"spec": spec}
    )
    del reviewed["metadata"]["managedFields"]
    assert reviewed["metadata"] == time
    assert f", {library}: error in cryptographic primitive" in reviewed["status"]["error"]
    attributes = {"spec": {"nonResourceAttributes": {"verb": "get", "path": "/"}}}
    access = endpoint.request(
        "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", attributes
    )
    assert access["metadata"].pop("managedFields")[0]["manager"] == "Python-urllib"
    assert access["metadata"] == time
    path = "/api/v1/namespaces/default/serviceaccounts/default/token"
    with pytest.raises(Refusal, match=rf"pkg/runtime/scheme\.go:{line}"):
        endpoint.request("POST", path, {"kind": "Shed"})
    sent = {"selfLink": "/x", "deletionTimestamp": "2020-01-01T00:00:00Z"}
    metadata = endpoint.request("POST", path, {"metadata": sent})["metadata"]
    assert (sent.items() <= metadata.items()) is echoes
    assert ("emulationMinor" in endpoint.request("GET", "/version")) is emulates


def test_unknown_newer_release_uses_newest_fields(token_endpoints: Start) -> None:
    major, minor = RELEASE.split(".")
    newer = token_endpoints(release=f"{major}.{int(minor) + 1}")
    assert newer.request("GET", "/version", token="")["minor"] == str(int(minor) + 1)
    assert newer.token("default")


def test_invalid_settings_are_reported(shed: TokenEndpoint, tmp_path: Path) -> None:
    with pytest.raises(CodegenError, match="address-unusable"):
        RunningEndpoint(Settings(port=int(shed.url.rpartition(":")[2])))
    with pytest.raises(CodegenError, match="address-unusable"):
        RunningEndpoint(Settings(host="\u202e", port=0))
    with pytest.raises(CodegenError, match="cannot-write"):
        shed.write_kubeconfig(tmp_path)


def test_certificate_is_created_once_or_given(tmp_path: Path, token_endpoints: Start) -> None:
    first = token_endpoints(certificates=tmp_path)
    written = (tmp_path / "ca.crt").read_bytes()
    assert first.request("GET", "/version", token="")
    token_endpoints(certificates=tmp_path)
    assert (tmp_path / "ca.crt").read_bytes() == written
    (tmp_path / "apiserver.key").write_bytes(keys.generate_key("ES256").jwk.as_pem(private=True))
    with pytest.raises(CodegenError, match="certificate-unusable"):
        token_endpoints(certificates=tmp_path)


def test_keys_from_files_sign_and_verify(tmp_path: Path, token_endpoints: Start) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(keys.generate_key("ES256").jwk.as_pem(private=True))
    endpoint = token_endpoints(signing_key=tmp_path / "one", verifying_keys=(tmp_path / "two",))
    listed = [each["kid"] for each in endpoint.request("GET", "/openid/v1/jwks")["keys"]]
    assert listed == [keys.read_key(tmp_path / name).id for name in ("one", "two")]
    public = keys.read_key(tmp_path / "one").jwk.as_pem(private=False)
    for name, content in (("none", b"no key"), ("public", public)):
        (tmp_path / name).write_bytes(content)
    for name in ("none", "public", "missing"):
        with pytest.raises(CodegenError, match="signing-key-unreadable"):
            token_endpoints(signing_key=tmp_path / name)


def test_client_may_send_and_accept_protobuf(token_endpoint: TokenEndpoint) -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "key"},
        "data": {"a": "Yg=="},
    }
    data = protobuf.encode(secret)
    lines = (
        f"Content-Type: {PROTOBUF}",
        f"Accept: {PROTOBUF}, */*",
        f"Content-Length: {len(data)}",
    )
    path = "/api/v1/namespaces/default/secrets"
    answer = exchange(
        token_endpoint.url,
        request_head("POST", path, token_endpoint.admin_token, *lines).encode() + data,
    )
    assert f"content-type: {PROTOBUF}".encode() in answer
    created = protobuf.decode(answer.partition(b"\r\n\r\n")[2], "v1", "Secret")
    assert token_endpoint.request("GET", f"{path}/key") == {**created, "data": {"a": "Yg=="}}


def test_clock_stays_within_valid_dates(token_endpoint: TokenEndpoint) -> None:
    for wrong in (
        {"forward": 1e18},
        {"forward": -1e18},
        {"stop": "9999-12-31T23:59:59Z"},
        {"stop": "never"},
    ):
        assert refusal_code(partial(token_endpoint.request, "POST", "/-/clock", wrong)) == 400
    assert (
        refusal_code(
            lambda: token_endpoint.request("POST", "/-/clock", json.loads('{"forward": 1e999}'))
        )
        == 400
    )
    assert token_endpoint.token("default")
    assert Clock(0).now() == 0
    latest = Clock(clock.parse_time(f"{clock.LAST_YEAR}-01-01T00:00:00Z"))
    # The longest possible lifetime.
    assert clock.format_time(latest.now() + (1 << 32)).startswith("99")
    with pytest.raises(ValueError, match="between the years 1970 and"):
        latest.forward(1)


WRONG_ORDERS: dict[str, list[Any]] = {
    "/-/keys": [{"kept": 10**30}, {"kept": "x"}, {"kept": True}, []],
    "/-/tokens": [
        {"subject": 5},
        {},
        {"subject": "x", "seconds": "x"},
        {"subject": "x", "audiences": [5]},
    ],
    "/-/clock": [{"forward": "x"}, {"stop": 5}, {"run": "x"}, {"walk": 1}],
}


@pytest.mark.parametrize(
    ("path", "body"), [(path, body) for path, bodies in WRONG_ORDERS.items() for body in bodies]
)
def test_control_endpoint_refuses_invalid_values(path: str, body: Any, shed: TokenEndpoint) -> None:
    before = shed.request("GET", "/openid/v1/jwks")
    assert refusal_code(lambda: shed.request("POST", path, body)) == 400
    assert shed.request("GET", "/openid/v1/jwks") == before
    assert shed.review(shed.token("default"))["authenticated"]


def run(*flags: str) -> Any:
    return CliRunner().invoke(main, ["token-endpoint", *flags])


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--service-account-max-token-expiration=2x",), "not a duration"),
        (("--request-timeout=-1.5h",), "must not be negative"),
        (("--feature-gates=Rakes=true",), "not a feature gate of the endpoint"),
        (("--fixed-time=tomorrow",), "not a time"),
        (("--fixed-time=2030-W01-1T00:00:00Z",), "not a time"),
        (("--service-account-key-file=x",), "needs --service-account-signing-key-file"),
        (("--kubernetes-version=new",), "not a Kubernetes release"),
        (("--kubernetes-version=1.2",), "older than all bundled releases"),
        (("--anonymous-auth=perhaps",), "not a valid boolean"),
        (("--port=0", "--token-auth-file=none.csv"), "token-file-unreadable"),
    ],
)
def test_wrong_usage_gives_one_message(flags: tuple[str, ...], said: str) -> None:
    result = run(*flags)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_command_flags_become_settings(tmp_path: Path) -> None:
    oldest = BuiltIns().releases[0]
    flags: dict[str, dict[str, Any]] = {
        f"--kubernetes-version={oldest}": {"release": oldest},
        "--service-account-issuer=https://a.example": {"issuer": "https://a.example"},
        "--api-audiences=a, b": {"audiences": ("a", "b")},
        "--service-account-max-token-expiration=2h": {"max_seconds": 7200},
        "--service-account-extend-token-expiration=false": {"extend": False},
        "--anonymous-auth=false": {"anonymous": False},
        "--authorization-mode=AlwaysAllow": {"authorization": "AlwaysAllow"},
        "--public-discovery": {"public_discovery": True},
        "--token-auth-file=tokens.csv": {"token_file": Path("tokens.csv")},
        "--service-account-signing-key-file=one": {"signing_key": Path("one")},
        "--service-account-key-file=two": {"verifying_keys": (Path("two"),)},
        "--signing-algorithm=ES256": {"algorithm": "ES256"},
        f"--feature-gates={','.join(f'{name}=true' for name in GATES)}": {
            "gates": dict.fromkeys(GATES, True)
        },
        "--state=state.db": {"state": Path("state.db")},
        "--fixed-time=2030-01-02T03:04:05Z": {"clock": 1893553445},
        "--bind-address=::1": {"host": "::1"},
        "--secure-port=6443": {"port": 6443},
        "--cert-dir=tls": {"certificates": Path("tls")},
        "--request-timeout=1.5s": {"request_timeout": 1.5},
        "--request-timeout=0": {"request_timeout": 0},
        "--write-kubeconfig=config": {"certificates": tmp_path},
    }

    def settings(*given: str) -> dict[str, Any]:
        return structs.asdict(
            _settings(tmp_path, **command.make_context("token-endpoint", list(given)).params)
        )

    plain = settings()
    for flag, changed in flags.items():
        assert settings(flag) == {**plain, **changed}, flag
    assert settings("--write-kubeconfig=config", "--plain-http") == plain
    several = settings(
        "--service-account-issuer=https://a.example", "--service-account-issuer=https://b.example"
    )
    assert (several["issuer"], several["further_issuers"]) == (
        "https://a.example",
        ("https://b.example",),
    )
    never = {"further_issuers", "connections"}
    assert {*plain} - never == {name for changed in flags.values() for name in changed}
