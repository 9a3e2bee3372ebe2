"""Conversion of HTML in cells to Markdown.

`<ul><li>one</li><li>a <code>b</code></li></ul>` is read as two lines, each with a dash. A tag after a backslash is text, and so is
any other tag.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"(?<!\\)<(?P<close>/?)(?P<name>code|a|ul|ol|li|strong|em|pre)(?P<rest>\s[^<>]*+)?>")
_HREF = re.compile(r"\shref\s*+=\s*+\"([^\"]*+)\"")
_START = re.compile(r"\sstart=\"(\d{1,3})\"")
_MARK = re.compile(r"\sdata-mark=\"([*+])\"")
_LANGUAGE = re.compile(r"\sclass=\"language-([\w+-]++)\"")
_EMPHASIS = {"strong": "**", "em": "*"}
_TICKS = re.compile("`+")


def has_markup(html: str) -> bool:
    """Return whether a text has any convertible tag."""
    return "<" in html and _TAG.search(html) is not None


def convert_to_markdown(html: str) -> str:
    """Convert the tags of a cell to Markdown. Line breaks are newlines already; entities stay."""
    return _HtmlState(html).text()


class _HtmlState:
    """The open tags during conversion."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._pieces: list[str] = []
        self._lists: list[str | int] = []
        self._link: tuple[int, str] | None = None
        self._code: int | None = None
        self._block: str | None = None

    def text(self) -> str:
        end = 0
        for tag in _TAG.finditer(self._html):
            self._pieces.append(self._html[end : tag.start()])
            end = tag.end()
            self._tag(tag["name"], tag["rest"] or "", closes=bool(tag["close"]))
        self._pieces.append(self._html[end:])
        return "".join(self._pieces).strip()

    def _tag(self, name: str, rest: str, *, closes: bool) -> None:
        if name == "pre":
            self._pre(closes=closes)
        elif name == "code":
            self._code_tag(rest, closes=closes)
        elif name == "a":
            self._anchor(rest, closes=closes)
        elif name in _EMPHASIS:
            self._pieces.append(_EMPHASIS[name])
        elif name == "li":
            self._item(closes=closes)
        elif closes:
            if self._lists:
                self._lists.pop()
            self._pieces.append("\n")
        elif name == "ul":
            found = _MARK.match(rest)
            self._lists.append(found[1] if found else "-")
        else:
            start = _START.match(rest)
            self._lists.append(int(start[1]) if start else 1)

    def _item(self, *, closes: bool) -> None:
        if closes or not self._lists:
            return
        mark = self._lists[-1]
        self._pieces.append(f"\n{mark}. " if isinstance(mark, int) else f"\n{mark} ")
        if isinstance(mark, int):
            self._lists[-1] = mark + 1

    def _pre(self, *, closes: bool) -> None:
        if closes and self._block is not None:
            self._pieces.append("\n```\n")
        self._block = None if closes else ""

    def _code_tag(self, rest: str, *, closes: bool) -> None:
        if self._block is not None:
            if not closes:
                found = _LANGUAGE.match(rest)
                self._pieces.append(f"\n```{found[1] if found else ''}\n")
        elif not closes:
            self._code = len(self._pieces)
        elif self._code is not None:
            inside = "".join(self._pieces[self._code :])
            del self._pieces[self._code :]
            self._code = None
            widths = {len(run) for run in _TICKS.findall(inside)}
            width = next(number for number in range(1, len(widths) + 2) if number not in widths)
            blank = " " if inside[:1] == "`" or inside[-1:] == "`" else ""
            self._pieces.append(f"{'`' * width}{blank}{inside}{blank}{'`' * width}")

    def _anchor(self, rest: str, *, closes: bool) -> None:
        if not closes:
            found = _HREF.match(rest)
            self._link = (len(self._pieces), found[1]) if found else None
        elif self._link is not None:
            start, target = self._link
            label = "".join(self._pieces[start:])
            del self._pieces[start:]
            self._link = None
            self._pieces.append(label if label == target else f"[{label}]({target})")
