"""Issuing and reviewing tokens, and invalid tokens on demand."""

from __future__ import annotations

import hmac
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Callable
from typing import Any, cast

import jwt
import pytest
from joserfc import jwt as jose
from joserfc.jwk import KeySet
from starlette.datastructures import Headers

from codegen.endpoint import kinds
from codegen.endpoint.authentication import find_user
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.faults import FAULTS, MintRequest, mint
from codegen.endpoint.keys import generate_key
from codegen.endpoint.objects import WriteOptions
from codegen.endpoint.reviews import perform_review
from codegen.endpoint.settings import ALGORITHMS
from codegen.endpoint.status_errors import StatusError
from codegen.endpoint.token_requests import issue_token
from codegen.endpoint.tokens import create_account_secret, is_account_secret
from codegen.endpoint.users import ANONYMOUS

Open = Callable[..., Endpoint]
SUBJECT = "system:serviceaccount:default:gardener"
ASKER, DRY = WriteOptions(manager="trowel"), WriteOptions(dry_run=True)


def create_pod(endpoint: Endpoint, name: str, account: str = "gardener", node: str = "") -> None:
    spec = {"serviceAccountName": account, "containers": [{"name": "spade", "image": "spade"}]}
    body = {"metadata": {"name": name}, "spec": {**spec, **({"nodeName": node} if node else {})}}
    endpoint.objects.create(kinds.POD, body, "default", ASKER)


def issue(
    endpoint: Endpoint, account: str = "gardener", **spec: Any
) -> tuple[dict[str, Any], list[str]]:
    return issue_token(endpoint, {"spec": spec}, "default", account, ASKER)


def token(endpoint: Endpoint, **spec: Any) -> str:
    return str(issue(endpoint, **spec)[0]["status"]["token"])


def review(endpoint: Endpoint, token: str, *audiences: str) -> dict[str, Any]:
    spec = {"token": token, **({"audiences": list(audiences)} if audiences else {})}
    found: dict[str, Any] = perform_review(
        endpoint, kinds.TOKEN_REVIEW, {"spec": spec}, ANONYMOUS, ASKER
    )["status"]
    return found


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_other_libraries_verify_tokens_by_key_set(algorithm: str, open_endpoint: Open) -> None:
    endpoint = open_endpoint(algorithm=algorithm, clock=None)
    text = token(endpoint, audiences=["shed"])
    found = jwt.PyJWKSet.from_dict(endpoint.key_set())[jwt.get_unverified_header(text)["kid"]]
    claims = jwt.decode(text, found, algorithms=[algorithm], audience="shed", issuer=endpoint.url)
    assert claims["sub"] == SUBJECT
    keys = KeySet.import_key_set(cast("Any", endpoint.key_set()))
    assert jose.decode(text, keys, algorithms=[algorithm]).claims == claims
    assert endpoint.configuration()["id_token_signing_alg_values_supported"] == [algorithm]
    assert endpoint.state.tokens() == [claims]


def test_claims_name_bound_objects(endpoint: Endpoint) -> None:
    bed = endpoint.objects.create(kinds.NODE, {"metadata": {"name": "bed"}}, "", ASKER)["metadata"][
        "uid"
    ]
    nodes: dict[str, tuple[str, dict[str, str] | None]] = {
        "rake": ("", None),
        "hoe": ("bed", {"name": "bed", "uid": bed}),
        "fork": ("ghost", {"name": "ghost"}),
    }
    for name, (node, on) in nodes.items():
        create_pod(endpoint, name, node=node)
        text = token(endpoint, boundObjectRef={"kind": "Pod", "name": name})
        private = claims_of(text)["kubernetes.io"]
        assert (private["pod"]["name"], private.get("node")) == (name, on)
        extra = review(endpoint, text)["user"]["extra"]
        assert extra.get("authentication.kubernetes.io/node-name") == (
            None if on is None else [on["name"]]
        )


