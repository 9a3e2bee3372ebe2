"""Division of list pages into blocks by headings and into tokens by bullets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from codegen.core.diagnostics import Correction
from codegen.model import Prose
from codegen.readers.list.grammar import (
    BULLET,
    CATEGORY,
    CATEGORY_ALONE,
    OPERATION,
    OTHER_BODY,
    REQUEST,
    RULE,
    SECTION,
    lost_bullets,
)
from codegen.readers.list.page import Block, ListPage, Token
from codegen.readers.page_tree import NO_TEXTS, Texts
from codegen.readers.shared.comments import FILLER
from codegen.readers.shared.tokens import NAME, find_headings

_NAMED = re.compile(r"(?:-\s+)?\*{1,2}(?P<name>[^*\n]{1,200}?)\*\*\s*(?P<next>[(（:：]?)")
_NO_IDENTIFIER = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_CUT = 300
# The heading of an operation with too few of its marks, or with none.
_UNMARKED = re.compile(r"[^\S\n]*+(?P<marks>#{0,3}+[^\S\n]*+)(?P<code>`(?P<verb>[A-Za-z]+)`)(?P<title>[^\S\n][^\n]*+)")
_LAST_LINE = re.compile(r"-\s*+[^\n]*+\s*+\Z")


def find_blocks(page: ListPage, start: int, kind: str) -> list[Block]:
    """Find the blocks of a page from `start` on. The first has no heading and documents the page's own kind, if there is any text."""
    blocks = [Block(start=start, body=start, name=kind)]
    for at, level in find_headings(page.text, start, len(page.text)):
        blocks[-1].headings.append(at)
        if at and not page.text[at - 1].isspace():
            continue
        if level == 2:
            if (block := _section(page, at)) is not None:
                blocks.append(block)
        elif level == 3 and (found := OPERATION.match(page.text, at)):
            inner = page.text.find("##", found.start("title"), found.end("title"))
            body = inner if inner >= 0 else found.end()
            if request := REQUEST.search(page.text, found.start("title"), body):
                body = request.start()
            if inner >= 0 and not page.is_flattened:
                page.warn(
                    "heading-swallowed",
                    f"the heading of {found['verb']!r} runs into the next one: {_line(page, inner)[:60]!r}",
                    at,
                    "begin each heading on a line of its own",
                )
            blocks.append(
                Block(
                    start=at,
                    body=body,
                    name=page.text[found.start("title") : body],
                    verb=found["verb"].lower(),
                    kind="operation",
                )
            )
        elif level == 3 and CATEGORY.match(page.text, at):
            continue
        elif level > 3 and (lost := _lost_operation(page, blocks[-1], at)) is not None:
            blocks.append(lost)
        elif not (level > 3 and page.grammar.part.match(page.text, at)) and _opens_line(page, at):
            page.warn(
                "heading-unknown",
                f"this layout has no such heading: {_line(page, at)[:60]!r}",
                at,
                "if it belongs to a description, do not begin the line with #; otherwise correct its words",
            )
    for block, following in pairwise(blocks):
        block.end = following.start
        block.headings.pop()  # that of the following block
    blocks[-1].end = len(page.text)
    return blocks


def _lost_operation(page: ListPage, block: Block, at: int) -> Block | None:
    """Return an operation with an unmarked heading, found by its request heading."""
    part = page.grammar.part.match(page.text, at)
    if part is None or not page.means(part["word"], "http_request"):
        return None
    begin = max(at - _LONGEST_CUT, block.start)
    line = page.text[begin:at].replace(FILLER, " ").rstrip().rpartition("\n")
    found = _UNMARKED.fullmatch(line[2]) if line[1] else None
    if found is None:
        return None
    start = begin + len(line[0]) + 1 + found.start("marks")
    written = f"{found['marks']}{found['code']}"
    page.warn(
        "heading-unmarked",
        f"the heading of the operation {found['verb']!r} has lost its `###`",
        start,
        f"write ### {found['code']}{found['title']}",
        Correction(written=written, correct=f"### {found['code']}"),
    )
    return Block(
        start=start,
        body=begin + len(line[0]) + 1 + found.end(),
        name=found["title"],
        verb=found["verb"].lower(),
        kind="operation",
        headings=[at],
    )


def _section(page: ListPage, at: int) -> Block | None:
    found = SECTION.match(page.text, at)
    if found is None:
        return _section_without_anchor(page, at) if _opens_line(page, at) else None
    name, anchor = found["name"].replace(FILLER, "").strip(), found["anchor"]
    if anchor.lower() == "operations" or page.means(name, "operations"):
        return Block(start=at, body=found.end(), name=name, anchor=anchor, kind="operations")
    expected = _NO_IDENTIFIER.sub("-", name)
    if NAME.fullmatch(name) and anchor != expected and anchor.lower() == expected.lower():
        page.warn(
            "anchor-differs",
            f"the anchor {anchor!r} is not that of {name!r}",
            at,
            f"write {{#{expected}}}: links lead to the anchor, and its case matters",
            Correction(written=f"{{#{anchor}}}", correct=f"{{#{expected}}}"),
        )
    elif NAME.fullmatch(anchor):
        name = name if anchor == expected else anchor  # a translated heading keeps the identifier in its anchor
    else:
        page.warn(
            "anchor-translated",
            f"the anchor {anchor!r} is not an identifier",
            at,
            "anchors are identifiers of the API and are never translated",
        )
    return Block(start=at, body=found.end(), name=name, anchor=anchor)


