"""Findings that a team accepts for a time."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class Renewal(Struct, frozen=True, kw_only=True):
    """The reason and the last day of new entries."""

    reason: str
    until: date
