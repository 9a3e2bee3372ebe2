"""Headings and blocks of the table layout."""

from __future__ import annotations

import re
from itertools import pairwise

from msgspec import Struct, field

from codegen.readers.shared.comments import remove_filler
from codegen.readers.shared.page import Page

OPERATION = re.compile(r"\s*+`(?P<verb>[A-Za-z]++)`[^\S\n]*+(?P<title>[^\n`]*+)")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+", re.ASCII)
_HEADING = re.compile(r"\n[\x1f]*+ {0,3}(#{2,6})[ \t\x1f]++([^\n]*+)")
_ANCHORED = re.compile(r"(?P<name>[^{}#]*+)\{#(?P<anchor>[^{}\s]*+)\}\s*+#*+\s*+")


class Heading(Struct, kw_only=True):
    """A heading with the extent of its block, up to the next of its level or above.

    `kind` is section, operations, operation, part, or empty for a heading that the layout does not have.
    """

    start: int
    text: str
    text_start: int
    body: int
    kind: str
    name: str = ""
    anchor: str = ""
    end: int = 0
    parts: list[Heading] = field(default_factory=list)

    @property
    def own_end(self) -> int:
        """The end of the heading's own text, before its first part."""
        return self.parts[0].start if self.parts else self.end


def find_blocks(page: Page, start: int) -> list[Heading]:
    """Find the sections and operations of a page.

    A heading that the layout does not have is taken as text in a section, whose table would be lost otherwise; among
    the operations it ends what stands before it, or a table would be read as one of another place.
    """
    found: list[Heading] = []
    for match in _HEADING.finditer(page.text, max(0, start - 1)):
        heading = _heading(page, match)
        if heading.kind in ("section", "operations", "operation"):
            found.append(heading)
        elif found and found[-1].kind == "section":
            report_unknown_heading(page, heading, "`## Kind {#Kind}`, or no heading in a description")
        elif found and heading.kind == "part":
            found[-1].parts.append(heading)
        else:
            found.append(heading)
    _close(found, len(page.text))
    for block in found:
        _close(block.parts, block.end)
    return found


def report_unknown_heading(page: Page, heading: Heading, expected: str) -> None:
    """Report a heading unknown to the layout."""
    page.warn(
        "heading-unknown",
        f"this layout has no such heading: {heading.text[:60]!r}",
        heading.start,
        f"expected {expected}; correct its words, or do not begin the line with #",
    )


def _heading(page: Page, match: re.Match[str]) -> Heading:
    text = remove_filler(match[2]).strip()
    level = len(match[1])
    heading = Heading(start=match.start() + 1, text=text, text_start=match.start(2), body=match.end(), kind="")
    if level > 3:
        heading.kind = "part"
    elif level == 3:
        heading.kind = "operation" if OPERATION.match(text) else ""
    else:
        anchored = _ANCHORED.fullmatch(text)
        heading.name, heading.anchor = (anchored["name"].strip(), anchored["anchor"]) if anchored else (text, "")
        if heading.anchor == "Operations" or page.means(heading.name, "operations"):
            heading.kind = "operations"
        elif NAME.fullmatch(heading.name) or NAME.fullmatch(heading.anchor):
            heading.kind = "section"
    return heading


def _close(headings: list[Heading], end: int) -> None:
    for heading, following in pairwise(headings):
        heading.end = following.start
    if headings:
        headings[-1].end = end
