"""Tokens shared by all layouts, such as names, link shortcodes and import lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.core.source import Source

NAME = re.compile(r"[$A-Za-z_][\w$-]*(?:\.[$A-Za-z_][\w$-]*)*", re.ASCII)
# `{{< ref "` and `" >}}`, with what else Hugo takes for them.
REF_OPEN = r"\{\{[<%]\s*+(?:rel)?ref\s++[\"']?"
REF_CLOSE = r"[\"']?\s*+[%>]\}\}"


def looks_like_json(source: Source) -> bool:
    """Return whether a text begins like a JSON object."""
    return source.text[:4096].lstrip().startswith("{")


def find_headings(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the offset and level of each heading from level two."""
    at = text.find("##", start, end)
    while at >= 0:
        behind = at + 2
        while text.startswith("#", behind):
            behind += 1
        if text[behind : behind + 1].isspace() and (at == 0 or text[at - 1] != "#"):
            yield at, behind - at
        at = text.find("##", behind, end)


def match_any(*words: str) -> str:
    """Return an expression for one of some words, the longest first."""
    return "|".join(
        re.escape(word).replace(r"\ ", r"\s+") for word in sorted(set(words), key=lambda word: (-len(word), word))
    )
