"""Tokens of service accounts: claims as Kubernetes sets them, reviewed in the order and words of its authenticator."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from msgspec import Struct

from codegen.endpoint import clock
from codegen.endpoint.keys import Key, KeyRing
from codegen.endpoint.settings import ALGORITHMS
from codegen.endpoint.users import AUTHENTICATED, User, account_groups, account_name
from codegen.kube.statuses import go_value

if TYPE_CHECKING:
    from codegen.endpoint.objects import Objects

EXTENDED_FROM = 60 * 60 + 7  # a request for this many seconds, bound to a pod, is one that was injected into it
EXTENDED_TO = 365 * 24 * 60 * 60
_LEEWAY = 60  # seconds that clocks may differ
_PRIVATE = "kubernetes.io"
_EXTRA = "authentication.kubernetes.io/"
_INVALID = "invalid bearer token"
_UNSIGNED = "square/go-jose: error in cryptographic primitive"
_GONE = "service account token has been invalidated"
_REGISTRY = jws.JWSRegistry(algorithms=list(ALGORITHMS))
_SEVERAL = {"pod": "pods", "secret": "secrets", "node": "nodes"}


class InvalidToken(Exception):  # noqa: N818  - the answer to a review
    """A token that is refused, with the reason in the words of the server."""


class Reviewed(Struct, frozen=True, kw_only=True):
    """A valid token: its user, and the audiences that were asked for and that it has."""

    user: User
    audiences: tuple[str, ...]


class Subject(Struct, frozen=True, kw_only=True):
    """The subject of a token: service account, bound objects (`pod`, `secret`, `node` to name and uid), audiences, times."""

    namespace: str
    account: Mapping[str, str]
    bound: Mapping[str, Mapping[str, str]] = {}
    audiences: Sequence[str]
    seconds: int
    warn_after: int = 0


def claims(subject: Subject, issuer: str, now: int) -> dict[str, Any]:
    """Return the claims of a new token."""
    private: dict[str, Any] = {"namespace": subject.namespace}
    private |= {kind: dict(reference) for kind, reference in sorted(subject.bound.items())}
    private["serviceaccount"] = dict(subject.account)
    if subject.warn_after:
        private["warnafter"] = now + subject.warn_after
    return {
        "aud": list(subject.audiences),
        "exp": now + subject.seconds,
        "iat": now,
        "iss": issuer,
        "jti": str(uuid.uuid4()),
        _PRIVATE: private,
        "nbf": now,
        "sub": account_name(subject.namespace, subject.account["name"]),
    }


def sign(payload: Mapping[str, Any], key: Key) -> str:
    """Sign claims."""
    header = {"alg": key.algorithm, "kid": key.id}
    return jws.serialize_compact(header, msgspec.json.encode(payload), key.jwk, registry=_REGISTRY)


def review(
    token: str, wanted: Sequence[str], *, issuers: Iterable[str], keys: KeyRing, objects: Objects, now: int
) -> Reviewed | None:
    """Review a token for audiences; None if it is of no service account. Raises `InvalidToken`."""
    payload = _unverified_claims(token)
    if payload is None or payload.get("iss") not in tuple(issuers):
        return None
    _verify(token, keys.verifying(now))
    audiences = _audiences_of(payload)
    common = tuple(each for each in audiences if each in wanted)
    if not common:
        shown, asked = (f"[{' '.join(map(go_value, each))}]" for each in (audiences, wanted))
        raise InvalidToken(f"token audiences {shown} is invalid for the target audiences {asked}")
    _check_times(payload, now)
    return Reviewed(user=_find_user(payload, objects, now), audiences=common)


def invalid_text(reason: str = "") -> str:
    """Return the error of a review for a token that no authenticator took."""
    return f"[{_INVALID}, {reason}]" if reason else _INVALID


# ---------------------------------------------------------------------------------------------------------- signature


def _unverified_claims(token: str) -> dict[str, Any] | None:
    """Return the claims of a text in the form of a signed token, whoever signed it."""
    parts = token.split(".")
    return _part(parts[1]) if len(parts) == 3 else None


def _part(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _verify(token: str, keys: Sequence[Key]) -> None:
    header = _part(token.partition(".")[0])
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


# ------------------------------------------------------------------------------------------------------------- claims


def _audiences_of(payload: Mapping[str, Any]) -> list[str]:
    found = payload.get("aud")
    return [found] if isinstance(found, str) else [str(each) for each in found] if isinstance(found, list) else []


def _check_times(payload: Mapping[str, Any], now: int) -> None:
    times = [payload.get(name) for name in ("exp", "nbf", "iat")]
    expires, begins, issued = (float(each) if isinstance(each, int | float) else None for each in times)
    if begins is not None and now + _LEEWAY < begins:
        raise InvalidToken("service account token is not valid yet")
    if expires is not None and now - _LEEWAY > expires:
        raise InvalidToken("service account token has expired")
    if issued is not None and now + _LEEWAY < issued:
        raise InvalidToken("service account token is issued in the future")


def _find_user(payload: Mapping[str, Any], objects: Objects, now: int) -> User:
    """Return the service account, if it and the objects that the token is bound to still exist."""
    private = payload.get(_PRIVATE)
    private = private if isinstance(private, dict) else {}
    namespace, account = str(private.get("namespace", "")), _reference(private, "serviceaccount")
    found = objects.find("serviceaccounts", namespace, account["name"])
    if found is None:
        raise InvalidToken(f"serviceaccounts {go_value(account['name'])} not found")
    uid = found["metadata"]["uid"]
    if uid != account["uid"]:
        raise InvalidToken(f"service account UID ({uid}) does not match claim ({account['uid']})")
    if _is_gone(found, now):
        raise InvalidToken(f"service account {namespace}/{account['name']} has been deleted")
    for kind in ("secret", "pod"):
        if kind in private:
            _check_bound(kind, namespace, _reference(private, kind), objects, now)
    if "node" in private and "pod" not in private:
        _check_bound("node", "", _reference(private, "node"), objects, now)
    extra = {f"{_EXTRA}credential-id": (f"JTI={payload.get('jti')}",)} if payload.get("jti") else {}
    for kind in ("node", "pod"):
        reference = _reference(private, kind) if kind in private else {}
        extra |= {f"{_EXTRA}{kind}-{part}": (value,) for part, value in reference.items() if value}
    groups = (*account_groups(namespace), AUTHENTICATED)
    return User(name=account_name(namespace, account["name"]), uid=uid, groups=groups, extra=extra)


def _reference(private: Mapping[str, Any], kind: str) -> dict[str, str]:
    found = private.get(kind)
    found = found if isinstance(found, dict) else {}
    return {part: str(found.get(part) or "") for part in ("name", "uid")}


def _check_bound(kind: str, namespace: str, reference: Mapping[str, str], objects: Objects, now: int) -> None:
    found = objects.find(_SEVERAL[kind], namespace, reference["name"])
    if found is None:
        raise InvalidToken(_GONE)
    uid = found["metadata"]["uid"]
    if uid != reference["uid"]:
        raise InvalidToken(f"{kind} UID ({uid}) does not match service account {kind} ref claim ({reference['uid']})")
    if _is_gone(found, now):
        raise InvalidToken(_GONE)


def _is_gone(obj: Mapping[str, Any], now: int) -> bool:
    """Return whether an object has been terminating for longer than clocks differ."""
    since = obj["metadata"].get("deletionTimestamp")
    return since is not None and clock.parse_time(since) < now - _LEEWAY
