"""The words of portable Markdown as the text that they stand for, and that text as the list layout would have it."""

from __future__ import annotations

import html
import re

_WRITTEN = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`{1,8})(?!`)[^\n]{1,4000}?(?<!`)(?P=ticks)(?!`))"
    r"|\\(?P<mark>[!-/:-@\[-`{-~])|(?P<entity>&#?\w{1,31};)",
    re.ASCII,
)
# What the list layout would take for a heading, a bullet, or a note on how a list is merged.
_STRUCTURE = re.compile(r"^(?=[ \t]*(?:##|[-*+][ \t]+(?:\*\*|__)))|\A(?=\*[^\n]*\*[ \t]*$)", re.MULTILINE)


def text_of(line: str) -> str:
    """The text that a line, or a part of one, stands for."""
    return _WRITTEN.sub(_unescaped, line) if "\\" in line or "&" in line else line


def description(block: str) -> str:
    """A description as the list layout has it, line by line."""
    text = "\n".join(map(text_of, block.split("\n"))).replace("<", "\\<")
    return _STRUCTURE.sub(r"\\", text)


def _unescaped(found: re.Match[str]) -> str:
    if found["code"]:
        return found[0]
    return found["mark"] or html.unescape(found["entity"])
