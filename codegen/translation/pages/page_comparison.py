"""Comparison of a translated page with a new English page, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from codegen.core.diagnostics import Finding
from codegen.core.source import Source
from codegen.translation.pages.new_parts import is_link
from codegen.translation.pages.page_parts import PagePart, PageParts, Paragraph, Role


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
        old_text = fold_role(translated.english_of(role))
        new_text = fold_role(new.translated_of(role))
        new_paragraphs = new.translated_of(role)
        if new_paragraphs and all(is_link(paragraph.text) for paragraph in new_paragraphs):
            continue  # shared parameters have a link in place of a text
        has_role = bool(translated.english_of(role)) or bool(translated.translated_of(role))
        if old_text != new_text and (has_role or role is Role.TEXT):
            changed.append(role)
    return changed


def _fold_all(paragraphs: Sequence[Paragraph]) -> str:
    return fold_role(
        [paragraph for paragraph in paragraphs if paragraph.role in (Role.TEXT, Role.TYPE_TEXT)]
    )


def fold_role(paragraphs: Sequence[Paragraph]) -> str:
    """Join the normalized paragraphs of a text, for comparison."""
    return "".join(paragraph.folded_text for paragraph in paragraphs)
