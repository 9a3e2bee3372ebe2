"""The endpoint for tests: started in this process or in one of its own, and called over HTTP."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import yaml

from codegen.endpoint import clock, kinds, projection, users
from codegen.endpoint.negotiation import JSON, JSON_PATCH, MERGE_PATCH
from codegen.endpoint.settings import Settings
from codegen.kube.duration import Duration

if TYPE_CHECKING:
    from types import TracebackType

    from codegen.endpoint.serving import RunningEndpoint

_TIMEOUT = 30  # seconds for one request
_LOG_LINES = 1000


class Refusal(Exception):  # noqa: N818  - an answer
    """A refusal of the endpoint.

    Attributes:
        status: The Status, as JSON has it.

    """

    def __init__(self, status: Mapping[str, Any]) -> None:
        super().__init__(status.get("message", ""))
        self.status = dict(status)


class TokenEndpoint:
    """A running endpoint. `with TokenEndpoint(...) as endpoint:` ends it.

    Attributes:
        url: Its address, which is also its issuer unless the settings name another one.
        issuer: The claim `iss` of tokens.
        admin_token: A bearer token that may do everything.
        kubeconfig: A file for kubectl and clients, with this token.
        ca: The certificates to trust, or None for plain HTTP.
        log: The last lines of a process of its own.

    """

    def __init__(
        self, settings: Settings, *, tls: bool = False, process: bool = False, projections: Sequence[str] = ()
    ) -> None:
        """Start it; with `process` in a process of its own. Raises `CodegenError`, or RuntimeError of a process."""
        self._folder = tempfile.TemporaryDirectory(prefix="token-endpoint-")
        folder = Path(self._folder.name)
        self.kubeconfig = folder / "kubeconfig"
        certificates = folder / "certificates" if tls else None
        self.ca = folder / "certificates" / "ca.crt" if tls else None
        self.log: deque[str] = deque(maxlen=_LOG_LINES)
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._running: RunningEndpoint | None = None
        self._end_lock = threading.Lock()  # several threads of a test may end it
        try:
            if process:
                self._start_process(settings, certificates, projections)
            else:
                self._start(settings, certificates, projections)
        except BaseException:
            self._end(kill=True)
            raise
        self.issuer = settings.issuer or self.url
        context = ssl.create_default_context(cafile=self.ca) if self.ca else None
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if context is not None:
            handlers.append(urllib.request.HTTPSHandler(context=context))
        self._opener = urllib.request.build_opener(*handlers)

    def _start(self, settings: Settings, certificates: Path | None, projections: Sequence[str]) -> None:
        from codegen.endpoint.serving import Address, RunningEndpoint

        parsed = tuple(map(projection.parse_projection, projections))
        running = RunningEndpoint(settings, Address(folder=certificates), projections=parsed)
        try:
            running.start()
            running.write_kubeconfig(self.kubeconfig)
        except BaseException:
            running.stop()
            raise
        self._running = running
        self.url, self.admin_token = running.url, running.admin_token

    def _start_process(self, settings: Settings, certificates: Path | None, projections: Sequence[str]) -> None:
        flags = [*_flags(settings), *(f"--project-token={each}" for each in projections)]
        flags += [f"--cert-dir={certificates}"] if certificates else ["--plain-http"]
        command = [sys.executable, "-m", "codegen", "token-endpoint", "--port=0"]
        flags.append(f"--write-kubeconfig={self.kubeconfig}")
        self._process = subprocess.Popen(  # noqa: S603  - this program, with flags of a test
            [*command, *flags],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self._process.stdout is not None  # noqa: S101  - it is a pipe
        for line in self._process.stdout:
            self.log.append(line)
            if line.startswith("serving "):
                break
        else:
            raise RuntimeError(f"the endpoint has not started: {''.join(self.log).strip()}")
        self._reader = threading.Thread(target=self.log.extend, args=(self._process.stdout,), daemon=True)
        self._reader.start()  # a process whose pipe is full would wait
        found = yaml.safe_load(self.kubeconfig.read_text(encoding="utf-8"))
        self.url = found["clusters"][0]["cluster"]["server"]
        self.admin_token = found["users"][0]["user"]["token"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End it, as Ctrl-C does."""
        if self._running is not None:
            self._running.stop()
            self._running = None
        self._end(kill=False)

    def kill(self) -> None:
        """End a process without a warning (SIGKILL)."""
        self._end(kill=True)

    def _end(self, *, kill: bool) -> None:
        with self._end_lock:
            if self._process is not None:
                (self._process.kill if kill else self._process.terminate)()
                self._process.wait()
                if self._reader is not None:
                    self._reader.join()
                if self._process.stdout is not None:
                    self._process.stdout.close()
                self._process = None
            self._folder.cleanup()

    # ------------------------------------------------------------------------------------------------------ the API

    def request(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Any:
        """Call the API as the administrator, or with another token (empty: none). Raises `Refusal`.

        The body of a PATCH is a JSON Patch if it is a list, else a merge patch.
        """
        bearer = self.admin_token if token is None else token
        data = None if body is None else json.dumps(body).encode()
        media_type = JSON if method != "PATCH" else JSON_PATCH if isinstance(body, list) else MERGE_PATCH
        headers = {"Content-Type": media_type, **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
        asked = urllib.request.Request(self.url + path, data, headers, method=method)  # noqa: S310  - the URL is the endpoint's
        try:
            with self._opener.open(asked, timeout=_TIMEOUT) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise Refusal(_status(error)) from None

    def create(self, kind: str, name: str, *, namespace: str = "default", **fields: Any) -> dict[str, Any]:
        """Create an object with these fields beside its metadata. Raises ValueError for an unknown kind."""
        body = {"metadata": {"name": name}, **fields}
        created: dict[str, Any] = self.request("POST", kinds.kind_named(kind).collection(namespace), body)
        return created

    def delete(self, kind: str, name: str, *, namespace: str = "default") -> None:
        """Delete an object. Raises ValueError for an unknown kind."""
        self.request("DELETE", f"{kinds.kind_named(kind).collection(namespace)}/{name}", {"gracePeriodSeconds": 0})

    def service_account(self, name: str, *, namespace: str = "default") -> dict[str, Any]:
        """Create a service account."""
        return self.create("ServiceAccount", name, namespace=namespace)

    def pod(self, name: str, *, account: str = "default", namespace: str = "default", node: str = "") -> dict[str, Any]:
        """Create a pod that runs as a service account."""
        spec = {"serviceAccountName": account, "containers": [{"name": "main", "image": "none"}]}
        return self.create("Pod", name, namespace=namespace, spec={**spec, **({"nodeName": node} if node else {})})

    def token(
        self,
        account: str,
        *,
        namespace: str = "default",
        audiences: Sequence[str] = (),
        seconds: int = 3600,
        bound: tuple[str, str] | None = None,
    ) -> str:
        """Request a token of a service account; `bound` are kind and name of an object to bind it to."""
        spec: dict[str, Any] = {"audiences": list(audiences), "expirationSeconds": seconds}
        if bound is not None:
            spec["boundObjectRef"] = {"kind": bound[0], "apiVersion": "v1", "name": bound[1]}
        path = f"{kinds.ACCOUNT.collection(namespace)}/{account}/token"
        return str(self.request("POST", path, {"spec": spec})["status"]["token"])

    def review(self, token: str, audiences: Sequence[str] = ()) -> dict[str, Any]:
        """Return the status of a TokenReview."""
        spec = {"token": token, "audiences": list(audiences)}
        found: dict[str, Any] = self.request("POST", "/apis/authentication.k8s.io/v1/tokenreviews", {"spec": spec})[
            "status"
        ]
        return found

    # ------------------------------------------------------------------------------------------ what no cluster offers

    def mint(
        self,
        subject: str,
        *,
        audiences: Sequence[str] = (),
        seconds: int = 3600,
        claims: Mapping[str, Any] | None = None,
        fault: str = "",
    ) -> str:
        """Sign a token for any subject, with any claims, or with a fault such as `expired` or `alg-none`."""
        wanted = {"subject": subject, "audiences": list(audiences), "seconds": seconds, "claims": dict(claims or {})}
        return str(self.request("POST", "/-/tokens", {**wanted, "fault": fault})["token"])

    def wrong_token(
        self, fault: str, *, account: str = "default", namespace: str = "default", audiences: Sequence[str] = ()
    ) -> str:
        """Sign a token of a service account with one fault."""
        return self.mint(users.account_name(namespace, account), audiences=audiences, fault=fault)

    def issued(self) -> list[dict[str, Any]]:
        """Return the claims of all issued tokens, the oldest first."""
        found: list[dict[str, Any]] = self.request("GET", "/-/tokens")["tokens"]
        return found

    def rotate(self, *, kept: int | None = None) -> str:
        """Sign with a new key and return its id; the old keys verify for `kept` seconds more."""
        return str(self.request("POST", "/-/keys", {"kept": kept})["kid"])

    def forward(self, seconds: float) -> None:
        """Move the clock of the endpoint forward."""
        self.request("POST", "/-/clock", {"forward": seconds})

    def stop_clock(self, at: str = "now") -> None:
        """Stop the clock of the endpoint, now or at a time (RFC 3339)."""
        self.request("POST", "/-/clock", {"stop": at})

    def run_clock(self) -> None:
        """Let the clock follow the time of the system."""
        self.request("POST", "/-/clock", {"run": True})


def _status(error: urllib.error.HTTPError) -> Mapping[str, Any]:
    try:
        found = json.load(error)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"message": f"HTTP {error.code}", "code": error.code}


def _flags(settings: Settings) -> Iterator[str]:
    """Yield the flags of the command for settings."""
    yield f"--kubernetes-version={settings.release}"
    for issuer in (settings.issuer, *settings.further_issuers):
        if issuer:
            yield f"--service-account-issuer={issuer}"
    given: Mapping[str, object] = {
        "api-audiences": ",".join(settings.audiences),
        "service-account-max-token-expiration": f"{settings.max_seconds}s" if settings.max_seconds else "",
        "service-account-extend-token-expiration": str(settings.extend).lower(),
        "anonymous-auth": str(settings.anonymous).lower(),
        "authorization-mode": settings.authorization,
        "token-auth-file": settings.token_file,
        "service-account-signing-key-file": settings.signing_key,
        "signing-algorithm": settings.algorithm,
        "feature-gates": ",".join(f"{name}={str(is_on).lower()}" for name, is_on in settings.gates.items()),
        "state": settings.state,
        "token-cache": str(Duration(timedelta(seconds=settings.cache_seconds))),
        "fixed-time": "" if settings.clock is None else clock.format_time(settings.clock),
    }
    yield from (f"--{name}={value}" for name, value in given.items() if value)
    yield from (f"--service-account-key-file={path}" for path in settings.verifying_keys)
    yield from (f"--seed={path}" for path in settings.seeds)
    if settings.public_discovery:
        yield "--public-discovery"
