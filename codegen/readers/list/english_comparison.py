"""Comparison of a translated list page with the English in its comments.

The English bullet in the comment says what the translator had before them, so it is a witness of the same release: a difference to it
is a typing mistake, never a page out of date.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from codegen.core.diagnostics import Correction, Fact
from codegen.readers.list.english_comments import EnglishBullet
from codegen.readers.list.page_text import PageText, Token, is_mistyped
from codegen.readers.page_tree import Annotations


def correct_names(page: PageText, tokens: Sequence[Sequence[Token]]) -> None:
    """Correct names of bullets where the list differs from its English only there. Reports each."""
    by_block: dict[int, list[EnglishBullet]] = {}
    for bullet in page.english.bullets:
        by_block.setdefault(bullet.block, []).append(bullet)
    for number, inner in enumerate(tokens):
        bullets = by_block.get(number)
        if bullets and inner:
            _correct(page, [token for token in inner if token.match is not None and token.form != "value"], bullets)


def _correct(page: PageText, tokens: list[Token], bullets: list[EnglishBullet]) -> None:
    names, english_names = [token.name for token in tokens], [bullet.name for bullet in bullets]
    if names == english_names:
        return

    steps = difflib.SequenceMatcher(None, names, english_names, autojunk=True).get_opcodes()
    for kind, low, high, other_low, other_high in steps:
        if kind != "replace" or high - low != other_high - other_low:
            continue
        for token, bullet in zip(tokens[low:high], bullets[other_low:other_high], strict=True):
            known = token.name in english_names and names.count(token.name) == 1
            taken = bullet.name in names
            if known or taken or not _same_type(token.match, bullet.match):
                continue
            page.warn(
                "name-unlike-english",
                f"{token.name!r} is {bullet.name!r} in the English beside it, which is used",
                token.start,
                f"write **{bullet.name}**: names are never translated",
                Correction(written=token.name, correct=bullet.name),
                beside=page.span(bullet.offset),
                facts=((Fact.NAME, ""),),
            )
            token.name = bullet.name


def _same_type(match: re.Match[str] | None, english: re.Match[str]) -> bool:
    return match is not None and type_words(match).lower() == type_words(english).lower()


def type_words(match: re.Match[str]) -> str:
    """Return the wrappers and name of a type, without its link."""
    name = match["word"] or (match["linked"] or "").strip() or match["marked"] or match["flat"] or ""
    return f"{match['wrap'] or ''}{name}"


def compare_bullet(page: PageText, block: int, token: Token, *, required: bool) -> None:
    """Report a type or mark unlike that of the English bullet."""
    bullet = page.english.named.get((block, token.name))
    if bullet is None or token.match is None:
        return
    english_match, beside = bullet.match, page.span(bullet.offset)
    own, english = type_words(token.match), type_words(english_match)
    if own != english:
        page.warn(
            "type-unlike-english",
            f"the type of {token.name!r} is {own} here and {english} in the English beside it",
            token.start,
            f"write {english}",
            Correction(written=own, correct=english),
            beside=None if is_mistyped(token.match, english_match) else beside,  # the English is right, and used
            facts=((Fact.TYPE, ""),),
        )
    if bool(english_match["required"]) == required:
        return
    if not required:
        labels = page.grammar.locale.labels
        page.warn(
            "required-lost",
            f"{token.name!r} is required in the English beside it",
            token.start,
            f"write `{labels['comma']}{labels['required']}` after its type",
            beside=beside,
            facts=((Fact.REQUIRED, ""),),
        )
    else:
        page.warn(
            "required-invented",
            f"{token.name!r} is not required in the English beside it",
            token.start,
            "remove the mark",
            beside=beside,
            facts=((Fact.REQUIRED, ""),),
        )


def compare_notes(page: PageText, token: Token, own: Annotations, english: Annotations) -> None:
    """Report list types and patch strategies lost or changed in translation."""
    if own is english or own == english:
        return
    own_words, english_words = _words(own), _words(english)
    if english_words and not own_words:
        page.warn(
            "annotation-lost",
            f"{token.name!r} has lost its annotation: {english_words}",
            token.start,
            "translate the line that the English has above its text",
            facts=_facts(english),
        )
    elif english_words:
        page.warn(
            "annotation-unlike-english",
            f"{token.name!r} says {own_words} here and {english_words} in the English beside it",
            token.start,
            f"write {english_words}",
            facts=_facts(english),
        )


def _facts(notes: Annotations) -> tuple[tuple[Fact, str], ...]:
    """List the annotations of a field as facts with their values."""
    values = (
        (Fact.LIST_TYPE, notes.list_type or ""),
        (Fact.LIST_MAP_KEYS, ", ".join(sorted(notes.list_map_keys))),
        (Fact.PATCH_STRATEGY, ", ".join(sorted(notes.patch_strategy))),
        (Fact.PATCH_MERGE_KEY, notes.patch_merge_key),
    )
    return tuple((fact, str(value)) for fact, value in values if value)


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
