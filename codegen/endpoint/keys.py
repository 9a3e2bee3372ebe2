"""The keys that sign tokens: RSA (RS256) and P-256 (ES256), read from files or made, one that signs and others that still verify.

A key's id is that of Kubernetes: the SHA-256 of the public key in DER, in base64 for URLs.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from joserfc.jwk import ECKey, RSAKey
from msgspec import Struct
from msgspec.structs import replace

from codegen.core.opening import read_bytes
from codegen.endpoint.key_files import refuse_exposed
from codegen.endpoint.settings import Algorithm
from codegen.findings.diagnostics import Span, failure

_CURVES = {"secp256r1": "ES256"}
_RSA_BITS = 2048
_SPKI = serialization.PublicFormat.SubjectPublicKeyInfo


class Key(Struct, frozen=True, kw_only=True):
    """A key: its id, its algorithm, how joserfc holds it, and from when on it verifies nothing any more (None: not known yet).

    What is secret of it is shown nowhere.
    """

    id: str
    algorithm: Algorithm
    jwk: RSAKey | ECKey
    pem: bytes
    until: int | None = None

    def __repr__(self) -> str:
        return f"Key({self.id}, {self.algorithm})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("id", self.id), ("algorithm", self.algorithm)]

    @property
    def signs(self) -> bool:
        """Whether this is a private key."""
        return self.jwk.is_private

    def public(self) -> dict[str, Any]:
        """The key as the key set shows it."""
        numbers = self.jwk.as_dict(private=False)
        shown = ("n", "e") if self.algorithm == "RS256" else ("crv", "x", "y")
        head = {"use": "sig", "kty": numbers["kty"], "kid": self.id, "alg": self.algorithm}
        return {**head, **{name: numbers[name] for name in shown}}


class KeyRing:
    """The key that signs, and all that verify."""

    def __init__(self, keys: Sequence[Key]) -> None:
        """`keys` begins with the one that signs."""
        if not keys or not keys[0].signs:
            raise ValueError("the first key has to be a private one")
        self._keys = list(keys)

    @property
    def signing(self) -> Key:
        """The key that new tokens are signed with."""
        return self._keys[0]

    @property
    def all(self) -> tuple[Key, ...]:
        """All keys, the signing one first."""
        return tuple(self._keys)

    def verifying(self, now: int) -> tuple[Key, ...]:
        """All keys by which tokens are good now, the signing one first."""
        return tuple(key for key in self._keys if key.until is None or now < key.until)

    def rotate(self, new: Key, until: int) -> tuple[Key, ...]:
        """Sign with another key; those before verify up to a time. All keys, as they are then."""
        old = [key if key.until is not None else replace(key, until=until) for key in self._keys if key.id != new.id]
        self._keys = [new, *old]
        return tuple(self._keys)

    def key_set(self, now: int) -> dict[str, Any]:
        """The JSON Web Key Set of this time."""
        return {"keys": [key.public() for key in self.verifying(now)]}


def made(algorithm: Algorithm) -> Key:
    """A new private key."""
    private: PrivateKeyTypes
    if algorithm == "RS256":
        private = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    else:
        private = ec.generate_private_key(ec.SECP256R1())
    plain = serialization.NoEncryption()
    return read_pem(private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))


def read_pem(pem: bytes) -> Key:
    """A key of PEM, private or public. Raises ValueError, which says why, for what is none or of another kind."""
    try:
        public = _public_part(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(f"it holds no key in PEM that can be read: {error}") from None
    der = public.public_bytes(serialization.Encoding.DER, _SPKI)
    name = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
    if isinstance(public, rsa.RSAPublicKey):
        return Key(id=name, algorithm="RS256", jwk=RSAKey.import_key(pem), pem=pem)
    if isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name in _CURVES:
        return Key(id=name, algorithm="ES256", jwk=ECKey.import_key(pem), pem=pem)
    raise ValueError("it is neither an RSA key nor one of the curve P-256")


def _public_part(pem: bytes) -> PublicKeyTypes:
    if b"PRIVATE KEY" in pem:
        return serialization.load_pem_private_key(pem, password=None).public_key()
    return serialization.load_pem_public_key(pem)


def read_file(path: Path) -> Key:
    """The key of a file. Raises `CodegenError` where there is none."""
    try:
        found = read_pem(read_bytes(path))
        if found.signs:
            refuse_exposed(path)
        return found
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise failure(
            "signing-key-unreadable",
            f"the key cannot be used: {reason}",
            Span(path=str(path)),
            "`openssl genrsa 2048` and `openssl ecparam -name prime256v1 -genkey -noout` print private keys that can",
        ) from None


def ring_of_files(signing: Path, verifying: Iterable[Path]) -> KeyRing:
    """The keys of files: one that signs, and further ones that verify only. Raises `CodegenError`."""
    first = read_file(signing)
    if not first.signs:
        raise failure(
            "signing-key-unreadable",
            "the key cannot be used: it is a public one, and signing takes the private one",
            Span(path=str(signing)),
            "name this file by --service-account-key-file, and the private key by --service-account-signing-key-file",
        )
    return KeyRing([first, *(key for path in verifying if (key := read_file(path)).id != first.id)])
