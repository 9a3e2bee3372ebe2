r"""Text on a terminal and in the log of a CI server: a value shows what it holds, and says nothing to the program that shows it.

Controls, direction marks and line ends are written as escapes (`\x1b`, `\u202e`, `\n`). Servers read lines that begin with `::` (GitHub) and
marks such as `##[` and `##vso[` (GitHub, Azure, TeamCity) as commands; a backslash in them makes them words.
"""

from __future__ import annotations

import re

from codegen.core.escaping.controls import escape_controls

MARK = r"##(?=[A-Za-z]*\[)"
_COMMAND = re.compile(rf"^[^\S\n]*:(?=:)|{MARK}", re.MULTILINE)


def line(text: str) -> str:
    """A message, or a value within one, on one line."""
    return _harmless(escape_controls(text)).replace("\n", "\\n")


def one_line(text: str) -> str:
    """The same with a blank for each run of white space, for the words of a finding."""
    return line(" ".join(text.split()))


def lines(text: str) -> str:
    """Text of several lines, which it keeps."""
    return _harmless(escape_controls(text))


def markup(text: str) -> str:
    """A document of XML or HTML that is printed: no line of it is a command, and parsers read the same."""
    return _COMMAND.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", text)


def _harmless(text: str) -> str:
    if "::" not in text and "##" not in text:
        return text
    return _COMMAND.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", text)
