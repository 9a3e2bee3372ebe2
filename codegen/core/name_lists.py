"""Lists of names in messages."""

from __future__ import annotations

from collections.abc import Iterable


def list_first(names: Iterable[str], most: int) -> str:
    """Join the first names, with the number of the others."""
    listed = list(names)
    text = ", ".join(listed[:most])
    unlisted = len(listed) - most
    if unlisted > 0:
        text += f" and {unlisted} more"
    return text
