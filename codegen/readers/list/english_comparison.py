"""Comparison of a translated list page with the English in its comments.

The English bullet in the comment is the source of the translation, so both are of the same release.
A difference between them is a slip of the translator, never an outdated page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegen.core.diagnostics import Correction, Fact
from codegen.readers.list.english_comments import EnglishBullet
from codegen.readers.list.page import ListPage, Token, is_mistyped
from codegen.readers.page_tree import Annotations


def correct_names(page: ListPage, tokens: Sequence[Sequence[Token]]) -> None:
    """Correct and report wrong names, if a list otherwise equals its English."""
    for number, inner in enumerate(tokens):
        bullets = page.english.bullets.get(number, [])
        shown = [
            (token, token.match)
            for token in inner
            if token.match is not None and token.form != "value"
        ]
        names, english_names = (
            [token.name for token, _ in shown],
            [bullet.name for bullet in bullets],
        )
        if names == english_names:
            continue
        from difflib import SequenceMatcher  # names rarely differ

        for kind, low, high, other_low, other_high in SequenceMatcher(
            None, names, english_names
        ).get_opcodes():
            if kind == "replace" and high - low == other_high - other_low:
                for (token, match), bullet in zip(
                    shown[low:high], bullets[other_low:other_high], strict=True
                ):
                    is_known = token.name in english_names and names.count(token.name) == 1
                    is_same_type = _format_type(match).lower() == _format_type(bullet.match).lower()
                    if not is_known and bullet.name not in names and is_same_type:
                        _correct_name(page, token, bullet)


def _correct_name(page: ListPage, token: Token, bullet: EnglishBullet) -> None:
    page.warn(
        "name-unlike-english",
        f"{token.name!r} is {bullet.name!r} in the English beside it, which is used",
        token.start,
        f"write **{bullet.name}**: names are never translated",
        Correction(written=token.name, correct=bullet.name),
        beside=page.span(bullet.offset),
        facts=((Fact.NAME, ""),),
        arguments=(token.name, bullet.name),
    )
    token.name = bullet.name


def _format_type(match: re.Match[str]) -> str:
    """Return the wrappers and name of a type, without its link."""
    name = (
        match["word"] or (match["linked"] or "").strip() or match["marked"] or match["flat"] or ""
    )
    return f"{match['wrap'] or ''}{name}"


def compare_bullet(page: ListPage, block: int, token: Token, *, required: bool) -> None:
    """Report a type or a required mark that differs from the English bullet."""
    bullet = page.english.named.get((block, token.name))
    if bullet is None or token.match is None:
        return
    beside = page.span(bullet.offset)
    page_type, english_type = _format_type(token.match), _format_type(bullet.match)
    if page_type != english_type:
        page.warn(
            "type-unlike-english",
            f"the type of {token.name!r} is {page_type} here and {english_type} in the English beside it",
            token.start,
            f"write {english_type}",
            Correction(written=page_type, correct=english_type),
            beside=None
            if is_mistyped(token.match, bullet.match)
            else beside,  # the English type is used
            facts=((Fact.TYPE, ""),),
            arguments=(token.name, page_type, english_type),
        )
    if bullet.required == required:
        return
    labels = page.locale.labels
    page.warn(
        "required-invented" if required else "required-lost",
        f"{token.name!r} is {'not ' if required else ''}required in the English beside it",
        token.start,
        "remove the mark"
        if required
        else f"write `{labels['comma']}{labels['required']}` after its type",
        beside=beside,
        facts=((Fact.REQUIRED, ""),),
        arguments=(token.name,),
    )


def compare_annotations(
    page: ListPage, token: Token, annotations: Annotations, english: Annotations
) -> None:
    """Report list types and patch strategies lost or changed in translation."""
    own_facts, facts = _list_facts(annotations), _list_facts(english)
    # Unreadable ones are reported.
    without_keys = tuple(fact for fact in facts if fact[0] is not Fact.LIST_MAP_KEYS)
    if not facts or own_facts in (facts, without_keys):
        return
    english_words = _format_annotations(facts)
    if own_facts:
        rule, hint = "annotation-unlike-english", f"write {english_words}"
        message = f"{token.name!r} says {_format_annotations(own_facts)} here and {english_words} in the English beside it"
    else:
        rule, hint = "annotation-lost", "translate the line that the English has above its text"
        message = f"{token.name!r} has lost its annotation: {english_words}"
    page.warn(rule, message, token.start, hint, facts=facts, arguments=(token.name,))


def _list_facts(notes: Annotations) -> tuple[tuple[Fact, str], ...]:
    """List the annotations of a field as facts with their values."""
    values = (
        (Fact.LIST_TYPE, notes.list_type or ""),
        (Fact.LIST_MAP_KEYS, ", ".join(sorted(notes.list_map_keys))),
        (Fact.PATCH_STRATEGY, ", ".join(sorted(notes.patch_strategy))),
        (Fact.PATCH_MERGE_KEY, notes.patch_merge_key),
    )
    return tuple((fact, str(value)) for fact, value in values if value)


def _format_annotations(facts: tuple[tuple[Fact, str], ...]) -> str:
    """Describe annotations, such as `list type map on name`."""
    keys = (Fact.LIST_MAP_KEYS, Fact.PATCH_MERGE_KEY)
    words = (
        f"on {value}" if fact in keys else f"{fact.replace('-', ' ')} {value}"
        for fact, value in facts
    )
    return "; ".join(words).replace("; on ", " on ")