@pytest.mark.parametrize(
    ("spec", "lives", "warns"),
    [
        ({"expirationSeconds": 3607}, 31536000, 3607),
        ({"expirationSeconds": 3608}, 3608, None),
        ({"expirationSeconds": 3607, "audiences": ["shed"]}, 3607, None),
    ],
)
def test_injected_token_lives_a_year(
    spec: dict[str, Any], lives: int, warns: int | None, endpoint: Endpoint
) -> None:
    create_pod(endpoint, "rake")
    spec = {
        "audiences": [*endpoint.settings.audiences],
        "boundObjectRef": {"kind": "Pod", "name": "rake"},
        **spec,
    }
    answer, _ = issue(endpoint, **spec)
    claims = claims_of(answer["status"]["token"])
    after = claims["kubernetes.io"].get("warnafter")
    assert (claims["exp"] - claims["iat"], after and after - claims["iat"]) == (lives, warns)
    assert (
        answer["status"]["expirationTimestamp"]
        == f"2030-03-17T18:46:4{spec['expirationSeconds'] % 10}Z"
    )


def test_too_long_lifetime_is_shortened_with_warning(open_endpoint: Open) -> None:
    endpoint = open_endpoint(max_seconds=7200)
    assert issue(endpoint, expirationSeconds=7200)[1] == []
    answer, warnings = issue(endpoint, expirationSeconds=7201)
    assert warnings == ["requested expiration of 7201 seconds shortened to 7200 seconds"]
    assert answer["spec"]["expirationSeconds"] == 7200


def test_server_rules_use_objects_of_endpoint(endpoint: Endpoint) -> None:
    create_pod(endpoint, "rake", "default")
    for account, spec, code, text in (
        ("nobody", {"expirationSeconds": 1}, 404, 'serviceaccounts "nobody" not found'),
        (
            "gardener",
            {"boundObjectRef": {"kind": "Pod", "name": "rake"}},
            400,
            "running with different serviceaccount",
        ),
    ):
        with pytest.raises(StatusError) as error:
            issue(endpoint, account, **spec)
        assert (error.value.code, text in str(error.value)) == (code, True), error.value
    assert endpoint.state.tokens() == []


def test_blank_token_is_anonymous_if_allowed(open_endpoint: Open) -> None:
    assert review(open_endpoint(), " ")["user"] == {
        "username": ANONYMOUS.name,
        "groups": [*ANONYMOUS.groups],
    }
    assert review(open_endpoint(anonymous=False), " ") == {"user": {}}


def test_token_is_valid_until_its_pod_is_deleted(endpoint: Endpoint) -> None:
    create_pod(endpoint, "rake")
    text = token(endpoint, boundObjectRef={"kind": "Pod", "name": "rake"})
    assert review(endpoint, text)["authenticated"]
    endpoint.objects.delete(kinds.POD, "default", "rake", {}, ASKER)
    assert (
        review(endpoint, text)["error"]
        == "[invalid bearer token, service account token has been invalidated]"
    )
    create_pod(endpoint, "rake")
    assert "does not match service account pod ref claim" in review(endpoint, text)["error"]


def test_token_is_valid_one_minute_after_account_deletion_starts(endpoint: Endpoint) -> None:
    body = {"metadata": {"name": "ending", "finalizers": ["a.b/c"]}}
    endpoint.objects.create(kinds.ACCOUNT, body, "default", ASKER)
    text = issue(endpoint, "ending")[0]["status"]["token"]
    endpoint.objects.delete(kinds.ACCOUNT, "default", "ending", {}, ASKER)
    endpoint.clock.forward(60)
    assert review(endpoint, text)["authenticated"]
    endpoint.clock.forward(1)
    assert (
        review(endpoint, text)["error"]
        == "[invalid bearer token, service account default/ending has been deleted]"
    )


def test_duplicate_owner_is_removed_with_warning(endpoint: Endpoint) -> None:
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "rake", "uid": "u"}
    body = {
        "metadata": {"ownerReferences": [owner, owner, {**owner, "name": "hoe", "uid": "v"}]},
        "spec": {},
    }
    answer, (warning,) = issue_token(endpoint, body, "default", "gardener", ASKER)
    assert [each["name"] for each in answer["metadata"]["ownerReferences"]] == ["rake", "hoe"]
    assert warning.startswith(".metadata.ownerReferences contains duplicate entries")
    assert warning.endswith("duplicate UID(s) observed: u")


