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


def _expired(endpoint: Endpoint, claims: Claims) -> str:
    early = {name: claims[name] - _DAY for name in ("iat", "nbf")}
    return endpoint.sign({**claims, **early, "exp": claims["iat"] - _DAY // 2})


def _early(endpoint: Endpoint, claims: Claims) -> str:
    return endpoint.sign({**claims, **{name: claims[name] + _DAY for name in ("iat", "nbf", "exp")}})


def _of_audience(endpoint: Endpoint, claims: Claims) -> str:
    return endpoint.sign({**claims, "aud": [f"https://{uuid.uuid4()}.invalid"]})


def _of_issuer(endpoint: Endpoint, claims: Claims) -> str:
    return endpoint.sign({**claims, "iss": f"https://{uuid.uuid4()}.invalid"})


def _unsigned(_: Endpoint, claims: Claims) -> str:
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def _without_signature(endpoint: Endpoint, claims: Claims) -> str:
    return endpoint.sign(claims).rpartition(".")[0] + "."


def _changed(endpoint: Endpoint, claims: Claims) -> str:
    head, _, signature = endpoint.sign(claims).split(".")
    return f"{head}.{_part({**claims, 'sub': users.account_name('kube-system', 'somebody-else')})}.{signature}"


def _of_key(endpoint: Endpoint, claims: Claims) -> str:
    """Signed by another key, under the name of the one that is in use."""
    own = endpoint.keys.signing
    return endpoint.sign(claims, replace(generate_key(own.algorithm), id=own.id))


def _of_unknown_key(endpoint: Endpoint, claims: Claims) -> str:
    return endpoint.sign(claims, generate_key(endpoint.keys.signing.algorithm))


def _of_account(endpoint: Endpoint, claims: Claims) -> str:
    """Of a service account that was removed and made anew."""
    private = claims.get("kubernetes.io") or {}
    account = {**private.get("serviceaccount", {}), "uid": str(uuid.uuid4())}
    return endpoint.sign({**claims, "kubernetes.io": {**private, "serviceaccount": account}})


FAULTS: Mapping[str, Callable[[Endpoint, Claims], str]] = {
    "expired": _expired,
    "not-yet-valid": _early,
    "other-audience": _of_audience,
    "other-issuer": _of_issuer,
    "alg-none": _unsigned,
    "no-signature": _without_signature,
    "changed-claims": _changed,
    "swapped-key": _of_key,
    "unknown-key": _of_unknown_key,
    "other-uid": _of_account,
}


def _part(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()
