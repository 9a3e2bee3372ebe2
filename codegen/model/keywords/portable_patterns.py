"""Portable regular expressions of schemas."""

from __future__ import annotations

import re

from codegen.kube.patterns import compile_pattern

# Characters, classes and groups that mean the same in Go, ECMAScript with its flag for Unicode, and
# Python.
_ALIKE = re.compile(
    r"(?:[^\\\[\](){}]|\\[dDwWsSbB.^$*+?()\[\]{}|/\\]|\\x[0-9A-Fa-f]{2}|\[\^?(?:[^\\\[\]]|\\[dDwWsS.^$*+?()\[\]{}|/\\-]|\\x[0-9A-Fa-f]{2})+\]|\((?:\?:|(?!\?))|\)|\{[0-9]+(?:,[0-9]*)?\})*"
)


def is_portable_pattern(pattern: object) -> bool:
    """Return whether a pattern means the same in Go, ECMAScript and Python."""
    if not isinstance(pattern, str) or _ALIKE.fullmatch(pattern) is None:
        return False
    try:
        compile_pattern(pattern)
    except ValueError:
        return False
    return True
