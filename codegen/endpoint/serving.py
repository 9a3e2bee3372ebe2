"""A running endpoint, in this thread or in another one."""

from __future__ import annotations

import base64
import ipaddress
import math
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from starlette.types import ASGIApp

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.writing import write_all, write_one
from codegen.endpoint.application import Application
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.keys import Key
from codegen.endpoint.settings import AUTHORITY, Settings
from codegen.endpoint.users import AUTHENTICATED, MASTERS, User

_BACKLOG = 512  # connections that wait until they are accepted
_MOST_HEADERS = 64 * 1024  # bytes of the head of a request
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # of TLS 1.2; all of 1.3 are good
_LINGER = 1  # seconds that open connections have at the end
_ADMIN = User(name="admin", uid="admin", groups=(MASTERS, AUTHENTICATED))
_NAME = "token-endpoint"  # of the cluster and context in the kubeconfig


class RunningEndpoint:
    """An endpoint with its URL, the token of an administrator and certificates."""

    def __init__(self, settings: Settings, key: Key | None = None) -> None:
        """Bind the address and read all files. `key` signs if no other one is known. Raises `CodegenError`."""
        folder = settings.certificates
        if folder is not None:
            _prepare_certificates(folder, settings.host)
        self._socket = _bind(settings)
        try:
            port = self._socket.getsockname()[1]
            host = "localhost" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  - compared
            self.url = f"{'https' if folder else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
            self.ca = folder / AUTHORITY if folder else None
            self.admin_token = secrets.token_urlsafe(24)
            self.endpoint = Endpoint(settings, self.url, {self.admin_token: _ADMIN}, key)
        except BaseException:
            self._socket.close()
            raise
        self._thread: threading.Thread | None = None
        self._server = uvicorn.Server(_uvicorn_config(Application(self.endpoint), settings))

    def write_kubeconfig(self, path: Path) -> None:
        """Write a kubeconfig for the administrator. Raises `CodegenError`."""
        write_one(path, kubeconfig_text(self.url, self.admin_token, self.ca), str(path), private=True)

    def run(self, ready: Callable[[], None]) -> None:
        """Call `ready`, and serve until the process is told to end."""
        try:
            ready()
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()
            self.endpoint.state.close()

    def start(self) -> None:
        """Serve in another thread until `stop`."""
        self._thread = threading.Thread(target=lambda: self._server.run(sockets=[self._socket]), daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.002)

    def stop(self) -> None:
        """Stop serving, and close the state."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
        self._socket.close()
        self.endpoint.state.close()


def kubeconfig_text(url: str, token: str, authority: Path | None) -> str:
    """Return a kubeconfig for a URL, a bearer token and trusted certificates."""
    cluster = {"server": url}
    if authority is not None:
        cluster["certificate-authority-data"] = base64.b64encode(authority.read_bytes()).decode()
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": _NAME, "cluster": cluster}],
        "users": [{"name": "admin", "user": {"token": token}}],
        "contexts": [{"name": _NAME, "context": {"cluster": _NAME, "user": "admin", "namespace": "default"}}],
        "current-context": _NAME,
    }
    return yaml.safe_dump(config, sort_keys=False)


def _uvicorn_config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """Configure uvicorn, the same whatever else is installed, without trust in headers of proxies."""
    config = uvicorn.Config(
        app,
        http="h11",
        loop="asyncio",
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        limit_concurrency=settings.connections,
        h11_max_incomplete_event_size=_MOST_HEADERS,
        timeout_keep_alive=math.ceil(settings.request_timeout),
        timeout_graceful_shutdown=_LINGER,
        ssl_certfile=settings.certificates / _CERTIFICATE if settings.certificates else None,
        ssl_keyfile=settings.certificates / _KEY if settings.certificates else None,
        ssl_ciphers=_CIPHERS,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2  # some builds of Python leave it to OpenSSL
    return config


def _bind(settings: Settings) -> socket.socket:
    # With the protocol by name, since asyncio sets TCP_NODELAY for no other: the second piece of an answer waited 40 ms.
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError, TypeError) as error:  # the last one for names that cannot be encoded
        listener.close()
        raise failure(
            "address-unusable",
            f"cannot bind address: {getattr(error, 'strerror', None) or error}",
            Span(path=f"{settings.host}:{settings.port}"),
            "name another address or port; with --secure-port 0 a free one is chosen",
        ) from None
    return listener


_CERTIFICATE, _KEY = "apiserver.crt", "apiserver.key"
_NAMES = ("localhost", "127.0.0.1", "::1", "kubernetes", "kubernetes.default", "kubernetes.default.svc")
_VALID = timedelta(days=10 * 365)
_EARLIER = timedelta(hours=1)  # for clocks that are late


def _prepare_certificates(folder: Path, host: str) -> None:
    """Check the certificate in a folder, or write a self-signed one.

    Raises `CodegenError` for unusable files, and if nothing can be written.
    """
    certificate, key = folder / _CERTIFICATE, folder / _KEY
    try:
        if not certificate.exists() and not key.exists():
            _write_certificates(folder, host)
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: b"")
        (folder / AUTHORITY).read_bytes()
    except (OSError, ssl.SSLError, ValueError, CodegenError) as error:
        reason = error.diagnostics[0].message if isinstance(error, CodegenError) else str(error)
        raise failure(
            "certificate-unusable",
            f"the certificate and its key cannot be used: {reason}",
            Span(path=str(folder)),
            f"name a folder by --cert-dir that is empty, or that holds {_CERTIFICATE}, {_KEY} and {AUTHORITY}",
        ) from None


def _write_certificates(folder: Path, host: str) -> None:
    """Write a self-signed certificate, which clients trust itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "codegen token-endpoint")])
    names, now = dict.fromkeys((host, *_NAMES)), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(map(_general_name, names)), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    public = certificate.public_bytes(pem).decode()
    private = key.private_bytes(pem, pkcs8, serialization.NoEncryption()).decode()
    write_all(folder, {_KEY: private, _CERTIFICATE: public, AUTHORITY: public}, private=(_KEY,))


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
