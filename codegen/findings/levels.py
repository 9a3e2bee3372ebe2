"""How serious a finding is, and whom a change concerns."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How serious: ERR breaks someone, WARN may, INFO does not."""

    ERR = "ERR"
    WARN = "WARN"
    INFO = "INFO"

    @property
    def rank(self) -> int:
        """0 is the most serious."""
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(Level)}


class Direction(StrEnum):
    """Whom a change concerns: those who send a type, those who read it, or both alike."""

    REQUEST = "request"
    RESPONSE = "response"
    BOTH = "both"
