"""Writers of JSON and YAML documents.

Both restore the same value when loaded. Neither writes a raw invisible character: controls, line
separators, bidirectional controls and lone surrogates are escaped.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from functools import cache

from codegen.core.escaping.controls import INVISIBLE, visible
from codegen.core.escaping.terminal import MARK

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

# What YAML 1.1 or 1.2 reads as something other than a string: numbers, dates and times start with a
# digit, a sign or a point (a version with two points is not one of them); the rest are these words,
# `=` and `<<`.
_YAML_WORDS = frozenset(
    ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<")
)
_YAML_NUMBER = re.compile(
    r"(?!\d+\.\d+\.\d+\Z)[-+]?\.?[0-9]|([-+]\.?|\.)_|[-+]?\.(inf|nan)\b", re.IGNORECASE
)
# Words that need no quotes: no indicator at the start, no `: ` or ` #` within, no space at an end.
_PLAIN = re.compile(
    r"(?!---|\.\.\.|[-?:](?: |\Z)|[ #,\[\]{}&*!|>'\"%@`])(?!.*(?::(?: |\Z)| #))[^\n]*[^ \n]\Z"
)
_MARK = re.compile(MARK)
_SPACES = re.compile(r" +")
_SHORT_ESCAPES = dict(zip("\0\a\b\t\v\f\r\x1b\x85\u2028\u2029", "0abtvfreNLP", strict=True))
_YAML_WIDTH = 100
_LONGEST_KEY = 1000  # characters; parsers expect the colon within 1024


def has_invisible_characters(text: str) -> bool:
    """Return whether a text has an invisible character, except line feeds."""
    return INVISIBLE.search(text.replace("\n", "")) is not None


def _escape_invisible(text: str, escape: Callable[[re.Match[str]], str]) -> str:
    """Escape the invisible characters of a text, except line feeds."""
    return INVISIBLE.sub(lambda match: "\n" if match[0] == "\n" else escape(match), text)


def json_members(value: dict[str, Json], indent: int = 2) -> str:
    """Write the lines of a JSON object between its braces, without a final line end.

    The lines are a part of a file at this indent, so that common parts of files are written once.
    The value must not be empty.
    """
    # Strings have no raw line end.
    lines = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)[2:-2]
    return _escape_invisible(
        lines
        if indent == 2
        else " " * (indent - 2) + lines.replace("\n", "\n" + " " * (indent - 2)),
        _json_escape,
    )


def json_text(value: object) -> str:
    """Write a JSON document for stdout, with CI workflow commands escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return visible_json(text) + "\n"


def visible_json(text: str) -> str:
    """Escape invisible characters and CI workflow commands in JSON. Only its strings have them."""
    text = _escape_invisible(text, _json_escape)
    if "##" in text:
        return _MARK.sub(r"#\\u0023", text)
    return text


def yaml_comment(text: str) -> str:
    """Write a comment line of visible characters."""
    line = text.replace("\n", " ")
    return f"# {_escape_invisible(line, _json_escape)}\n"


def yaml_quoted(text: str) -> str:
    """Write a double-quoted scalar on one line. YAML has no form for lone surrogates."""
    return _quote_scalar(text, '"')


def quote_yaml(text: str) -> str:
    """Write a double-quoted scalar with the names of invisible characters, for pages."""
    return yaml_quoted(visible(text))


def yaml_scalar(text: str) -> str:
    """Write a scalar on one line, plain if possible."""
    style = _yaml_style(text)
    return _quote_scalar(text, '"' if style in ("|", ">") else style)


def yaml_block(value: dict[str, Json], indent: int = 0) -> str:
    """Write a mapping as YAML in block style, with the same meaning in YAML 1.1 and 1.2.

    With an indent it is a part of a file, so that common parts of files are written once. Libraries
    cannot fold only block scalars or indent lists without changes to their internals.
    """
    if value:
        return _write_mapping(value, indent)
    return f"{' ' * indent}{{}}\n"


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    return f"\\u{0xD7C0 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def _write_mapping(value: dict[str, Json], indent: int) -> str:
    pad = " " * indent
    return "".join(
        f"{pad}{_write_key(key, pad)}:{_write_value(inner, indent + 2)}"
        for key, inner in value.items()
    )


def _write_value(value: Json, indent: int, *, in_list: bool = False) -> str:
    """Write the text after a key or a dash. In a list it begins on the line of the dash."""
    match value:
        case dict() if value:
            block = _write_mapping(value, indent)
        case list() if value:
            inside = indent + 2 if in_list else indent
            block = "".join(
                f"{' ' * inside}-{_write_value(item, inside + 2, in_list=True)}" for item in value
            )
        case str():
            return f" {_write_text(value, indent)}\n"
        case _:
            return f" {_write_scalar(value)}\n"
    if in_list:
        return f" {block[indent:]}"
    return f"\n{block}"


@cache  # keys repeat in all files of an output
def _write_key(name: str, pad: str) -> str:
    key = yaml_scalar(name)
    if len(key) <= _LONGEST_KEY:
        return key
    return f"? {key}\n{pad}"


def _write_scalar(value: Json) -> str:
    """Write a scalar as JSON, except numbers that JSON lacks or YAML 1.1 would read as text."""
    if isinstance(value, float) and not math.isfinite(value):
        if math.isnan(value):
            return ".nan"
        if value > 0:
            return ".inf"
        return "-.inf"
    text = json.dumps(value)
    if isinstance(value, float) and "." not in text:
        return text.replace("e", ".0e")
    return text


def _write_text(text: str, indent: int) -> str:
    style, pad = _yaml_style(text), " " * indent
    if style == "|":
        return "|-\n" + "\n".join(f"{pad}{line}" if line else "" for line in text.split("\n"))
    if style == ">":
        return f">-\n{pad}{_fold_lines(text, pad)}"
    return _quote_scalar(text, style)


def _fold_lines(text: str, pad: str) -> str:
    """Fold a text after the first word that reaches the width.

    Only single spaces become line ends.
    """
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


def _yaml_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] in _SHORT_ESCAPES:
        return f"\\{_SHORT_ESCAPES[match[0]]}"
    if code < 0xA0:
        return f"\\x{code:02X}"
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"


def _yaml_style(text: str) -> str | None:
    """Choose a readable and safe style for a string. None means plain or single quotes."""
    if has_invisible_characters(text):
        return '"'
    if "\n" in text:
        loose = text[0] in " \n" or text.endswith((" ", "\n")) or " \n" in text or "\n " in text
        if loose:
            return '"'
        return "|"
    if len(text) > _YAML_WIDTH - 20 and " " in text and text[0] != " " and text[-1] != " ":
        return ">"
    if text.lower() in _YAML_WORDS or _YAML_NUMBER.match(text):
        return "'"
    return None
