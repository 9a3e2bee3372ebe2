"""Reading of English comments on translated list pages.

A comment may hold whole bullets (`- **spec** (X), required` and their text), headings, or only the
text of the bullet around it. Texts are kept by block and token. A block is the number of a section
or operation of the page. A token is a dotted field path, a parameter name, "" for the description
of the block, or `TITLE` for the words after a verb.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from msgspec import Struct, field

from codegen.readers.list.grammar import BULLET_NAME, RULE, Grammar, compile_grammar, lost_bullets
from codegen.readers.shared.blocks import CATEGORY, OPERATION, SECTION, part_pattern
from codegen.readers.shared.comments import restore_shortcodes
from codegen.readers.shared.page import PageText
from codegen.readers.shared.tokens import find_headings

Owner = tuple[int, str]  # the number of a block and the name of a token

TITLE = "\x00title"
_NOBODY = "\x00heading"
_BEFORE = "\x00before"
# A heading or rule of any kind, perhaps behind the dash of a lost bullet. It ends every
# description.
_ANY_HEADING = re.compile(r"^[^\S\n]*(?:-\s+)?(?:#{2,6}\s|<hr\s*/?>)", re.MULTILINE)
_LABELS = ("required", "in_path", "in_query", "in_header", "body")


class EnglishBullet(Struct, kw_only=True):
    """A bullet in a comment, with its offset, name and match, and whether it is marked as required."""

    offset: int
    name: str
    match: re.Match[str]
    required: bool


class English(Struct, kw_only=True):
    """The English of a page.

    `parts` are the texts of each owner with their offsets, `bullets` those of each block in order.
    """

    parts: dict[Owner, dict[str, int]] = field(default_factory=dict)
    named: dict[Owner, EnglishBullet] = field(default_factory=dict)
    bullets: dict[int, list[EnglishBullet]] = field(default_factory=dict)


def read_english(
    page: PageText, grammar: Grammar, shown: Sequence[tuple[int, int, str]], end_of_head: int
) -> English:
    """Read the comments after the head of a page.

    `shown` are the offset, block and name of each token of the page.

    A long description has several comments, each before its translation: all comments inside one
    token form its English text. One directly before a bullet without English belongs to that
    bullet. Of two bullets with the same name the first counts.
    """
    english = English()
    before: list[tuple[Owner, Owner, dict[str, int]]] = []
    tokens = iter((*shown, (sys.maxsize, 0, "")))
    following = next(tokens)
    block, token = -1, ""
    for offset, comment in page.comments.pieces:
        while following[0] <= offset:
            _, block, token = following
            following = next(tokens)
        if offset >= end_of_head:
            is_before = (
                following[2]
                and not page.text[offset + len(comment) + len("-->") : following[0]].strip()
            )
            owner = (block, _BEFORE if is_before else token)
            _read_comment(page, grammar, english, owner, offset, restore_shortcodes(comment))
            if parts := english.parts.pop((block, _BEFORE), None):
                before.append(((block, token), following[1:], parts))
    with_english = set(english.parts)
    for owner, bullet, parts in before:
        is_own = bullet in with_english or not (owner[1] == "" or owner in english.parts)
        english.parts.setdefault(owner if is_own else bullet, {}).update(parts)
    return english


def _read_comment(
    page: PageText, grammar: Grammar, english: English, owner: Owner, offset: int, comment: str
) -> None:
    """Divide a comment at its bullets and headings.

    Its first text belongs to the token around the comment.
    """
    block, begin = owner[0], 0
    patterns = (grammar.parameter, grammar.field, grammar.body, BULLET_NAME)
    starts = {bullet.start() for bullet in BULLET_NAME.finditer(comment)}
    starts.update(start for start, _ in find_headings(comment, 0, len(comment)))
    for start in sorted(starts.union(lost_bullets(comment, 0, len(comment)))):
        if (section := SECTION.match(comment, start)) is not None:
            block += 1
            following, end = "", section.end()
        elif (operation := OPERATION.match(comment, start)) is not None:
            block += 1
            following, end = _NOBODY, operation.end()
            _add_text(
                page, english, (block, TITLE), offset + operation.start("title"), operation["title"]
            )
        elif part_pattern(page.locale).match(comment, start) or CATEGORY.match(comment, start):
            following, end = _NOBODY, len(comment)
        elif bullet := next(
            filter(None, (pattern.match(comment, start) for pattern in patterns)), None
        ):
            following, end = bullet["name"], bullet.end()
            if "wrap" in bullet.groupdict():
                required = compile_grammar(page.locale).required.match(comment, end)
                if required is not None:
                    _check_mark(page, following, required, offset)
                    end = required.end()
                is_required = required is not None
                english_bullet = EnglishBullet(
                    offset=offset + start, name=following, match=bullet, required=is_required
                )
                english.bullets.setdefault(block, []).append(english_bullet)
                if (
                    english.named.setdefault((block, following), english_bullet)
                    is not english_bullet
                ):
                    following = _NOBODY
        else:
            continue
        _add_text(page, english, owner, offset + begin, comment[begin:start])
        owner, begin = (block, following), end
    _add_text(page, english, owner, offset + begin, comment[begin:])


def _check_mark(page: PageText, name: str, required: re.Match[str], offset: int) -> None:
    """Report the mark of a required field in the language of the page."""
    english = page.locale.english
    if required["mark"] not in english.spellings["required"]:
        page.warn(
            "comment-wrong",
            f"the mark of {name!r} in the English comment is not English: {required['mark']!r}",
            offset + required.start("mark"),
            f"write {english.labels['required']}",
            arguments=(name, required["mark"]),
        )


def _add_text(page: PageText, english: English, owner: Owner, offset: int, text: str) -> None:
    """Add a piece of a comment to the texts of its owner, unless it only repeats a label of the
    bullet.
    """
    if heading := _ANY_HEADING.search(text):
        text = text[: heading.start()]
    if owner[1] == "" and (rule := RULE.search(text)):
        text = text[: rule.start()]
    if text.isspace() or not text or owner[1] == _NOBODY:
        return
    label = text.strip().strip("*, ")
    if len(text) > 40 or not any(page.means(label, word) for word in _LABELS):
        lines = text.lstrip("\n")
        english.parts.setdefault(owner, {}).setdefault(
            lines.rstrip(), offset + len(text) - len(lines)
        )
