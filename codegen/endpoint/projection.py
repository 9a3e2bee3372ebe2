"""Tokens in files, renewed as the kubelet renews those of projected volumes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from codegen.core.writing import write_one
from codegen.endpoint import clock
from codegen.endpoint.request_info import WriteOptions

if TYPE_CHECKING:
    from codegen.endpoint.endpoint import Endpoint

_OLD = 0.8  # of its time a token lives before another takes its place
_DAY = 24 * 60 * 60  # no token gets older
_KUBELET = WriteOptions(user_agent="kubelet")


class Projection(Struct, frozen=True, kw_only=True):
    """A token to keep in a file: its service account, audience (empty: that of the server), seconds and bound pod."""

    file: Path
    namespace: str
    account: str
    audience: str = ""
    seconds: int = 3600
    pod: str = ""


def parse_projection(text: str) -> Projection:
    """Parse `FILE=NAMESPACE/ACCOUNT[,audience=A][,seconds=N][,pod=P]`. Raises ValueError."""
    file, equals, rest = text.partition("=")
    account, *options = rest.split(",")
    namespace, slash, name = account.partition("/")
    found = dict(option.partition("=")[::2] for option in options)
    if not (file and equals and namespace and slash and name) or set(found) - {"audience", "seconds", "pod"}:
        raise ValueError("expected FILE=NAMESPACE/ACCOUNT[,audience=A][,seconds=N][,pod=P]")
    seconds = found.get("seconds", "3600")
    if not seconds.isdecimal():
        raise ValueError(f"seconds has to be a number, not {seconds!r}")
    return Projection(
        file=Path(file),
        namespace=namespace,
        account=name,
        audience=found.get("audience", ""),
        seconds=int(seconds),
        pod=found.get("pod", ""),
    )


class Projector:
    """Renews the token of one projection."""

    def __init__(self, endpoint: Endpoint, projection: Projection) -> None:
        self._endpoint = endpoint
        self.projection = projection
        self._since = self._due = 0.0

    def refresh(self) -> bool:
        """Write a new token if it is time. Raises `StatusError` if none is issued, `CodegenError` if none can be written."""
        now = self._endpoint.clock.seconds()
        # Where the clock has been put back to before it was issued, the token is not good yet.
        if self._since <= now < self._due:
            return False
        wanted = self.projection
        spec: dict[str, Any] = {"expirationSeconds": wanted.seconds}
        if wanted.audience:
            spec["audiences"] = [wanted.audience]
        if wanted.pod:
            spec["boundObjectRef"] = {"kind": "Pod", "apiVersion": "v1", "name": wanted.pod}
        issued = self._endpoint.issuer.create({"spec": spec}, wanted.namespace, wanted.account, _KUBELET).answer[
            "status"
        ]
        write_one(wanted.file, issued["token"], str(wanted.file), private=True)
        lives = clock.parse_time(issued["expirationTimestamp"]) - now
        self._since, self._due = now, now + min(lives * _OLD, _DAY)
        return True
