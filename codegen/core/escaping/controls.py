"""Invisible characters that no markup language escapes, such as controls, direction marks and lone
surrogates.

Python and JSON escape all of them, other formats those that hide or reorder text.
"""

from __future__ import annotations

import re

# Unicode's categories Cc, Cf, Cs, Zl and Zp, and characters that are none. Written out, since each
# Python knows another Unicode and the output must not depend on that.
INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)

# C0 and C1 controls but tab and newline; direction marks, embeddings and isolates; line and
# paragraph separators; the byte order mark; surrogates, which cannot be encoded.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Replace invisible characters by their names, such as `U+202E`."""
    return _UNSEEN.sub(lambda match: f"U+{ord(match[0]):04X}", text.replace("\r\n", "\n"))


def escape_controls(text: str) -> str:
    r"""Replace invisible characters by escapes, such as `\x1b` and `\u202e`."""
    return _UNSEEN.sub(lambda match: as_escape(match[0]), text)


def as_escape(character: str) -> str:
    """Return the escape of a character in string literals of Python."""
    if character == "\r":
        return "\\r"
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"


def on_one_line(text: str) -> str:
    """Return the visible text with one space for each run of white space."""
    return " ".join(visible(text).split())


def shorten(text: str, length: int) -> str:
    """Put a text on one line of at most `length` characters."""
    line = on_one_line(text)
    if len(line) <= length:
        return line
    return f"{line[: length - 1]}…"
