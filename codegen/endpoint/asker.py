"""What of a request counts beside its body."""

from __future__ import annotations

from msgspec import Struct


class Asker(Struct, frozen=True, kw_only=True):
    """Who says to set the fields of an object, and whether nothing is to be kept."""

    field_manager: str = ""
    user_agent: str = ""
    dry_run: bool = False

    @property
    def manager(self) -> str:
        """The manager of the fields: as the query says, else the first part of the name of the program."""
        return self.field_manager or self.user_agent.partition("/")[0] or "unknown"
