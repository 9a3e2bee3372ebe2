"""Encodings of text that is not UTF-8, as far as its bytes prove them."""

from __future__ import annotations

import codecs
import re

_CHARSET = re.compile(rb"(?:charset|encoding)=[\"']?([\w-]{1,40})", re.IGNORECASE)
_CHARSET_BYTES = 4096  # of the beginning of a page, which may name its encoding
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
# Encodings in which two bytes are one character, and those in which each byte is one.
_TRIED_PAIRS = ("gb18030", "big5", "shift_jis", "euc-jp", "euc-kr")
_TRIED_BYTES = ("windows-1252", "windows-1251")
_LONG_RUN = 4  # bytes beyond ASCII, one behind the other
_LEAST_VALID = 4  # valid characters of UTF-8 for each invalid byte, in a damaged file of UTF-8
_REPLACEMENT = "\ufffd"


def suggest_repair(data: bytes) -> str:
    """Tell how to convert text that is not UTF-8, naming only encodings that can decode it."""
    if _is_damaged_utf8(data):
        return "other characters of the file are UTF-8, so it is damaged or cut off here"
    named = _find_named_encoding(data)
    if named and _can_decode(data, named):
        return (
            f"save the file as UTF-8; it names its encoding: iconv -f {named} -t utf-8 converts it"
        )
    encodings = _find_fitting_encodings(data)
    if not encodings:
        return "save the file as UTF-8; it cannot be decoded as any other encoding that was tried"
    return (
        f"save the file as UTF-8; it can be decoded as {' or '.join(encodings)}: "
        f"see whether iconv -f {encodings[0]} -t utf-8 prints the right letters"
    )


def _is_damaged_utf8(data: bytes) -> bool:
    """Return whether most characters beyond ASCII are valid UTF-8."""
    beyond = [character for character in data.decode("utf-8", "replace") if character > "\x7f"]
    invalid = beyond.count(_REPLACEMENT)
    return len(beyond) - invalid >= _LEAST_VALID * invalid


def _find_named_encoding(data: bytes) -> str:
    """Return the encoding that a page names in its beginning, or an empty string."""
    named = _CHARSET.search(data[:_CHARSET_BYTES])
    if named is None:
        return ""
    return named[1].decode("ascii", "replace").lower()


def _can_decode(data: bytes, encoding: str) -> bool:
    """Return whether an encoding is known and gives text for all bytes."""
    try:
        if codecs.lookup(encoding).name == "utf-8":
            return False
        data.decode(encoding)
    except (LookupError, ValueError):
        return False
    return True


def _find_fitting_encodings(data: bytes) -> list[str]:
    """Return the encodings of the likelier kind that can decode the text, else of the other kind.

    Chinese words are long runs of bytes beyond ASCII, and accented letters stand between ASCII
    letters.
    """
    kinds = [_TRIED_BYTES, _TRIED_PAIRS]
    if any(len(run) >= _LONG_RUN for run in _BEYOND_ASCII.findall(data)):
        kinds.reverse()
    for kind in kinds:
        fitting = [name for name in kind if _can_decode(data, name)]
        if fitting:
            return fitting
    return []
