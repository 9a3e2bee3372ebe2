"""Text in generated Python, as string literals, docstrings and comments."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

from codegen.core.escaping.controls import INVISIBLE, as_escape

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_WIDE = frozenset("WF")
# Unbreakable text: a word, or a wide character with punctuation that may not start a line.
_PIECE = re.compile(
    r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|\S[!),.:;?\u201d\u3001\u3002\u300b\u300d\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f]*"
)


def _escape_text(text: str) -> str:
    """Escape a text inside a literal."""
    return INVISIBLE.sub(_escape, text.replace("\\", "\\\\"))


def _escape(match: re.Match[str]) -> str:
    return _SHORT.get(match[0]) or as_escape(match[0])


def literal(text: str) -> str:
    """Write a string literal on one line, in double quotes unless single ones need fewer escapes."""
    body = _escape_text(text)
    quote = "'" if body.count('"') > body.count("'") else '"'
    return quote + body.replace(quote, "\\" + quote) + quote


def comment(text: str) -> str:
    """Write a text after `# `, with escapes for line ends and invisible characters.

    It is no encoding declaration, which Python would obey at the top of a module.
    """
    return re.sub("coding(?=[:=])", "coding ", INVISIBLE.sub(_escape, text)).strip()


def docstring(text: str, indent: int) -> str:
    """Write a docstring of wrapped lines with its quotes. `indent` is that of the first line."""
    margin = " " * indent
    text = text.strip()
    if not text.isascii():  # Python cannot take a surrogate in the docstring of a class
        text = "".join(
            f"U+{ord(character):04X}" if "\ud800" <= character <= "\udfff" else character
            for character in text
        )
    lines = [_escape_text(line).replace('"""', '\\"\\"\\"').rstrip() for line in text.split("\n")]
    if lines[0].startswith('"'):
        lines[0] = "\\" + lines[0]
    if len(lines) == 1:
        if lines[0].endswith('"'):
            return f'"""{lines[0]} """'
        return f'"""{lines[0]}"""'
    body = "\n".join([lines[0], *(margin + line if line else "" for line in lines[1:])])
    return f'"""{body}\n{margin}"""'


def wrap_text(text: str, width: int, indent: str = "") -> str:
    """Wrap a text at `width` columns.

    Its own line breaks stay, and lines after the first get `indent`.

    Wide characters count twice, and a line may break between two of them.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        lines += _wrap_line(line, width if not lines else width - len(indent), width - len(indent))
    while lines and not lines[-1]:
        lines.pop()
    kept = [line for number, line in enumerate(lines) if line or lines[number - 1]]
    return "\n".join(indent + line if line and number else line for number, line in enumerate(kept))


def _wrap_line(line: str, room: int, later: int) -> list[str]:
    """Break a line into lines of at most `room` columns, and of `later` columns after the first."""
    lines: list[str] = []
    current, used, end = "", 0, 0
    for match in _PIECE.finditer(line):
        piece = match[0]
        if piece.isascii():
            size = len(piece)
        else:
            size = sum(1 + (east_asian_width(char) in _WIDE) for char in piece)
        if current and match.start() > end:
            gap = " "
        else:
            gap = ""
        if current and used + len(gap) + size > room:
            lines.append(current)
            current, used, room = piece, size, later
        else:
            current, used = current + gap + piece, used + len(gap) + size
        end = match.end()
    return [*lines, current]
