"""The certificate that an endpoint serves with, and the authority that it makes for it."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.writing import write_all
from codegen.endpoint.keys import refuse_exposed

NAMES = ("localhost", "127.0.0.1", "::1", "kubernetes", "kubernetes.default", "kubernetes.default.svc")
_VALID = timedelta(days=365)
_EARLIER = timedelta(hours=1)  # for clocks that are late
_PAIR = ("apiserver.crt", "apiserver.key")


class TlsFiles(Struct, frozen=True, kw_only=True):
    """The files for TLS; `authority` is what clients have to trust."""

    certificate: Path
    key: Path
    authority: Path


def check_files(certificate: Path, key: Path) -> TlsFiles:
    """Check the files of a user. Raises `CodegenError` if they do not belong together."""
    try:
        refuse_exposed(key)
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ssl.SSLError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        path = next((each for each in (certificate, key) if not each.exists()), certificate)
        raise failure(
            "certificate-unusable",
            "there is no such file" if missing else f"the certificate and its key cannot be used: {error}",
            Span(path=str(path)),
            "name two PEM files that belong together, or let --cert-dir make them",
        ) from None
    return TlsFiles(certificate=certificate, key=key, authority=certificate)


def make_files(folder: Path, hosts: Iterable[str]) -> TlsFiles:
    """Write an authority (`ca.crt`) and a certificate for hosts into a folder, unless good ones are there.

    Raises `CodegenError` for a key that others may read, and if nothing can be written.
    """
    served = TlsFiles(certificate=folder / _PAIR[0], key=folder / _PAIR[1], authority=folder / "ca.crt")
    names = tuple(dict.fromkeys((*hosts, *NAMES)))
    if _is_good(served, names):
        refuse_exposed(served.key)
        return served
    try:
        _write(served, names)
    except CodegenError as error:
        raise failure(
            "certificate-unusable",
            f"certificates cannot be written there: {error.diagnostics[0].message}",
            Span(path=str(folder)),
            "name a folder by --cert-dir that you may write to",
        ) from None
    return served


def _is_good(served: TlsFiles, names: Iterable[str]) -> bool:
    try:
        found = x509.load_pem_x509_certificate(served.certificate.read_bytes())
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(served.certificate, served.key)
        authority = x509.load_pem_x509_certificate(served.authority.read_bytes())
        found.verify_directly_issued_by(authority)
        alternatives = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, TypeError, ssl.SSLError, x509.ExtensionNotFound):
        return False
    return found.not_valid_after_utc > datetime.now(UTC) + _EARLIER and set(_alternatives(names)) <= set(alternatives)


def _alternatives(names: Iterable[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return found


def _write(served: TlsFiles, names: Iterable[str]) -> None:
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "codegen token-endpoint CA")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kube-apiserver")])
    ca_id = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    authority = (
        _builder(ca_name, ca_name, ca_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign=True), critical=True)
        .add_extension(ca_id, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    certificate = (
        _builder(name, ca_name, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ca_id), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    texts = {
        served.key.name: key.private_bytes(pem, pkcs8, serialization.NoEncryption()).decode(),
        served.certificate.name: certificate.public_bytes(pem).decode(),
        served.authority.name: authority.public_bytes(pem).decode(),
    }
    write_all(served.key.parent, texts, private=(served.key.name,))


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _VALID)
    )


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign,
        key_cert_sign=sign,
        crl_sign=sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
