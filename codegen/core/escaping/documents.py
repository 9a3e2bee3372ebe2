"""JSON and YAML documents as text: the only two ways by which a schema reaches a file.

Both give back the same value when loaded, whatever its strings hold, and neither contains a raw character that a
terminal or an editor does not show: controls, line separators, bidirectional controls, lone surrogates.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable

import msgspec

from codegen.core.escaping.controls import HIDDEN
from codegen.core.escaping.terminal import MARK

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

INVISIBLE = re.compile(f"[\x00-\t\x0b-\x1f{HIDDEN}]")

# What YAML 1.1 or 1.2 reads as something other than a string: numbers, dates and times start with a digit, a sign or
# a point (a version with two points is not one of them); the rest are these words, `=` and `<<`.
_YAML_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<"))
_YAML_NUMBER = re.compile(r"(?!\d+\.\d+\.\d+\Z)[-+]?\.?[0-9]|([-+]\.?|\.)_|[-+]?\.(inf|nan)\b", re.IGNORECASE)
# A word or words that nothing quotes: no indicator at the start, no `: ` or ` #` within, no space at an end.
_PLAIN = re.compile(r"(?!---|\.\.\.|[-?:](?: |\Z)|[ #,\[\]{}&*!|>'\"%@`])(?!.*(?::(?: |\Z)| #))[^\n]*[^ \n]\Z")
_MARK = re.compile(MARK)
_SPACES = re.compile(r" +")
_SHORT_ESCAPES = {
    "\0": "\\0",
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
    "\x85": "\\N",
    "\u2028": "\\L",
    "\u2029": "\\P",
}
_YAML_WIDTH = 100
_LONGEST_KEY = 1000  # characters; parsers look no further than 1024 for the colon


def _is_ordinary(text: str) -> bool:
    """Return whether a text is plainly visible; this is faster than the expression."""
    return text.isascii() and text.replace("\n", "").isprintable()


def is_invisible(text: str) -> bool:
    """Whether a text has a character that a terminal or an editor does not show."""
    return not _is_ordinary(text) and INVISIBLE.search(text) is not None


def _escape_invisible(text: str, escape: Callable[[re.Match[str]], str]) -> str:
    """The text with what is invisible escaped."""
    return text if _is_ordinary(text) else INVISIBLE.sub(escape, text)


def json_members(value: dict[str, Json], indent: int = 2) -> str:
    """The lines of a JSON object between its braces, in the order of its keys, without a line end behind them.

    A part of a file, at this indent: what several files have in common is then written once. The value must not be empty.
    """
    lines = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)[2:-2]  # no string has a raw line end
    return _escape_invisible(
        lines if indent == 2 else " " * (indent - 2) + lines.replace("\n", "\n" + " " * (indent - 2)), _json_escape
    )


def json_text(value: object) -> str:
    """A value as the text of a JSON document that is printed: it comes back equal, and no log takes a part of it for a command."""
    try:
        # The writer of the standard library holds each bracket and blank of it as a string of its own, eight times the text.
        text = msgspec.json.format(msgspec.json.encode(value), indent=1).decode()
    except (ValueError, OverflowError, TypeError):  # half of a pair of surrogates, a number beyond 64 bits
        text = json.dumps(value, ensure_ascii=False, indent=1)
    return shown_json(text) + "\n"


def shown_json(text: str) -> str:
    """JSON in which only strings have what is not ASCII or a number sign, with what is invisible escaped, and marks of commands of CI servers."""
    text = _escape_invisible(text, _json_escape)
    return _MARK.sub(r"#\\u0023", text) if "##" in text else text


def yaml_comment(text: str) -> str:
    """A comment line of visible characters."""
    line = text.replace("\n", " ")
    return f"# {_escape_invisible(line, _json_escape)}\n"


def yaml_quoted(text: str) -> str:
    """A double-quoted scalar on one line that is read as just this text; YAML has no form for half a surrogate pair."""
    return _quote_scalar(text, '"')


def yaml_scalar(text: str) -> str:
    """A scalar on one line that is read as just this text, plain where it can be."""
    style = _yaml_style(text)
    return _quote_scalar(text, '"' if style in ("|", ">") else style)


def yaml_block(value: dict[str, Json], indent: int = 0) -> str:
    """A mapping as YAML in block style, in the order of its keys; YAML 1.1 and 1.2 read it alike.

    A whole file, or with an indent a part of one: what several files have in common is then written once. Written here and not by a
    library: the existing ones start slowly, and folding only block scalars or indenting lists needs changes to their internals.
    """
    return _mapping(value, indent) if value else f"{' ' * indent}{{}}\n"


def _json_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    return f"\\u{0xD7C0 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


# ------------------------------------------------------------------------------------------------------------ YAML


def _mapping(value: dict[str, Json], indent: int) -> str:
    pad = " " * indent
    return "".join(f"{pad}{_key(key, pad)}:{_value(inner, indent + 2)}" for key, inner in value.items())


def _sequence(value: list[Json], indent: int) -> str:
    return "".join(f"{' ' * indent}-{_value(item, indent + 2, in_list=True)}" for item in value)


def _value(value: Json, indent: int, *, in_list: bool = False) -> str:
    """What follows a key or a dash, up to the end of the last line; in a list it begins on the line of the dash."""
    match value:
        case dict() if value:
            block = _mapping(value, indent)
        case list() if value:
            block = _sequence(value, indent + 2 if in_list else indent)
        case str():
            return f" {_text(value, indent)}\n"
        case _:
            return f" {_plain(value)}\n"
    return f" {block[indent:]}" if in_list else f"\n{block}"


def _key(name: str, pad: str) -> str:
    key = yaml_scalar(name)
    return key if len(key) <= _LONGEST_KEY else f"? {key}\n{pad}"


def _plain(value: Json) -> str:
    """As JSON, but for numbers that JSON lacks, and those that YAML 1.1 recognises only by a point."""
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    text = json.dumps(value)
    return text.replace("e", ".0e") if isinstance(value, float) and "." not in text else text


def _text(text: str, indent: int) -> str:
    style, pad = _yaml_style(text), " " * indent
    if style == "|":
        return "|-\n" + "\n".join(f"{pad}{line}" if line else "" for line in text.split("\n"))
    return f">-\n{pad}{_fold_lines(text, pad)}" if style == ">" else _quote_scalar(text, style)


def _fold_lines(text: str, pad: str) -> str:
    """Lines that end with the first word that reaches the width; only a single space can become the end of a line."""
    lines: list[str] = []
    start, room = 0, max(0, _YAML_WIDTH - len(pad) + 1)
    at = text.find(" ", room)
    while at >= 0:
        if text[at + 1 : at + 2] == " " or text[at - 1 : at] == " ":
            run = _SPACES.match(text, at)
            at = text.find(" ", run.end() if run else at + 1)
        else:
            lines.append(text[start:at])
            start = at + 1
            at = text.find(" ", start + room)
    return f"\n{pad}".join([*lines, text[start:]])


def _quote_scalar(text: str, style: str | None) -> str:
    if style is None and _PLAIN.match(text):
        return text
    if style == '"' or (style is None and "'" in text):
        safe = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{_escape_invisible(safe, _yaml_escape)}"'
    return "'" + text.replace("'", "''") + "'"


def _yaml_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if found[0] in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[found[0]]
    return f"\\x{code:02X}" if code < 0xA0 else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _yaml_style(text: str) -> str | None:
    """The style in which a string is easy to read and sure to come back; None leaves plain or single quotes to its characters."""
    if is_invisible(text):
        return '"'
    if "\n" in text:
        loose = text[0] in " \n" or text.endswith((" ", "\n")) or " \n" in text or "\n " in text
        return '"' if loose else "|"
    if len(text) > _YAML_WIDTH - 20 and " " in text and text[0] != " " and text[-1] != " ":
        return ">"
    if text.lower() in _YAML_WORDS or _YAML_NUMBER.match(text):
        return "'"
    return None


__all__ = ["INVISIBLE", "Json", "is_invisible", "json_members", "json_text", "shown_json", "yaml_block", "yaml_comment"]
