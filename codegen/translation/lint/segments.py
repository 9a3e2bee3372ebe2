"""Segments and findings of the linter, with views of a text for its rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from codegen.core.diagnostics import Span
from codegen.core.locales import Locale
from codegen.translation.normalization import URL

_NO_PROSE = re.compile(
    r"(?P<fence>^ {0,9}(?:```|~~~).*?(?:^ {0,9}(?:```|~~~)[^\S\n]*$|\Z))"
    r"|(?<!`)(?P<ticks>`++).+?(?<!`)(?P=ticks)(?!`)"
    r"|<(?:code|pre|a|!--)\b.*?(?:</(?:code|pre|a)>|-->|\Z)|</?[A-Za-z][^<>\n]*>"
    r"|\{\{[<%][^{}]{0,500}[%>]\}\}"
    r"|\]\([^()\s]*\)"
    r"|(?:^|(?<=\n))(?:    |\t)[^\n]*"
    r"|" + URL.pattern,
    re.DOTALL | re.MULTILINE,
)
_BLOCK = re.compile(
    r"^ {0,9}(?:```|~~~).*?(?:^ {0,9}(?:```|~~~)[^\S\n]*$|\Z)|(?:^|(?<=\n))(?:    |\t)[^\n]*", re.DOTALL | re.MULTILINE
)
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*|\n[^\S\n]*(?=(?:[-*]|\d{1,2}[.)])\s)")
# Behind a full stop, but not that of an abbreviation; the next sentence begins with a capital, a name like `bedCount`, a mark or code, or
# is an item of a list.
_ENGLISH_END = re.compile(
    r"(?<![eE]\.g\.)(?<![iI]\.e\.)(?<!\betc\.)(?<!\bvs\.)(?<=[.!?])[\"')\]`*]*\s+(?=[\"'`(\[*]*(?:[a-z]+)?[A-Z]|[*-]\s)"
)
_WIDE_END = re.compile(r"(?<=[。！？])[”’」）)\"'*]*\s*")
_NAME = re.compile(r"[A-Za-z][\w.-]*[A-Za-z0-9]", re.ASCII)
# A translation of so long a text has at least this share of its letters.
_LONG = 80
_LEAST = 0.12
# Stands for hidden text: to every rule it is neither a letter nor a blank nor punctuation.
BLOT = "\ufffc"


class LintFinding(Struct, frozen=True, kw_only=True):
    """A fault at an offset of the text.

    `correct` replaces `written` at that offset if the repair is certain. `lost` is the missing word of the English.
    """

    rule: str
    message: str
    at: int
    repair: str
    written: str = ""
    correct: str = ""
    lost: str = ""


class Passage(Struct, frozen=True, kw_only=True):
    """A range of a translation with its English."""

    english: str
    start: int
    end: int
    is_sentence: bool


class Segment(Struct, frozen=True, kw_only=True, dict=True):
    """A translated description with its English, location, and the names of sibling fields.

    `english` is empty if unknown. `page` is the English of the page, if the comment has only a part. `others` is the number of other catalog
    entries with the same two texts.
    """

    id: str
    text: str
    english: str
    span: Span
    locale: Locale
    siblings: frozenset[str] = frozenset()
    page: str = ""
    others: int = 0

    @cached_property
    def prose(self) -> str:
        """The text with code, addresses, tags and links blotted out at the same length."""
        return _NO_PROSE.sub(_blot, self.text)

    @cached_property
    def inline(self) -> str:
        """The text with code blocks blotted out at the same length."""
        return _BLOCK.sub(_blot, self.text)

    @cached_property
    def lower_text(self) -> str:
        """The text for search in any case."""
        return self.text.casefold()

    @cached_property
    def compact_text(self) -> str:
        """The text for search of names without blanks and marks."""
        return squeeze(self.text)

    @cached_property
    def text_without_urls(self) -> str:
        """The text with blanks in place of its addresses."""
        return URL.sub(lambda url: " " * len(url[0]), self.text)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The sentences aligned with the English."""
        return align_passages(self.english, self.text, wide=self.locale.usage.stop == "。")

    def find_sentence(self, word: str) -> int:
        """Return the start of the sentence whose English has a word."""
        return next((passage.start for passage in self.passages if word in passage.english), 0)


def find_word(word: str, text: str) -> Iterator[int]:
    """Find a word in a text, without overlaps."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _blot(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", BLOT, found[0])


def squeeze(text: str) -> str:
    """Remove blanks, quotes, code marks and commas from a text."""
    return re.sub(r"[\s`\\\"'“”‘’*,，、]", "", text).casefold()


def quote_context(text: str, at: int, end: int | None = None) -> str:
    """Quote a few characters around an offset on one line."""
    end = at + 1 if end is None else end
    return " ".join(text[max(at - 8, 0) : end + 8].split()).replace(BLOT, "…")


def align_passages(english: str, text: str, *, wide: bool) -> tuple[Passage, ...]:
    """Align two texts by sentences, else by paragraphs, else as a whole.

    `wide` is true if sentences of the translation end with full-width marks.
    """
    originals, own = list(_split_parts(english, _PARAGRAPH)), list(_split_parts(text, _PARAGRAPH))
    if not _is_aligned(english, originals, text, own):
        originals, own = [(0, len(english))], [(0, len(text))]
    return tuple(
        passage
        for original, part in zip(originals, own, strict=True)
        for passage in _align_sentences(english, original, text, part, wide=wide)
    )


def _align_sentences(
    english: str, original: tuple[int, int], text: str, part: tuple[int, int], *, wide: bool
) -> Iterator[Passage]:
    originals = list(_split_parts(english, _ENGLISH_END, *original))
    own = list(_split_parts(text, _WIDE_END if wide else _ENGLISH_END, *part))
    is_sentence = _is_aligned(english, originals, text, own)
    if not is_sentence:
        originals, own = [original], [part]
    for (first, last), (start, end) in zip(originals, own, strict=True):
        yield Passage(english=english[first:last], start=start, end=end, is_sentence=is_sentence)


def _is_aligned(english: str, originals: Sequence[tuple[int, int]], text: str, own: Sequence[tuple[int, int]]) -> bool:
    """Return whether parts of two texts translate each other, by number, length and names."""
    if len(originals) != len(own):
        return False
    if len(originals) < 2:
        return True
    for (first, last), (start, end) in zip(originals, own, strict=True):
        if last - first > _LONG and end - start < (last - first) * _LEAST:
            return False
        original = english[first:last]
        strange = [name for name in dict.fromkeys(_NAME.findall(text, start, end)) if name not in original]
        elsewhere = sum(name in english for name in strange)
        if elsewhere > 1 and elsewhere > len({*_NAME.findall(text, start, end)}) - len(strange):
            return False
    return True


def _split_parts(
    text: str, limit: re.Pattern[str], start: int = 0, end: int | None = None
) -> Iterator[tuple[int, int]]:
    """Yield the ranges between separators without blank ones."""
    at, last = start, len(text) if end is None else end
    for found in limit.finditer(text, start, last):
        if text[at : found.start()].strip():
            yield at, found.start()
        at = found.end()
    if text[at:last].strip():
        yield at, last
