"""Emphasis around descriptions of several blocks. Emphasis in Markdown ends with its paragraph, and cannot hold lists
or code.
"""

from __future__ import annotations

import re

# The first line of a list item, of code, or of indented text.
_OTHER = re.compile(r"^(?:[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]|[ ]{4}|\t|&#|[ \t]*(?:```|~~~))", re.MULTILINE)


def emphasize(text: str, mark: str) -> str:
    """Put a mark around each paragraph of a description.

    If the description ends in a list or code, only its first paragraph is marked, since readers count the rest as the
    same text. A description with its own marks or fenced code is marked as a whole.
    """
    whole = f"{mark}{text}{mark}"
    if "\n" not in text or mark in text or "```" in text or "~~~" in text:
        return whole
    parts = [part for paragraph in text.split("\n\n") for part in _split_paragraph(paragraph)]
    if _OTHER.match(parts[0][1]):
        return whole
    if _OTHER.match(parts[-1][1]):
        marked = [f"{mark}{parts[0][1]}{mark}", *(part for _, part in parts[1:])]
    else:
        marked = [part if not part.strip() or _OTHER.match(part) else f"{mark}{part}{mark}" for _, part in parts]
    return "".join(between + part for (between, _), part in zip(parts, marked, strict=True))[2:]


def _split_paragraph(paragraph: str) -> list[tuple[str, str]]:
    """Split a paragraph from a list or code directly below it, each with the break before it."""
    found = _OTHER.search(paragraph)
    if found is None or not found.start():
        return [("\n\n", paragraph)]
    return [("\n\n", paragraph[: found.start() - 1]), ("\n", paragraph[found.start() :])]
