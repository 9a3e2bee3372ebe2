"""An endpoint without its HTTP: state, keys, clock, and all that answers, put together by its settings."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from codegen.endpoint import kinds, tokens, users
from codegen.endpoint.authentication import Authenticator
from codegen.endpoint.authorization import EVERYTHING, Rbac, Rule
from codegen.endpoint.clock import Clock
from codegen.endpoint.keys import Key, KeyRing, made, read_pem, ring_of_files
from codegen.endpoint.objects import Objects
from codegen.endpoint.request_info import Asked
from codegen.endpoint.reviews import Reviewer
from codegen.endpoint.settings import Settings
from codegen.endpoint.state import State, StoredKey
from codegen.endpoint.token_requests import Issuer
from codegen.endpoint.tokens import Reviewed
from codegen.endpoint.users import User
from codegen.endpoint.written import Writer
from codegen.model import Reference
from codegen.readers.built_in.structure import BuiltIns
from codegen.validation import Validator

_REVIEWED = (kinds.TOKEN_KEY, kinds.REVIEW_KEY)
_KEYS_KEPT = 24 * 60 * 60  # seconds for which a key still verifies when another one signs


class Endpoint:
    """All parts of a running endpoint; `url` is where it is reached, `structure` the release that fields of kinds are of."""

    def __init__(self, settings: Settings, url: str, static: Mapping[str, User] = MappingProxyType({})) -> None:
        """`static` are tokens with their users, beside those of the settings. Raises `CodegenError` for files that cannot be used."""
        issuer = settings.issuer or url
        settings = replace(settings, issuer=issuer, audiences=settings.audiences or (issuer,))
        self.settings = settings
        self.url = url
        self.clock = Clock(settings.clock)
        static = {**static, **(users.static_tokens(settings.token_file) if settings.token_file else {})}
        self.state = State(settings.state)
        with contextlib.ExitStack() as refused:  # the state is closed where anything else cannot be used
            refused.callback(self.state.close)
            self._prepare(static)
            refused.pop_all()

    def _prepare(self, static: Mapping[str, User]) -> None:
        settings = self.settings
        self._keys = self._ring()
        self.structure, reference = _structure(settings.release)
        validator = Validator(reference)
        self.objects = Objects(self.state, clock=self.clock, validator=validator, release=settings.release)
        self.authenticator = Authenticator(
            self._judge, static=static, audiences=settings.audiences, clock=self.clock, kept=settings.cache_seconds
        )
        self._rbac = Rbac(self.objects, public_discovery=settings.public_discovery)
        tokens_only = Validator(reference, only=kinds.TOKEN_KEY)
        self.issuer = Issuer(
            settings, state=self.state, keys=lambda: self.keys, validator=tokens_only, clock=self.clock
        )
        self.reviewer = Reviewer(
            self.authenticator,
            allows=self.allows,
            rules=self.rules,
            writer=Writer(reference),
            clock=self.clock,
            audiences=settings.audiences,
            anonymous=settings.lets_unknown_in,
        )
        self.objects.prepare()

    # ------------------------------------------------------------------------------------------------------------- keys

    @property
    def keys(self) -> KeyRing:
        """The keys of this moment: another process with the same state may have changed them."""
        if self.settings.signing_key is None and self.settings.state is not None:
            stored = self.state.keys()
            if [key.id for key in stored] != [key.id for key in self._keys.all]:
                self._keys = _of_stored(stored)
        return self._keys

    def _ring(self) -> KeyRing:
        if self.settings.signing_key is not None:
            return ring_of_files(self.settings.signing_key, self.settings.verifying_keys)
        stored = self.state.keys()
        if not stored:
            new = made(self.settings.algorithm)
            with self.state.together():  # of two processes that begin at once the first decides
                stored = self.state.keys()
                if not stored:
                    self._keep([new])
                    stored = self.state.keys()
        return _of_stored(stored)

    def rotate(self, *, kept: int | None = None) -> Key:
        """Sign with a new key; the ones before verify for some seconds more."""
        new = made(self.settings.algorithm)
        until = self.clock.now() + (_KEYS_KEPT if kept is None else kept)
        if self.settings.signing_key is not None:
            self._keys.rotate(new, until)
            return new
        with self.state.together():  # another process may do the same
            ring = _of_stored(self.state.keys())
            self._keep(ring.rotate(new, until))
        self._keys = ring
        return new

    def _keep(self, keys: Sequence[Key]) -> None:
        self.state.keep_keys([StoredKey(id=key.id, pem=key.pem, until=key.until) for key in keys])

    # -------------------------------------------------------------------------------------------------- who may do what

    def _judge(self, token: str, audiences: Sequence[str]) -> Reviewed | None:
        issuers = (self.settings.issuer, *self.settings.further_issuers)
        now = self.clock.now()
        return tokens.review(token, audiences, issuers=issuers, keys=self.keys, objects=self.objects, now=now)

    def allows(self, user: User, asked: Asked) -> bool:
        """Whether a user may do something here."""
        return self.settings.authorization == "AlwaysAllow" or self._rbac.allows(user, asked)

    def rules(self, user: User, namespace: str) -> Iterable[Rule]:
        """All that a user may do at the scope of the cluster and in a namespace."""
        return EVERYTHING if self.settings.authorization == "AlwaysAllow" else self._rbac.rules(user, namespace)

    # -------------------------------------------------------------------------------------------------------- discovery

    def configuration(self) -> dict[str, Any]:
        """The discovery document of the issuer."""
        algorithms = {key.algorithm for key in self.keys.verifying(self.clock.now())}
        return {
            "issuer": self.settings.issuer,
            "jwks_uri": f"{self.url}/openid/v1/jwks",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": sorted(algorithms),
        }

    def key_set(self) -> dict[str, Any]:
        """The keys by which the tokens of this endpoint are good."""
        return self.keys.key_set(self.clock.now())

    def sign(self, payload: Mapping[str, Any], key: Key | None = None) -> str:
        """A token with any claims."""
        return tokens.signed(payload, key or self.keys.signing)

    def close(self) -> None:
        """End; everything is written already."""
        self.state.close()


def _of_stored(stored: Sequence[StoredKey]) -> KeyRing:
    return KeyRing([replace(read_pem(key.pem), until=key.until) for key in stored])


def _structure(release: str) -> tuple[str, Reference]:
    """The structure of the kinds in a release, or in the newest one that ships where this one is newer; and which it is."""
    shipped = BuiltIns()
    try:
        name = shipped.name_of(release)
    except ValueError:
        name = shipped.newest
    return name, shipped.reference(name, [kind.key for kind in kinds.KINDS] + list(_REVIEWED))
