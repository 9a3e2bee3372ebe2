"""Portable regular expressions of schemas."""

from __future__ import annotations

import re

# Characters, classes and groups that mean the same in Go, ECMAScript with its flag for Unicode, and Python.
_ALIKE = re.compile(
    r"(?:[^\\\[\](){}]|\\[dDwWsSbB.^$*+?()\[\]{}|/\\]|\[\^?(?:[^\\\[\]]|\\[dDwWsS.^$*+?()\[\]{}|/\\-])+\]|\((?:\?:|(?!\?))|\)|\{[0-9]+(?:,[0-9]*)?\})*"
)


def is_alike(pattern: object) -> bool:
    """Return whether a value is an expression with the same meaning in all engines."""
    return isinstance(pattern, str) and _ALIKE.fullmatch(pattern) is not None
