"""Text in generated Python: string literals, docstrings and comments. Nothing else carries text from outside into code.

What is written is what black would write, so that formatting changes nothing in ordinary cases.
"""

from __future__ import annotations

import re
import unicodedata

from codegen.core.escaping.controls import as_escape

# Categories Cc, Cf, Cs, Zl and Zp, written out so that the output does not depend on the Unicode version of the Python
# that runs: controls, direction marks, invisible format characters, surrogates, line and paragraph separators.
_UNSEEN = (
    "\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
_WIDE = frozenset("WF")


_HIDDEN = re.compile(f"[{_UNSEEN}]")
_ESCAPED = re.compile(rf"[\\{_UNSEEN}]")
# Text that stays together when a line is wrapped: a word, or a wide character with the marks that may not start a line.
_PIECE = re.compile(
    r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|\S[!),.:;?\u201d\u3001\u3002\u300b\u300d\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f]*"
)


def _is_ordinary(text: str) -> bool:
    """Whether a text surely has no unseen character: below U+10000 none of them is printable, in any version of Unicode so far."""
    return text.isprintable() and (text.isascii() or max(text) < "\U00010000")


def _escape_character(text: str) -> str:
    """A line inside a literal."""
    if _is_ordinary(text):
        return text.replace("\\", "\\\\")
    if "\n" in text:  # nearly all other texts have nothing else
        return "\\n".join(map(_escape_character, text.split("\n")))
    return _ESCAPED.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or as_escape(found[0])


def literal(text: str) -> str:
    """A string literal on one line, whose value is the text: double quotes unless single ones need fewer escapes."""
    body = _escape_character(text)
    quote = "'" if body.count('"') > body.count("'") else '"'
    return quote + body.replace(quote, "\\" + quote) + quote


def comment(text: str) -> str:
    """A text for the rest of a line after `# `: whatever could end the line or hide is written as an escape."""
    return (text if _is_ordinary(text) else _HIDDEN.sub(_escape, text)).strip()


def docstring(text: str, indent: int) -> str:
    """A docstring of finished lines (see `wrapped`), three quotes included; `indent` is that of the first line."""
    margin = " " * indent
    text = text.strip()
    if not text.isascii():  # Python cannot take a surrogate in the docstring of a class
        text = "".join(
            f"U+{ord(character):04X}" if "\ud800" <= character <= "\udfff" else character for character in text
        )
    lines = [_escape_character(line).replace('"""', '\\"\\"\\"').rstrip() for line in text.split("\n")]
    if lines[0].startswith('"'):
        lines[0] = "\\" + lines[0]
    if len(lines) == 1:
        return f'"""{lines[0]} """' if lines[0].endswith('"') else f'"""{lines[0]}"""'
    body = "\n".join([lines[0], *(margin + line if line else "" for line in lines[1:])])
    return f'"""{body}\n{margin}"""'


def wrap_text(text: str, width: int, indent: str = "") -> str:
    """The text in lines of at most `width` columns; its own line breaks stay, the lines after the first get `indent`.

    Wide characters count twice, and a line may break between two of them.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        lines += (
            _wrap_ascii(line, width, bool(lines), len(indent))
            if line.isascii()
            else _wrap(line, width, bool(lines), len(indent))
        )
    while lines and not lines[-1]:
        lines.pop()
    kept = [line for number, line in enumerate(lines) if line or lines[number - 1]]
    return "\n".join(indent + line if line and number else line for number, line in enumerate(kept))


def _wrap_ascii(line: str, width: int, later: bool, indent: int) -> list[str]:
    text = " ".join(line.split())
    lines: list[str] = []
    start, room = 0, max(1, width - indent if later else width)
    while len(text) - start > room:
        at = text.rfind(" ", start, start + room + 1)
        if at < 0:  # a word that is longer than a line
            at = text.find(" ", start + room)
        if at < 0:
            break
        lines.append(text[start:at])
        start, room = at + 1, max(1, width - indent)
    return [*lines, text[start:]]


def _wrap(line: str, width: int, later: bool, indent: int) -> list[str]:
    lines: list[str] = []
    current, used, end = "", 0, 0
    room = width - indent if later else width
    for found in _PIECE.finditer(line):
        piece = found[0]
        size = sum(1 + (unicodedata.east_asian_width(character) in _WIDE) for character in piece)
        gap = " " if current and found.start() > end else ""
        if current and used + len(gap) + size > room:
            lines.append(current)
            current, used, room = piece, size, width - indent
        else:
            current, used = current + gap + piece, used + len(gap) + size
        end = found.end()
    return [*lines, current]
