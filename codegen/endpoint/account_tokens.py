"""Secrets with a token of a service account, which a controller fills in a cluster."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from codegen.endpoint.kinds import ACCOUNT, SECRET
from codegen.endpoint.objects import WriteOptions
from codegen.endpoint.settings import AUTHORITY
from codegen.endpoint.tokens import ACCOUNT_CLAIM, ACCOUNT_ISSUER, sign
from codegen.endpoint.users import account_name

if TYPE_CHECKING:
    from codegen.endpoint.endpoint import Endpoint

_TYPE = "kubernetes.io/service-account-token"
_ANNOTATION = "kubernetes.io/service-account."


def add_account_token(endpoint: Endpoint, made: dict[str, Any], options: WriteOptions) -> dict[str, Any]:
    """Return a new object, filled and kept if it is a Secret for the token of a service account that exists."""
    metadata = made["metadata"]
    annotations = metadata.get("annotations") or {}
    name, namespace = str(annotations.get(f"{_ANNOTATION}name") or ""), str(metadata.get("namespace") or "")
    account = endpoint.objects.find(ACCOUNT, namespace, name) if made.get("type") == _TYPE else None
    if account is None or options.dry_run:
        return made
    uid = account["metadata"]["uid"]
    claims = {
        "iss": ACCOUNT_ISSUER,
        f"{ACCOUNT_CLAIM}namespace": namespace,
        f"{ACCOUNT_CLAIM}secret.name": metadata["name"],
        f"{ACCOUNT_CLAIM}service-account.name": name,
        f"{ACCOUNT_CLAIM}service-account.uid": uid,
        "sub": account_name(namespace, name),
    }
    parts = {"namespace": namespace.encode(), "token": sign(claims, endpoint.signing_key).encode()}
    if (folder := endpoint.settings.certificates) is not None:
        parts["ca.crt"] = (folder / AUTHORITY).read_bytes()
    data = {name: base64.b64encode(part).decode() for name, part in parts.items()}
    filled = {
        **made,
        "metadata": {**metadata, "annotations": {**annotations, f"{_ANNOTATION}uid": uid}},
        "data": {**(made.get("data") or {}), **data},
    }
    return endpoint.objects.replace(SECRET, filled, namespace, metadata["name"], options)
