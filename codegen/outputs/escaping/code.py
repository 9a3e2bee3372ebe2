r"""Finds text that Markdown certainly shows as code. A bracket mistaken for code would be a tag.

Closed fences at the margin are certain, and spans within a line if all lines of their paragraph are
complete in this way. Then no mark of one line can pair with that of another, wherever paragraphs
begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENING = re.compile(r"(?P<mark>`{3,}+)[^`\n]*|(?P<wave>~{3,}+)[^\n]*")
_SPAN = re.compile(r"(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)")
# The line below the head of a table, whose bars divide code too; other line ends; a fence behind a
# tab.
_DOUBTFUL = re.compile(
    r"^[ \t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+\||[\r\v\f\x1c-\x1e\x85\u2028\u2029]|^ *+\t[ \t]*+(?:```|~~~)",
    re.MULTILINE,
)


def certain_code(text: str) -> Iterator[tuple[int, int]]:
    """Yield the range of each code span in Markdown, or nothing if one is ambiguous."""
    if ("`" not in text and "~~~" not in text) or _DOUBTFUL.search(text):
        return
    spans = list(_find_code(text))
    if None not in spans:
        yield from (piece for piece in spans if piece is not None)


def _find_code(text: str) -> Iterator[tuple[int, int] | None]:
    """Yield pieces of code, and None for a fence that is not plain."""
    paragraph: list[tuple[int, str]] = []
    closing: re.Pattern[str] | None = None
    start = at = 0
    for line in text.split("\n"):
        if closing is not None:
            if closing.fullmatch(line):
                yield start, at
                closing = None
        elif opening := _OPENING.fullmatch(line):
            yield from _find_spans(paragraph)
            paragraph = []
            mark = opening["mark"] or opening["wave"]
            closing = re.compile(rf" {{0,3}}{mark}{mark[0]}*[ \t]*")
            start = at + len(line) + 1
        elif "```" in line or "~~~" in line:
            yield None
        elif line.strip():
            paragraph.append((at, line))
        else:
            yield from _find_spans(paragraph)
            paragraph = []
        at += len(line) + 1
    yield from _find_spans(paragraph) if closing is None else (None,)


def _find_spans(paragraph: list[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Yield the spans of a paragraph if no mark in it is unpaired or escaped."""
    if any("`" in line and ("\\`" in line or "`" in _SPAN.sub("", line)) for _, line in paragraph):
        return
    for at, line in paragraph:
        for match in _SPAN.finditer(line):
            yield at + match.start("code"), at + match.end("code")
