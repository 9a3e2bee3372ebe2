"""Where a server is, whom to trust, and who asks."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from .answers import ConfigurationError
from .calls import Credentials


class Secret:
    """A text that is not shown: not by `repr` or `str`, and so in no log and no exception."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(...)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A client certificate with its key, both as PEM."""

    certificate: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Which servers are trusted, and what they are shown.

    Attributes:
        authority: Certificates of authorities as PEM; without, those of the system.
        certificate: What the client shows of itself.
        server_name: The name that the certificate of the server has, if it is not that of the address.
        insecure: No certificate is checked.

    """

    authority: bytes | None = None
    certificate: Certificate | None = None
    server_name: str | None = None
    insecure: bool = False

    def context(self, certificate: Certificate | None = None) -> ssl.SSLContext:
        """A context of TLS; `certificate` stands for its own. Raises `ConfigurationError` for certificates that cannot be read."""
        named = None if self.insecure else self.authority
        try:
            # Where none is named those of the system are read, which takes longer than all else here.
            context = ssl.create_default_context(cadata=named.decode("ascii") if named is not None else None)
            if self.insecure:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            shown = certificate or self.certificate
            if shown is not None:
                _show(context, shown)
        except (ValueError, OSError) as error:
            raise ConfigurationError(f"the certificates of the configuration cannot be used: {error}") from None
        return context


def _show(context: ssl.SSLContext, shown: Certificate) -> None:
    """Load a client certificate, which TLS takes from files alone."""
    from tempfile import TemporaryDirectory  # few configurations have one

    with TemporaryDirectory() as folder:
        files = (Path(folder, "certificate.pem"), Path(folder, "key.pem"))
        for file, content in zip(files, (shown.certificate, shown.key), strict=True):
            file.touch(mode=0o600)
            file.write_bytes(content)
        context.load_cert_chain(*files)


class Anonymous:
    """Nobody in particular, or who the client certificate says."""

    secrets: tuple[str, ...] = ()
    certificate: Certificate | None = None

    def ready(self) -> bool:
        """There is nothing to wait for."""
        return True

    def authorize(self) -> dict[str, str]:
        """No header at all."""
        return {}

    def refused(self) -> None:
        """Nothing is kept."""


class Token:
    """Who a token says: one that stays the same."""

    certificate: Certificate | None = None

    def __init__(self, token: str) -> None:
        self._token = Secret(token)

    def __repr__(self) -> str:
        return "Token(...)"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The token."""
        return (self._token.reveal(),)

    def ready(self) -> bool:
        """The token is there."""
        return True

    def authorize(self) -> dict[str, str]:
        """The header that has the token."""
        return {"authorization": f"Bearer {self._token.reveal()}"}

    def refused(self) -> None:
        """There is no other token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """One server and who asks it.

    Attributes:
        server: Its address, `https://host:port`, with a path where the API is not at the root.
        namespace: That of objects for which none is named.
        trust: Which certificates are trusted.
        credentials: Who asks.
        proxy: The address of a proxy; without, those of the environment.
        headers: Those of every request, such as Impersonate-User.

    """

    server: str
    namespace: str = "default"
    trust: Trust = field(default_factory=Trust)
    credentials: Credentials = field(default_factory=Anonymous)
    proxy: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
