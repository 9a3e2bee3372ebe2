"""Tokens of service accounts, signed and reviewed as by an API server."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from msgspec import Struct, structs

from codegen.core.json_types import JsonMapping, JsonObject
from codegen.endpoint import clock
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.keys import Key
from codegen.endpoint.kinds import ACCOUNT, NODE, POD, SECRET, Kind
from codegen.endpoint.objects import Objects, WriteOptions
from codegen.endpoint.settings import ALGORITHMS, AUTHORITY, server_answers
from codegen.endpoint.state import Object
from codegen.endpoint.users import User, account_name, account_user
from codegen.kube.statuses import go_value

PRIVATE = "kubernetes.io"  # the claim about the service account and the bound objects
_ACCOUNT_ISSUER = "kubernetes/serviceaccount"  # of tokens in Secrets
_ACCOUNT_CLAIM = "kubernetes.io/serviceaccount/"  # the beginning of their claims
_ACCOUNT_TYPE = "kubernetes.io/service-account-token"  # of these Secrets
_ANNOTATION = "kubernetes.io/service-account."
_LEEWAY = 60  # seconds that clocks may differ
_EXTRA = "authentication.kubernetes.io/"
_GONE = "service account token has been invalidated"
_REGISTRY = jws.JWSRegistry(algorithms=list(ALGORITHMS))
T = TypeVar("T")


class InvalidToken(Exception):  # noqa: N818  - the answer to a review
    """A refused token, with the reason in the words of the server, if it gives one."""


class ReviewedToken(Struct, frozen=True, kw_only=True):
    """The user of a valid token and its requested audiences."""

    user: User
    audiences: tuple[str, ...]


def build_claims(
    subject: str,
    issuer: str,
    audiences: Iterable[str],
    now: int,
    seconds: int,
    private: Mapping[str, object] | None,
) -> JsonObject:
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


def sign(payload: Mapping[str, object], key: Key) -> str:
    """Sign claims."""
    header = {"alg": key.algorithm, "kid": key.id}
    return jws.serialize_compact(header, msgspec.json.encode(payload), key.jwk, registry=_REGISTRY)


class _Reference(Struct, frozen=True):
    """The name and uid of an object."""

    name: str = ""
    uid: str = ""


class _Private(Struct, frozen=True):
    """The claim about the service account and the objects that a token is bound to."""

    namespace: str = ""
    serviceaccount: _Reference = _Reference()
    secret: _Reference | None = None
    pod: _Reference | None = None
    node: _Reference | None = None


_IN_SECRETS = {
    "secret_namespace": f"{_ACCOUNT_CLAIM}namespace",
    "secret_name": f"{_ACCOUNT_CLAIM}secret.name",
    "account_name": f"{_ACCOUNT_CLAIM}service-account.name",
    "account_uid": f"{_ACCOUNT_CLAIM}service-account.uid",
}


class _Claims(Struct, frozen=True, rename={"private": PRIVATE, **_IN_SECRETS}):
    """The claims of a token that are reviewed.

    Tokens in Secrets have the last four instead of `private`.
    """

    iss: str
    aud: str | list[str] = []
    exp: int | float | None = None
    nbf: int | float | None = None
    iat: int | float | None = None
    jti: str = ""
    private: _Private = _Private()
    secret_namespace: str = ""
    secret_name: str = ""
    account_name: str = ""
    account_uid: str = ""


def review(endpoint: Endpoint, token: str, wanted: Sequence[str]) -> ReviewedToken:
    """Review a token for audiences.

    Raises `InvalidToken`, without a reason if it is of another issuer.
    """
    settings = endpoint.settings
    parts = token.split(".")
    if len(parts) == 3:
        claims = _decode_part(parts[1], _Claims)
    else:
        claims = None
    if claims is None or claims.iss not in (
        settings.issuer,
        *settings.further_issuers,
        _ACCOUNT_ISSUER,
    ):
        raise InvalidToken
    if not _is_signed(token, endpoint.verifying_keys()):
        library = server_answers(settings.release)["jose-library"]
        raise InvalidToken(f"{library}: error in cryptographic primitive")
    if claims.iss == _ACCOUNT_ISSUER:  # such a token names no audience
        private = _secret_claims(token, claims, endpoint.objects)
        claims = structs.replace(claims, aud=list(settings.audiences), private=private)
    if isinstance(claims.aud, str):
        audiences = [claims.aud]
    else:
        audiences = claims.aud
    common = tuple(audience for audience in audiences if audience in wanted)
    if not common:
        audience_list, asked = (
            f"[{' '.join(map(go_value, names))}]" for names in (audiences, wanted)
        )
        raise InvalidToken(
            f"token audiences {audience_list} is invalid for the target audiences {asked}"
        )
    now = endpoint.clock.now()
    _check_times(claims, now)
    return ReviewedToken(user=_find_user(claims, endpoint.objects, now), audiences=common)


def _decode_part(text: str, expected: type[T]) -> T | None:
    """Decode a part of a token, or return None for a malformed one."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(data, type=expected)
    except (ValueError, RecursionError):
        return None


class _Header(Struct, frozen=True):
    """The header of a token."""

    kid: str = ""


def _is_signed(token: str, keys: Sequence[Key]) -> bool:
    """Return whether a key signed a token.

    Raises InvalidToken if no key has the id that the token names.
    """
    header = _decode_part(token.partition(".")[0], _Header)
    named = [key for key in keys if header and header.kid in ("", key.id)]
    if header and not named:
        raise InvalidToken("invalid signature, no keys found")
    for key in named:
        with suppress(JoseError, ValueError, TypeError):
            jws.deserialize_compact(token, key.jwk, registry=_REGISTRY)
            return True
    return False


