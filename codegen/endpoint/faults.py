"""Tokens with any subject and claims, and with faults for tests of verifiers."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from codegen.endpoint import users
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.keys import Key, generate_key
from codegen.endpoint.kinds import ACCOUNT
from codegen.endpoint.tokens import PRIVATE, build_claims, sign

_DAY = 24 * 60 * 60
Claims = dict[str, Any]


class TokenOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order of a token, by default for the audiences of the endpoint."""

    subject: str
    audiences: Sequence[str] = ()
    seconds: int = 3600
    claims: Mapping[str, Any] = {}
    fault: str = ""


def mint(endpoint: Endpoint, order: TokenOrder) -> str:
    """Sign a token without a record of it. Raises ValueError for a fault that is unknown or does not fit the claims."""
    claims = _claims(endpoint, order)
    if not order.fault:
        return sign(claims, endpoint.signing_key)
    if order.fault in _CLAIM_FAULTS:
        return sign(_CLAIM_FAULTS[order.fault](claims), endpoint.signing_key)
    if order.fault in _SIGNATURE_FAULTS:
        return _SIGNATURE_FAULTS[order.fault](endpoint.signing_key, claims)
    raise ValueError(f"there is no fault {order.fault!r}; there are {', '.join(FAULTS)}")


def _claims(endpoint: Endpoint, order: TokenOrder) -> Claims:
    private = None
    if (account := users.parse_account(order.subject)) is not None:
        namespace, name = account
        found = endpoint.objects.find(ACCOUNT, namespace, name)
        uid = found["metadata"]["uid"] if found else str(uuid.uuid4())
        private = {"namespace": namespace, "serviceaccount": {"name": name, "uid": uid}}
    audiences = order.audiences or endpoint.settings.audiences
    now = endpoint.clock.now()
    claims = build_claims(order.subject, endpoint.settings.issuer, audiences, now, order.seconds, private)
    return {**claims, **order.claims}


# ------------------------------------------------------------------------------------------------------------- faults


def _shift(claims: Claims, **seconds: int) -> Claims:
    """Move some of the times."""
    for name in ("iat", "nbf", "exp"):
        if not isinstance(claims[name], int | float):
            raise ValueError(f"this fault needs a number in the claim {name!r}")
    return {**claims, **{name: claims[name] + each for name, each in seconds.items()}}


def _expire(claims: Claims) -> Claims:
    found = _shift(claims, iat=-_DAY, nbf=-_DAY)
    return {**found, "exp": found["iat"] + _DAY // 2}


def _change_uid(claims: Claims) -> Claims:
    """Name a service account that was deleted and created again."""
    private = claims.get(PRIVATE) or {}
    account = private.get("serviceaccount", {}) if isinstance(private, dict) else None
    if not isinstance(account, dict):
        raise ValueError(f"this fault needs an object in the claim {PRIVATE!r}")
    return {**claims, PRIVATE: {**private, "serviceaccount": {**account, "uid": str(uuid.uuid4())}}}


_CLAIM_FAULTS: Mapping[str, Callable[[Claims], Claims]] = {
    "expired": _expire,
    "not-yet-valid": lambda claims: _shift(claims, iat=_DAY, nbf=_DAY, exp=_DAY),
    "other-audience": lambda claims: {**claims, "aud": [f"https://{uuid.uuid4()}.invalid"]},
    "other-issuer": lambda claims: {**claims, "iss": f"https://{uuid.uuid4()}.invalid"},
    "other-uid": _change_uid,
}


def _change_claims(key: Key, claims: Claims) -> str:
    head, _, signature = sign(claims, key).split(".")
    return f"{head}.{_encode_part({**claims, 'jti': str(uuid.uuid4())})}.{signature}"


_SIGNATURE_FAULTS: Mapping[str, Callable[[Key, Claims], str]] = {
    "alg-none": lambda key, claims: f"{_encode_part({'alg': 'none', 'kid': key.id})}.{_encode_part(claims)}.",
    "no-signature": lambda key, claims: sign(claims, key).rpartition(".")[0] + ".",
    "changed-claims": _change_claims,
    # by another key, under the name of the signing key
    "swapped-key": lambda key, claims: sign(claims, replace(generate_key(key.algorithm), id=key.id)),
    "unknown-key": lambda key, claims: sign(claims, generate_key(key.algorithm)),
}
FAULTS = (*_CLAIM_FAULTS, *_SIGNATURE_FAULTS)


def _encode_part(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()
