r"""Descriptions as the upstream generator writes them on table pages, for outputs that must have its bytes.

It escapes a < with a backslash, which HTML does not know: what follows is a tag to a browser. So the backslash is kept where no
element can begin, or none that a browser knows; a < before anything else is an entity.
"""

from __future__ import annotations

import re

from codegen.core.escaping.controls import visible
from codegen.core.escaping.html import is_inert_tag
from codegen.core.escaping.markdown import harmless

_ENUM = re.compile(r"(?<!\s)\s++Possible enum values:")
_BULLET = re.compile(r"(?<!\s)\s++- `")
_TAG = re.compile(
    r"<(?=[A-Za-z!?/])(?:(?P<name>[A-Za-z][\w.-]{0,60})(?:,[\w,.-]{0,100})?(?: [\w ./-]{0,100})?>)?", re.ASCII
)


def upstream_cell(text: str, *, stars: bool = True) -> str:
    """A description in a cell; `stars` for a field, whose asterisks are escaped too."""
    text = visible(text).replace("\n", " ")
    return _break_lines(_TAG.sub(_tag, _stars(text) if stars else text).replace("<", "\\<"))


def upstream_section(text: str) -> str:
    """The description of a section."""
    return _break_lines(upstream_front(harmless(text, fences=False)))


def upstream_front(text: str) -> str:
    """The description in the front matter, before it is quoted: HTML's own characters as entities."""
    text = _stars(visible(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("'", "&#39;").replace('"', "&#34;")


def _tag(found: re.Match[str]) -> str:
    return found[0] if found["name"] and is_inert_tag(found["name"]) else f"&lt;{found[0][1:]}"


def _stars(text: str) -> str:
    if "*" not in text:
        return text
    return text.replace("'*'", "'\\*'").replace("/*'", "/\\*'").replace("'*/", "'\\*/")


def _break_lines(text: str) -> str:
    if "- `" in text:
        text = _BULLET.sub("<br/> - `", text)
    if "Possible enum" in text:
        text = _ENUM.sub("<br/><br/>Possible enum values:", text)
    return text.replace("{{%", "{{\\%")
