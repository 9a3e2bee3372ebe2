"""Emphasis around a description of several blocks: a mark of Markdown ends with its paragraph, and stands around no list and no code."""

from __future__ import annotations

import re

# The first line of what is no paragraph: an item, code, or text that keeps the blanks before it.
_OTHER = re.compile(r"^(?:[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]|[ ]{4}|\t|&#|[ \t]*(?:```|~~~))", re.MULTILINE)


def emphasize(text: str, mark: str) -> str:
    """A description with a mark around each of its paragraphs.

    If it ends in a list or code, around its first paragraph alone: readers take what is behind it for the same text. Where there are marks of its own,
    or code between fences, around all of it.
    """
    whole = f"{mark}{text}{mark}"
    if "\n" not in text or mark in text or "```" in text or "~~~" in text:
        return whole
    parts = [part for paragraph in text.split("\n\n") for part in _parts(paragraph)]
    if _OTHER.match(parts[0][1]):
        return whole
    if _OTHER.match(parts[-1][1]):
        marked = [f"{mark}{parts[0][1]}{mark}", *(part for _, part in parts[1:])]
    else:
        marked = [part if not part.strip() or _OTHER.match(part) else f"{mark}{part}{mark}" for _, part in parts]
    return "".join(between + part for (between, _), part in zip(parts, marked, strict=True))[2:]


def _parts(paragraph: str) -> list[tuple[str, str]]:
    """A paragraph and the list or code that follows it without a blank line, each with the break before it."""
    found = _OTHER.search(paragraph)
    if found is None or not found.start():
        return [("\n\n", paragraph)]
    return [("\n\n", paragraph[: found.start() - 1]), ("\n", paragraph[found.start() :])]
