r"""Text inside the Markdown of pull requests and step summaries (GitHub's): shown as it is, on one line, in a table too.

    @owner <b> | #12  ->  @<!-- -->owner &lt;b&gt; &#124; #<!-- -->12

What has a meaning to Markdown is an entity. Names of people and numbers of issues are parted by an empty comment: as entities they would
be read again, and somebody would get mail for a word of a page.
"""

from __future__ import annotations

import re

from codegen.core.escaping.controls import on_one_line, visible

_SPECIAL = re.compile(r"[&<>\\`*_\[\]|~\"']|:(?=//)|(?<=www)\.|@(?=\w)|#(?=\d)|\$", re.IGNORECASE)
# What begins a heading, an item or a rule where the text begins a line: the sign that makes it one.
_START = re.compile(r"(?P<before>\d{1,9}(?=[.)](?: |\Z))|(?=#{1,6}(?: |\Z)|[-+](?: |\Z)|-[- ]*\Z|=+\Z))(?P<sign>.)")
_TICKS = re.compile(r"[`~]{3,}")


def gfm_text(text: str) -> str:
    """A text inside a paragraph, an item or a cell."""
    line = on_one_line(text)
    start = _START.match(line)
    if start is None:
        return _SPECIAL.sub(_escape_character, line)
    return f"{start['before']}&#{ord(start['sign'])};{_SPECIAL.sub(_escape_character, line[start.end() :])}"


def _escape_character(found: re.Match[str]) -> str:
    char = found[0]
    if char in "@#":
        return f"{char}<!-- -->"
    return "<span>$</span>" if char == "$" else f"&#{ord(char)};"  # a dollar begins a formula, also as an entity


def gfm_code(text: str) -> str:
    """The same as code."""
    return f"<code>{gfm_text(text)}</code>"


def gfm_block(text: str, language: str = "") -> str:
    """Lines as they are, in a fence that nothing in them can end."""
    text = visible(text).rstrip("\n")
    longest = max((len(found) for found in _TICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
