"""Bullets in the comments of a page: those of other parts, and those that a comment has swallowed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from msgspec import Struct

from codegen.translation.pages.new_parts import is_link
from codegen.translation.pages.page_parts import (
    PagePart,
    PageParts,
    PartKind,
    Range,
    split_paragraphs,
)

_BULLET = re.compile(r"^[^\S\n]*-\s+\*\*(?P<name>[^*\n]{1,200}?)\*\*[^\n]*", re.MULTILINE)
_HEADING = re.compile(r"^[^\S\n]*#{2,6}\s", re.MULTILINE)
_BULLETS = (PartKind.FIELD, PartKind.PARAMETER)


class SwallowedBullet(Struct, frozen=True, kw_only=True):
    """A comment with the bullet of a part that the page does not show.

    `has_text` says that the comment has more than this bullet and a link.
    """

    comment: Range
    has_text: bool


def find_foreign_comment(
    page: PageParts, parts: Sequence[PagePart], removed: Collection[str]
) -> PagePart | None:
    """Find the first part that repeats a name, or stands below the comment of another part.

    `removed` are the names of bullets that English has and the page does not show.
    """
    for part in parts:
        if part.kind not in _BULLETS:
            continue
        if " " in part.name:
            return part
        comment = _comment_before(page, part)
        if comment is None:
            continue
        names = {match["name"] for match in _find_bullets(page, comment)}
        if names and part.name not in names and not names & set(removed):
            return part
    return None


def find_swallowed_bullet(
    page: PageParts, name: str, start: int, end: int
) -> SwallowedBullet | None:
    """Find the comment between two offsets that has the bullet of a part."""
    for comment in page.comments:
        if not start <= comment.start < end:
            continue
        bullets = _find_bullets(page, comment)
        if name not in {match["name"] for match in bullets}:
            continue
        is_alone = all(match["name"] == name for match in bullets)
        if not is_alone or _HEADING.search(page.text, comment.start, comment.end):
            return None
        return SwallowedBullet(comment=comment, has_text=_has_text(page, bullets, comment))
    return None


def _find_bullets(page: PageParts, comment: Range) -> list[re.Match[str]]:
    return list(_BULLET.finditer(page.text, comment.start, comment.end))


def _comment_before(page: PageParts, part: PagePart) -> Range | None:
    """Return the comment directly before a part."""
    for comment in page.comments:
        if comment.end <= part.head and not page.text[comment.end : part.head].strip():
            return comment
    return None


def _has_text(page: PageParts, bullets: Sequence[re.Match[str]], comment: Range) -> bool:
    start = comment.start + len("<!--")
    for place in split_paragraphs(page.text, start, comment.end - len("-->")):
        text = page.text[place.start : place.end]
        for match in bullets:
            text = text.replace(match[0].strip(), "")
        if text.strip() and not is_link(text):
            return True
    return False
