"""An endpoint without its HTTP: state, keys, clock and authentication, put together by its settings."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from codegen.endpoint import tokens, users
from codegen.endpoint.authentication import Authenticator
from codegen.endpoint.authorization import EVERYTHING, Rbac, Rule
from codegen.endpoint.clock import Clock
from codegen.endpoint.go_objects import GoObjects
from codegen.endpoint.keys import Key, KeyRing, generate_key, parse_pem, read_key_ring
from codegen.endpoint.kinds import DEFINITIONS
from codegen.endpoint.objects import Objects
from codegen.endpoint.request_info import RequestInfo
from codegen.endpoint.reviews import Reviewer
from codegen.endpoint.settings import Settings
from codegen.endpoint.state import State, StoredKey
from codegen.endpoint.token_requests import Issuer
from codegen.endpoint.tokens import Reviewed
from codegen.endpoint.users import User
from codegen.model import Reference
from codegen.readers.built_in.structure import BuiltIns
from codegen.validation import Validator

_OLD_KEYS_KEPT = 24 * 60 * 60  # seconds


class Endpoint:
    """The parts of an endpoint. `structure` is the release that the fields of its kinds are from."""

    def __init__(self, settings: Settings, url: str, static: Mapping[str, User] = MappingProxyType({})) -> None:
        """`static` are tokens with their users, beside those of the settings. Raises `CodegenError`."""
        issuer = settings.issuer or url
        settings = replace(settings, issuer=issuer, audiences=settings.audiences or (issuer,))
        self.settings = settings
        self.url = url
        self.clock = Clock(settings.clock)
        static = {**static, **(users.static_tokens(settings.token_file) if settings.token_file else {})}
        self.state = State(settings.state)
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self.state.close)
            self._prepare(static)
            on_failure.pop_all()

    def _prepare(self, static: Mapping[str, User]) -> None:
        settings = self.settings
        self._keys = self._first_keys()
        self.structure, reference = _structure(settings.release)
        self.validator = Validator(reference)
        self.objects = Objects(self.state, clock=self.clock, validator=self.validator, release=settings.release)
        self.authenticator = Authenticator(
            self._review, static=static, audiences=settings.audiences, clock=self.clock, kept=settings.cache_seconds
        )
        self._rbac = Rbac(self.objects, public_discovery=settings.public_discovery)
        self.issuer = Issuer(
            settings, state=self.state, keys=lambda: self.keys, validator=self.validator, clock=self.clock
        )
        go_objects = GoObjects(reference)
        self.reviewer = Reviewer(
            self.authenticator,
            settings,
            allows=self.allows,
            rules=self.rules,
            go_objects=go_objects,
            clock=self.clock,
        )
        self.objects.prepare()

    # ------------------------------------------------------------------------------------------------------------- keys

    @property
    def keys(self) -> KeyRing:
        """The keys of this moment: another process with the same state may have changed them."""
        if self.settings.signing_key is None and self.settings.state is not None:
            stored = self.state.keys()
            if [key.id for key in stored] != [key.id for key in self._keys.all]:
                self._keys = _key_ring(stored)
        return self._keys

    def _first_keys(self) -> KeyRing:
        if self.settings.signing_key is not None:
            return read_key_ring(self.settings.signing_key, self.settings.verifying_keys)
        stored = self.state.keys()
        if not stored:
            new = generate_key(self.settings.algorithm)
            with self.state.transaction():  # of two processes that start at once, the first decides
                stored = self.state.keys()
                if not stored:
                    self._keep([new])
                    stored = self.state.keys()
        return _key_ring(stored)

    def rotate(self, *, kept: int | None = None) -> Key:
        """Sign with a new key; the old keys verify for some seconds more."""
        new = generate_key(self.settings.algorithm)
        until = self.clock.now() + (_OLD_KEYS_KEPT if kept is None else kept)
        if self.settings.signing_key is not None:
            self._keys.rotate(new, until)
            return new
        with self.state.transaction():  # another process may do the same
            ring = _key_ring(self.state.keys())
            self._keep(ring.rotate(new, until))
        self._keys = ring
        return new

    def _keep(self, keys: Sequence[Key]) -> None:
        self.state.keep_keys([StoredKey(id=key.id, pem=key.pem, until=key.until) for key in keys])

    def sign(self, claims: Mapping[str, Any], key: Key | None = None) -> str:
        """Sign any claims."""
        return tokens.sign(claims, key or self.keys.signing)

    # -------------------------------------------------------------------------------------------------------- permissions

    def _review(self, token: str, audiences: Sequence[str]) -> Reviewed | None:
        issuers = (self.settings.issuer, *self.settings.further_issuers)
        now = self.clock.now()
        return tokens.review(token, audiences, issuers=issuers, keys=self.keys, objects=self.objects, now=now)

    def allows(self, user: User, info: RequestInfo) -> bool:
        """Return whether a user may do something."""
        return self.settings.authorization == "AlwaysAllow" or self._rbac.allows(user, info)

    def rules(self, user: User, namespace: str) -> Iterable[Rule]:
        """Return the rules of a user at the scope of the cluster and in a namespace."""
        return EVERYTHING if self.settings.authorization == "AlwaysAllow" else self._rbac.rules(user, namespace)

    # -------------------------------------------------------------------------------------------------------- discovery

    def configuration(self) -> dict[str, Any]:
        """Return the discovery document of the issuer."""
        algorithms = {key.algorithm for key in self.keys.verifying(self.clock.now())}
        return {
            "issuer": self.settings.issuer,
            "jwks_uri": f"{self.url}/openid/v1/jwks",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": sorted(algorithms),
        }

    def key_set(self) -> dict[str, Any]:
        """Return the keys that verify the tokens of this endpoint."""
        return self.keys.key_set(self.clock.now())

    def close(self) -> None:
        """Close the state; everything is written already."""
        self.state.close()


def _key_ring(stored: Sequence[StoredKey]) -> KeyRing:
    return KeyRing([replace(parse_pem(key.pem), until=key.until) for key in stored])


def _structure(release: str) -> tuple[str, Reference]:
    """Return the kinds of a release, or of the newest one that ships if this one is newer; and which it is."""
    built_ins = BuiltIns()
    try:
        name = built_ins.name_of(release)
    except ValueError:
        name = built_ins.newest
    return name, built_ins.reference(name, DEFINITIONS)
