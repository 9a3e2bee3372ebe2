"""The endpoint for tests, started in this process and called over HTTP."""

from __future__ import annotations

import json
import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from msgspec.structs import replace

from codegen.core.json_types import JsonMapping, JsonObject, JsonValue
from codegen.endpoint import kinds, users
from codegen.endpoint.keys import Key, generate_key
from codegen.endpoint.negotiation import JSON, JSON_PATCH, MERGE_PATCH
from codegen.endpoint.serving import RunningEndpoint
from codegen.endpoint.settings import Algorithm, Settings

_TIMEOUT = 30  # seconds for one request


_spare_keys: list[Key] = []  # of endpoints that stopped, since it takes long to generate one


def _spare_key(algorithm: Algorithm) -> Key:
    """Return a key that no running endpoint signs with."""
    for key in reversed(_spare_keys):
        if key.algorithm == algorithm:
            _spare_keys.remove(key)
            return key
    return generate_key(algorithm)


class Refusal(Exception):  # noqa: N818  - an answer
    """Raised if the endpoint refuses a request.

    Attributes:
        status: The Status, as JSON has it.

    """

    def __init__(self, status: JsonMapping) -> None:
        super().__init__(status.get("message", ""))
        self.status = dict(status)


class TokenEndpoint(RunningEndpoint):
    """An endpoint that runs until `stop`, or until the end of `with TokenEndpoint(...) as
    endpoint:`.

    Attributes:
        url: Its address, which is also its issuer unless the settings name another one.
        issuer: The claim `iss` of tokens.
        admin_token: A bearer token that may do everything.
        kubeconfig: A file for kubectl and clients, with this token.
        ca: The certificates to trust, or None for plain HTTP.

    """

    def __init__(self, settings: Settings = Settings(), *, tls: bool = False) -> None:  # noqa: B008  - a record
        """Start it. Raises `CodegenError`."""
        self._folder = tempfile.TemporaryDirectory(prefix="token-endpoint-")
        folder = Path(self._folder.name)
        key = _spare_key(settings.algorithm)
        self._lent = [key]
        try:
            super().__init__(
                replace(settings, certificates=folder / "certificates") if tls else settings, key
            )
        except BaseException:
            self._folder.cleanup()
            raise
        self.start()
        self.kubeconfig = folder / "kubeconfig"
        self.write_kubeconfig(self.kubeconfig)
        self.issuer = self.endpoint.settings.issuer
        context = ssl.create_default_context(cafile=self.ca)
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the endpoint."""
        super().stop()
        self._folder.cleanup()
        _spare_keys.extend(self._lent)
        self._lent = []  # also if it is stopped twice

    def request(
        self, method: str, path: str, body: object = None, *, token: str | None = None
    ) -> JsonValue:
        """Call the API as the administrator, or with another token. Raises `Refusal`.

        An empty token stands for no credentials. The body of a PATCH is a JSON Patch if it is a
        list, else a merge patch.
        """
        bearer = self.admin_token if token is None else token
        data = None if body is None else json.dumps(body).encode()
        if method != "PATCH":
            media_type = JSON
        elif isinstance(body, list):
            media_type = JSON_PATCH
        else:
            media_type = MERGE_PATCH
        headers = {
            "Content-Type": media_type,
            **({"Authorization": f"Bearer {bearer}"} if bearer else {}),
        }
        asked = urllib.request.Request(self.url + path, data, headers, method=method)  # noqa: S310  - the URL is the endpoint's
        try:
            with self._opener.open(asked, timeout=_TIMEOUT) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise Refusal(_status(error)) from None

    def create(
        self, kind: str, name: str, *, namespace: str = "default", **fields: object
    ) -> JsonObject:
        """Create an object with these fields beside its metadata.

        Raises ValueError for an unknown kind.
        """
        body = {"metadata": {"name": name}, **fields}
        created: JsonObject = self.request(
            "POST", kinds.find_kind(kind).collection(namespace), body
        )
        return created

    def delete(self, kind: str, name: str, *, namespace: str = "default") -> None:
        """Delete an object. Raises ValueError for an unknown kind."""
        self.request(
            "DELETE",
            f"{kinds.find_kind(kind).collection(namespace)}/{name}",
            {"gracePeriodSeconds": 0},
        )

    def service_account(self, name: str, *, namespace: str = "default") -> JsonObject:
        """Create a service account."""
        return self.create("ServiceAccount", name, namespace=namespace)

    def pod(
        self, name: str, *, account: str = "default", namespace: str = "default", node: str = ""
    ) -> JsonObject:
        """Create a pod with a service account."""
        spec = {"serviceAccountName": account, "containers": [{"name": "main", "image": "none"}]}
        return self.create(
            "Pod", name, namespace=namespace, spec={**spec, **({"nodeName": node} if node else {})}
        )

    def token(
        self,
        account: str,
        *,
        namespace: str = "default",
        audiences: Sequence[str] = (),
        seconds: int = 3600,
        bound: tuple[str, str] | None = None,
    ) -> str:
        """Request a token of a service account.

        `bound` are kind and name of an object to bind it to.
        """
        spec: JsonObject = {"audiences": list(audiences), "expirationSeconds": seconds}
        if bound is not None:
            spec["boundObjectRef"] = {"kind": bound[0], "apiVersion": "v1", "name": bound[1]}
        path = f"{kinds.ACCOUNT.collection(namespace)}/{account}/token"
        return str(self.request("POST", path, {"spec": spec})["status"]["token"])

    def review(self, token: str, audiences: Sequence[str] = ()) -> JsonObject:
        """Return the status of a TokenReview."""
        spec = {"token": token, "audiences": list(audiences)}
        review_status: JsonObject = self.request(
            "POST", kinds.TOKEN_REVIEW.collection(""), {"spec": spec}
        )["status"]
        return review_status

    def mint(
        self,
        subject: str,
        *,
        audiences: Sequence[str] = (),
        seconds: int = 3600,
        claims: Mapping[str, object] | None = None,
        fault: str = "",
    ) -> str:
        """Sign a token with any subject, claims or fault, such as `expired`."""
        wanted = {
            "subject": subject,
            "audiences": list(audiences),
            "seconds": seconds,
            "claims": dict(claims or {}),
        }
        return str(self.request("POST", "/-/tokens", {**wanted, "fault": fault})["token"])

    def wrong_token(
        self,
        fault: str,
        *,
        account: str = "default",
        namespace: str = "default",
        audiences: Sequence[str] = (),
    ) -> str:
        """Sign a token of a service account with one fault."""
        return self.mint(users.account_name(namespace, account), audiences=audiences, fault=fault)

    def issued_tokens(self) -> list[JsonObject]:
        """Return the claims of all issued tokens, the oldest first."""
        tokens: list[JsonObject] = self.request("GET", "/-/tokens")["tokens"]
        return tokens

    def rotate(self, *, kept: int | None = None) -> str:
        """Sign with a new key and return its id. The old keys verify for `kept` seconds more."""
        return str(self.request("POST", "/-/keys", {"kept": kept})["kid"])

    def forward(self, seconds: float) -> None:
        """Move the clock of the endpoint forward."""
        self.request("POST", "/-/clock", {"forward": seconds})

    def stop_clock(self, moment: str = "now") -> None:
        """Stop the clock of the endpoint, now or at a time (RFC 3339)."""
        self.request("POST", "/-/clock", {"stop": moment})

    def run_clock(self) -> None:
        """Let the clock follow the time of the system."""
        self.request("POST", "/-/clock", {"run": True})


def _status(error: urllib.error.HTTPError) -> JsonMapping:
    try:
        decoded = json.load(error)
    except ValueError:
        decoded = None
    if isinstance(decoded, dict):
        return decoded
    return {"message": f"HTTP {error.code}", "code": error.code}
