"""TokenRequest with ObjectMeta as one would write it for msgspec by hand: the measure for generated structs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct


class OwnerReference(Struct, rename="camel", kw_only=True):
    api_version: str
    kind: str
    name: str
    uid: str
    controller: bool | None = None
    block_owner_deletion: bool | None = None


class ManagedFieldsEntry(Struct, rename="camel", kw_only=True):
    manager: str | None = None
    operation: str | None = None
    api_version: str | None = None
    time: datetime | None = None
    fields_type: str | None = None
    fields_v1: dict[str, Any] | None = None
    subresource: str | None = None


class ObjectMeta(Struct, rename="camel", kw_only=True):
    name: str | None = None
    generate_name: str | None = None
    namespace: str | None = None
    self_link: str | None = None
    uid: str | None = None
    resource_version: str | None = None
    generation: int | None = None
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    deletion_grace_period_seconds: int | None = None
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    finalizers: list[str] | None = None
    owner_references: list[OwnerReference] | None = None
    managed_fields: list[ManagedFieldsEntry] | None = None


class BoundObjectReference(Struct, rename="camel", kw_only=True):
    kind: str | None = None
    api_version: str | None = None
    name: str | None = None
    uid: str | None = None


class TokenRequestSpec(Struct, rename="camel", kw_only=True):
    audiences: list[str]
    expiration_seconds: int | None = None
    bound_object_ref: BoundObjectReference | None = None


class TokenRequestStatus(Struct, rename="camel", kw_only=True):
    token: str
    expiration_timestamp: datetime


class TokenRequest(Struct, rename="camel", kw_only=True):
    api_version: str | None = None
    kind: str | None = None
    metadata: ObjectMeta | None = None
    spec: TokenRequestSpec
    status: TokenRequestStatus | None = None
