r"""Translation of regular expressions from RE2, the syntax of servers, to Python.

Differences are translated: `$` is the end of the text, `\s` excludes the vertical tab, `[[:alpha:]]` is a range. Unicode
classes, flags in the middle and other constructs without an equivalent in Python raise ValueError.
"""

import re
from typing import Final

_POSIX: Final = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\\x00-\\x7F",
    "blank": "\\t ",
    "cntrl": "\\x00-\\x1F\\x7F",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_SPACE: Final = "\\t\\n\\f\\r "
_FLAGS: Final = re.compile(r"\(\?([ismU]+)\)")
_HEX: Final = re.compile(r"x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))")
_OCTAL: Final = re.compile(r"0[0-7]{0,2}|[1-7][0-7]{2}")
_GROUP: Final = re.compile(r"\((\?:|\?P?<[A-Za-z_]\w*>|\?[is]+:|(?!\?))")
_POSIX_CLASS: Final = re.compile(r"\[:([a-z]+):\]")
_SAME: Final = frozenset("aftnrvdDwWbBA")  # escapes that both have


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern for searching. Raises ValueError if Python cannot express it."""
    flags = re.ASCII
    many = False
    if found := _FLAGS.match(pattern):  # greed decides what is matched, not whether
        many = "m" in found[1]
        flags |= (re.IGNORECASE if "i" in found[1] else 0) | (re.DOTALL if "s" in found[1] else 0)
        flags |= re.MULTILINE if many else 0
        pattern = pattern[found.end() :]
    text = "".join(_parts(pattern, many))
    try:
        return re.compile(text, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _parts(pattern: str, many: bool) -> list[str]:
    pieces: list[str] = []
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            part, at = _escape(pattern, at + 1, inside=False)
        elif sign == "[":
            part, at = _class(pattern, at + 1)
        elif sign == "(":
            found = _GROUP.match(pattern, at)
            if found is None:
                raise ValueError(f"{pattern[at : at + 4]!r} has no equal in Python")
            part, at = found[0].replace("(?<", "(?P<"), found.end()
        elif sign == "$" and not many:
            part, at = "\\Z", at + 1
        elif sign == "{" and pattern[at + 1 : at + 2] == ",":  # Go means the brace
            part, at = "\\{", at + 1
        elif sign in "*+?}" and pattern[at + 1 : at + 2] == "+":
            raise ValueError("a repetition of a repetition")
        else:
            part, at = sign, at + 1
        pieces.append(part)
    return pieces


def _escape(pattern: str, at: int, *, inside: bool) -> tuple[str, int]:
    """Translate an escape sequence, and return its end."""
    sign = pattern[at : at + 1]
    if not sign:
        raise ValueError("a backslash at the end")
    if sign == "s":
        return (_SPACE if inside else f"[{_SPACE}]"), at + 1
    if sign == "S":
        return ("\\S\\v" if inside else f"[^{_SPACE}]"), at + 1
    if sign == "z" and not inside:
        return "\\Z", at + 1
    if sign == "Q":
        end = pattern.find("\\E", at)
        end = len(pattern) if end < 0 else end
        return re.escape(pattern[at + 1 : end]), end + 2
    if found := _HEX.match(pattern, at):
        number = int(found[1] or found[2], 16)
        if number > 0x10FFFF:
            raise ValueError(f"no character has the number {number:#x}")
        return f"\\U{number:08x}", found.end()
    if found := _OCTAL.match(pattern, at):
        return f"\\U{int(found[0], 8):08x}", found.end()
    if sign in _SAME or not (sign.isalnum() or sign == "_"):
        return f"\\{sign}", at + 1
    raise ValueError(f"\\{sign} has no equal in Python")


def _class(pattern: str, at: int) -> tuple[str, int]:
    """Translate a character class, and return its end."""
    pieces = ["["]
    if pattern[at : at + 1] == "^":
        pieces.append("^")
        at += 1
    first = True
    while first or pattern[at : at + 1] != "]":
        sign = pattern[at : at + 1]
        if not sign:
            raise ValueError("a class of characters without an end")
        if found := _POSIX_CLASS.match(pattern, at):
            if found[1] not in _POSIX:
                raise ValueError(f"{found[0]} is not known")
            part, at = _POSIX[found[1]], found.end()
        elif pattern.startswith("[:^", at):
            raise ValueError("a negated class of POSIX")
        elif sign == "\\":
            part, at = _escape(pattern, at + 1, inside=True)
        else:
            at += 1
            alone = sign == "-" and (first or pattern[at : at + 1] == "]")
            part = f"\\{sign}" if alone or sign in "[]&~|" else sign  # sets of sets, in some later Python
        pieces.append(part)
        first = False
    pieces.append("]")
    return "".join(pieces), at + 1
