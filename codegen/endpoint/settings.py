"""The settings of an endpoint, most of them named after flags of kube-apiserver, and the answers of
its release.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import Struct

from codegen.core import releases
from codegen.core.json_types import JsonMapping

Algorithm = Literal["RS256", "ES256"]
ALGORITHMS: tuple[Algorithm, ...] = ("RS256", "ES256")
Mode = Literal["AlwaysAllow", "RBAC"]
MODES: tuple[Mode, ...] = ("AlwaysAllow", "RBAC")
NODE_BINDING = "ServiceAccountTokenNodeBinding"
ACCOUNT_UID = "TokenRequestServiceAccountUIDValidation"
WEBHOOK_TOKENS = "APIServerWebhookAuthenticationToken"
AUTHORITY = "ca.crt"  # the file of trusted certificates in the folder of certificates
MOST_CONNECTIONS = 900  # below the number of files that most systems let a process open
# The feature gates with their defaults.
GATES: Mapping[str, bool] = {
    NODE_BINDING: True,
    ACCOUNT_UID: True,
    WEBHOOK_TOKENS: False,
}


class Settings(Struct, frozen=True, kw_only=True):
    """The settings of an endpoint.

    The defaults of `release`, `issuer`, `audiences` and `state` are the newest bundled release, the
    URL of the endpoint, the issuer, and a state in memory. Port 0 is any free one, and a folder of
    certificates makes it HTTPS.
    """

    release: str = ""
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
    host: str = "127.0.0.1"
    port: int = 0
    certificates: Path | None = None
    request_timeout: float = 60
    connections: int = MOST_CONNECTIONS
    clock: int | None = None

    def has_gate(self, name: str) -> bool:
        """Return whether a feature gate is on."""
        return self.gates.get(name, GATES[name])

    @property
    def allows_anonymous(self) -> bool:
        """Whether requests without credentials are anonymous, as in RBAC mode alone."""
        return self.anonymous and self.authorization != "AlwaysAllow"


@cache
def server_answers(release: str) -> JsonMapping:
    """Return what differs between the answers of releases, by the names in `server_answers.toml`."""
    table = tomllib.loads(
        Path(__file__).with_name("server_answers.toml").read_text(encoding="utf-8")
    )
    chosen = {}
    for name, answers in table.items():
        since = max(
            known_release
            for known_release in map(releases.parse, answers)
            if known_release <= releases.parse(release)
        )
        chosen[name] = answers[releases.format_release(since)]
    return chosen
