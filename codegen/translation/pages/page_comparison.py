"""Comparison of a translated page with a new English page, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Finding
from codegen.core.source import Source
from codegen.translation.pages.new_parts import is_link
from codegen.translation.pages.page_parts import (
    PagePart,
    PageParts,
    Paragraph,
    Role,
    fold_english,
    fold_paragraphs,
)
from codegen.translation.pages.samples import lacks_only_samples


class PageVersion(Struct, frozen=True, kw_only=True):
    """A page with its parts, and what its reader reported."""

    source: Source
    parts: PageParts
    findings: tuple[Finding, ...]


def pair_parts(
    page: PageParts, english: PageParts
) -> Iterator[tuple[PagePart | None, PagePart | None]]:
    """Yield the parts of both pages in pairs, children included."""
    for translated, new in _pair_lists(page.parts, english.parts):
        yield translated, new
        if translated is not None and new is not None:
            yield from _pair_lists(translated.children, new.children)


def _pair_lists(
    first: Sequence[PagePart], second: Sequence[PagePart]
) -> Iterator[tuple[PagePart | None, PagePart | None]]:
    by_key = {part.key: part for part in second}
    keys = {part.key for part in first}
    for part in first:
        yield part, by_key.get(part.key)
    for part in second:
        if part.key not in keys:
            yield None, part


def changed_roles(translated: PagePart, new: PagePart) -> list[Role]:
    """Return the roles of the texts of a part whose English is another one now."""
    if not translated.english:
        if translated.translated or not new.translated:
            return []  # nobody can tell which English it is a translation of
        return [role for role in (Role.TEXT, Role.TYPE_TEXT) if new.translated_of(role)]
    if _fold_all(translated.english) == _fold_all(new.translated):
        return []
    changed: list[Role] = []
    for role in (Role.TEXT, Role.TYPE_TEXT):
        old_text = fold_paragraphs(translated.english_of(role))
        new_text = fold_paragraphs(new.translated_of(role))
        new_paragraphs = new.translated_of(role)
        if new_paragraphs and all(is_link(paragraph.text) for paragraph in new_paragraphs):
            continue  # shared parameters have a link in place of a text
        has_role = bool(translated.english_of(role)) or bool(translated.translated_of(role))
        if old_text == new_text or not (has_role or role is Role.TEXT):
            continue
        if not lacks_only_samples(
            _join(translated.english_of(role)), _join(new_paragraphs), _join(translated.translated)
        ):
            changed.append(role)
    return changed


def _fold_all(paragraphs: Sequence[Paragraph]) -> str:
    return fold_paragraphs(
        [paragraph for paragraph in paragraphs if paragraph.role in (Role.TEXT, Role.TYPE_TEXT)]
    )


def mark_type_texts(translated: PagePart, new: PagePart) -> None:
    """Mark the text of the type in a part whose English has one, where the page has no anchor.

    It begins with the name of the type.
    """
    if translated.bullet is None or not new.translated_of(Role.TYPE_TEXT):
        return
    name = fold_english(translated.bullet.type_name.name)
    for paragraphs in (translated.english, translated.translated):
        if not name or any(paragraph.role is Role.TYPE_TEXT for paragraph in paragraphs):
            continue
        for number, paragraph in enumerate(paragraphs):
            if paragraph.role is Role.TEXT and paragraph.folded_text.startswith(name):
                _mark_rest(paragraphs, number)
                break


def _mark_rest(paragraphs: list[Paragraph], first: int) -> None:
    for number in range(first, len(paragraphs)):
        if paragraphs[number].role is Role.TEXT:
            paragraphs[number] = replace(paragraphs[number], role=Role.TYPE_TEXT)


def _join(paragraphs: Sequence[Paragraph]) -> str:
    return "\n".join(paragraph.text for paragraph in paragraphs)
