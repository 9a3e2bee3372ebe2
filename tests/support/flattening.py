"""Flattening of pages: copies without tags and line breaks."""

from __future__ import annotations

import re
import unicodedata

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def flatten(page: str) -> str:
    """Return a page without comments and tags, with one normalised line per `<hr>` section."""
    text = COMMENT.sub("", page)
    text = re.sub(r"<hr\s*/?>", "\0", text)
    text = re.sub(r"<[^>]*>", "", text)
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?\0 ?", "\n", text).strip()
