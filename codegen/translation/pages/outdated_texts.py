"""Comparison of a translated page with a new English page, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from codegen.core.diagnostics import Finding, Span
from codegen.core.source import Source
from codegen.translation.normalization import fold_markup
from codegen.translation.pages.new_parts import is_link
from codegen.translation.pages.page_parts import PageParts, Paragraph, Part, PartKind, Role


class OutdatedText(Struct, frozen=True, kw_only=True):
    """A text of a page whose English has changed. `old` or `new` is empty for one side alone."""

    name: str
    old: str
    new: str
    span: Span


class PageVersion(Struct, frozen=True, kw_only=True):
    """A page with its parts, and what its reader reported."""

    source: Source
    parts: PageParts
    findings: tuple[Finding, ...]


def find_outdated(page: PageVersion, english: PageVersion) -> list[OutdatedText]:
    """Find the texts of a page whose English is another one now."""
    outdated: list[OutdatedText] = []
    for own, new in pair_parts(page.parts, english.parts):
        if own is None and new is not None:
            outdated += _missing_texts(page, new)
        elif new is None and own is not None:
            outdated += _removed_texts(page, own)
        elif own is not None and new is not None:
            outdated += _changed_texts(page, own, new)
    return outdated


def pair_parts(page: PageParts, english: PageParts) -> Iterator[tuple[Part | None, Part | None]]:
    """Yield the parts of both pages in pairs, children included."""
    for own, new in _pair_lists(page.parts, english.parts):
        yield own, new
        if own is not None and new is not None:
            yield from _pair_lists(own.children, new.children)


def _pair_lists(
    first: Sequence[Part], second: Sequence[Part]
) -> Iterator[tuple[Part | None, Part | None]]:
    by_key = {(part.kind, part.name): part for part in second}
    known = {(part.kind, part.name) for part in first}
    for part in first:
        yield part, by_key.get((part.kind, part.name))
    for part in second:
        if (part.kind, part.name) not in known:
            yield None, part


def _missing_texts(page: PageVersion, part: Part) -> list[OutdatedText]:
    """Return the new texts of a part that the page lacks, at the start of the page."""
    texts: list[OutdatedText] = []
    for each in (part, *part.children):
        english = "\n\n".join(paragraph.text for paragraph in each.own_of(Role.TEXT))
        if english and not is_link(english):
            span = Span(path=page.source.path, line=1, column=1)
            texts.append(OutdatedText(name=each.name, old="", new=english, span=span))
    return texts


def _removed_texts(page: PageVersion, part: Part) -> list[OutdatedText]:
    texts: list[OutdatedText] = []
    for each in (part, *part.children):
        old = "\n\n".join(paragraph.text for paragraph in each.english_of(Role.TEXT))
        if old and not is_link(old):
            span = page.source.span(each.english[0].start)
            texts.append(OutdatedText(name=each.name, old=old, new="", span=span))
    return texts


def _changed_texts(page: PageVersion, own: Part, new: Part) -> list[OutdatedText]:
    texts: list[OutdatedText] = []
    if own.kind is PartKind.OPERATION and own.english_title is not None and new.title is not None:
        old_title = page.parts.text[own.english_title.start : own.english_title.end].strip()
        new_title = new.title_text
        if fold_markup(old_title) != fold_markup(new_title):
            span = page.source.span(own.english_title.start)
            texts.append(OutdatedText(name=own.name, old=old_title, new=new_title, span=span))
    for role in changed_roles(own, new):
        old = own.english_of(role)
        at = _first_difference(old, new.own_of(role))
        texts.append(
            OutdatedText(
                name=own.name,
                old="\n\n".join(paragraph.text for paragraph in old),
                new="\n\n".join(paragraph.text for paragraph in new.own_of(role)),
                span=page.source.span(at if at is not None else own.head),
            )
        )
    return texts


def _first_difference(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> int | None:
    """Return the offset of the first paragraph that differs."""
    texts = {paragraph.normalized for paragraph in new}
    for paragraph in old:
        if paragraph.normalized not in texts:
            return paragraph.start
    return old[-1].start if old else None


def changed_roles(own: Part, new: Part) -> list[Role]:
    """Return the roles of the texts of a part whose English is another one now."""
    if not own.english:
        if own.own or not new.own:
            return []  # nobody can tell which English it is a translation of
        return [role for role in (Role.TEXT, Role.TYPE_TEXT) if new.own_of(role)]
    if _fold_all(own.english) == _fold_all(new.own):
        return []
    changed: list[Role] = []
    for role in (Role.TEXT, Role.TYPE_TEXT):
        old_text = fold_role(own.english_of(role))
        new_text = fold_role(new.own_of(role))
        new_paragraphs = new.own_of(role)
        if new_paragraphs and all(is_link(paragraph.text) for paragraph in new_paragraphs):
            continue  # shared parameters have a link in place of a text
        has_role = bool(own.english_of(role)) or bool(own.own_of(role))
        if old_text != new_text and (has_role or role is Role.TEXT):
            changed.append(role)
    return changed


def _fold_all(paragraphs: Sequence[Paragraph]) -> str:
    return fold_role([each for each in paragraphs if each.role in (Role.TEXT, Role.TYPE_TEXT)])


def fold_role(paragraphs: Sequence[Paragraph]) -> str:
    """Join the normalized paragraphs of a text, for comparison."""
    return "".join(paragraph.normalized for paragraph in paragraphs)
