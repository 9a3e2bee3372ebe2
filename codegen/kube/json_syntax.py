"""Why a text is not JSON, in the words of Go's encoding/json, which servers pass on."""

from __future__ import annotations

import re

_END = "unexpected end of JSON input"
_DEEPEST = 10_000
_LITERALS = ("true", "false", "null")
_BLANKS = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')
_ESCAPE = re.compile(r"\\(?P<unicode>u[0-9a-fA-F]*)?")
# The parts of a number: what must be there, what may be, and where Go says that it is wrong.
_WHOLE = (re.compile(r"-?"), re.compile(r"0|[1-9][0-9]*"), "in numeric literal")
_REST = (
    (re.compile(r"\."), re.compile(r"[0-9]+"), "after decimal point in numeric literal"),
    (re.compile(r"[eE][-+]?"), re.compile(r"[0-9]+"), "in exponent of numeric literal"),
)
_AFTER = {"": "after top-level value", "[": "after array element", "{": "after object key:value pair"}


def fault(data: bytes) -> str:
    """Return the first fault of a body, or an empty string for JSON. Bytes count one by one, as in Go."""
    return _Scanner(data.decode("latin-1")).fault()


class _Fault(Exception):  # noqa: N818  - the answer of a scan
    pass


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[str] = []
        self._is_value_next = False  # behind a colon

    def fault(self) -> str:
        try:
            self._value(empty="")
            while self._open:
                self._next()
            self._blanks()
        except _Fault as found:
            return str(found)
        return str(self._wrong(_AFTER[""])) if self._at < len(self._text) else ""

    def _wrong(self, where: str) -> _Fault:
        if self._at >= len(self._text):
            return _Fault(_END)
        char = self._text[self._at]
        shown = {"'": r"'\''", '"': "'\"'", "\n": r"'\n'", "\t": r"'\t'", "\r": r"'\r'", "\\": r"'\\'"}.get(char)
        if shown is None:
            shown = f"'{char}'" if char.isprintable() else f"'\\x{ord(char):02x}'"
        return _Fault(f"invalid character {shown} {where}")

    def _blanks(self) -> str:
        found = _BLANKS.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _value(self, *, empty: str) -> None:
        """Read a value, or the beginning of a list or object. The sign `empty` closes an empty list instead."""
        char = self._blanks()
        if char and char == empty:
            self._close()
        elif char and char in "{[":
            if len(self._open) >= _DEEPEST:
                raise self._wrong("exceeded max depth")
            self._at += 1
            self._open.append(char)
            if char == "[":
                self._value_of_list()
            else:
                self._key(empty="}")
        elif char == '"':
            self._string()
        elif char and char in "-0123456789":
            self._number()
        elif word := next((word for word in _LITERALS if char and word[0] == char), ""):
            self._literal(word)
        else:
            raise self._wrong("looking for beginning of value")

    def _value_of_list(self) -> None:
        """Open all lists that begin here, without recursion, and read the first item of the innermost."""
        while self._blanks() == "[" and len(self._open) < _DEEPEST:
            self._at += 1
            self._open.append("[")
        self._value(empty="]")

    def _key(self, *, empty: str) -> None:
        char = self._blanks()
        if char and char == empty:
            self._close()
            return
        if char != '"':
            raise self._wrong("looking for beginning of object key string")
        self._string()
        if self._blanks() != ":":
            raise self._wrong("after object key")
        self._at += 1
        self._is_value_next = True

    def _next(self) -> None:
        """Read on behind a value or a key in the innermost list or object."""
        if self._is_value_next:
            self._is_value_next = False
            self._value(empty="")
            return
        inside = self._open[-1]
        char = self._blanks()
        if char and char == {"[": "]", "{": "}"}[inside]:
            self._close()
        elif char == ",":
            self._at += 1
            if inside == "[":
                self._value(empty="")
            else:
                self._key(empty="")
        else:
            raise self._wrong(_AFTER[inside])

    def _close(self) -> None:
        self._at += 1
        self._open.pop()

    def _string(self) -> None:
        found = _STRING.match(self._text, self._at)
        self._at = found.end() if found else self._at
        char = self._text[self._at : self._at + 1]
        if char == "\\":
            escape = _ESCAPE.match(self._text, self._at)
            self._at = escape.end() if escape else self._at
            is_code = escape is not None and escape["unicode"] is not None
            raise self._wrong("in \\u hexadecimal character escape" if is_code else "in string escape code")
        if char != '"':
            raise self._wrong("in string literal")
        self._at += 1

    def _number(self) -> None:
        for head, digits, where in (_WHOLE, *_REST):
            begun = head.match(self._text, self._at)
            if begun is None:
                continue
            self._at = begun.end()
            found = digits.match(self._text, self._at)
            if found is None:
                raise self._wrong(where)
            self._at = found.end()

    def _literal(self, word: str) -> None:
        for char in word:
            if self._text[self._at : self._at + 1] != char:
                raise self._wrong(f"in literal {word} (expecting '{char}')")
            self._at += 1
