"""Bearer tokens: static ones, and those of service accounts."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence

from codegen.endpoint import tokens
from codegen.endpoint.clock import Clock
from codegen.endpoint.tokens import InvalidToken, Reviewed
from codegen.endpoint.users import User

Review = Callable[[str, Sequence[str]], Reviewed | None]
_MOST_KEPT = 4096  # results


class Authenticator:
    """Authenticates bearer tokens. A good result is kept for some seconds, whatever happens to the objects behind it."""

    def __init__(
        self, review: Review, *, static: Mapping[str, User], audiences: Sequence[str], clock: Clock, kept: float
    ) -> None:
        """`review` judges tokens of service accounts, `audiences` are those of the server, `kept` are the seconds."""
        self._review = review
        self._secret = secrets.token_bytes(32)
        self._static = {self._digest(token): user for token, user in static.items()}
        self._audiences = tuple(audiences)
        self._clock = clock
        self._seconds = kept
        self._kept: dict[tuple[bytes, tuple[str, ...]], tuple[float, Reviewed]] = {}

    def _digest(self, token: str) -> bytes:
        """Return the keyed digest by which a token is looked up, so that timing reveals nothing about other tokens."""
        return hmac.digest(self._secret, token.encode("utf-8", "surrogatepass"), "sha256")

    def authenticate(self, token: str, audiences: Sequence[str] = ()) -> Reviewed:
        """Find the user of a token for these audiences or those of the server. Raises `InvalidToken`."""
        key = (self._digest(token), tuple(audiences) or self._audiences)
        now = self._clock.seconds()
        since, known = self._kept.get(key, (0.0, None))
        if known is not None and since <= now < since + self._seconds:
            return known
        found = self._judge(token, *key)
        if self._seconds > 0:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = (now, found)
        return found

    def _judge(self, token: str, digest: bytes, audiences: tuple[str, ...]) -> Reviewed:
        if (user := self._static.get(digest)) is not None:
            common = tuple(each for each in self._audiences if each in audiences)
            if not common:
                raise InvalidToken(tokens.invalid_text())
            return Reviewed(user=user, audiences=common)
        try:
            found = self._review(token, audiences)
        except InvalidToken as error:
            raise InvalidToken(tokens.invalid_text(str(error))) from None
        if found is None:
            raise InvalidToken(tokens.invalid_text())
        return found

    def forget(self) -> None:
        """Forget all results."""
        self._kept.clear()


def bearer_token(authorization: str | None) -> str:
    """Return the token of a header; empty for another scheme, or with blanks before the token."""
    parts = (authorization or "").strip().split(" ", 2)
    return parts[1] if len(parts) > 1 and parts[0].lower() == "bearer" else ""
