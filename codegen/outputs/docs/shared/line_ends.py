"""Ends of lines as the whitespace hooks of repositories leave them."""

from __future__ import annotations

_BLANKS = " \t\v\f"


def strip_lines(text: str) -> str:
    """Remove the blanks at the ends of lines."""
    return "\n".join(line.rstrip(_BLANKS) for line in text.split("\n"))
