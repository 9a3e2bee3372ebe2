r"""Text in GitHub's Markdown, for pull requests and step summaries.

    @owner <b> | #12  ->  @<!-- -->owner &lt;b&gt; &#124; #<!-- -->12

Characters with a meaning in Markdown become entities. Names of people and numbers of issues are
divided by an empty comment, since GitHub recognizes them even as entities and would notify
somebody.
"""

from __future__ import annotations

import re

from codegen.core.escaping.controls import on_one_line, visible

_SPECIAL = re.compile(r"[&<>\\`*_\[\]|~\"']|:(?=//)|(?<=www)\.|@(?=\w)|#(?=\d)|\$", re.IGNORECASE)
# The sign at the start of a line that begins a heading, an item or a rule.
_START = re.compile(
    r"(?P<before>\d{1,9}(?=[.)](?: |\Z))|(?=#{1,6}(?: |\Z)|[-+](?: |\Z)|-[- ]*\Z|=+\Z))(?P<sign>.)"
)
_TICKS = re.compile(r"[`~]{3,}")


def gfm_text(text: str) -> str:
    """Escape a text inside a paragraph, an item or a cell."""
    line = on_one_line(text)
    start = _START.match(line)
    if start is None:
        return _SPECIAL.sub(_escape_character, line)
    return f"{start['before']}&#{ord(start['sign'])};{_SPECIAL.sub(_escape_character, line[start.end() :])}"


def _escape_character(match: re.Match[str]) -> str:
    char = match[0]
    if char in "@#":
        return f"{char}<!-- -->"
    # A dollar begins a formula even as an entity.
    return "<span>$</span>" if char == "$" else f"&#{ord(char)};"


def gfm_code(text: str) -> str:
    """Escape a text as code."""
    return f"<code>{gfm_text(text)}</code>"


def gfm_block(text: str, language: str = "") -> str:
    """Put lines into a fence longer than any fence inside."""
    text = visible(text).rstrip("\n")
    longest = max((len(ticks) for ticks in _TICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
