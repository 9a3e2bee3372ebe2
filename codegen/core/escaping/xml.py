"""Text inside XML, without forbidden characters. The writer of the tree escapes markup."""

from __future__ import annotations

from codegen.core.escaping.controls import visible

_NONE = str.maketrans({"\ufffe": "U+FFFE", "\uffff": "U+FFFF"})


def text(value: str) -> str:
    """Replace forbidden characters in the text or the attribute of an element."""
    return visible(value).translate(_NONE)
