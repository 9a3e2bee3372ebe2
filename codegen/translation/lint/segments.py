"""Segments and findings of the linter, with views of a text for its rules."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
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
MAX_COMPARED = 2_000  # pairs of words of one text that are compared for slips
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


class Segment(Struct, frozen=True, kw_only=True, dict=True):
    """A translated description with its English, location, and the names of sibling fields.

    `written` is the text as its file has it from `span` on. `english` is empty if unknown. `page` is the English of the page, if the comment has only a part. `others` is the number of other catalog
    entries with the same two texts.
    """

    id: str
    text: str
    english: str
    span: Span
    locale: Locale
    written: str = ""
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


def _blot(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", BLOT, found[0])


def squeeze(text: str) -> str:
    """Remove blanks, quotes, code marks and commas from a text."""
    return re.sub(r"[\s`\\\"'“”‘’*,，、]", "", text).casefold()


def quote_context(text: str, at: int, end: int = 0) -> str:
    """Quote a few characters around a range, or around one character, on one line."""
    end = end or at + 1
    return " ".join(text[max(at - 8, 0) : end + 8].split())


def match_slips(words: Collection[str], others: Collection[str], likeness: float) -> dict[str, str] | None:
    """Map each word to the most similar one of others, if one has this likeness. Case does not count.

    Returns None if these are more than `MAX_COMPARED` pairs.
    """
    if len(words) * len(others) > MAX_COMPARED:
        return None
    folded = {other.casefold(): other for other in others}
    found = ((word, difflib.get_close_matches(word.casefold(), folded, 1, likeness)) for word in words)
    return {word: folded[nearest[0]] for word, nearest in found if nearest}
