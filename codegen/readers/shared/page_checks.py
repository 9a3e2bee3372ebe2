"""Checks of the text of a Markdown page as a whole, before it is divided into blocks."""

from __future__ import annotations

import re

from codegen.core.diagnostics import Span
from codegen.readers.shared.page import PageText
from codegen.readers.shared.tokens import NAME

# Formatters turn `## Plot {#Plot}` into `Plot {#Plot}` with a line of dashes below.
_UNDERLINED = re.compile(
    rf"^(?P<title>[^\s|<>-][^\n|<>]{{0,120}}?\{{#[\w.-]*\}}|(?<=\n\n){NAME.pattern})"
    r"[^\S\n]*+\n(?:-{2,}|={2,})[^\S\n]*+$",
    re.MULTILINE,
)
_HEADING = re.compile(r"(?<!\S)##\s")
_NEXT_PAGE = re.compile(r"(?<!\S)---\s++api_metadata:")


def check_page(page: PageText, start: int) -> None:
    """Report a second page in the text, and underlined headings, behind the front matter.

    The fields below them would get another owner.
    """
    following = _NEXT_PAGE.search(page.text, start)
    # words may be above the front matter of the first page
    if following is not None and _HEADING.search(page.text, 0, following.start()):
        report_second_page(page, following.start())
    heading = _UNDERLINED.search(page.text, start)
    if heading is None:
        return
    title = heading["title"]
    page.error(
        "heading-underlined",
        f"the heading {title[:60]!r} is underlined",
        heading.start(),
        f"write `## {title[:60]}` on one line, as all headings of the page",
        arguments=(title,),
    )


def report_second_page(page: PageText, where: int | Span) -> None:
    """Report the beginning of a second page, whose fields would belong to the first one."""
    page.error(
        "pages-joined",
        "a second page begins here, and a file has one page",
        where,
        "save each page as a file of its own",
    )
