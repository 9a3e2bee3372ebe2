"""Headings that are underlined, which the layouts do not have.

Formatters turn `## Plot {#Plot}` into `Plot {#Plot}` with a line of dashes below.
"""

from __future__ import annotations

import re

from codegen.readers.shared.page import PageText
from codegen.readers.shared.tokens import NAME

_UNDERLINED = re.compile(
    rf"^(?P<title>[^\s|<>-][^\n|<>]{{0,120}}?\{{#[\w.-]*\}}|(?<=\n\n){NAME.pattern})"
    r"[^\S\n]*+\n(?:-{2,}|={2,})[^\S\n]*+$",
    re.MULTILINE,
)


def report_underlined_headings(page: PageText, start: int) -> None:
    """Report the first underlined heading as an error, since its fields would change their owner."""
    found = _UNDERLINED.search(page.text, start)
    if found is None:
        return
    title = found["title"]
    page.error(
        "heading-underlined",
        f"the heading {title[:60]!r} is underlined",
        found.start(),
        f"write `## {title[:60]}` on one line, as all headings of the page",
    )
