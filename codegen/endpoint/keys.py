"""The keys that sign tokens: RSA (RS256) and P-256 (ES256), read from files or generated.

The id of a key is that of Kubernetes: the SHA-256 of the public key in DER, in base64 for URLs.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from joserfc.jwk import ECKey, RSAKey
from msgspec import Struct

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.opening import read_bytes
from codegen.endpoint.settings import Algorithm

_RSA_BITS = 2048
_SPKI = serialization.PublicFormat.SubjectPublicKeyInfo


class Key(Struct, frozen=True, kw_only=True):
    """A key with its id and algorithm. `until` is the end of its use for verification, if known."""

    id: str
    algorithm: Algorithm
    jwk: RSAKey | ECKey  # which shows no numbers in its `repr`
    until: int | None = None

    def public(self) -> dict[str, Any]:
        """Return the key as a JSON Web Key."""
        numbers = self.jwk.as_dict(private=False)
        names = ("n", "e") if self.algorithm == "RS256" else ("crv", "x", "y")
        return {
            "use": "sig",
            "kid": self.id,
            "alg": self.algorithm,
            **{name: numbers[name] for name in ("kty", *names)},
        }


def generate_key(algorithm: Algorithm) -> Key:
    """Generate a private key."""
    private: PrivateKeyTypes
    if algorithm == "RS256":
        private = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    else:
        private = ec.generate_private_key(ec.SECP256R1())
    plain = serialization.NoEncryption()
    return parse_pem(private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))


def parse_pem(pem: bytes, until: int | None = None) -> Key:
    """Parse a private or public key. Raises ValueError with the reason."""
    try:
        if b"PRIVATE KEY" in pem:
            public = serialization.load_pem_private_key(pem, password=None).public_key()
        else:
            public = serialization.load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(f"it holds no key in PEM that can be read: {error}") from None
    der = public.public_bytes(serialization.Encoding.DER, _SPKI)
    name = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
    if isinstance(public, rsa.RSAPublicKey):
        return Key(id=name, algorithm="RS256", jwk=RSAKey.import_key(pem), until=until)
    if isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name == "secp256r1":
        return Key(id=name, algorithm="ES256", jwk=ECKey.import_key(pem), until=until)
    raise ValueError("it is neither an RSA key nor one of the curve P-256")


# ------------------------------------------------------------------------------------------------------------- files


def read_key(path: Path) -> Key:
    """Read the key of a file. Raises `CodegenError`."""
    try:
        return parse_pem(read_bytes(path))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        hint = "`openssl genrsa 2048` and `openssl ecparam -name prime256v1 -genkey -noout` print usable private keys"
        raise _unreadable(path, reason, hint) from None


def read_keys(signing: Path, verifying: Iterable[Path]) -> list[Key]:
    """Read a signing key and further verifying keys. Raises `CodegenError`."""
    first = read_key(signing)
    if not first.jwk.is_private:
        hint = "name this file by --service-account-key-file, and a private key by --service-account-signing-key-file"
        raise _unreadable(signing, "it is a public key, and signing takes the private one", hint)
    return [first, *(key for path in verifying if (key := read_key(path)).id != first.id)]


def _unreadable(path: Path, reason: str, hint: str) -> CodegenError:
    return failure("signing-key-unreadable", f"the key cannot be used: {reason}", Span(path=str(path)), hint)
