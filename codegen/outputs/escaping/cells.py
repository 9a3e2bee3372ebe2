r"""Descriptions as HTML for the cells of a table, in which Markdown has no effect.

Code, links, emphasis, lists and paragraphs of the description become HTML, anything else is text. A
cell never has an empty line, which would end the HTML block, nor a shortcode.

    Use `spec`.  See https://example.io\n\n- one\n- two Use <code>spec</code>.  See <a
    href="https://example.io">https://example.io</a><ul><li>one</li><li>two</li></ul>
"""

from __future__ import annotations

import html
import re

from codegen.core.escaping.controls import on_one_line, visible
from codegen.outputs.escaping.flat_lists import split_list_items
from codegen.outputs.escaping.html import attribute
from codegen.outputs.escaping.link_targets import is_safe_target

_ITEM = re.compile(r"[ \t]*(?P<mark>[-*+]|(?P<number>0|[1-9][0-9]{0,2})\.)[ \t]+(?P<text>\S.*)")
_FENCE = re.compile(r"[ \t]*+```[ \t]*+(?P<info>[\w+-]{0,30})[ \t]*")
_HOST = r"https?://[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)?(?:[A-Za-z0-9-]{1,62}\.){0,6}[A-Za-z]{2,24}"
_MARKED = re.compile(
    r"\[(?P<label>[^\[\]\n]{1,300})\]\((?P<target>(?:https?:|/)[!#-&*-;=?-~]{1,1000})\)"
    rf"|(?P<url>{_HOST}(?::\d{{1,5}})?(?:[/?#][!#-&(-;=?-_a-z~]{{0,2000}})?)"
    r"|\*\*(?P<strong>[^\s*](?:[^*\n]{0,300}[^\s*])?)\*\*"
    r"|(?<![\w*'\"/.])\*(?P<emphasis>[^\W_](?:[^*\n]{0,300}[\w.!?])?)\*(?![\w*'\"/])"
)
# Only so many widths, so that unclosed code costs little.
_CODE = re.compile(r"(?<!`)(?P<ticks>`{1,8})(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)")
_TRAILING = ".,;:!?*'"


def cell(text: str) -> str:
    """Convert a description to the content of a cell."""
    return _Blocks(split_list_items(visible(text).strip()).split("\n")).html()


def cell_name(text: str) -> str:
    """Escape a name inside a cell."""
    return _escape_plain(on_one_line(text))


def _escape_plain(text: str) -> str:
    return html.escape(text, quote=False).replace("{{", "{&#123;")


def _convert_line(text: str) -> str:
    """Convert one line of text with its code, links and emphasis."""
    pieces: list[str] = []
    end = 0
    for match in _CODE.finditer(text):
        code = match["code"]
        if len(match["ticks"]) > 1 and len(code) > 2 and code[0] == code[-1] == " ":
            code = code[1:-1]
        pieces += (_mark_emphasis(text[end : match.start()]), f"<code>{_escape_plain(code)}</code>")
        end = match.end()
    pieces.append(_mark_emphasis(text[end:]))
    return "".join(pieces)


def _mark_emphasis(text: str) -> str:
    pieces: list[str] = []
    end = 0
    for match in _MARKED.finditer(text):
        stop = match.end()
        if match["url"]:
            url = match["url"]
            while url[-1] in _TRAILING or (url[-1] == ")" and "(" not in url):
                url = url[:-1]
            stop = match.start() + len(url)
            piece = _write_link(url, url)
        elif match["label"]:
            is_safe = is_safe_target(match["target"])
            if is_safe:
                piece = _write_link(match["target"], match["label"])
            else:
                piece = _escape_plain(match[0])
        else:
            tag = "strong" if match["strong"] else "em"
            piece = f"<{tag}>{_escape_plain(match['strong'] or match['emphasis'])}</{tag}>"
        pieces += (_escape_plain(text[end : match.start()]), piece)
        end = stop
    pieces.append(_escape_plain(text[end:]))
    return "".join(pieces)


def _write_link(target: str, label: str) -> str:
    return f'<a href="{attribute(target)}">{_escape_plain(label)}</a>'


class _Blocks:
    """Converts the lines of a description to paragraphs, lists and code."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        fences = [
            number for number, line in enumerate(lines) if "```" in line and _FENCE.fullmatch(line)
        ]
        # First and last lines of code.
        self._fences = dict(zip(fences[::2], fences[1::2], strict=False))
        self._pieces: list[str] = []
        self._text: list[str] = []

    def html(self) -> str:
        """Convert all lines to HTML on one line."""
        number = 0
        while number < len(self._lines):
            number = self._code(number) or self._list(number) or self._line(number)
        self._end_text()
        return "".join(self._pieces)

    def _line(self, number: int) -> int:
        self._text.append(_convert_line(self._lines[number]) if self._lines[number].strip() else "")
        return number + 1

    def _end_text(self) -> None:
        """Add the lines so far, with breaks between them. Several empty lines count as one."""
        kept: list[str] = []
        for line in self._text:
            if line or (kept and kept[-1]):
                kept.append(line)
        while kept and not kept[-1]:
            kept.pop()
        if kept:
            self._pieces.append("<br/>".join(kept))
        self._text = []

    def _code(self, number: int) -> int:
        last = self._fences.get(number)
        fence = _FENCE.fullmatch(self._lines[number])
        if last is None or fence is None:
            return 0
        self._end_text()
        if fence["info"]:
            info = f' class="language-{fence["info"]}"'
        else:
            info = ""
        self._pieces.append(
            f"<pre><code{info}>{'<br/>'.join(map(_escape_plain, self._lines[number + 1 : last]))}</code></pre>"
        )
        return last + 1

    def _list(self, number: int) -> int:
        first = _ITEM.fullmatch(self._lines[number])
        if first is None:
            return 0
        self._end_text()
        items: list[list[str]] = []
        marks = first["mark"] if not first["number"] else ""
        while number < len(self._lines):
            match = _ITEM.fullmatch(self._lines[number])
            if match is not None and (
                match["mark"] == marks
                if marks
                else match["number"] == str(int(first["number"]) + len(items))
            ):
                items.append([_convert_line(match["text"])])
            elif (
                match is None
                and self._lines[number][:1] in (" ", "\t")
                and self._lines[number].strip()
            ):
                items[-1].append(_convert_line(self._lines[number].strip()))
            else:
                break
            number += 1
        rows = "".join(f"<li>{'<br/>'.join(item)}</li>" for item in items)
        self._pieces.append(_open_tag(first, marks) + rows + ("</ul>" if marks else "</ol>"))
        return number


def _open_tag(first: re.Match[str], marks: str) -> str:
    if marks:
        if marks == "-":
            return "<ul>"
        return f'<ul data-mark="{marks}">'
    if first["number"] == "1":
        return "<ol>"
    return f'<ol start="{int(first["number"])}">'