def test_token_has_requested_audiences(endpoint: Endpoint) -> None:
    text = token(endpoint, audiences=["shed", "barn"])
    assert review(endpoint, text, "barn", "stable")["audiences"] == ["barn"]
    assert review(endpoint, text)["error"] == (
        f'[invalid bearer token, token audiences ["shed" "barn"] is invalid for the target audiences ["{endpoint.url}"]]'
    )


def test_rotated_key_stays_valid_during_overlap(endpoint: Endpoint) -> None:
    old, first = token(endpoint, expirationSeconds=7200), endpoint.signing_key.id
    endpoint.rotate(generate_key("ES256"), kept=600)
    assert [key["kid"] for key in endpoint.key_set()["keys"]] == [endpoint.signing_key.id, first]
    assert review(endpoint, old)["authenticated"]
    endpoint.clock.forward(600)
    assert (
        review(endpoint, old)["error"] == "[invalid bearer token, invalid signature, no keys found]"
    )
    assert review(endpoint, token(endpoint))["authenticated"]


def test_token_expires_by_endpoint_clock(endpoint: Endpoint) -> None:
    text = token(endpoint, expirationSeconds=600)
    endpoint.clock.forward(660)
    assert review(endpoint, text)["authenticated"]
    endpoint.clock.forward(1)
    assert (
        review(endpoint, text)["error"]
        == "[invalid bearer token, service account token has expired]"
    )
    endpoint.clock.forward(-10_000)
    assert "not valid yet" in review(endpoint, text)["error"]


@pytest.mark.parametrize("fault", FAULTS)
def test_invalid_tokens_are_refused(endpoint: Endpoint, fault: str) -> None:
    assert review(endpoint, mint(endpoint, MintRequest(subject=SUBJECT)))["authenticated"]
    wrong = mint(endpoint, MintRequest(subject=SUBJECT, fault=fault))
    assert "authenticated" not in review(endpoint, wrong)
    assert wrong.count(".") == 2


@pytest.mark.parametrize(
    ("claim", "why"), [("iat", "is issued in the future"), ("nbf", "is not valid yet")]
)
def test_token_not_yet_valid_is_refused(endpoint: Endpoint, claim: str, why: str) -> None:
    for early, error in ((60, None), (61, f"[invalid bearer token, service account token {why}]")):
        text = mint(
            endpoint, MintRequest(subject=SUBJECT, claims={claim: endpoint.clock.now() + early})
        )
        assert review(endpoint, text).get("error") == error


@pytest.mark.parametrize(
    "fault", ["alg-none", "changed-claims", "hs256-by-public-key", "no-signature", "swapped-key"]
)
def test_only_signature_of_invalid_token_differs(endpoint: Endpoint, fault: str) -> None:
    good, wrong = (mint(endpoint, MintRequest(subject=SUBJECT, fault=each)) for each in ("", fault))
    assert jwt.get_unverified_header(wrong)["kid"] == jwt.get_unverified_header(good)["kid"]
    assert {**claims_of(good), "jti": ""} == {**claims_of(wrong), "jti": ""}


def test_hmac_token_is_signed_with_public_key(endpoint: Endpoint) -> None:
    wrong = mint(endpoint, MintRequest(subject=SUBJECT, fault="hs256-by-public-key"))
    signed, _, signature = wrong.rpartition(".")
    digest = hmac.digest(endpoint.signing_key.jwk.as_pem(private=False), signed.encode(), "sha256")
    assert urlsafe_b64decode(f"{signature}=") == digest
    assert jwt.get_unverified_header(wrong) == {"alg": "HS256", "kid": endpoint.signing_key.id}


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": []},
        {"iss": None},
        {"aud": {}},
        {"aud": [5]},
        {"exp": "x"},
        {"nbf": []},
        {"iat": True},
        {"jti": 5},
        {"kubernetes.io": []},
        {"kubernetes.io": {"serviceaccount": 5}},
        {"kubernetes.io": {"namespace": None}},
    ],
)
def test_claim_of_wrong_type_makes_token_invalid(
    claims: dict[str, Any], endpoint: Endpoint
) -> None:
    signed = mint(endpoint, MintRequest(subject=SUBJECT, claims=claims))
    assert review(endpoint, signed) == {"user": {}, "error": "invalid bearer token"}
    with pytest.raises(StatusError) as error:
        find_user(endpoint, Headers({"authorization": f"Bearer {signed}"}))
    assert error.value.code == 401


