"""Conversion of HTML in cells to Markdown.

`<ul><li>one</li><li>a <code>b</code></li></ul>` becomes two lines, each with a dash. A tag after a
backslash is text, and so are all other tags.
"""

from __future__ import annotations

import re


def _compile_element(name: str, attributes: str) -> re.Pattern[str]:
    """Compile an expression for an element without another of its kind inside."""
    return re.compile(
        rf"<(?<!\\<){name}{attributes}>(?P<inside>[^<]*+(?:<(?!/?{name}\b)[^<]*+)*+)</{name}>",
        re.IGNORECASE,
    )


_BLOCK = _compile_element("pre", r"><code(?:\sclass=\"language-(?P<language>[\w+-]++)\")?+")
_CODE = _compile_element("code", r"(?:\s[^<>]*+)?+")
_LINK = _compile_element("a", r"\s++href\s*+=\s*+\"(?P<target>[^\"]*+)\"\s*+")
_EMPHASIS = re.compile(r"<(?<!\\<)/?(?:(?P<strong>strong)|em)>")
_LIST = re.compile(r"<(?<!\\<)(?P<close>/?)(?P<name>ul|ol|li)(?P<attributes>\s[^<>]*+)?+>")
_START = re.compile(r"\sstart=\"(\d{1,3})\"")
_MARK = re.compile(r"\sdata-mark=\"([*+])\"")
_TICKS = re.compile("`+")


def convert_to_markdown(html: str) -> str:
    """Convert the tags of a cell to Markdown.

    Line breaks are newlines already, and entities stay.
    """
    text = _BLOCK.sub(
        lambda match: (
            f"\n```{match['language'] or ''}\n{match['inside'].removesuffix('</code>')}\n```\n"
        ),
        html,
    )
    text = _CODE.sub(lambda match: _quote_code(match["inside"]), text)
    text = _LINK.sub(_format_link, text)
    text = _EMPHASIS.sub(lambda match: "**" if match["strong"] else "*", text)
    return _convert_lists(text)


def _quote_code(code: str) -> str:
    """Quote code by as many backticks as none of its runs has."""
    widths = {len(run) for run in _TICKS.findall(code)}
    ticks = "`" * next(number for number in range(1, len(widths) + 2) if number not in widths)
    if code[:1] == "`" or code[-1:] == "`":
        blank = " "
    else:
        blank = ""
    return f"{ticks}{blank}{code}{blank}{ticks}"


def _format_link(link: re.Match[str]) -> str:
    if link["inside"] == link["target"]:
        return link["inside"]
    return f"[{link['inside']}]({link['target']})"


def _convert_lists(html: str) -> str:
    """Write each item on a line with the mark or the number of its list."""
    lists: list[str | int] = []

    def convert(tag: re.Match[str]) -> str:
        attributes = tag["attributes"] or ""
        if tag["name"] == "li":
            if tag["close"] or not lists:
                return ""
            mark = lists[-1]
            if isinstance(mark, int):
                lists[-1] = mark + 1
                return f"\n{mark}. "
            return f"\n{mark} "
        if tag["close"]:
            del lists[-1:]
            return "\n"
        if tag["name"] == "ul":
            lists.append(match[1] if (match := _MARK.match(attributes)) else "-")
        else:
            lists.append(int(match[1]) if (match := _START.match(attributes)) else 1)
        return ""

    return _LIST.sub(convert, html)
