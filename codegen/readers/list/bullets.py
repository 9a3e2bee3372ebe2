"""Division of the blocks of list pages into tokens at their bullets."""

from __future__ import annotations

import re

from codegen.model import Prose
from codegen.model.kubernetes import PRIMITIVES
from codegen.readers.list.grammar import (
    BULLET,
    CATEGORY_ALONE,
    OTHER_BODY,
    OTHER_VALUE,
    RULE,
    UNMARKED_BULLET,
    lost_bullets,
)
from codegen.readers.list.page import ListPage, Token
from codegen.readers.page_tree import Texts
from codegen.readers.shared.blocks import CATEGORY, Block
from codegen.readers.shared.comments import FILLER

_TYPE_WORDS = "|".join(map(re.escape, sorted(PRIMITIVES)))
# Characters that nobody sees, such as the blank without a width. Editors and chats insert them.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
# A name with its bracket, which other tools escape or write as an entity, or with a type that has
# lost its brackets. Blanks and invisible characters may stand between them.
_NAMED = re.compile(
    rf"(?:-\s+)?\*{{1,2}}(?P<name>[^*\n]{{1,200}}?)\*\*[\s{_INVISIBLE}]*"
    r"(?P<next>\\?[(（:：]|&(?:#40|#x28|lpar);|\[\]|map\[|"
    rf"(?:{_TYPE_WORDS})(?:[^\S\n]*[,，][^\n]{{0,20}})?$)?",
    re.MULTILINE,
)
_LONGEST_CUT = 300
_PARAMETER_FORMS, _FIELD_FORMS = ("parameter", "body", "any_place"), ("field", "value")
# A misplaced bullet may have any form.
_FORMS = {
    "section": _FIELD_FORMS,
    "operation": _PARAMETER_FORMS,
}
_LAST_LINE = re.compile(r"-\s*+[^\n]*+\s*+\Z")


def find_tokens(page: ListPage, block: Block) -> list[Token]:
    """Find the bullets of a block in order, each with its extent."""
    text = page.text
    if block.kind == "section":
        rule = RULE.search(text, block.body, block.end)
    else:
        rule = None
    # Lists in the description of a definition are no fields.
    begin = rule.end() if rule else block.body
    lost = {*lost_bullets(text, begin, block.end)}
    if block.kind == "operation":
        unmarked = OTHER_BODY
    else:
        unmarked = OTHER_VALUE
    lost.update(match.start("other") for match in unmarked.finditer(text, begin, block.end))
    bullets = (bullet.start() for bullet in BULLET.finditer(text, block.body, block.end))
    starts = lost.union(start for start in bullets if text[start - 1].isspace())
    tokens: list[Token] = []
    category, texts = "", Texts()
    headings = [
        category_match
        for at in block.headings
        if block.kind == "section" and (category_match := CATEGORY.match(text, at))
    ]
    for start in sorted(starts):
        while headings and headings[0].start() < start:
            heading = headings.pop(0)
            category, texts = _read_category(
                page, heading, tokens[-1].start if tokens else block.body
            )
            if tokens:
                tokens[-1].end = min(tokens[-1].end, heading.start())
        last = tokens[-1] if tokens else None
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
                arguments=(token.name,),
            )
        token.category, token.heading, texts = category, texts, Texts()
        if last is not None:
            last.end = min(last.end, start)
        tokens.append(token)
    if not tokens:
        _report_unmarked_bullets(page, begin, block.end)
    return tokens


def _report_unmarked_bullets(page: ListPage, begin: int, end: int) -> None:
    """Report bullets that lost their bold marks in a block without any other bullet.

    They would become a part of its description.
    """
    first = UNMARKED_BULLET.search(page.text, begin, end)
    if first is None:
        return
    page.error(
        "bullet-unmarked",
        f"the bullets here have no bold names, such as {first['name']!r}",
        first.start(),
        f"get the page again with its marks, or write `- **{first['name']}** (` and so on",
        arguments=(first["name"],),
    )


def _read_category(page: ListPage, heading: re.Match[str], begin: int) -> tuple[str, Texts]:
    """Return the name of a category, in English if possible, and the texts of its heading."""
    name = heading["name"].replace(FILLER, "").strip()
    heading_text = Prose(text=name, span=page.span(heading.start()))
    if not page.is_translated:
        return name, Texts(own=heading_text)
    for offset, content in reversed(page.comments.between(begin, heading.start())):
        if match := CATEGORY_ALONE.search(content):
            english = Prose(text=match["name"], span=page.span(offset + match.start()))
            return match["name"], Texts(own=heading_text, english=english)
    return name, Texts()


def _read_bullet(page: ListPage, block: Block, start: int) -> Token | None:
    """Read the first line of a bullet in one of the forms of its block, or report it."""
    for form in _FORMS.get(block.kind, _PARAMETER_FORMS + _FIELD_FORMS):
        pattern: re.Pattern[str] = getattr(page.grammar, form)
        if (match := pattern.match(page.text, start, block.end)) is not None:
            name = match["name"].replace(FILLER, "").strip()
            return Token(start=start, end=block.end, match=match, form=form, name=name)
    return _report_odd_bullet(page, block, start)


def _report_odd_bullet(page: ListPage, block: Block, start: int) -> Token | None:
    """Report an unreadable bullet and return a token if it must be a field."""
    shown = " ".join(page.text[start : start + 80].partition("\n")[0].replace(FILLER, " ").split())[
        :60
    ]
    named = _NAMED.match(page.text, start, block.end)
    if named is not None and named["next"]:
        element, expected = (
            ("field", "- **name** (type), required")
            if block.kind == "section"
            else ("parameter", "- **name** (*in query*): type")
        )
        page.error(
            "type-unreadable",
            f"the type of this {element} cannot be read: {shown!r}",
            start,
            f"expected `{expected}`, the type a primitive, a name or a link",
            arguments=(shown,),
        )
        return Token(start=start, end=block.end, match=None, form="unreadable", name=named["name"])
    if block.end == len(page.text) and _LAST_LINE.fullmatch(
        page.text, start, min(block.end, start + _LONGEST_CUT)
    ):
        page.error(
            "page-cut",
            f"the page ends inside a bullet: {shown!r}",
            start,
            "get the whole page again from its source",
            is_cut=True,
            arguments=(shown,),
        )
        return Token(start=start, end=block.end, match=None, form="unreadable", name="")
    page.warn(
        "bullet-unreadable",
        f"this bullet looks like a field, but is not one: {shown!r}",
        start,
        "write `- **name** (type)`, or do not begin a line of a description with `- **`",
        arguments=(shown,),
    )
    return None