def _section_without_anchor(page: ListPage, at: int) -> Block:
    name, _, _ = _line(page, at).lstrip("#").replace(FILLER, "").partition("{#")
    name = name.strip()
    kind = "operations" if page.means(name, "operations") else "section"
    page.warn(
        "anchor-missing",
        f"the heading {name[:60]!r} has no anchor",
        at,
        f"write `## {name} {{#{name.split(' ')[0]}}}`: links lead to the anchor",
    )
    return Block(start=at, body=at + len(_line(page, at)), name=name, anchor=_NO_IDENTIFIER.sub("-", name), kind=kind)


def _line(page: ListPage, at: int) -> str:
    end = page.text.find("\n", at)
    return page.text[at : end if end >= 0 else len(page.text)]


def _opens_line(page: ListPage, at: int) -> bool:
    while at and page.text[at - 1] != "\n" and page.text[at - 1].isspace():
        at -= 1
    return page.text[at - 1 : at] == "\n"


def find_tokens(page: ListPage, block: Block) -> list[Token]:
    """Find the bullets of a block in order, each with its extent."""
    text = page.text
    starts = [
        bullet.start() for bullet in BULLET.finditer(text, block.body, block.end) if text[bullet.start() - 1].isspace()
    ]
    lost = {*lost_bullets(text, block.body, block.end)}
    if lost:
        begin = _fields_begin(page, block)
        lost = {place for place in lost if place >= begin}
    if block.kind == "operation":
        lost.update(match.start("other") for match in OTHER_BODY.finditer(text, block.body, block.end))
    if lost:
        starts = sorted({*starts, *lost})
    found: list[Token] = []
    category, texts = "", NO_TEXTS
    categories = _categories(page, block)
    heading = next(categories, None)
    for start in starts:
        while heading is not None and heading.start() < start:
            category, texts = _category(page, heading, found[-1].start if found else block.body)
            if found:
                found[-1].end = min(found[-1].end, heading.start())
            heading = next(categories, None)
        last = found[-1] if found else None
        if last is not None and last.match is not None and start < last.match.end():
            continue
        token = _read_bullet(page, block, start)
        if token is None:
            continue
        if start in lost and token.match is not None:
            page.warn(
                "bullet-broken",
                f"the bullet of {token.name!r} does not have the marks of the layout",
                start,
                f"write `- **{token.name}**{': ' if token.form in ('body', 'value') else ' ('}`",
            )
        token.category, token.heading, texts = category, texts, NO_TEXTS
        if last is not None:
            last.end = min(last.end, start)
        found.append(token)
    return found


def _fields_begin(page: ListPage, block: Block) -> int:
    """Return the end of a definition's description. Lists in it are not fields."""
    rule = RULE.search(page.text, block.body, block.end) if block.kind == "section" else None
    return rule.end() if rule else block.body


def _categories(page: ListPage, block: Block) -> Iterator[re.Match[str]]:
    if block.kind == "section":
        for at in block.headings:
            if (found := CATEGORY.match(page.text, at)) is not None:
                yield found


def _category(page: ListPage, heading: re.Match[str], begin: int) -> tuple[str, Texts]:
    """Return the name of a category, in English if possible, and the texts of its heading."""
    name = heading["name"].replace(FILLER, "").strip()
    own = Prose(text=name, span=page.span(heading.start()))
    if not page.is_translated:
        return name, Texts(own=own)
    for offset, content in reversed(page.comments.between(begin, heading.start())):
        if found := CATEGORY_ALONE.search(content):
            english = Prose(text=found["name"], span=page.span(offset + found.start()))
            return found["name"], Texts(own=own, english=english)
    return name, NO_TEXTS


def _read_bullet(page: ListPage, block: Block, start: int) -> Token | None:
    """Read the first line of a bullet in one of the forms of its block, or report it."""
    grammar = page.grammar
    forms: tuple[tuple[str, re.Pattern[str]], ...]
    if block.kind == "section":
        forms = (("field", grammar.field), ("value", grammar.value))
    else:
        forms = (("parameter", grammar.parameter), ("body", grammar.body), ("any_place", grammar.any_place))
    for form, pattern in forms:
        if (match := pattern.match(page.text, start, block.end)) is not None:
            name = match["name"].replace(FILLER, "").strip()
            return Token(start=start, end=block.end, match=match, form=form, name=name)
    return _report_odd_bullet(page, block, start)


def _report_odd_bullet(page: ListPage, block: Block, start: int) -> Token | None:
    """Report an unreadable bullet and return a token if it must be a field."""
    shown = " ".join(page.text[start : start + 80].partition("\n")[0].replace(FILLER, " ").split())[:60]
    named = _NAMED.match(page.text, start, block.end)
    if named is not None and named["next"]:
        what, expected = (
            ("field", "- **name** (type), required")
            if block.kind == "section"
            else ("parameter", "- **name** (*in query*): type")
        )
        page.error(
            "type-unreadable",
            f"the type of this {what} cannot be read: {shown!r}",
            start,
            f"expected `{expected}`, the type a primitive, a name or a link",
        )
        return Token(start=start, end=block.end, match=None, form="unreadable", name=named["name"])
    if block.end == len(page.text) and _LAST_LINE.fullmatch(page.text, start, min(block.end, start + _LONGEST_CUT)):
        page.error(
            "page-cut",
            f"the page ends inside a bullet: {shown!r}",
            start,
            "get the whole page again from its source",
        )
        return Token(start=start, end=block.end, match=None, form="unreadable", name="")
    page.warn(
        "bullet-unreadable",
        f"this bullet looks like a field, but is not one: {shown!r}",
        start,
        "write `- **name** (type)`, or do not begin a line of a description with `- **`",
    )
    return None