def _check_times(claims: _Claims, now: int) -> None:
    if claims.nbf is not None and now + _LEEWAY < claims.nbf:
        raise InvalidToken("service account token is not valid yet")
    if claims.exp is not None and now - _LEEWAY > claims.exp:
        raise InvalidToken("service account token has expired")
    if claims.iat is not None and now + _LEEWAY < claims.iat:
        raise InvalidToken("service account token is issued in the future")


def _find_user(claims: _Claims, objects: Objects, now: int) -> User:
    """Return the service account, if it and the bound objects of the token still exist."""
    private = claims.private
    namespace, account = private.namespace, private.serviceaccount
    service_account = objects.find(ACCOUNT, namespace, account.name)
    if service_account is None:
        raise InvalidToken(f"serviceaccounts {go_value(account.name)} not found")
    uid = service_account["metadata"]["uid"]
    if uid != account.uid:
        raise InvalidToken(f"service account UID ({uid}) does not match claim ({account.uid})")
    if _is_gone(service_account, now):
        raise InvalidToken(f"service account {namespace}/{account.name} has been deleted")
    node = None if private.pod else private.node
    for kind, reference in ((SECRET, private.secret), (POD, private.pod), (NODE, node)):
        if reference is not None:
            _check_bound(kind, namespace, reference, objects, now)
    if claims.jti:
        extra = {f"{_EXTRA}credential-id": (f"JTI={claims.jti}",)}
    else:
        extra = {}
    for part, reference in (("node", private.node), ("pod", private.pod)):
        fields = structs.asdict(reference) if reference else {}
        extra |= {f"{_EXTRA}{part}-{field}": (value,) for field, value in fields.items() if value}
    return account_user(namespace, account.name, uid, extra)


def _secret_claims(token: str, claims: _Claims, objects: Objects) -> _Private:
    """Return the claims of a token of a Secret as other tokens have them.

    Raises InvalidToken unless it is kept there.
    """
    secret = objects.find(SECRET, claims.secret_namespace, claims.secret_name) or {}
    if (secret.get("data") or {}).get("token") != base64.b64encode(token.encode()).decode():
        raise InvalidToken(_GONE)
    account = _Reference(claims.account_name, claims.account_uid)
    return _Private(namespace=claims.secret_namespace, serviceaccount=account)


def _check_bound(
    kind: Kind, namespace: str, reference: _Reference, objects: Objects, now: int
) -> None:
    bound_object = objects.find(kind, namespace if kind.namespaced else "", reference.name)
    if bound_object is None or _is_gone(bound_object, now):
        raise InvalidToken(_GONE)
    uid, part = bound_object["metadata"]["uid"], kind.name.lower()
    if uid != reference.uid:
        raise InvalidToken(
            f"{part} UID ({uid}) does not match service account {part} ref claim ({reference.uid})"
        )


def _is_gone(obj: JsonMapping, now: int) -> bool:
    """Return whether an object has been terminating for longer than clocks differ."""
    since = obj["metadata"].get("deletionTimestamp")
    return since is not None and clock.parse_time(since) < now - _LEEWAY


def is_account_secret(kind: Kind, obj: Mapping[str, object]) -> bool:
    """Return whether an object is a Secret for the token of a service account."""
    return kind is SECRET and obj.get("type") == _ACCOUNT_TYPE


def create_account_secret(
    endpoint: Endpoint, body: Mapping[str, object], namespace: str, options: WriteOptions
) -> Object:
    """Create a Secret for the token of a service account, with a token if the account exists."""
    with endpoint.state.transaction():
        created = endpoint.objects.create(SECRET, body, namespace, options)
        metadata = created["metadata"]
        annotations = metadata.get("annotations") or {}
        account_named = str(annotations.get(f"{_ANNOTATION}name") or "")
        account = endpoint.objects.find(ACCOUNT, namespace, account_named)
        if account is None or options.dry_run:
            return created
        uid = account["metadata"]["uid"]
        filled = {
            **created,
            "metadata": {**metadata, "annotations": {**annotations, f"{_ANNOTATION}uid": uid}},
            "data": {
                **(created.get("data") or {}),
                **_account_secret_data(endpoint, account, metadata["name"]),
            },
        }
        return endpoint.objects.replace(SECRET, filled, namespace, metadata["name"], options)


def _account_secret_data(endpoint: Endpoint, account: Object, secret_name: str) -> dict[str, str]:
    """Return the data of a Secret with a token of an account: in base64, as Secrets have it."""
    namespace, name = account["metadata"]["namespace"], account["metadata"]["name"]
    claims = {
        "iss": _ACCOUNT_ISSUER,
        f"{_ACCOUNT_CLAIM}namespace": namespace,
        f"{_ACCOUNT_CLAIM}secret.name": secret_name,
        f"{_ACCOUNT_CLAIM}service-account.name": name,
        f"{_ACCOUNT_CLAIM}service-account.uid": account["metadata"]["uid"],
        "sub": account_name(namespace, name),
    }
    parts = {"namespace": namespace.encode(), "token": sign(claims, endpoint.signing_key).encode()}
    if endpoint.settings.certificates is not None:
        parts["ca.crt"] = (endpoint.settings.certificates / AUTHORITY).read_bytes()
    return {part: base64.b64encode(data).decode() for part, data in parts.items()}
