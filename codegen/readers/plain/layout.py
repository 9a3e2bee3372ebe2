r"""Reads pages of the plain layout: the bullets of the list layout in portable Markdown.

    ## PlotSpec

    -   **beds** (\[\][Bed](bed.md#bed)), required

        > *Limits: number of items at least 1.*

Line by line, a page is put into the words of the list layout, whose reader does the rest. No line is added or taken away, so what that
reader says of a line is true of this page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.findings.diagnostics import Report, Span
from codegen.readers.list import layout as list_layout
from codegen.readers.list.grammar import grammar
from codegen.readers.page_tree import PageTree
from codegen.readers.plain.words import description, text_of

LAYOUT = "plain"
_STEP = 4  # blanks a level
_SECTION, _OPERATION, _LABEL = (
    "##",
    "###",
    "####",
)  # the headings of a definition, of an operation, and of a part of one
_FENCE = "---"
_HEADING = re.compile(r"(?P<level>#{1,4}) (?:`(?P<verb>[^`\n]*)` ?)?(?P<name>.*)")
_BULLET = re.compile(r"(?P<indent>(?: {4})*)-   \*\*(?P<name>(?:[^*\\\n]|\\.)+)\*\*(?P<rest>.*)")
# A link of the layout's own, with the brackets of lists before it; those of descriptions lead to the web and stay.
_LINK = re.compile(r"(?<!\\)\[(?P<name>(?:[^\[\]\\\n]|\\.)*)\]\((?P<page>(?P<web>https?://)?[^()\s#]*)(?:#[^()\s]*)?\)")
_NO_PLACE = re.compile(r"[^\w.$-]+")
# Lines that no description has: emphasis in a quote.
_ADDED = re.compile(r"(?m:^ *+> \*[^\n]*\*$(?:\n *+>\n *+> \*[^\n]*\*$)*)")
_MARKED = re.compile(r"(?P<mark>\*{1,2})(?=[^\s*])")


def read(source: Source, locale: Locale, report: Report) -> PageTree:
    """Read one page. Deviations from the grammar go to the report; never raises for the text of a page."""
    return replace(list_layout.read(_AsList(source, locale), locale, report), layout=LAYOUT)


class _AsList(Source):
    """A page in the words of the list layout, whose places are those of the page."""

    __slots__ = ("_lines",)

    def __init__(self, page: Source, locale: Locale) -> None:
        self._lines = page.text.split("\n")
        rewriting = _Rewriting(stem=PurePosixPath(page.relative).stem, note=grammar(locale).annotation)
        lines = [line.rstrip() for line in _ADDED.sub(_blank, page.text).split("\n")]
        super().__init__("\n".join(rewriting.lines(lines)), page.path, page.relative)

    def span(self, offset: int) -> Span:
        """The place of a character; where its line is written in other words, of the first word of the line."""
        span = super().span(offset)
        page = self._lines[min(span.line, len(self._lines)) - 1]
        begin = offset - span.column + 1
        if self.text.startswith(f"{page}\n", begin):
            return span
        return replace(span, column=len(page) - len(page.lstrip()) + 1)


class _Rewriting(Struct, frozen=True, kw_only=True):
    """A page of this file name being put into the words of the list layout; `note` reads a line on how lists are merged."""

    stem: str
    note: re.Pattern[str]

    def lines(self, lines: list[str]) -> Iterator[str]:
        """The lines of a page, with the rule of the list layout for the blank line between the text of a definition and its fields."""
        begin = _behind_head(lines)
        yield from lines[:begin]
        words: list[str] = []  # the lines of a description that has not ended
        depth, part = 0, ""
        for number, line in enumerate(lines[begin:], start=begin + 1):
            heading, bullet = _HEADING.fullmatch(line), _BULLET.fullmatch(line)
            if not (heading or bullet or part == _LABEL):
                words.append(line)
                continue
            yield from self._description(words, depth, ruled=part == _SECTION)
            words = []
            if heading:
                yield _heading(heading, next(filter(None, islice(lines, number, number + 2)), ""))
                is_category = heading["level"] == _OPERATION and not heading["verb"]
                depth, part = 0, "" if is_category else heading["level"]
            elif bullet:
                depth, part = len(bullet["indent"]) // _STEP + 1, part if part == _SECTION else ""
                name = text_of(bullet["name"])
                yield f"{'  ' * (depth - 1)}- **{name}**{self._linked(bullet['rest'])}"
            else:
                yield self._linked(line.removeprefix("-   "))
        yield from self._description(words, depth, ruled=part == _SECTION)

    def _linked(self, text: str) -> str:
        """A line of the layout's own, with links as the list layout has them."""
        end = 0
        pieces: list[str] = []
        for found in _LINK.finditer(text):
            pieces += (text_of(text[end : found.start()]), self._link(found))
            end = found.end()
        return "".join(pieces) + text_of(text[end:])

    def _link(self, found: re.Match[str]) -> str:
        page = found["page"].removesuffix(".md") or self.stem
        name = text_of(found["name"])
        return f'<a href="{{{{< ref "{page}#{_place(name)}" >}}}}">{name}</a>'

    def _description(self, words: list[str], depth: int, *, ruled: bool) -> Iterator[str]:
        """The lines of a description, with what the layout adds to it: emphasised notes, and the definition below a field.

        Where it is `ruled`, that of a definition ends in a rule.
        """
        if ruled and not depth and words and not words[-1]:
            yield from self._description(words[:-1], depth, ruled=False)
            yield "<hr>"
            return
        indent = " " * (_STEP * depth)
        lines = [line.removeprefix(indent) for line in words]
        outer = "  " * depth
        at, is_below = 0, False
        while at < len(lines):
            marked = _MARKED.match(lines[at])
            end = at + 1
            if marked:
                mark = marked["mark"]
                while end < len(lines) and not _closes(lines[end - 1], mark):
                    end += 1
                inner = "\n".join(lines[at:end]).rstrip()[len(mark) : -len(mark)]
                text = f"{mark}{description(inner)}{mark}"
                if not is_below and not self.note.fullmatch(text):
                    text = f'<a name=""></a>{text}'  # where the text of the definition below a field begins
                    is_below = True
                text += "\n" * (end - at - 1 - text.count("\n"))
            elif _is_own_link(lines[at]):
                text = self._linked(lines[at])
            else:
                while end < len(lines) and not _MARKED.match(lines[end]) and not _is_own_link(lines[end]):
                    end += 1
                text = description("\n".join(lines[at:end]))
            yield from (f"{outer}{line}" if line else "" for line in text.split("\n"))
            at = end


