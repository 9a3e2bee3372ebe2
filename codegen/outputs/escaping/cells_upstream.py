r"""Descriptions in the form of the upstream generator of table pages, for outputs with the same
bytes.

Upstream escapes a < with a backslash, which has no effect in HTML. So the backslash is kept only if
no element that browsers know can begin there. Any other < is an entity.
"""

from __future__ import annotations

import re

from codegen.core.escaping.controls import visible
from codegen.outputs.escaping.html import is_inert_tag
from codegen.outputs.escaping.markdown import harmless

_ENUM = re.compile(r"(?<!\s)\s++Possible enum values:")
_BULLET = re.compile(r"(?<!\s)\s++- `")
_TAG = re.compile(
    r"<(?=[A-Za-z!?/])(?:(?P<name>[A-Za-z][\w.-]{0,60})(?:,[\w,.-]{0,100})?(?: [\w ./-]{0,100})?>)?",
    re.ASCII,
)


def upstream_cell(text: str, *, stars: bool = True) -> str:
    """Escape a description in a cell, and with `stars` also the asterisks of a field."""
    text = visible(text).replace("\n", " ")
    return _break_lines(
        _TAG.sub(_escape_tag, _escape_asterisks(text) if stars else text).replace("<", "\\<")
    )


def upstream_section(text: str) -> str:
    """Escape the description of a section."""
    return _break_lines(upstream_front(harmless(text, fences=False)))


def upstream_front(text: str) -> str:
    """Escape the description in the front matter, before it is quoted."""
    text = (
        _escape_asterisks(visible(text))
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
    )
    return text.replace("'", "&#39;").replace('"', "&#34;")


def _escape_tag(match: re.Match[str]) -> str:
    if match["name"] and is_inert_tag(match["name"]):
        return match[0]
    return f"&lt;{match[0][1:]}"


def _escape_asterisks(text: str) -> str:
    return text.replace("'*'", "'\\*'").replace("/*'", "/\\*'").replace("'*/", "'\\*/")


def _break_lines(text: str) -> str:
    text = _ENUM.sub("<br/><br/>Possible enum values:", _BULLET.sub("<br/> - `", text))
    return text.replace("{{%", "{{\\%")