ACCOUNT_TOKEN = "kubernetes.io/service-account-token"


def test_service_account_secret_gets_token(open_endpoint: Open) -> None:
    endpoint = open_endpoint()
    body = {
        "metadata": {
            "generateName": "key-",
            "annotations": {"kubernetes.io/service-account.name": "gardener"},
        },
        "type": ACCOUNT_TOKEN,
    }
    assert is_account_secret(kinds.SECRET, body)
    filled = create_account_secret(endpoint, body, "default", ASKER)
    name, data = (
        filled["metadata"]["name"],
        {n: b64decode(v).decode() for n, v in filled["data"].items()},
    )
    assert set(data) == {"namespace", "token"}
    uid = endpoint.objects.get(kinds.ACCOUNT, "default", "gardener")["metadata"]["uid"]
    assert filled["metadata"]["annotations"]["kubernetes.io/service-account.uid"] == uid
    assert claims_of(data["token"]) == {
        "iss": "kubernetes/serviceaccount",
        "kubernetes.io/serviceaccount/namespace": "default",
        "kubernetes.io/serviceaccount/secret.name": name,
        "kubernetes.io/serviceaccount/service-account.name": "gardener",
        "kubernetes.io/serviceaccount/service-account.uid": uid,
        "sub": SUBJECT,
    }
    found = review(endpoint, data["token"])
    assert (found["user"]["username"], found["audiences"]) == (SUBJECT, [endpoint.url])
    assert "is invalid for the target audiences" in review(endpoint, data["token"], "shed")["error"]
    endpoint.objects.replace(kinds.SECRET, {**filled, "data": {}}, "default", name, ASKER)
    # Must be in the Secret.
    assert "has been invalidated" in review(endpoint, data["token"])["error"]


@pytest.mark.parametrize(
    ("account", "options"),
    [("nobody", ASKER), ("gardener", DRY)],
    ids=["an unknown account", "a dry run"],
)
def test_secret_without_account_gets_no_token(
    account: str, options: WriteOptions, endpoint: Endpoint
) -> None:
    annotations = {"kubernetes.io/service-account.name": account}
    body = {"metadata": {"name": "key", "annotations": annotations}, "type": ACCOUNT_TOKEN}
    assert "data" not in create_account_secret(endpoint, body, "default", options)


def test_only_secrets_of_one_type_hold_tokens() -> None:
    assert not is_account_secret(kinds.SECRET, {"type": "Opaque"})
    assert not is_account_secret(kinds.CONFIG_MAP, {"type": ACCOUNT_TOKEN})


@pytest.mark.parametrize(
    ("fault", "claims", "text"),
    [
        ("rotten", {}, "there is no fault 'rotten'; there are .*alg-none"),
        ("expired", {"iat": "a"}, "the fault 'expired' does not fit the claims"),
        ("not-yet-valid", {"nbf": None}, "does not fit"),
        ("other-uid", {"kubernetes.io": 5}, "does not fit"),
        ("other-uid", {"kubernetes.io": {"serviceaccount": 5}}, "does not fit"),
    ],
)
def test_impossible_token_fault_is_refused(
    fault: str, claims: dict[str, Any], text: str, endpoint: Endpoint
) -> None:
    with pytest.raises(ValueError, match=text):
        mint(endpoint, MintRequest(subject=SUBJECT, claims=claims, fault=fault))
