"""Descriptions of rendered pages, made from their texts."""

from __future__ import annotations

from collections.abc import Sequence

from codegen.model import Prose
from codegen.readers.rendered.parts import TextBlock


def join_texts(texts: Sequence[TextBlock]) -> Prose | None:
    """Return the texts of a description as one, or None without any."""
    if not texts:
        return None
    return Prose(text="\n\n".join(text.markdown for text in texts), span=texts[0].span)
