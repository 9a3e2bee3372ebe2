"""The keys that sign tokens: RSA (RS256) and P-256 (ES256), read from files or generated.

The id of a key is that of Kubernetes: the SHA-256 of the public key in DER, in base64 for URLs.
"""

from __future__ import annotations

import base64
import hashlib
import os
import stat
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

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.opening import read_bytes
from codegen.endpoint.settings import Algorithm

_RSA_BITS = 2048
_SPKI = serialization.PublicFormat.SubjectPublicKeyInfo


class Key(Struct, frozen=True, kw_only=True):
    """A key with its id and algorithm, and the time at which it ceases to verify (None: not known yet)."""

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
    def is_private(self) -> bool:
        """Whether the key can sign."""
        return self.jwk.is_private

    def public(self) -> dict[str, Any]:
        """Return the key as the key set shows it."""
        numbers = self.jwk.as_dict(private=False)
        shown = ("n", "e") if self.algorithm == "RS256" else ("crv", "x", "y")
        head = {"use": "sig", "kty": numbers["kty"], "kid": self.id, "alg": self.algorithm}
        return {**head, **{name: numbers[name] for name in shown}}


class KeyRing:
    """The key that signs, and all keys that verify."""

    def __init__(self, keys: Sequence[Key]) -> None:
        """`keys` begins with the one that signs."""
        if not keys or not keys[0].is_private:
            raise ValueError("the first key has to be a private one")
        self._keys = list(keys)

    @property
    def signing(self) -> Key:
        """The key that signs new tokens."""
        return self._keys[0]

    @property
    def all(self) -> tuple[Key, ...]:
        """All keys, the signing one first."""
        return tuple(self._keys)

    def verifying(self, now: int) -> tuple[Key, ...]:
        """Return the keys that verify tokens now, the signing one first."""
        return tuple(key for key in self._keys if key.until is None or now < key.until)

    def rotate(self, new: Key, until: int) -> tuple[Key, ...]:
        """Sign with a new key, and let the others verify up to a time. Returns all keys."""
        old = [key if key.until is not None else replace(key, until=until) for key in self._keys if key.id != new.id]
        self._keys = [new, *old]
        return tuple(self._keys)

    def key_set(self, now: int) -> dict[str, Any]:
        """Return the JSON Web Key Set of this time."""
        return {"keys": [key.public() for key in self.verifying(now)]}


def generate_key(algorithm: Algorithm) -> Key:
    """Generate a private key."""
    private: PrivateKeyTypes
    if algorithm == "RS256":
        private = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    else:
        private = ec.generate_private_key(ec.SECP256R1())
    plain = serialization.NoEncryption()
    return parse_pem(private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))


def parse_pem(pem: bytes) -> Key:
    """Parse a private or public key. Raises ValueError, which says why it cannot be used."""
    try:
        public = _public_part(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(f"it holds no key in PEM that can be read: {error}") from None
    der = public.public_bytes(serialization.Encoding.DER, _SPKI)
    name = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
    if isinstance(public, rsa.RSAPublicKey):
        return Key(id=name, algorithm="RS256", jwk=RSAKey.import_key(pem), pem=pem)
    if isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name == "secp256r1":
        return Key(id=name, algorithm="ES256", jwk=ECKey.import_key(pem), pem=pem)
    raise ValueError("it is neither an RSA key nor one of the curve P-256")


def _public_part(pem: bytes) -> PublicKeyTypes:
    if b"PRIVATE KEY" in pem:
        return serialization.load_pem_private_key(pem, password=None).public_key()
    return serialization.load_pem_public_key(pem)


# ------------------------------------------------------------------------------------------------------------- files

_OTHERS = 0o077  # the rights of everybody but the owner
_NOT_OF_GROUP = 0o027  # for a file of root, which the group of a service may read


def refuse_exposed(path: Path) -> None:
    """Raise `CodegenError` for a file that others may read or change; a group may read files of root.

    Windows has no such rights, so nothing is refused there. Raises OSError for a missing file.
    """
    if os.name == "nt":
        return
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if mode & (_NOT_OF_GROUP if found.st_uid == 0 else _OTHERS):
        raise failure(
            "private-key-exposed",
            f"the file holds a private key, and others may read or change it (mode {mode:04o})",
            Span(path=str(path)),
            "take the rights of others away: `chmod 600` with the name of the file",
        )


def read_key(path: Path) -> Key:
    """Read the key of a file. Raises `CodegenError`."""
    try:
        found = parse_pem(read_bytes(path))
        if found.is_private:
            refuse_exposed(path)
        return found
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        hint = "`openssl genrsa 2048` and `openssl ecparam -name prime256v1 -genkey -noout` print usable private keys"
        raise _unreadable(path, reason, hint) from None


def read_key_ring(signing: Path, verifying: Iterable[Path]) -> KeyRing:
    """Read a key that signs, and further keys that verify. Raises `CodegenError`."""
    first = read_key(signing)
    if not first.is_private:
        hint = "name this file by --service-account-key-file, and a private key by --service-account-signing-key-file"
        raise _unreadable(signing, "it is a public key, and signing takes the private one", hint)
    return KeyRing([first, *(key for path in verifying if (key := read_key(path)).id != first.id)])


def _unreadable(path: Path, reason: str, hint: str) -> CodegenError:
    return failure("signing-key-unreadable", f"the key cannot be used: {reason}", Span(path=str(path)), hint)
