"""Translated texts with their English, as readers and catalogs give them.

Learning pairs them, and the linter checks them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from codegen.core.diagnostics import Report, Span
from codegen.core.locales import ENGLISH, Languages, Locale
from codegen.model import split_inner_id, split_prose_id
from codegen.model.prose import ProseIdParts
from codegen.readers.page_tree import PageTree, Texts
from codegen.readers.sources import Progress, SourcePath, read_sources
from codegen.translation.normalization import URL
from codegen.translation.po import Catalog

_BLOCK = re.compile(
    r"^ {0,9}(?:```|~~~).*?(?:^ {0,9}(?:```|~~~)[^\S\n]*$|\Z)|(?:^|(?<=\n))(?:    |\t)[^\n]*",
    re.DOTALL | re.MULTILINE,
)
_NO_PROSE = re.compile(
    rf"{_BLOCK.pattern}|{URL.pattern}"
    r"|(?<!`)(?P<ticks>`++).+?(?<!`)(?P=ticks)(?!`)"
    r"|<(?:code|pre|a|!--)\b.*?(?:</(?:code|pre|a)>|-->|\Z)|</?[A-Za-z][^<>\n]*>"
    r"|\{\{[<%][^{}]{0,500}[%>]\}\}"
    r"|\]\([^()\s]*\)",
    re.DOTALL | re.MULTILINE,
)
CODE_SPAN = re.compile(r"(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)")
# Stands for hidden text: to every rule it is neither a letter nor a blank nor punctuation.
BLOT = "\ufffc"


class Segment(Struct, frozen=True, kw_only=True, dict=True):
    """A translated text with its English and its location.

    `text` is empty if only the English stands on the page, at `english_span`. `english` is that of
    the comment, else `page`, which is the English of the id in other sources. `written` is the text
    as its file has it from `span` on, and `english_written` that of the comment from `english_span`
    on. `siblings` are the names of the fields beside it, and `names`
    those of all types and fields of its page. `others` is the number of other catalog entries with
    the same two texts.
    """

    id: str
    text: str
    english: str
    span: Span
    locale: Locale
    english_span: Span = Span(path="")
    page: str = ""
    written: str = ""
    english_written: str = ""
    siblings: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    others: int = 0
    tree: PageTree | None = None

    @property
    def is_outdated(self) -> bool:
        """Whether the English of now has other words than the translated one."""
        return bool(self.page) and self.page.split() != self.english.split()

    @cached_property
    def prose(self) -> str:
        """The text with code, addresses, tags and links masked at the same length."""
        return _NO_PROSE.sub(_mask, self.text)

    @cached_property
    def inline(self) -> str:
        """The text with code blocks masked at the same length."""
        return _BLOCK.sub(_mask, self.text)


class PageTexts(NamedTuple):
    """The texts of pages in one language, and the English of each id in other sources."""

    segments: list[Segment]
    english: dict[str, str]


def read_segments(
    sources: Sequence[SourcePath],
    locale: Locale,
    report: Report,
    progress: Progress | None = None,
    *,
    languages: Languages,
) -> PageTexts:
    """Read all texts of a language, and the English of each id from other sources."""
    heard: list[tuple[PageTree, str, Texts]] = []
    reference = read_sources(
        sources,
        report,
        progress,
        lambda tree, prose_id, texts: heard.append((tree, prose_id, texts)),
        languages=languages,
    )
    pages = {tree.span.path for tree, _, _ in heard}
    english_texts = {
        prose_id: prose.text
        for prose_id, prose in reference.prose.get(ENGLISH, {}).items()
        if prose.span.path not in pages
    }
    for tree, prose_id, texts in heard:
        if tree.locale == ENGLISH and texts.own is not None:
            english_texts.setdefault(prose_id, texts.own.text)
    translated = [
        (tree, prose_id, texts) for tree, prose_id, texts in heard if tree.locale == locale.tag
    ]
    siblings = _group_names(
        map(_split_id, chain(english_texts, (prose_id for _, prose_id, _ in translated)))
    )
    names = _group_names(
        (tree.span.path, part.rpartition(".")[2])
        for tree, prose_id, _ in translated
        for part in _split_id(prose_id)
    )
    segments: list[Segment] = []
    for tree, prose_id, texts in translated:
        own, comment = texts.own, texts.english
        first = own or comment
        if first is None:
            continue
        page = english_texts.get(prose_id, "")
        comment_text = comment.text if comment is not None else ""
        segments.append(
            Segment(
                id=prose_id,
                text=own.text if own is not None else "",
                english=comment_text or page,
                span=first.span,
                locale=locale,
                english_span=comment.span if comment is not None else first.span,
                page=page,
                written=own.written if own is not None else "",
                english_written=comment.written if comment is not None else "",
                siblings=siblings.get(split_prose_id(prose_id)[0], frozenset()),
                names=names[tree.span.path],
                tree=tree,
            )
        )
    return PageTexts(segments=segments, english=english_texts)


def read_catalog_segments(catalog: Catalog, locale: Locale) -> Iterator[Segment]:
    """Yield the translations of a catalog, each once for all its ids."""
    siblings = _group_names(map(_split_id, catalog.entries))
    ids: dict[tuple[str, str, str], list[str]] = {}
    for entry in catalog.entries.values():
        if entry.translation and not entry.obsolete:
            ids.setdefault(
                (entry.translated_english, entry.translation, split_prose_id(entry.id)[1]), []
            ).append(entry.id)
    for (english, translation, _), (first, *other_ids) in ids.items():
        yield Segment(
            id=first,
            text=translation,
            english=english,
            span=catalog.span(first),
            locale=locale,
            written=catalog.find_lines(first),
            siblings=(beside := siblings.get(split_prose_id(first)[0], frozenset())),
            names=beside,
            others=len(other_ids),
        )


def _split_id(prose_id: str) -> ProseIdParts:
    """Split a prose id into its definition and its field."""
    return split_prose_id(split_inner_id(prose_id)[0])


def _group_names(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """Group names by the first of each pair."""
    names: dict[str, set[str]] = {}
    for owner, name in pairs:
        names.setdefault(owner, set()).update([name] if name else ())
    return {owner: frozenset(owned_names) for owner, owned_names in names.items()}


def _mask(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", BLOT, match[0])
