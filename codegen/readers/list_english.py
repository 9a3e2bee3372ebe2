"""The English of a Chinese list page: comments are read as pages of the same tokens and joined to what they stand before.

A comment may hold whole bullets (`- **spec** (X), required` and their text), headings, or only the text of the bullet that it
stands in. A text is kept under (block, token): the block is a section or operation of the page, the token a dotted field path,
a parameter name, "" for the description of the block, or "title" for the words behind a verb.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from codegen.readers.comments import Comments, restored_shortcodes
from codegen.readers.list_grammar import BULLET_NAME, CATEGORY, HEADING, OPERATION, RULE, SECTION, grammar

TITLE = "\x00title"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A token of the page itself: where it begins, the block it is in, and its name there."""

    offset: int
    block: int
    token: str


def english_texts(comments: Comments, shown: Sequence[Shown], end_of_head: int) -> dict[tuple[int, str], tuple[int, str]]:
    """Offset and text for each (block, token) that a comment has English for; the first of several counts."""
    found: dict[tuple[int, str], tuple[int, str]] = {}
    starts = [each.offset for each in shown]
    for offset, content in comments.all():
        if offset < end_of_head:
            continue
        index = bisect_right(starts, offset) - 1
        block, token = (shown[index].block, shown[index].token) if index >= 0 else (-1, "")
        for place, inner_block, inner_token, text in _pieces(restored_shortcodes(content), block, token):
            if text.strip():
                found.setdefault((inner_block, inner_token), (offset + place, text))
    return found


def _pieces(content: str, block: int, token: str) -> list[tuple[int, int, str, str]]:
    """A comment cut at its tokens: offset, block, token, text up to the next token."""
    cuts: list[tuple[int, int, int, str]] = [(0, 0, block, token)]  # where it begins, where its text begins
    words = grammar("en")
    for start in sorted({*_bullets(content), *(each.start() for each in HEADING.finditer(content))}):
        if section := SECTION.match(content, start):
            block += 1
            cuts.append((start, section.end(), block, ""))
        elif operation := OPERATION.match(content, start):
            block += 1
            cuts.append((start, operation.start("title"), block, TITLE))
            cuts.append((operation.end(), operation.end(), block, ""))
        elif words.part.match(content, start) or CATEGORY.match(content, start):
            cuts.append((start, len(content), block, "\x00heading"))
        elif bullet := words.parameter.match(content, start) or words.field.match(content, start) or BULLET_NAME.match(content, start):
            cuts.append((start, bullet.end(), block, bullet["name"]))
    pieces = []
    for number, (_, begin, at, name) in enumerate(cuts):
        end = cuts[number + 1][0] if number + 1 < len(cuts) else len(content)
        text = content[begin:end] if begin < end else ""
        if rule := RULE.search(text):
            text = text[: rule.start()]
        pieces.append((begin, at, name, text))
    return pieces


def _bullets(content: str) -> list[int]:
    return [each.start() for each in BULLET_NAME.finditer(content)]
