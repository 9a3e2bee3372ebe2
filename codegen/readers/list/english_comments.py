"""Reading of English comments on translated list pages.

A comment may hold whole bullets (`- **spec** (X), required` and their text), headings, or only the text of the bullet that it
stands in. A text is kept under (block, token): the block is a section or operation of the page, the token a dotted field path,
a parameter name, "" for the description of the block, or `TITLE` for the words after a verb.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from msgspec import Struct

from codegen.readers.list.grammar import (
    BULLET_NAME,
    CATEGORY,
    OPERATION,
    RULE,
    SECTION,
    Grammar,
    headings,
    lost_bullets,
)
from codegen.readers.shared.comments import Comments, restore_shortcodes

TITLE = "\x00title"
_HEADING = "\x00heading"
_LOOKED_THROUGH = 20_000  # characters of comments in which those that follow are looked for; more are no description
# A heading or rule of any kind, with what is left of a bullet before it: no description continues after one.
_ANY_HEADING = re.compile(r"^[^\S\n]*(?:-\s+)?(?:#{2,6}\s|<hr\s*/?>)", re.MULTILINE)


class EnglishBullet(Struct, kw_only=True):
    """A bullet in a comment, with its offset, block, name and match."""

    offset: int
    block: int
    name: str
    match: re.Match[str]


class English(Struct, frozen=True, kw_only=True):
    """The English of a page. `texts` and `named` are by block and token, `bullets` in page order."""

    texts: Mapping[tuple[int, str], tuple[int, str]]
    named: Mapping[tuple[int, str], EnglishBullet]
    bullets: tuple[EnglishBullet, ...] = ()


NO_ENGLISH = English(texts=MappingProxyType({}), named=MappingProxyType({}))


def read_english(
    comments: Comments, words: Grammar, shown: Sequence[tuple[int, int, str]], end_of_head: int
) -> English:
    """Read the comments after the head of a page. `shown` are the tokens of the page in their order (offset, block, name).

    A long description stands in several comments, each before its translation: those inside one token are its text together.
    Of two bullets of one name the first counts.
    """
    texts: dict[tuple[int, str], tuple[int, str]] = {}
    others_of: dict[tuple[int, str], dict[str, None]] = {}
    bullets: list[EnglishBullet] = []
    rest = iter((*shown, (sys.maxsize, 0, "")))
    block, token = -1, ""
    following = next(rest)
    for offset, content in comments.all():
        while following[0] <= offset:
            _, block, token = following
            following = next(rest)
        if offset < end_of_head:
            continue
        content = restore_shortcodes(content)
        if "**" not in content and "##" not in content and "__" not in content:
            _add_text(texts, others_of, (block, token), offset, content, words)
            continue
        first, *others = _pieces(content, words)
        if first.text:
            _add_text(texts, others_of, (block, token), offset, first.text, words)
        for piece in others:
            inner = block + piece.deeper
            if piece.text:
                texts.setdefault((inner, piece.token), (offset + piece.begin, piece.text))
            if piece.match is not None:
                place = offset + piece.match.start()
                bullets.append(EnglishBullet(offset=place, block=inner, name=piece.token, match=piece.match))
    for owner, parts in others_of.items():
        begin, text = texts[owner]
        texts[owner] = (begin, "\n\n".join((text.rstrip(), *parts)))
    named = {(bullet.block, bullet.name): bullet for bullet in reversed(bullets)}
    return English(texts=texts, named=named, bullets=tuple(bullets))


def _add_text(
    texts: dict[tuple[int, str], tuple[int, str]],
    rest: dict[tuple[int, str], dict[str, None]],
    place: tuple[int, str],
    offset: int,
    text: str,
    words: Grammar,
) -> None:
    """Add a comment's text to its token. What goes beyond a long text goes to `rest`."""
    if ("##" in text or "<hr" in text) and (heading := _ANY_HEADING.search(text)):
        text = text[: heading.start()]
    if not text or text.isspace() or _is_label(text, words):
        return
    known = texts.setdefault(place, (offset, text))
    if known[0] == offset or place[1] in (TITLE, _HEADING) or text.strip() in known[1]:
        return
    if len(known[1]) > _LOOKED_THROUGH:
        rest.setdefault(place, {})[text.rstrip()] = None
        return
    texts[place] = (known[0], f"{known[1].rstrip()}\n\n{text}")


def _is_label(text: str, words: Grammar) -> bool:
    """Return whether a comment only repeats a word of the bullet around it."""
    if len(text) > 40:
        return False
    spellings = words.locale.spellings
    word = " ".join(text.split()).strip("*, ")
    return any(word in spellings[label] for label in ("required", "in_path", "in_query", "in_header", "body"))


class _Piece(Struct, kw_only=True):
    """A part of a comment from a token on. `deeper` counts the blocks that the comment itself has opened by then."""

    start: int
    begin: int
    deeper: int
    token: str
    match: re.Match[str] | None = None
    text: str = ""


@lru_cache(maxsize=1024)
def _pieces(content: str, words: Grammar) -> tuple[_Piece, ...]:
    """Cut a comment at its tokens. The first piece belongs to the token that the comment stands in.

    The English of a few dozen parameters appears thousands of times, so the latest are remembered.
    """
    pieces = [_Piece(start=0, begin=0, deeper=0, token="")]
    starts = [bullet.start() for bullet in BULLET_NAME.finditer(content)]
    starts += [start for start, _ in headings(content, 0, len(content))]
    if "* **" in content or "+ **" in content or "__" in content:
        starts += lost_bullets(content, 0, len(content))
    deeper = 0
    for start in sorted(starts):
        if content[start] == "#":
            deeper = _heading(content, words, start, deeper, pieces)
        else:
            _bullet(content, words, start, deeper, pieces)
    end = len(content)
    for piece in reversed(pieces):
        piece.text = content[piece.begin : end]
        end = piece.start
        if rule := RULE.search(piece.text) if piece.token == "" else None:
            piece.text = piece.text[: rule.start()]
        if piece.text.isspace():
            piece.text = ""
    return tuple(pieces)


def _heading(content: str, words: Grammar, start: int, deeper: int, pieces: list[_Piece]) -> int:
    """Cut at a heading and return the number of open blocks."""
    if section := SECTION.match(content, start):
        deeper += 1
        pieces.append(_Piece(start=start, begin=section.end(), deeper=deeper, token=""))
    elif operation := OPERATION.match(content, start):
        deeper += 1
        pieces.append(_Piece(start=start, begin=operation.start("title"), deeper=deeper, token=TITLE))
        pieces.append(_Piece(start=operation.end(), begin=operation.end(), deeper=deeper, token=_HEADING))
    elif words.part.match(content, start) or CATEGORY.match(content, start):
        pieces.append(_Piece(start=start, begin=len(content), deeper=deeper, token=_HEADING))
    return deeper


def _bullet(content: str, words: Grammar, start: int, deeper: int, pieces: list[_Piece]) -> None:
    for pattern in (words.parameter, words.field, words.body):
        if bullet := pattern.match(content, start):
            pieces.append(_Piece(start=start, begin=bullet.end(), deeper=deeper, token=bullet["name"], match=bullet))
            return
    if named := BULLET_NAME.match(content, start):
        pieces.append(_Piece(start=start, begin=named.end(), deeper=deeper, token=named["name"]))
