"""An endpoint without its HTTP: state, keys, clock, objects, authentication and authorization."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from codegen.core.json_types import JsonObject
from codegen.endpoint import users
from codegen.endpoint.authorization import Authorizer
from codegen.endpoint.clock import Clock
from codegen.endpoint.keys import Key, generate_key, read_keys
from codegen.endpoint.kinds import DEFINITIONS
from codegen.endpoint.objects import FIRST_NAMESPACES, Objects
from codegen.endpoint.settings import Settings
from codegen.endpoint.state import State, StateUnavailable, unusable
from codegen.endpoint.users import User
from codegen.readers.built_in.structure import BuiltIns
from codegen.validation import Validator


class Endpoint:
    """The parts of an endpoint. `structure` is the release with the fields of its kinds."""

    def __init__(
        self,
        settings: Settings,
        url: str,
        static: Mapping[str, User] | None = None,
        key: Key | None = None,
    ) -> None:
        """Open the state and read all files. Raises `CodegenError`.

        `static` are further tokens with their users. `key` signs if no other one is known.
        """
        built_ins, issuer = BuiltIns(), settings.issuer or url
        settings = structs.replace(
            settings,
            release=settings.release or built_ins.newest,
            issuer=issuer,
            audiences=settings.audiences or (issuer,),
        )
        self.settings = settings
        self.url = url
        self.clock = Clock(settings.clock)
        try:
            self.structure = built_ins.release_name(settings.release)
        except ValueError:
            self.structure = built_ins.newest  # the release is newer than all that ship
        self.validator = Validator(built_ins.reference(self.structure, DEFINITIONS))
        if settings.token_file:
            file_tokens = users.read_static_tokens(settings.token_file)
        else:
            file_tokens = {}
        self.static_tokens = {**(static or {}), **file_tokens}
        if settings.signing_key:
            keys = read_keys(settings.signing_key, settings.verifying_keys)
        else:
            keys = []
        self.state = State(settings.state)
        self.authorizer = Authorizer(
            self.state,
            allow_all=settings.authorization == "AlwaysAllow",
            public_discovery=settings.public_discovery,
        )
        self.objects = Objects(
            self.state,
            clock=self.clock,
            authorizer=self.authorizer,
            validator=self.validator,
            release=settings.release,
        )
        try:
            with self.state.transaction():
                self._keys = keys or self.state.keys()
                if not self._keys:
                    self._keys = [key or generate_key(settings.algorithm)]
                    self.state.keep_keys(self._keys)
                for name in FIRST_NAMESPACES:
                    self.objects.ensure_namespace(name)
        except StateUnavailable as error:
            self.state.close()
            raise unusable(settings.state, str(error)) from None

    @property
    def signing_key(self) -> Key:
        """The key for new tokens."""
        return self._keys[0]

    def verifying_keys(self) -> list[Key]:
        """Return the keys that verify tokens now, the signing key first."""
        now = self.clock.now()
        return [key for key in self._keys if key.until is None or now < key.until]

    def rotate(self, new: Key, *, kept: int) -> None:
        """Sign with a new key, and let the old keys verify for some seconds more."""
        until = self.clock.now() + kept
        keys = [
            new,
            *(
                structs.replace(key, until=until) if key.until is None else key
                for key in self._keys
            ),
        ]
        if self.settings.signing_key is None:
            self.state.keep_keys(keys)
        self._keys = keys

    def configuration(self) -> JsonObject:
        """Return the discovery document of the issuer."""
        algorithms = {key.algorithm for key in self.verifying_keys()}
        return {
            "issuer": self.settings.issuer,
            "jwks_uri": f"{self.url}/openid/v1/jwks",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": sorted(algorithms),
        }

    def key_set(self) -> JsonObject:
        """Return the JSON Web Key Set of the verifying keys."""
        return {"keys": [key.public() for key in self.verifying_keys()]}
