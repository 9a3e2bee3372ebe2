"""The words of messages in each language: a generated package has those of its languages here."""

from typing import Final

LOCALES: Final[tuple[str, ...]] = ()
MESSAGES: Final[dict[str, dict[str, str]]] = {}
