"""Tokens of service accounts, signed and reviewed as by an API server."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from msgspec import Struct

from codegen.endpoint import clock
from codegen.endpoint.keys import Key
from codegen.endpoint.kinds import ACCOUNT, NODE, POD, SECRET
from codegen.endpoint.settings import ALGORITHMS
from codegen.endpoint.users import AUTHENTICATED, User, account_groups, account_name
from codegen.kube.statuses import go_value

if TYPE_CHECKING:
    from codegen.endpoint.endpoint import Endpoint
    from codegen.endpoint.objects import Objects

PRIVATE = "kubernetes.io"  # the claim about the service account and the bound objects
_LEEWAY = 60  # seconds that clocks may differ
_EXTRA = "authentication.kubernetes.io/"
_UNSIGNED = "square/go-jose: error in cryptographic primitive"
_GONE = "service account token has been invalidated"
_REGISTRY = jws.JWSRegistry(algorithms=list(ALGORITHMS))
_BOUND = {"secret": SECRET, "pod": POD, "node": NODE}


class InvalidToken(Exception):  # noqa: N818  - the answer to a review
    """A refused token, with the reason in the words of the server."""


class ReviewedToken(Struct, frozen=True, kw_only=True):
    """The user of a valid token and its requested audiences."""

    user: User
    audiences: tuple[str, ...]


def build_claims(
    subject: str, issuer: str, audiences: Iterable[str], now: int, seconds: int, private: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Build the claims of a new token. `private` describes the service account."""
    return {
        "aud": list(audiences),
        "exp": now + seconds,
        "iat": now,
        "iss": issuer,
        "jti": str(uuid.uuid4()),
        **({PRIVATE: private} if private else {}),
        "nbf": now,
        "sub": subject,
    }


def sign(payload: Mapping[str, Any], key: Key) -> str:
    """Sign claims."""
    header = {"alg": key.algorithm, "kid": key.id}
    return jws.serialize_compact(header, msgspec.json.encode(payload), key.jwk, registry=_REGISTRY)


def review(endpoint: Endpoint, token: str, wanted: Sequence[str]) -> ReviewedToken | None:
    """Review a token for audiences, or return None for a token of another issuer. Raises `InvalidToken`."""
    settings, now = endpoint.settings, endpoint.clock.now()
    parts = token.split(".")
    payload = _decode_part(parts[1]) if len(parts) == 3 else None
    if payload is None or payload.get("iss") not in (settings.issuer, *settings.further_issuers):
        return None
    _verify(token, endpoint.verifying_keys())
    found = payload.get("aud")
    audiences = [found] if isinstance(found, str) else [str(each) for each in found] if isinstance(found, list) else []
    common = tuple(each for each in audiences if each in wanted)
    if not common:
        own, asked = (f"[{' '.join(map(go_value, each))}]" for each in (audiences, wanted))
        raise InvalidToken(f"token audiences {own} is invalid for the target audiences {asked}")
    _check_times(payload, now)
    return ReviewedToken(user=_find_user(payload, endpoint.objects, now), audiences=common)


def _decode_part(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _verify(token: str, keys: Sequence[Key]) -> None:
    header = _decode_part(token.partition(".")[0])
    if header is None:
        raise InvalidToken(_UNSIGNED)
    name = header.get("kid")
    named = [key for key in keys if key.id == name] if isinstance(name, str) and name else list(keys)
    if not named:
        raise InvalidToken("invalid signature, no keys found")
    for key in named:
        try:
            jws.deserialize_compact(token, key.jwk, registry=_REGISTRY)
        except (JoseError, ValueError, TypeError):
            continue
        return
    raise InvalidToken(_UNSIGNED)


def _check_times(payload: Mapping[str, Any], now: int) -> None:
    expires, begins, issued = (
        each if isinstance(each := payload.get(name), int | float) else now for name in ("exp", "nbf", "iat")
    )
    if now + _LEEWAY < begins:
        raise InvalidToken("service account token is not valid yet")
    if now - _LEEWAY > expires:
        raise InvalidToken("service account token has expired")
    if now + _LEEWAY < issued:
        raise InvalidToken("service account token is issued in the future")


# ------------------------------------------------------------------------------------------------------ the subject


def _find_user(payload: Mapping[str, Any], objects: Objects, now: int) -> User:
    """Return the service account, if it and the bound objects of the token still exist."""
    private = payload.get(PRIVATE)
    private = private if isinstance(private, dict) else {}
    namespace, account = str(private.get("namespace", "")), _reference(private, "serviceaccount")
    found = objects.find(ACCOUNT, namespace, account["name"])
    if found is None:
        raise InvalidToken(f"serviceaccounts {go_value(account['name'])} not found")
    uid = found["metadata"]["uid"]
    if uid != account["uid"]:
        raise InvalidToken(f"service account UID ({uid}) does not match claim ({account['uid']})")
    if _is_gone(found, now):
        raise InvalidToken(f"service account {namespace}/{account['name']} has been deleted")
    for part in ("secret", "pod", "node"):
        if part in private and not (part == "node" and "pod" in private):
            _check_bound(part, namespace, _reference(private, part), objects, now)
    extra = {f"{_EXTRA}credential-id": (f"JTI={payload.get('jti')}",)} if payload.get("jti") else {}
    for part in ("node", "pod"):
        reference = _reference(private, part) if part in private else {}
        extra |= {f"{_EXTRA}{part}-{field}": (value,) for field, value in reference.items() if value}
    groups = (*account_groups(namespace), AUTHENTICATED)
    return User(name=account_name(namespace, account["name"]), uid=uid, groups=groups, extra=extra)


def _reference(private: Mapping[str, Any], part: str) -> dict[str, str]:
    found = private.get(part)
    found = found if isinstance(found, dict) else {}
    return {field: str(found.get(field) or "") for field in ("name", "uid")}


def _check_bound(part: str, namespace: str, reference: Mapping[str, str], objects: Objects, now: int) -> None:
    kind = _BOUND[part]
    found = objects.find(kind, namespace if kind.namespaced else "", reference["name"])
    if found is None:
        raise InvalidToken(_GONE)
    uid = found["metadata"]["uid"]
    if uid != reference["uid"]:
        raise InvalidToken(f"{part} UID ({uid}) does not match service account {part} ref claim ({reference['uid']})")
    if _is_gone(found, now):
        raise InvalidToken(_GONE)


def _is_gone(obj: Mapping[str, Any], now: int) -> bool:
    """Return whether an object has been terminating for longer than clocks differ."""
    since = obj["metadata"].get("deletionTimestamp")
    return since is not None and clock.parse_time(since) < now - _LEEWAY
