"""Who asks, where that is not said once for all: a token in a file that is renewed, a password, a program that gives tokens or certificates."""

import json
import os
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Final

from .answers import ConfigurationError
from .configuration import Certificate, Secret

_EARLY: Final = timedelta(seconds=10)  # before its end a token is renewed: it takes time to get to the server
VERSIONS: Final = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")


class TokenFile:
    """Who a token in a file says. The file is read again when it changes, as the kubelet renews those of service accounts."""

    certificate: Certificate | None = None

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._read: tuple[tuple[int, ...], Secret] | None = None

    def __repr__(self) -> str:
        return f"TokenFile({str(self.path)!r})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The token that was read last."""
        return (self._read[1].reveal(),) if self._read is not None else ()

    def ready(self) -> bool:
        """To look at a file takes no time."""
        return True

    def authorize(self) -> dict[str, str]:
        """The header that has the token. Raises `ConfigurationError` where there is none."""
        try:
            state = self.path.stat()  # the kubelet puts another file in its place
            known = (state.st_mtime_ns, state.st_size, state.st_ino, state.st_dev)
            if self._read is None or self._read[0] != known:
                self._read = (known, Secret(self.path.read_text(encoding="utf-8").strip()))
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"the token cannot be read: {error}") from None
        if not self._read[1].reveal():
            raise ConfigurationError(f"there is no token in {self.path}")
        return {"authorization": f"Bearer {self._read[1].reveal()}"}

    def refused(self) -> None:
        """The file is read again."""
        self._read = None


class Password:
    """Who a name and a password say."""

    certificate: Certificate | None = None

    def __init__(self, user: str, password: str) -> None:
        self.user = user
        self._password = Secret(password)

    def __repr__(self) -> str:
        return f"Password({self.user!r}, ...)"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The password, and the header that has it."""
        return (self._encoded(), self._password.reveal())

    def ready(self) -> bool:
        """Both are there."""
        return True

    def authorize(self) -> dict[str, str]:
        """The header that has both."""
        return {"authorization": f"Basic {self._encoded()}"}

    def _encoded(self) -> str:
        return b64encode(f"{self.user}:{self._password.reveal()}".encode()).decode("ascii")

    def refused(self) -> None:
        """There is no other password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program that says who asks, as a kubeconfig names it under `exec`.

    Attributes:
        command, arguments: What is run. A command with a slash is looked for from `folder`.
        environment: What is added to the variables of the environment.
        version: The `apiVersion` of what it reads and writes.
        hint: What to do where there is no such program.
        cluster: What it is told of the server, if it asks for that.

    """

    command: str
    arguments: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    version: str = VERSIONS[0]
    folder: str = ""
    hint: str = ""
    cluster: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What a program gave, and until when it holds."""

    token: Secret | None
    certificate: Certificate | None
    until: datetime | None

    def holds(self) -> bool:
        return self.until is None or datetime.now(UTC) + _EARLY < self.until


class Program:
    """Who a program says. What it gives is kept until it expires or the server refuses it."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self._given: _Given | None = None
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"Program({self.command.command!r})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The token that was given last."""
        token = self._given.token if self._given is not None else None
        return (token.reveal(),) if token is not None else ()

    @property
    def certificate(self) -> Certificate | None:
        """The certificate that was given last."""
        return self._given.certificate if self._given is not None else None

    def ready(self) -> bool:
        """Whether what was given still holds."""
        return self._given is not None and self._given.holds()

    def authorize(self) -> dict[str, str]:
        """The header that has the token; none if there is a certificate alone. Raises `ConfigurationError` where the program fails."""
        with self._lock:  # several calls wait for one run
            given = self._given
            if given is None or not given.holds():
                given = self._given = self._asked()
        return {"authorization": f"Bearer {given.token.reveal()}"} if given.token is not None else {}

    def refused(self) -> None:
        """The program is asked again."""
        self._given = None

    def _asked(self) -> _Given:
        command = self.command
        spec: dict[str, Any] = {"interactive": False}
        if command.cluster is not None:
            spec["cluster"] = command.cluster
        info = {"apiVersion": command.version, "kind": "ExecCredential", "spec": spec}
        try:
            done = subprocess.run(  # noqa: S603 - what a kubeconfig names is run, as kubectl does
                [self._path(), *command.arguments],
                env={**os.environ, **dict(command.environment), "KUBERNETES_EXEC_INFO": json.dumps(info)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,  # what it has to tell people goes to them: stderr is ours
                check=False,
            )
        except OSError as error:
            hint = f"; {command.hint}" if command.hint else ""
            raise ConfigurationError(f"{command.command} cannot be run: {error.strerror or error}{hint}") from None
        if done.returncode:
            raise ConfigurationError(f"{command.command} ended with status {done.returncode} and gave no credentials")
        return self._given_by(done.stdout)

    def _path(self) -> str:
        plain = os.sep not in self.command.command and (os.altsep is None or os.altsep not in self.command.command)
        return self.command.command if plain else str(Path(self.command.folder, self.command.command))

    def _given_by(self, output: bytes) -> _Given:
        """What a program wrote. Its output is never shown: it holds secrets."""
        try:
            data: Any = json.loads(output)
        except (ValueError, RecursionError):
            data = None
        status: Any = data.get("status") if isinstance(data, dict) and data.get("kind") == "ExecCredential" else None
        if not isinstance(status, dict):
            raise self._odd("no ExecCredential with a status")
        if data.get("apiVersion") != self.command.version:
            raise self._odd(f"another version than {self.command.version}")
        texts = {name: status.get(name) for name in _TEXTS}
        if any(value is not None and not isinstance(value, str) for value in texts.values()):
            raise self._odd(f"something else than texts in {', '.join(_TEXTS)}")
        token, shown, key, until = (texts[name] or "" for name in _TEXTS)
        if bool(shown) != bool(key):
            raise self._odd("a certificate without its key, or a key without its certificate")
        if not token and not shown:
            raise self._odd("neither a token nor a certificate")
        try:
            end = datetime.fromisoformat(until) if until else None
        except ValueError:
            raise self._odd("an expirationTimestamp that is not a time") from None
        return _Given(
            token=Secret(token) if token else None,
            certificate=Certificate(certificate=shown.encode(), key=key.encode()) if shown else None,
            until=end.replace(tzinfo=end.tzinfo or UTC) if end is not None else None,
        )

    def _odd(self, what: str) -> ConfigurationError:
        return ConfigurationError(f"{self.command.command} gives {what}")


_TEXTS: Final = ("token", "clientCertificateData", "clientKeyData", "expirationTimestamp")
