"""An endpoint without its HTTP: what it issues and how it judges it, what it keeps, and who may do what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast

import jwt
import pytest
from joserfc import jwt as jose
from joserfc.jwk import KeySet

from codegen.core.diagnostics import CodegenError, Report
from codegen.endpoint import certificates, keys, kinds, projection, seeds, users
from codegen.endpoint.authentication import bearer_token
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.minting import FAULTS, TokenOrder, mint
from codegen.endpoint.request_info import WriteOptions, parse_request
from codegen.endpoint.settings import ALGORITHMS, Settings
from codegen.endpoint.state import ObjectKey, State, Unavailable
from codegen.endpoint.users import ANONYMOUS, MASTERS, User
from codegen.kube.statuses import StatusError
from codegen.readers.built_in.structure import BuiltIns

RELEASE = BuiltIns().newest
URL = "https://garden.example"
NOW = 1_900_000_000
ASKER = WriteOptions(user_agent="trowel/2.0")


_OPEN: list[Endpoint | State] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """What a test opened is closed behind it: Python 3.13 warns of databases that are not."""
    yield
    while _OPEN:
        _OPEN.pop().close()


def started(**options: Any) -> Endpoint:
    settings: dict[str, Any] = {"release": RELEASE, "clock": NOW, "algorithm": "ES256", **options}
    endpoint = Endpoint(Settings(**settings), URL)
    _OPEN.append(endpoint)
    endpoint.objects.create(kinds.ACCOUNT, {"metadata": {"name": "gardener"}}, "default", ASKER)
    return endpoint


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = started()
    yield made
    made.close()


def pod(name: str, account: str = "gardener", node: str = "") -> dict[str, Any]:
    spec = {"serviceAccountName": account, "containers": [{"name": "spade", "image": "spade"}]}
    return {"metadata": {"name": name}, "spec": {**spec, **({"nodeName": node} if node else {})}}


def token(endpoint: Endpoint, **spec: Any) -> str:
    answer = endpoint.issuer.create({"spec": spec}, "default", "gardener", ASKER).answer
    return str(answer["status"]["token"])


def review(endpoint: Endpoint, token: str, *audiences: str) -> dict[str, Any]:
    spec = {"token": token, **({"audiences": list(audiences)} if audiences else {})}
    found: dict[str, Any] = endpoint.reviewer.token({"spec": spec}, ASKER)["status"]
    return found


def refused(error: StatusError) -> tuple[int, str]:
    return error.code, str(error)


# ------------------------------------------------------------------------------------------------------------- tokens


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_tokens_are_good_by_the_key_set_for_other_libraries(algorithm: str) -> None:
    endpoint = started(algorithm=algorithm, clock=None)
    text = token(endpoint, audiences=["shed"])
    found = jwt.PyJWKSet.from_dict(endpoint.key_set())[jwt.get_unverified_header(text)["kid"]]
    claims = jwt.decode(text, found, algorithms=[algorithm], audience="shed", issuer=URL)
    assert claims["sub"] == "system:serviceaccount:default:gardener"
    assert (
        jose.decode(text, KeySet.import_key_set(cast("Any", endpoint.key_set())), algorithms=[algorithm]).claims
        == claims
    )
    assert endpoint.configuration()["id_token_signing_alg_values_supported"] == [algorithm]
    assert endpoint.state.tokens() == [claims]


def test_claims_name_what_a_token_is_bound_to(endpoint: Endpoint) -> None:
    endpoint.objects.create(kinds.NODE, {"metadata": {"name": "bed"}}, "", ASKER)
    for name, node in (("rake", ""), ("hoe", "bed"), ("fork", "ghost")):
        endpoint.objects.create(kinds.POD, pod(name, node=node), "default", ASKER)
    bed = endpoint.objects.get(kinds.NODE, "", "bed")["metadata"]["uid"]
    nodes: dict[str, dict[str, str] | None] = {
        "rake": None,
        "hoe": {"name": "bed", "uid": bed},
        "fork": {"name": "ghost"},
    }
    for name, on in nodes.items():
        text = token(endpoint, boundObjectRef={"kind": "Pod", "name": name})
        private = jwt.decode(text, options={"verify_signature": False})["kubernetes.io"]
        assert private["pod"]["name"] == name
        assert private.get("node") == on
        extra = review(endpoint, text)["user"]["extra"]
        assert extra.get("authentication.kubernetes.io/node-name") == (None if on is None else [on["name"]])


def test_an_injected_token_lives_for_a_year_and_warns(endpoint: Endpoint) -> None:
    endpoint.objects.create(kinds.POD, pod("rake"), "default", ASKER)
    bound = {"boundObjectRef": {"kind": "Pod", "name": "rake"}}
    for spec, lives, warns in (
        ({"expirationSeconds": 3607}, 31536000, NOW + 3607),
        ({"expirationSeconds": 3608}, 3608, None),
        ({"expirationSeconds": 3607, "audiences": ["shed"]}, 3607, None),
    ):
        answer = endpoint.issuer.create({"spec": {**bound, **spec}}, "default", "gardener", ASKER).answer
        claims = jwt.decode(answer["status"]["token"], options={"verify_signature": False})
        assert (claims["exp"] - claims["iat"], claims["kubernetes.io"].get("warnafter")) == (lives, warns)
        assert answer["status"]["expirationTimestamp"] == "2030-03-17T18:46:47Z" or lives == 3608


def test_a_longer_request_is_shortened_with_a_warning() -> None:
    endpoint = started(max_seconds=7200)
    issued = endpoint.issuer.create({"spec": {"expirationSeconds": 7201}}, "default", "gardener", ASKER)
    assert issued.warnings == ("requested expiration of 7201 seconds shortened to 7200 seconds",)
    assert issued.answer["spec"]["expirationSeconds"] == 7200


def test_a_request_is_judged_by_the_rules_of_servers_with_what_the_endpoint_has(endpoint: Endpoint) -> None:
    endpoint.objects.create(kinds.POD, pod("rake", "default"), "default", ASKER)
    for spec, account, answer in (
        ({"expirationSeconds": 1}, "nobody", (404, 'serviceaccounts "nobody" not found')),
        ({"boundObjectRef": {"kind": "Pod", "name": "hoe"}}, "gardener", (404, 'pods "hoe" not found')),
        ({"boundObjectRef": {"kind": "Shed", "name": "x"}}, "gardener", (400, "object of type /, Kind=Shed")),
        (
            {"boundObjectRef": {"kind": "Pod", "name": "rake"}},
            "gardener",
            (400, "running with different serviceaccount"),
        ),
        ({"boundObjectRef": {"kind": "Pod", "name": "rake", "uid": "u"}}, "default", (409, "UID in record")),
    ):
        with pytest.raises(StatusError) as error:
            endpoint.issuer.create({"spec": spec}, "default", account, ASKER)
        assert error.value.code == answer[0]
        assert answer[1] in str(error.value)
    assert endpoint.state.tokens() == []


def test_a_request_for_a_token_reads_each_object_once(monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint) -> None:
    endpoint.objects.create(kinds.POD, pod("rake", node="bed"), "default", ASKER)
    read, get = list[ObjectKey](), endpoint.state.get

    def noted(place: ObjectKey) -> dict[str, Any] | None:
        read.append(place)
        return get(place)

    monkeypatch.setattr(endpoint.state, "get", noted)
    assert token(endpoint, boundObjectRef={"kind": "Pod", "name": "rake"})
    assert sorted(each.name for each in read) == ["bed", "default", "gardener", "rake"]


def test_a_review_holds_for_ten_seconds_and_then_sees_that_the_pod_is_gone(endpoint: Endpoint) -> None:
    endpoint.objects.create(kinds.POD, pod("rake"), "default", ASKER)
    text = token(endpoint, boundObjectRef={"kind": "Pod", "name": "rake"})
    assert review(endpoint, text)["authenticated"]
    endpoint.objects.delete(kinds.POD, "default", "rake", {})
    assert review(endpoint, text)["authenticated"]
    endpoint.clock.forward(10)
    assert review(endpoint, text)["error"] == "[invalid bearer token, service account token has been invalidated]"
    endpoint.objects.create(kinds.POD, pod("rake"), "default", ASKER)
    assert "does not match service account pod ref claim" in review(endpoint, text)["error"]


def test_audiences_are_those_asked_for(endpoint: Endpoint) -> None:
    text = token(endpoint, audiences=["shed", "barn"])
    assert review(endpoint, text, "barn", "stable")["audiences"] == ["barn"]
    assert review(endpoint, text)["error"] == (
        f'[invalid bearer token, token audiences ["shed" "barn"] is invalid for the target audiences ["{URL}"]]'
    )


def test_keys_change_with_an_overlap(endpoint: Endpoint) -> None:
    old, first = token(endpoint, expirationSeconds=7200), endpoint.keys.signing.id
    endpoint.rotate(kept=600)
    assert [key["kid"] for key in endpoint.key_set()["keys"]] == [endpoint.keys.signing.id, first]
    assert review(endpoint, old)["authenticated"]
    endpoint.clock.forward(600)
    endpoint.authenticator.forget()
    assert review(endpoint, old)["error"] == "[invalid bearer token, invalid signature, no keys found]"
    assert review(endpoint, token(endpoint))["authenticated"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_token_is_refused(endpoint: Endpoint, fault: str) -> None:
    wanted = TokenOrder(subject="system:serviceaccount:default:gardener")
    assert review(endpoint, mint(endpoint, wanted))["authenticated"]
    wrong = mint(endpoint, TokenOrder(subject=wanted.subject, fault=fault))
    assert "authenticated" not in review(endpoint, wrong)
    assert wrong.count(".") == 2


def test_a_fault_that_there_is_none_of_is_named() -> None:
    with pytest.raises(ValueError, match="alg-none"):
        mint(started(), TokenOrder(subject="x", fault="rotten"))


def test_a_token_in_a_file_is_renewed_when_most_of_its_time_is_over(endpoint: Endpoint, tmp_path: Path) -> None:
    file = tmp_path / "token"
    wanted = projection.parse_projection(f"{file}=default/gardener,audience=shed,seconds=1000")
    kept = projection.Projector(endpoint, wanted)
    assert kept.refresh()
    first = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    endpoint.clock.forward(799)
    assert not kept.refresh()
    endpoint.clock.forward(2)
    assert kept.refresh()
    assert file.read_text() != first
    assert not kept.refresh()
    endpoint.clock.forward(-10_000)  # the token in the file is not good yet
    assert kept.refresh()
    assert not kept.refresh()
    assert [each.name for each in tmp_path.iterdir()] == ["token"]


@pytest.mark.parametrize("text", ["x", "f=a", "f=/b", "f=a/b,seconds=x", "f=a/b,colour=red"])
def test_what_is_no_projection_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|seconds"):
        projection.parse_projection(text)


# -------------------------------------------------------------------------------------------------------------- state


def test_a_state_in_a_file_has_everything_when_it_is_opened_again(tmp_path: Path) -> None:
    first = started(state=tmp_path / "state.db")
    text = token(first)
    second = Endpoint(Settings(release=RELEASE, clock=NOW, state=tmp_path / "state.db"), URL)  # at the same time
    _OPEN.append(second)
    assert review(second, text)["authenticated"]
    first.rotate()
    assert second.key_set() == first.key_set()
    assert second.state.tokens() == first.state.tokens()
    assert (tmp_path / "state.db").stat().st_mode & 0o777 == 0o600


def test_a_state_that_is_locked_is_not_available(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegen.endpoint.state._LOCK_TIMEOUT", 0.01)
    first, second = State(tmp_path / "state.db"), State(tmp_path / "state.db")
    _OPEN.extend((first, second))
    place = ObjectKey(resource="pods", namespace="default", name="rake")
    with first._transaction(), pytest.raises(Unavailable, match="locked"):
        second.create(place, {"metadata": {"uid": "u"}})
    assert second.get(place) is None


def test_changes_are_told_until_they_are_too_old(monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint) -> None:
    objects = endpoint.objects
    _, version = objects.changes(kinds.POD, "default", "")
    objects.create(kinds.POD, pod("rake"), "default", ASKER)
    objects.delete(kinds.POD, "default", "rake", {})
    told, newest = objects.changes(kinds.POD, "default", version)
    assert [each["type"] for each in told] == ["ADDED", "DELETED"]
    assert objects.changes(kinds.POD, "", newest) == ([], newest)
    monkeypatch.setattr("codegen.endpoint.state._MOST_CHANGES", 1)
    objects.create(kinds.POD, pod("hoe"), "default", ASKER)
    with pytest.raises(StatusError, match="too old resource version"):
        objects.changes(kinds.POD, "default", version)


def test_a_watch_of_which_nothing_changes_does_not_grow_old(
    monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint
) -> None:
    monkeypatch.setattr("codegen.endpoint.state._MOST_CHANGES", 2)
    _, version = endpoint.objects.changes(kinds.POD, "default", "")
    for name in ("a", "b", "c", "d", "e"):
        endpoint.objects.create(kinds.SECRET, {"metadata": {"name": name}}, "default", ASKER)
        told, version = endpoint.objects.changes(kinds.POD, "default", version)
        assert told == []


def test_a_watch_with_a_selector_is_told_what_begins_and_ceases_to_match(endpoint: Endpoint) -> None:
    objects = endpoint.objects
    _, version = objects.changes(kinds.POD, "default", "")
    objects.create(kinds.POD, pod("rake"), "default", ASKER)

    def change(**metadata: Any) -> dict[str, Any]:
        def changed(old: dict[str, Any]) -> dict[str, Any]:
            return {**old, "metadata": {**old["metadata"], **metadata}}

        return objects.change(kinds.POD, "default", "rake", changed, ASKER)

    change(labels={"bed": "roses"})
    change(labels={"bed": "roses", "more": "yes"})
    last = change(labels={"bed": "tulips"})
    change(annotations={"a": "b"})
    change(labels={"bed": "roses"})
    objects.delete(kinds.POD, "default", "rake", {})
    told, _ = objects.changes(kinds.POD, "default", version, "bed=roses")
    assert [each["type"] for each in told] == ["ADDED", "MODIFIED", "DELETED", "ADDED", "DELETED"]
    gone = told[2]["object"]["metadata"]
    assert (gone["labels"]["more"], gone["resourceVersion"]) == ("yes", last["metadata"]["resourceVersion"])
    told, _ = objects.changes(kinds.POD, "default", version, "", "metadata.name=rake")
    assert [each["type"] for each in told] == ["ADDED", *["MODIFIED"] * 5, "DELETED"]


# ------------------------------------------------------------------------------------------------------------ objects


def test_an_object_has_who_set_which_field(endpoint: Endpoint) -> None:
    sent = {**pod("rake"), "metadata": {"name": "rake", "labels": {"of": "garden"}, "finalizers": ["a.b/c"]}}
    made = endpoint.objects.create(kinds.POD, sent, "default", ASKER)
    (entry,) = made["metadata"]["managedFields"]
    assert (entry["manager"], entry["operation"], entry["apiVersion"]) == ("trowel", "Update", "v1")
    assert entry["fieldsV1"] == {
        "f:metadata": {"f:finalizers": {".": {}, 'v:"a.b/c"': {}}, "f:labels": {".": {}, "f:of": {}}},
        "f:spec": {
            "f:containers": {".": {}, 'k:{"name":"spade"}': {".": {}, "f:image": {}, "f:name": {}}},
            "f:serviceAccountName": {},
        },
    }


def test_a_finalizer_holds_an_object_and_its_namespace_ends(endpoint: Endpoint) -> None:
    objects = endpoint.objects
    objects.create(kinds.NAMESPACE, {"metadata": {"name": "shed"}}, "", ASKER)
    assert objects.get(kinds.ACCOUNT, "shed", "default")
    objects.create(
        kinds.POD, {**pod("rake", "default"), "metadata": {"name": "rake", "finalizers": ["a.b/c"]}}, "shed", ASKER
    )
    marked = objects.delete(kinds.POD, "shed", "rake", {})
    assert marked["metadata"]["deletionTimestamp"]
    freed = {**marked, "metadata": {**marked["metadata"], "finalizers": []}}
    objects.replace(kinds.POD, freed, "shed", "rake", ASKER)
    assert objects.find("pods", "shed", "rake") is None
    ending = objects.delete(kinds.NAMESPACE, "", "shed", {})
    assert ending["status"]["phase"] == "Terminating"
    with pytest.raises(StatusError, match="because it is being terminated"):
        objects.create(kinds.SECRET, {"metadata": {"name": "key"}}, "shed", ASKER)
    objects.replace(kinds.NAMESPACE, {**ending, "spec": {}}, "", "shed", ASKER, part="finalize")
    assert objects.find("namespaces", "", "shed") is None


def test_what_cannot_be_made_or_changed_is_refused_as_servers_do(endpoint: Endpoint) -> None:
    objects = endpoint.objects
    made = objects.create(kinds.SECRET, {"metadata": {"name": "key"}, "stringData": {"a": "b"}}, "default", ASKER)
    assert made["data"] == {"a": "Yg=="}
    assert "stringData" not in made
    dry = WriteOptions(dry_run=True)
    assert (
        objects.create(kinds.SECRET, {"metadata": {"generateName": "k-"}}, "default", dry)["metadata"]["name"][:2]
        == "k-"
    )
    assert len(objects.find_all("secrets")) == 1
    stale = {"metadata": {"name": "key", "resourceVersion": "1"}}
    elsewhere = {"preconditions": {"uid": "u"}}
    calls: tuple[tuple[Callable[[], object], int, str], ...] = (
        (partial(objects.create, kinds.SECRET, {"metadata": {"name": "key"}}, "default", ASKER), 409, "already exists"),
        (partial(objects.create, kinds.SECRET, {}, "default", ASKER), 422, "name or generateName is required"),
        (partial(objects.create, kinds.SECRET, {"metadata": {"name": "K!"}}, "default", ASKER), 422, "metadata.name"),
        (partial(objects.create, kinds.SECRET, {"metadata": {"name": "x"}}, "none", ASKER), 404, 'namespaces "none"'),
        (partial(objects.delete, kinds.SECRET, "default", "key", elsewhere), 409, "Precondition failed"),
        (partial(objects.replace, kinds.SECRET, stale, "default", "key", ASKER), 409, "has been modified"),
    )
    for call, code, text in calls:
        with pytest.raises(StatusError, match=text) as error:
            call()
        assert error.value.code == code


@pytest.mark.parametrize(
    ("labels", "fields", "names"),
    [
        ("tool=rake", "", ["a"]),
        ("tool!=rake,!old", "", ["c"]),
        ("tool in (rake, hoe),old", "", ["b"]),
        ("", "metadata.name=c", ["c"]),
        ("", "metadata.name!=c,metadata.namespace=default", ["a", "b"]),
    ],
)
def test_selectors_choose(endpoint: Endpoint, labels: str, fields: str, names: list[str]) -> None:
    for name, of in (("a", {"tool": "rake"}), ("b", {"tool": "hoe", "old": "yes"}), ("c", {})):
        endpoint.objects.create(kinds.SECRET, {"metadata": {"name": name, "labels": of}}, "default", ASKER)
    found = endpoint.objects.list_objects(kinds.SECRET, "default", labels, fields)
    assert [each["metadata"]["name"] for each in found["items"]] == names


def test_what_is_no_selector_is_refused(endpoint: Endpoint) -> None:
    with pytest.raises(StatusError, match="unable to parse"):
        endpoint.objects.list_objects(kinds.SECRET, "default", "a in")


# -------------------------------------------------------------------------------------------------------- who may what


@pytest.mark.parametrize(
    ("method", "path", "query", "text"),
    [
        ("POST", "/api/v1/namespaces/a/serviceaccounts/b/token", "", 'create resource "serviceaccounts/token" in API group "" in the namespace "a"'),
        ("GET", "/apis/g/v1/sheds", "", 'list resource "sheds" in API group "g" at the cluster scope'),
        ("GET", "/api/v1/namespaces/a/pods", "watch=true", 'watch resource "pods" in API group "" in the namespace "a"'),
        ("PUT", "/api/v1/namespaces/a/finalize", "", 'update resource "namespaces/finalize" in API group "" in the namespace "a"'),
        ("DELETE", "/api/v1/nodes", "", 'deletecollection resource "nodes" in API group "" at the cluster scope'),
        ("GET", "/openid/v1/jwks", "", 'get path "/openid/v1/jwks"'),
    ],
)  # fmt: skip
def test_a_request_is_told_as_servers_tell_it(method: str, path: str, query: str, text: str) -> None:
    assert parse_request(method, path, query).refusal("ann") == f'User "ann" cannot {text}'


def test_roles_and_their_bindings_allow(endpoint: Endpoint) -> None:
    rule = {
        "apiGroups": [""],
        "resources": ["serviceaccounts/token"],
        "resourceNames": ["gardener"],
        "verbs": ["create"],
    }
    role = {"apiGroup": kinds.ROLE.group, "kind": "Role", "name": "mint"}
    subject = {"kind": "ServiceAccount", "name": "gardener", "namespace": "default"}
    endpoint.objects.create(kinds.ROLE, {"metadata": {"name": "mint"}, "rules": [rule]}, "default", ASKER)
    endpoint.objects.create(
        kinds.ROLE_BINDING, {"metadata": {"name": "mint"}, "roleRef": role, "subjects": [subject]}, "default", ASKER
    )
    wanted = parse_request("POST", "/api/v1/namespaces/default/serviceaccounts/gardener/token")
    other = parse_request("POST", "/api/v1/namespaces/default/serviceaccounts/default/token")
    account = User(name=users.account_name("default", "gardener"), groups=(users.ACCOUNTS, users.AUTHENTICATED))
    assert endpoint.allows(account, wanted)
    assert not endpoint.allows(account, other)
    assert endpoint.allows(User(name="ann", groups=(MASTERS,)), other)
    assert endpoint.allows(account, parse_request("GET", "/openid/v1/jwks"))
    assert not endpoint.allows(ANONYMOUS, parse_request("GET", "/openid/v1/jwks"))
    assert started(public_discovery=True).allows(ANONYMOUS, parse_request("GET", "/openid/v1/jwks"))


def test_only_a_bearer_token_counts() -> None:
    headers = ["Bearer a", "bearer a", "Bearer  a", "Bearer ", "Basic a", "", None]
    assert [bearer_token(each) for each in headers] == ["a", "a", "", "", "", "", ""]


# --------------------------------------------------------------------------------------------------------------- files


def rule_of(error: pytest.ExceptionInfo[CodegenError]) -> str:
    return error.value.diagnostics[0].rule


def test_static_tokens_are_read_and_a_wrong_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "tokens.csv"
    file.write_text('secret,ann,1,"system:masters,people"\nother,bob,2\n')
    assert users.static_tokens(file)["secret"].groups == ("system:masters", "people", users.AUTHENTICATED)
    file.write_text("secret,ann,1\nsecret\n")
    with pytest.raises(CodegenError, match=r"tokens\.csv:2.*token-file-unreadable"):
        users.static_tokens(file)


def test_keys_of_files_sign_and_verify(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_bytes(keys.generate_key("ES256").pem)
    endpoint = started(signing_key=tmp_path / "one", verifying_keys=(tmp_path / "two",))
    assert len(endpoint.key_set()["keys"]) == 2
    (tmp_path / "none").write_text("no key")
    for path in (tmp_path / "none", tmp_path / "missing"):
        with pytest.raises(CodegenError) as error:
            started(signing_key=path)
        assert rule_of(error) == "signing-key-unreadable"


def test_a_file_of_something_else_is_no_state(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("carrots and leeks, sown on Sunday " * 10)
    for path in (tmp_path / "notes", tmp_path / "none" / "state.db"):
        with pytest.raises(CodegenError) as error:
            State(path)
        assert rule_of(error) == "state-unusable"


def test_an_authority_is_made_once_and_serves(tmp_path: Path) -> None:
    first = certificates.make_files(tmp_path, ["127.0.0.1"])
    written = first.authority.read_bytes()
    assert certificates.make_files(tmp_path, ["localhost"]).authority.read_bytes() == written
    assert certificates.make_files(tmp_path, ["garden.example"]).authority.read_bytes() != written
    assert first.key.stat().st_mode & 0o777 == 0o600
    certificates.check_files(first.certificate, first.key)
    with pytest.raises(CodegenError) as error:
        certificates.check_files(first.authority, first.key)
    assert rule_of(error) == "certificate-unusable"


def test_an_endpoint_begins_with_the_objects_of_files(tmp_path: Path) -> None:
    file = tmp_path / "seed.json"
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "a", "namespace": "shed", "uid": "u-1"},
    }
    shed = {"apiVersion": "gardens.example/v1", "kind": "Shed", "metadata": {"name": "s"}}
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": [account, shed]}))
    endpoint, report = started(), Report()
    seeds.create_seeds(endpoint.objects, [file], report)
    seeds.create_seeds(endpoint.objects, [file], Report())
    assert [each.rule for each in report.diagnostics] == ["seed-object-left-out"]
    assert endpoint.objects.get(kinds.ACCOUNT, "shed", "a")["metadata"]["uid"] == "u-1"
    file.write_text(json.dumps({**account, "metadata": {"name": "A!"}}))
    with pytest.raises(CodegenError) as error:
        seeds.create_seeds(endpoint.objects, [file], Report())
    assert rule_of(error) == "seed-object-refused"
