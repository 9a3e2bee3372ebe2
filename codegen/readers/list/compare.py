"""A translated list page against the English that it carries itself: names that were mistyped, marks that were lost.

The English bullet in the comment says what the translator had before them, so it is a witness of the same release: a difference to it
is a slip of the hand, never staleness.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from codegen.readers.list.english import EnglishBullet
from codegen.readers.list.text import PageText, Token
from codegen.readers.page_tree import Annotations


def correct_names(page: PageText, tokens: Sequence[Sequence[Token]]) -> None:
    """Give a bullet the name that its English has where the two lists differ in that name alone. Reports each."""
    by_block: dict[int, list[EnglishBullet]] = {}
    for bullet in page.english.bullets:
        by_block.setdefault(bullet.block, []).append(bullet)
    for number, inner in enumerate(tokens):
        bullets = by_block.get(number)
        if bullets and inner:
            _correct(page, [each for each in inner if each.match is not None and each.form != "value"], bullets)


def _correct(page: PageText, tokens: list[Token], bullets: list[EnglishBullet]) -> None:
    ours, theirs = [each.name for each in tokens], [each.name for each in bullets]
    if ours == theirs:
        return
    steps = difflib.SequenceMatcher(None, ours, theirs, autojunk=True).get_opcodes()
    for kind, low, high, other_low, other_high in steps:
        if kind != "replace" or high - low != other_high - other_low:
            continue
        for token, bullet in zip(tokens[low:high], bullets[other_low:other_high], strict=True):
            known = token.name in theirs and ours.count(token.name) == 1
            taken = bullet.name in ours
            if known or taken or not _same_type(token.match, bullet.match):
                continue
            page.warn(
                "name-unlike-english",
                f"{token.name!r} is {bullet.name!r} in the English beside it, which is used",
                token.start,
                f"write **{bullet.name}**: names are never translated",
            )
            token.name = bullet.name


def _same_type(one: re.Match[str] | None, other: re.Match[str]) -> bool:
    return one is not None and type_words(one).lower() == type_words(other).lower()


def type_words(match: re.Match[str]) -> str:
    """The wrappers and the name, whatever the way in which the name is linked."""
    name = match["word"] or (match["linked"] or "").strip() or match["marked"] or match["flat"] or ""
    return f"{match['wrap'] or ''}{name}"


def compare_bullet(page: PageText, block: int, token: Token, *, required: bool) -> None:
    """Report where a bullet has another type or mark than the English bullet of the same name."""
    theirs = page.english.named.get((block, token.name))
    if theirs is None or token.match is None:
        return
    ours, english = type_words(token.match), type_words(theirs)
    if ours != english:
        page.warn(
            "type-unlike-english",
            f"the type of {token.name!r} is {ours} here and {english} in the English beside it",
            token.start,
            f"write {english}",
        )
    if bool(theirs["required"]) == required:
        return
    if not required:
        labels = page.grammar.locale.labels
        page.warn(
            "required-lost",
            f"{token.name!r} is required in the English beside it",
            token.start,
            f"write `{labels['comma']}{labels['required']}` after its type",
        )
    else:
        page.warn(
            "required-invented",
            f"{token.name!r} is not required in the English beside it",
            token.start,
            "remove the mark",
        )


def compare_notes(page: PageText, token: Token, ours: Annotations, english: Annotations) -> None:
    """Report a list type or patch strategy that the English has and the translation lost or changed."""
    if ours is english or ours == english:
        return
    said, wanted = _words(ours), _words(english)
    if wanted and not said:
        page.warn(
            "annotation-lost",
            f"{token.name!r} has lost its annotation: {wanted}",
            token.start,
            "translate the line that the English has above its text",
        )
    elif wanted:
        page.warn(
            "annotation-unlike-english",
            f"{token.name!r} says {said} here and {wanted} in the English beside it",
            token.start,
            f"write {wanted}",
        )


def _words(notes: Annotations) -> str:
    words = []
    if notes.patch_strategy:
        words.append(
            f"patch strategy {', '.join(notes.patch_strategy)}"
            + (f" on key {notes.patch_merge_key}" if notes.patch_merge_key else "")
        )
    if notes.list_type:
        words.append(
            f"list type {notes.list_type}" + (f" on {', '.join(notes.list_map_keys)}" if notes.list_map_keys else "")
        )
    return "; ".join(words)
