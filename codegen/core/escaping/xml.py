"""Text inside XML: the characters that no XML document may hold, written as their names. What is markup is escaped by the writer of the tree."""

from __future__ import annotations

from codegen.core.escaping.controls import visible

_NONE = str.maketrans({"\ufffe": "U+FFFE", "\uffff": "U+FFFF"})


def text(value: str) -> str:
    """A value as the text or the attribute of an element."""
    return visible(value).translate(_NONE)
