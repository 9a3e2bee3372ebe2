"""The certificate of an endpoint and its key, in a folder."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.writing import write_all
from codegen.endpoint.settings import AUTHORITY

CERTIFICATE, KEY = "apiserver.crt", "apiserver.key"
_HOST_NAMES = (
    "localhost",
    "127.0.0.1",
    "::1",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
)
_VALID = timedelta(days=10 * 365)
_EARLIER = timedelta(hours=1)  # for clocks that are late


def prepare_certificates(folder: Path, host: str) -> None:
    """Check the certificate in a folder, or write a self-signed one.

    Raises `CodegenError` for unusable files, and if nothing can be written.
    """
    certificate, key = folder / CERTIFICATE, folder / KEY
    try:
        if not certificate.exists() and not key.exists():
            _write_certificates(folder, host)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key, password=lambda: b"")
        (folder / AUTHORITY).read_bytes()
    except CodegenError as error:
        raise _build_unusable(folder, error.diagnostics[0].message) from None
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        raise _build_unusable(folder, str(error)) from None


def _build_unusable(folder: Path, reason: str) -> CodegenError:
    return failure(
        "certificate-unusable",
        f"the certificate and its key cannot be used: {reason}",
        Span(path=str(folder)),
        f"name a folder by --cert-dir that is empty, or that holds {CERTIFICATE}, {KEY} and {AUTHORITY}",
        arguments=(str(reason),),
    )


def _write_certificates(folder: Path, host: str) -> None:
    """Write a self-signed certificate, which clients trust itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _build_certificate(key, host)
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = certificate.public_bytes(encoding).decode()
    files = {KEY: private, CERTIFICATE: public, AUTHORITY: public}
    write_all(folder, files, private=(KEY,))


def _build_certificate(key: ec.EllipticCurvePrivateKey, host: str) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "codegen token-endpoint")])
    host_names = dict.fromkeys((host, *_HOST_NAMES))
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(map(_general_name, host_names)), critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
