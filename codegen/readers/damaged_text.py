"""Sources that were damaged by an unresolved merge, or by printing."""

from __future__ import annotations

import re

from msgspec import Struct

from codegen.core.diagnostics import failure
from codegen.core.source import Source

# The lines around the two sides, of which a careless repair leaves one.
_CONFLICT = re.compile(r"^(?:<{7,}|>{7,})(?:[ \t]|$)", re.MULTILINE)

# A line with the word for a page, or with the address that a browser prints below each page:
# `Page 2 of 9`, `第 2 页`, `https://example.org/plot/ 2/9`.
_NAMED_PAGE = re.compile(
    r"[ \t\f]*(?:[Pp]age[ \t]+\d{1,4}(?:[ \t]*(?:of|/)[ \t]*\d{1,4})?"
    r"|https?://\S{1,2000}[ \t]+\d{1,4}/\d{1,4}"
    r"|第[ \t]*\d{1,4}[ \t]*页(?:.{0,3}共[ \t]*\d{1,4}[ \t]*页)?)[ \t\r]*"
)
# A line with a number alone: `2`, `2 / 9`, `2 of 9`, `- 2 -`. A status such as 200 is none.
_PAGE_NUMBER = re.compile(
    r"[ \t\f]*(?:(?P<alone>\d{1,2})|(?P<part>\d{1,4})[ \t]*(?:/|of)[ \t]*\d{1,4}"
    r"|[-–—][ \t]*(?P<marked>\d{1,4})[ \t]*[-–—])[ \t\r]*"
)
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_LEAST_DISTANCE = 5  # lines between the numbers of two pages


class _NumberLine(Struct, frozen=True, kw_only=True):
    """A line that is a number alone."""

    value: int
    line: int
    offset: int

    def follows(self, previous: _NumberLine) -> bool:
        """Return whether this is the number of the next page."""
        distance = self.line - previous.line
        return self.value == previous.value + 1 and distance >= _LEAST_DISTANCE


def find_merge_conflict(text: str) -> int | None:
    """Return where an unresolved merge conflict begins or ends, or None."""
    conflict = _CONFLICT.search(text)
    if conflict is None:
        return None
    return conflict.start()


def refuse_merge_conflict(text: Source) -> None:
    """Raise `CodegenError` for a source with an unresolved merge conflict."""
    conflict = find_merge_conflict(text.text)
    if conflict is not None:
        raise failure(
            "merge-unresolved",
            "the file contains an unresolved merge conflict",
            text.span(conflict),
            "resolve it: keep one of the two sides, and remove the lines that begin with <, = and >",
        )


def find_page_number(text: str) -> int | None:
    """Return where the first page number of a printed document begins, or None.

    A number without the word for a page is one if the next number follows some lines below. Code
    has numbers of its own.
    """
    offset = 0
    in_code = False
    previous: _NumberLine | None = None
    for number, line in enumerate(text.split("\n")):
        if _FENCE.match(line):
            in_code = not in_code
        elif not in_code and _NAMED_PAGE.fullmatch(line):
            return offset
        elif not in_code and (match := _PAGE_NUMBER.fullmatch(line)):
            value = int(match["alone"] or match["part"] or match["marked"])
            current = _NumberLine(value=value, line=number, offset=offset)
            if previous is not None and current.follows(previous):
                return previous.offset
            previous = current
        offset += len(line) + 1
    return None


def refuse_page_numbers(text: Source) -> None:
    """Raise `CodegenError` for a page with the page numbers of a printed document.

    They may be anywhere in a description, which would be read with them. HTML has no such pages.
    """
    if text.text.lstrip().startswith("<"):
        return
    offset = find_page_number(text.text)
    if offset is not None:
        raise failure(
            "text-unexpected",
            "page numbers of a printed document are between the lines",
            text.span(offset),
            "remove them with the headers and footers of the pages, or save the page as HTML",
        )
