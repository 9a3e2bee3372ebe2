"""The texts of messages in each language of a generated package."""

from typing import Final

LOCALES: Final[tuple[str, ...]] = ()
MESSAGES: Final[dict[str, dict[str, str]]] = {}
