r"""Text on terminals and in logs of CI servers, without commands to them.

Controls, direction marks and line ends become escapes (`\x1b`, `\u202e`, `\n`). Lines that begin
with `::` (GitHub) and marks such as `##[` and `##vso[` (GitHub, Azure, TeamCity) are commands of
servers. A backslash in them makes them plain text.
"""

from __future__ import annotations

import re

from codegen.core.escaping.controls import escape_controls

MARK = r"##(?=[A-Za-z]*\[)"
_COMMAND = re.compile(rf"^[^\S\n]*:(?=:)|{MARK}", re.MULTILINE)


def line(text: str) -> str:
    """Escape a message or a value on one line."""
    return _escape_commands(escape_controls(text)).replace("\n", "\\n")


def one_line(text: str) -> str:
    """Escape the words of a finding, with one space for each run of white space."""
    return line(" ".join(text.split()))


def lines(text: str) -> str:
    """Escape text of several lines."""
    return _escape_commands(escape_controls(text))


def markup(text: str) -> str:
    """Escape CI workflow commands in XML or HTML without changing its meaning."""
    return _COMMAND.sub(lambda match: f"{match[0][:-1]}&#{ord(match[0][-1])};", text)


def _escape_commands(text: str) -> str:
    return _COMMAND.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", text)
