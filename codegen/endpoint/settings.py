"""The settings of an endpoint, most of them named by the flags of kube-apiserver."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

Algorithm = Literal["RS256", "ES256"]
ALGORITHMS: tuple[Algorithm, ...] = ("RS256", "ES256")
Mode = Literal["AlwaysAllow", "RBAC"]
MODES: tuple[Mode, ...] = ("AlwaysAllow", "RBAC")
NODE_BINDING = "ServiceAccountTokenNodeBinding"
ACCOUNT_UID = "TokenRequestServiceAccountUIDValidation"
WEBHOOK_TOKENS = "APIServerWebhookAuthenticationToken"
GATES: Mapping[str, bool] = {NODE_BINDING: True, ACCOUNT_UID: True, WEBHOOK_TOKENS: False}  # and their defaults


class Settings(Struct, frozen=True, kw_only=True):
    """The settings of an endpoint.

    Without `issuer` the issuer is the URL of the endpoint, without `audiences` the audience is the issuer, without
    `state` the state is in memory.
    """

    release: str
    issuer: str = ""
    further_issuers: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    max_seconds: int = 0
    extend: bool = True
    anonymous: bool = True
    authorization: Mode = "RBAC"
    public_discovery: bool = False
    token_file: Path | None = None
    signing_key: Path | None = None
    verifying_keys: tuple[Path, ...] = ()
    algorithm: Algorithm = "RS256"
    gates: Mapping[str, bool] = {}
    state: Path | None = None
    seeds: tuple[Path, ...] = ()
    cache_seconds: float = 10
    clock: int | None = None

    def gate(self, name: str) -> bool:
        """Return whether a feature gate is on."""
        return self.gates.get(name, GATES[name])

    @property
    def allows_anonymous(self) -> bool:
        """Whether requests without credentials are anonymous; never where everybody may do everything."""
        return self.anonymous and self.authorization != "AlwaysAllow"
