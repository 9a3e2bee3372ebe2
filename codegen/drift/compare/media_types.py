"""Names of media types, of which case and white space mean nothing."""

from __future__ import annotations


def normalize_media_type(name: str) -> str:
    """Return a media type as servers compare it: `Text/CSV; header` is `text/csv;header`."""
    return "".join(name.split()).casefold()
