"""Whose request it is: by static tokens, by tokens of service accounts, or nobody's."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence

from codegen.endpoint import tokens
from codegen.endpoint.clock import Clock
from codegen.endpoint.tokens import Invalid, Reviewed
from codegen.endpoint.users import User

Judge = Callable[[str, Sequence[str]], Reviewed | None]
_MOST_KEPT = 4096  # results


class Authenticator:
    """Judges bearer tokens; a good result is kept for some seconds, whatever happens to the objects behind it."""

    def __init__(
        self, judge: Judge, *, static: Mapping[str, User], audiences: Sequence[str], clock: Clock, kept: float
    ) -> None:
        """`judge` knows the tokens of service accounts, `audiences` are those of the server, `kept` are the seconds."""
        self._judge = judge
        self._secret = secrets.token_bytes(32)
        self._static = {self._known_as(token): user for token, user in static.items()}
        self._audiences = tuple(audiences)
        self._clock = clock
        self._seconds = kept
        self._kept: dict[tuple[bytes, tuple[str, ...]], tuple[float, Reviewed]] = {}

    def _known_as(self, token: str) -> bytes:
        """What stands for a token wherever it is looked up: how long that takes says nothing of the tokens that there are."""
        return hmac.digest(self._secret, token.encode("utf-8", "surrogatepass"), "sha256")

    def token(self, token: str, audiences: Sequence[str] = ()) -> Reviewed:
        """Whose token it is, for these audiences or those of the server. Raises `Invalid` with the text of a review."""
        asked = (self._known_as(token), tuple(audiences) or self._audiences)
        now = self._clock.seconds()
        since, known = self._kept.get(asked, (0.0, None))
        if known is not None and since <= now < since + self._seconds:
            return known
        found = self._judged(token, *asked)
        if self._seconds > 0:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[asked] = (now, found)
        return found

    def _judged(self, token: str, known_as: bytes, audiences: tuple[str, ...]) -> Reviewed:
        if (user := self._static.get(known_as)) is not None:
            common = tuple(each for each in self._audiences if each in audiences)
            if not common:
                raise Invalid(tokens.invalid_text())
            return Reviewed(user=user, audiences=common)
        try:
            found = self._judge(token, audiences)
        except Invalid as error:
            raise Invalid(tokens.invalid_text(str(error))) from None
        if found is None:
            raise Invalid(tokens.invalid_text())
        return found

    def forget(self) -> None:
        """Judge all tokens anew."""
        self._kept.clear()


def bearer(authorization: str | None) -> str:
    """The token of a header, or an empty string where it has none: another scheme, or blanks before the token."""
    parts = (authorization or "").strip().split(" ", 2)
    return parts[1] if len(parts) > 1 and parts[0].lower() == "bearer" else ""