def _behind_head(lines: list[str]) -> int:
    """The number of the first line behind the front matter."""
    if lines[0] != _FENCE or _FENCE not in lines[1:]:
        return 0
    return lines.index(_FENCE, 1) + 1


def _heading(heading: re.Match[str], below: str) -> str:
    """A heading with its place behind it; the title of the page is not one of the layout. `below` is the line that follows."""
    level, verb, name = heading["level"], heading["verb"], text_of(heading["name"])
    if level == "#":
        return ""
    if verb:
        return f"{level} `{verb}` {name}"
    if level != _SECTION:
        return f"{level} {name}"
    opened = _HEADING.fullmatch(below)
    return f"{level} {name} {{#{'Operations' if opened and opened['verb'] else _place(name)}}}"


def _place(name: str) -> str:
    """The id of a heading in the list layout."""
    return _NO_PLACE.sub("-", name)


def _blank(found: re.Match[str]) -> str:
    """As many blanks as a match has characters, in as many lines."""
    return "\n".join(" " * len(line) for line in found[0].split("\n"))


def _is_own_link(line: str) -> bool:
    """Whether a line is a link of the layout; those of descriptions lead to the web."""
    found = _LINK.fullmatch(line)
    return found is not None and not found["web"]


def _closes(line: str, mark: str) -> bool:
    """Whether an emphasised text ends with this line: no escaped mark is one of the layout."""
    return line.rstrip().endswith(mark) and not line.rstrip().endswith(f"\\{mark[-1]}")
