"""Tokens with any subject and claims, and with faults for tests of verifiers."""

from __future__ import annotations

import base64
import hmac
import uuid
from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from codegen.core.json_types import JsonMapping, JsonObject
from codegen.endpoint import users
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.keys import Key, generate_key
from codegen.endpoint.kinds import ACCOUNT
from codegen.endpoint.tokens import PRIVATE, build_claims, sign

_DAY = 24 * 60 * 60
Claims = JsonObject


class MintRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request for a token with any claims or faults."""

    subject: str
    audiences: Sequence[str] = ()
    seconds: int = 3600
    claims: JsonMapping = {}
    fault: str = ""


def mint(endpoint: Endpoint, request: MintRequest) -> str:
    """Sign a token without a record of it.

    Raises ValueError for a fault that is unknown or does not fit the claims.
    """
    claims = _build_claims(endpoint, request)
    if not request.fault:
        return sign(claims, endpoint.signing_key)
    if request.fault not in FAULTS:
        raise ValueError(f"there is no fault {request.fault!r}; there are {', '.join(FAULTS)}")
    try:
        return FAULTS[request.fault](claims, endpoint.signing_key)
    except (TypeError, KeyError) as error:
        raise ValueError(f"the fault {request.fault!r} does not fit the claims: {error}") from None


def _build_claims(endpoint: Endpoint, request: MintRequest) -> Claims:
    private = None
    if (account := users.parse_account(request.subject)) is not None:
        namespace, name = account
        service_account = endpoint.objects.find(ACCOUNT, namespace, name)
        if service_account:
            uid = service_account["metadata"]["uid"]
        else:
            uid = str(uuid.uuid4())
        private = {"namespace": namespace, "serviceaccount": {"name": name, "uid": uid}}
    audiences = request.audiences or endpoint.settings.audiences
    now = endpoint.clock.now()
    claims = build_claims(
        request.subject, endpoint.settings.issuer, audiences, now, request.seconds, private
    )
    return {**claims, **request.claims}


def _sign_changed(change: Callable[[Claims], Claims]) -> Callable[[Claims, Key], str]:
    """Return a fault that signs other claims."""
    return lambda claims, key: sign({**claims, **change(claims)}, key)


def _shift(claims: Claims, seconds: int) -> Claims:
    return {name: claims[name] + seconds for name in ("iat", "nbf", "exp")}


def _change_uid(claims: Claims) -> Claims:
    """Name a service account that was deleted and created again."""
    private = claims.get(PRIVATE, {"serviceaccount": {}})
    return {
        PRIVATE: {
            **private,
            "serviceaccount": {**private["serviceaccount"], "uid": str(uuid.uuid4())},
        }
    }


def _change_signed_claims(claims: Claims, key: Key) -> str:
    head, _, signature = sign(claims, key).split(".")
    return f"{head}.{_encode_part({**claims, 'jti': str(uuid.uuid4())})}.{signature}"


def _sign_by_public_key(claims: Claims, key: Key) -> str:
    """Sign with HMAC, for verifiers that let the header choose what the public key is used for."""
    signed = f"{_encode_part({'alg': 'HS256', 'kid': key.id})}.{_encode_part(claims)}"
    digest = hmac.digest(key.jwk.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{_encode(digest)}"


FAULTS: Mapping[str, Callable[[Claims, Key], str]] = {
    "expired": _sign_changed(
        lambda claims: {**_shift(claims, -_DAY), "exp": claims["iat"] - _DAY // 2}
    ),
    "not-yet-valid": _sign_changed(lambda claims: _shift(claims, _DAY)),
    "other-audience": _sign_changed(lambda _: {"aud": [f"https://{uuid.uuid4()}.invalid"]}),
    "other-issuer": _sign_changed(lambda _: {"iss": f"https://{uuid.uuid4()}.invalid"}),
    "other-uid": _sign_changed(_change_uid),
    "alg-none": lambda claims, key: (
        f"{_encode_part({'alg': 'none', 'kid': key.id})}.{_encode_part(claims)}."
    ),
    "hs256-by-public-key": _sign_by_public_key,
    "no-signature": lambda claims, key: sign(claims, key).rpartition(".")[0] + ".",
    "changed-claims": _change_signed_claims,
    # by another key, under the name of the signing key
    "swapped-key": lambda claims, key: sign(
        claims, replace(generate_key(key.algorithm), id=key.id)
    ),
    "unknown-key": lambda claims, key: sign(claims, generate_key(key.algorithm)),
}


def _encode_part(value: Mapping[str, object]) -> str:
    return _encode(msgspec.json.encode(value))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
