"""How an endpoint is started: what kube-apiserver's flags of the same names say, and what a test double has beside them."""

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
    """What an endpoint is started with.

    `issuer` and `audiences` may be empty: then the issuer is the URL of the endpoint, and the audience is the issuer. `state` is the file
    of the state, or None to keep it in memory.
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
        """Whether a feature gate is on."""
        return self.gates.get(name, GATES[name])

    @property
    def lets_unknown_in(self) -> bool:
        """Whether requests without credentials are of the anonymous user: never where everybody may do everything."""
        return self.anonymous and self.authorization != "AlwaysAllow"
