"""Tokens for any subject, with any claims, and with faults that a verifier has to find."""

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
from codegen.endpoint.keys import generate_key
from codegen.endpoint.kinds import ACCOUNT

_DAY = 24 * 60 * 60
Claims = dict[str, Any]


class TokenOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order of a token; without audiences it is for those of the endpoint."""

    subject: str
    audiences: Sequence[str] = ()
    seconds: int = 3600
    claims: Mapping[str, Any] = {}
    fault: str = ""


def mint(endpoint: Endpoint, order: TokenOrder) -> str:
    """Sign a token, which is not recorded. Raises ValueError for an unknown fault."""
    if order.fault and order.fault not in FAULTS:
        raise ValueError(f"there is no fault {order.fault!r}; there are {', '.join(FAULTS)}")
    claims = _claims(endpoint, order)
    if not order.fault:
        return endpoint.sign(claims)
    return FAULTS[order.fault](endpoint, claims)


def _claims(endpoint: Endpoint, order: TokenOrder) -> Claims:
    now = endpoint.clock.now()
    claims: Claims = {
        "aud": list(order.audiences or endpoint.settings.audiences),
        "exp": now + order.seconds,
        "iat": now,
        "iss": endpoint.settings.issuer,
        "jti": str(uuid.uuid4()),
        "nbf": now,
        "sub": order.subject,
    }
    account = users.account_of(order.subject)
    if account is not None:
        namespace, name = account
        found = endpoint.objects.find(ACCOUNT.resource, namespace, name)
        uid = found["metadata"]["uid"] if found else str(uuid.uuid4())
        claims["kubernetes.io"] = {"namespace": namespace, "serviceaccount": {"name": name, "uid": uid}}
    return {**claims, **order.claims}


# ------------------------------------------------------------------------------------------------------------- faults


def _shift(endpoint: Endpoint, claims: Claims, **seconds: int) -> str:
    """Sign claims with some of their times moved."""
    return endpoint.sign({**claims, **{name: claims[name] + each for name, each in seconds.items()}})


def _expire(endpoint: Endpoint, claims: Claims) -> str:
    early = _DAY // 2 + claims["exp"] - claims["iat"]  # half a day ago
    return _shift(endpoint, claims, iat=-_DAY, nbf=-_DAY, exp=-early)


def _remove_signature(endpoint: Endpoint, claims: Claims) -> str:
    return endpoint.sign(claims).rpartition(".")[0] + "."


def _change_claims(endpoint: Endpoint, claims: Claims) -> str:
    head, _, signature = endpoint.sign(claims).split(".")
    return f"{head}.{_part({**claims, 'sub': users.account_name('kube-system', 'somebody-else')})}.{signature}"


def _swap_key(endpoint: Endpoint, claims: Claims) -> str:
    """Sign by another key, under the name of the one that is in use."""
    own = endpoint.keys.signing
    return endpoint.sign(claims, replace(generate_key(own.algorithm), id=own.id))


def _change_uid(endpoint: Endpoint, claims: Claims) -> str:
    """Sign for a service account that was deleted and created again."""
    private = claims.get("kubernetes.io") or {}
    account = {**private.get("serviceaccount", {}), "uid": str(uuid.uuid4())}
    return endpoint.sign({**claims, "kubernetes.io": {**private, "serviceaccount": account}})


def _stranger() -> str:
    return f"https://{uuid.uuid4()}.invalid"


FAULTS: Mapping[str, Callable[[Endpoint, Claims], str]] = {
    "expired": _expire,
    "not-yet-valid": lambda endpoint, claims: _shift(endpoint, claims, iat=_DAY, nbf=_DAY, exp=_DAY),
    "other-audience": lambda endpoint, claims: endpoint.sign({**claims, "aud": [_stranger()]}),
    "other-issuer": lambda endpoint, claims: endpoint.sign({**claims, "iss": _stranger()}),
    "alg-none": lambda _, claims: f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}.",
    "no-signature": _remove_signature,
    "changed-claims": _change_claims,
    "swapped-key": _swap_key,
    "unknown-key": lambda endpoint, claims: endpoint.sign(claims, generate_key(endpoint.keys.signing.algorithm)),
    "other-uid": _change_uid,
}


def _part(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()
