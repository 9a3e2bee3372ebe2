"""Tokens that somebody has changed, forged or made up: none of them is good, and none of them is more than refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.endpoint import kinds, tokens
from codegen.endpoint.asker import Asker
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.keys import Key, made
from codegen.endpoint.settings import ALGORITHMS, Settings
from codegen.endpoint.tokens import Invalid
from codegen.readers.built_in.structure import BuiltIns

URL = "https://garden.example"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**400), 10**400) | st.floats() | st.text(max_size=5),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=5), values, max_size=3),
    max_leaves=5,
)


@pytest.fixture(params=ALGORITHMS, scope="module")
def endpoint(request: pytest.FixtureRequest) -> Iterator[Endpoint]:
    settings = Settings(release=BuiltIns().newest, algorithm=request.param, clock=1_900_000_000, cache_seconds=0)
    found = Endpoint(settings, URL)
    yield found
    found.close()


def issued(endpoint: Endpoint) -> str:
    answer = endpoint.issuer.create({}, "default", "default", Asker()).answer
    return str(answer["status"]["token"])


def is_good(endpoint: Endpoint, token: str) -> bool:
    try:
        endpoint.authenticator.token(token)
    except Invalid:
        return False
    return True


def encoded(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def part(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims(endpoint: Endpoint) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(part(issued(endpoint).split(".")[1]))
    return found


def test_a_token_with_another_character_is_not_good(endpoint: Endpoint) -> None:
    token = issued(endpoint)
    assert is_good(endpoint, token)
    own = [part(each) for each in token.split(".")]
    for place, char in enumerate(token):
        for other in {"A", "b", "-", ".", "=", " ", "\n", "\0", "ä", "\ud800"} - {char}:
            changed = token[:place] + other + token[place + 1 :]
            if is_good(endpoint, changed):  # only bits at the end that base64 does not use
                assert [part(each) for each in changed.split(".")] == own


def test_a_token_that_is_cut_or_longer_is_not_good(endpoint: Endpoint) -> None:
    token = issued(endpoint)
    head, body, signature = token.split(".")
    for cut in range(len(token)):
        assert not is_good(endpoint, token[:cut])
    for other in (
        f"{token}.",
        f".{token}",
        f"{token}.{signature}",  # two signatures
        f"{head}.{body}.{signature}{signature}",
        f"{head}.{body}.{signature}A",
        f"{head}..{signature}",
        f"{head}.{body}.",
        f"..{signature}",
        "..",
        f"{head}.{head}.{body}.{body}.{signature}",  # the form of what is encrypted
        json.dumps({"protected": head, "payload": body, "signature": signature}),
        json.dumps({"payload": body, "signatures": [{"protected": head, "signature": signature}] * 2}),
        "a." * 100_000 + "a",
        f"{encoded(b'[' * 100_000)}.{body}.{signature}",
        f"{head}.{encoded(b'[' * 100_000)}.{signature}",
        f"{encoded(b'1')}.{encoded(b'2')}.{signature}",
    ):
        assert not is_good(endpoint, other)


def secrets_of(key: Key) -> Iterator[bytes]:
    """What a careless library may take for a shared secret: the public key, in all its forms."""
    pem = key.jwk.as_pem(private=False)
    yield from (
        b"",
        pem,
        pem.strip(),
        key.jwk.as_der(private=False),
        json.dumps(key.public()).encode(),
        key.id.encode(),
    )


def test_the_algorithm_is_not_for_the_token_to_choose(endpoint: Endpoint) -> None:
    key, body = endpoint.keys.signing, encoded(claims(endpoint))
    for name in (
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        None,
        0,
        [],
        ["RS256"],
        {"a": 1},
        "HS256",
        "RS512",
        "PS256",
        "ES512",
    ):
        for header in ({"alg": name, "kid": key.id}, {"alg": name}):
            for signature in ("", issued(endpoint).split(".")[2]):
                assert not is_good(endpoint, f"{encoded(header)}.{body}.{signature}")
    for algorithm, digest in (("HS256", hashlib.sha256), ("HS384", hashlib.sha384), ("HS512", hashlib.sha512)):
        for secret in secrets_of(key):
            text = f"{encoded({'alg': algorithm, 'kid': key.id})}.{body}"
            signature = encoded(hmac.new(secret, text.encode(), digest).digest())
            assert not is_good(endpoint, f"{text}.{signature}")
    other = made("ES256" if key.algorithm == "RS256" else "RS256")  # the other algorithm, under the name of the key
    assert not is_good(endpoint, signed({"alg": other.algorithm, "kid": key.id}, claims(endpoint), other))
    assert not is_good(endpoint, f"{encoded({'kid': key.id})}.{body}.{issued(endpoint).split('.')[2]}")
    zeros = bytes(64 if key.algorithm == "ES256" else 256)  # a signature of zeros was good to some
    assert not is_good(endpoint, f"{encoded({'alg': key.algorithm, 'kid': key.id})}.{body}.{encoded(zeros)}")


def signed(header: Mapping[str, Any], payload: Mapping[str, Any], key: Key) -> str:
    """What a key says of any header and claims."""
    text = f"{encoded(header)}.{encoded(payload)}"
    return f"{text}.{encoded(jwt.get_algorithm_by_name(key.algorithm).sign(text.encode(), private_key(key.pem)))}"


@cache
def private_key(pem: bytes) -> Any:
    return serialization.load_pem_private_key(pem, None)


def test_the_key_is_not_for_the_token_to_bring(endpoint: Endpoint) -> None:
    own, foreign = endpoint.keys.signing, made(endpoint.keys.signing.algorithm)
    public = foreign.jwk.as_dict(private=False)
    payload, alg = claims(endpoint), own.algorithm
    assert is_good(endpoint, signed({"alg": alg, "kid": own.id}, payload, own))
    assert is_good(endpoint, signed({"alg": alg}, payload, own))  # of the keys that there are each is tried
    for name in (
        own.id,
        foreign.id,
        "",
        None,
        0,
        [own.id],
        {"a": own.id},
        "../../etc/passwd",
        "' or 1=1 --",
        "\0",
        "x" * 10_000,
    ):
        for more in (
            dict[str, Any](),
            {"jwk": public},
            {"jku": f"{URL}/keys"},
            {"x5u": f"{URL}/x5u"},
            {"x5c": ["MII="]},
            {"typ": "JWT"},
        ):
            assert not is_good(endpoint, signed({"alg": alg, "kid": name, **more}, payload, foreign))
    assert is_good(endpoint, signed({"alg": alg, "kid": ""}, payload, own))  # as if there were none
    for wrong in (None, 0, [own.id], {"a": own.id}):
        assert not is_good(endpoint, signed({"alg": alg, "kid": wrong}, payload, own))
    assert not is_good(endpoint, signed({"alg": alg, "kid": own.id[:-1]}, payload, own))


def test_a_token_that_demands_anything_is_not_good(endpoint: Endpoint) -> None:
    own, payload = endpoint.keys.signing, claims(endpoint)
    demands: tuple[dict[str, Any], ...] = ({"crit": ["exp"]}, {"crit": ["b64"], "b64": False}, {"crit": []})
    for more in demands:
        assert not is_good(endpoint, signed({"alg": own.algorithm, "kid": own.id, **more}, payload, own))


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(["exp", "nbf", "iat", "aud", "iss", "sub", "jti", "kubernetes.io", "none"]), value=JSON)
def test_claims_of_any_form_are_judged(endpoint: Endpoint, name: str, value: object) -> None:
    """Also where the signature is good: whoever mints tokens may claim anything."""
    payload = claims(endpoint)
    private = payload["kubernetes.io"]
    changed = [{**payload, name: value}, {**payload, "kubernetes.io": {**private, "serviceaccount": value}}]
    changed += [
        {**payload, "kubernetes.io": {**private, kind: value}} for kind in ("pod", "secret", "node", "namespace")
    ]
    own = endpoint.keys.signing
    for each in changed:
        is_good(endpoint, signed({"alg": own.algorithm, "kid": own.id}, each, own))


def test_a_token_is_good_no_longer_than_it_says(endpoint: Endpoint) -> None:
    payload, own, now = claims(endpoint), endpoint.keys.signing, endpoint.clock.now()
    head = {"alg": own.algorithm, "kid": own.id}
    for times, good in (
        ({"exp": now - 61}, False),
        ({"exp": now - 60}, True),  # clocks differ by so much
        ({"nbf": now + 61}, False),
        ({"iat": now + 61}, False),
        ({"exp": -1}, False),
        ({"exp": 1e300, "nbf": -1e300}, True),
        ({"aud": ["https://elsewhere.example"]}, False),
        ({"aud": URL}, True),
        ({"aud": []}, False),
        ({"iss": f"{URL}/"}, False),
        ({"iss": [URL]}, False),
    ):
        assert is_good(endpoint, signed(head, {**payload, **times}, own)) is good, times


def test_a_key_verifies_until_it_is_told_not_to(endpoint: Endpoint) -> None:
    token = issued(endpoint)
    endpoint.rotate(kept=100)
    assert is_good(endpoint, token)
    endpoint.clock.forward(101)
    assert not is_good(endpoint, token)
    assert tokens.invalid_text("invalid signature, no keys found") in str(refusal(endpoint, token))


def refusal(endpoint: Endpoint, token: str) -> Invalid:
    with pytest.raises(Invalid) as error:
        endpoint.authenticator.token(token)
    return error.value


def test_nobody_is_another_account_by_its_name(endpoint: Endpoint) -> None:
    """The claims decide by uid, whatever the subject says."""
    made = endpoint.objects.create(kinds.ACCOUNT, {"metadata": {"name": "rake"}}, "default", Asker())
    own, payload = endpoint.keys.signing, claims(endpoint)
    head = {"alg": own.algorithm, "kid": own.id}
    stolen = {**payload, "sub": "system:serviceaccount:kube-system:default"}
    found = endpoint.authenticator.token(signed(head, stolen, own)).user
    assert found.name == "system:serviceaccount:default:default"
    private = {**payload["kubernetes.io"], "serviceaccount": {"name": "rake", "uid": "other"}}
    assert not is_good(endpoint, signed(head, {**payload, "kubernetes.io": private}, own))
    private["serviceaccount"]["uid"] = made["metadata"]["uid"]
    assert is_good(endpoint, signed(head, {**payload, "kubernetes.io": private}, own))
