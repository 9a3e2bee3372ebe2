"""Names of media types, of which case, white space and UTF-8 as the charset mean nothing."""

from __future__ import annotations

_UTF_8 = ";charset=utf-8"


def normalize_media_type(name: str) -> str:
    """Return a media type as servers compare it: `Text/CSV; header` is `text/csv;header`."""
    return "".join(name.split()).casefold().replace('"', "").removesuffix(_UTF_8)
