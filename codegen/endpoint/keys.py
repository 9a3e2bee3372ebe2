"""The keys that sign tokens: RSA (RS256) and P-256 (ES256), read from files or generated."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import InvalidKeyTypeError
from joserfc.jwk import ECKey, RSAKey
from msgspec import Struct

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.json_types import JsonObject
from codegen.core.opening import read_bytes
from codegen.endpoint.settings import Algorithm

_RSA_BITS = 2048
_CURVE = "P-256"
_TYPES: Mapping[Algorithm, type[RSAKey | ECKey]] = {"RS256": RSAKey, "ES256": ECKey}


class Key(Struct, frozen=True, kw_only=True):
    """A key with its algorithm. `until` is the end of its use for verification, if known."""

    algorithm: Algorithm
    id: str
    jwk: RSAKey | ECKey  # which shows no numbers in its `repr`
    until: int | None = None

    def public(self) -> JsonObject:
        """Return the key as a JSON Web Key."""
        return self.jwk.as_dict(private=False, use="sig", kid=self.id, alg=self.algorithm)


def _build_key(algorithm: Algorithm, jwk: RSAKey | ECKey, until: int | None = None) -> Key:
    """Build a key with the id of Kubernetes: the SHA-256 of the public key in DER, in base64 for
    URLs.
    """
    digest = hashlib.sha256(jwk.as_der(private=False)).digest()
    name = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return Key(algorithm=algorithm, id=name, jwk=jwk, until=until)


def generate_key(algorithm: Algorithm) -> Key:
    """Generate a private key."""
    is_rsa = algorithm == "RS256"
    return _build_key(
        algorithm, RSAKey.generate_key(_RSA_BITS) if is_rsa else ECKey.generate_key(_CURVE)
    )


def parse_pem(pem: bytes, until: int | None = None) -> Key:
    """Parse a private or public key. Raises ValueError with the reason."""
    for algorithm, key_type in _TYPES.items():
        try:
            jwk = key_type.import_key(pem)
        except InvalidKeyTypeError:
            continue
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ValueError(f"it holds no key in PEM that can be read: {error}") from None
        if algorithm == "RS256" or jwk.as_dict(private=False)["crv"] == _CURVE:
            return _build_key(algorithm, jwk, until)
    raise ValueError("it is neither an RSA key nor one of the curve P-256")


def read_key(path: Path) -> Key:
    """Read the key of a file. Raises `CodegenError`."""
    try:
        return parse_pem(read_bytes(path))
    except (OSError, ValueError) as error:
        hint = "`openssl genrsa 2048` and `openssl ecparam -name prime256v1 -genkey -noout` print usable private keys"
        raise _unreadable(path, getattr(error, "strerror", None) or str(error), hint) from None


def read_keys(signing: Path, verifying: Iterable[Path]) -> list[Key]:
    """Read a signing key and further verifying keys. Raises `CodegenError`."""
    first = read_key(signing)
    if not first.jwk.is_private:
        hint = "name this file by --service-account-key-file, and a private key by --service-account-signing-key-file"
        raise _unreadable(signing, "it is a public key, and signing takes the private one", hint)
    return [first, *(key for path in verifying if (key := read_key(path)).id != first.id)]


def _unreadable(path: Path, reason: str, hint: str) -> CodegenError:
    return failure(
        "signing-key-unreadable",
        f"the key cannot be used: {reason}",
        Span(path=str(path)),
        hint,
        arguments=(str(reason),),
    )
