"""What the rules of the linter share: a text with its English, and the same text with all that is not prose blotted out."""

from __future__ import annotations

import re
from functools import cached_property

from msgspec import Struct

from codegen.core.locales import Locale
from codegen.core.patterns import lazy_pattern
from codegen.findings.diagnostics import Span
from codegen.translation.lint.units import Unit, units
from codegen.translation.text import URL

_NO_PROSE = lazy_pattern(
    r"(?P<fence>^ {0,9}(?:```|~~~).*?(?:^ {0,9}(?:```|~~~)[^\S\n]*$|\Z))"
    r"|(?<!`)(?P<ticks>`++).+?(?<!`)(?P=ticks)(?!`)"
    r"|<(?:code|pre|a|!--)\b.*?(?:</(?:code|pre|a)>|-->|\Z)|</?[A-Za-z][^<>\n]*>"
    r"|\{\{[<%][^{}]{0,500}[%>]\}\}"
    r"|\]\([^()\s]*\)"
    r"|(?:^|(?<=\n))(?:    |\t)[^\n]*"
    r"|" + URL.pattern,
    re.DOTALL | re.MULTILINE,
)
_BLOCK = lazy_pattern(
    r"^ {0,9}(?:```|~~~).*?(?:^ {0,9}(?:```|~~~)[^\S\n]*$|\Z)|(?:^|(?<=\n))(?:    |\t)[^\n]*", re.DOTALL | re.MULTILINE
)
# Stands for hidden text: to every rule it is neither a letter nor a blank nor punctuation.
BLOT = "\ufffc"


class LintFinding(Struct, frozen=True, kw_only=True):
    """A fault at an offset of the text. `correct` belongs where `written` stands at that offset, if the repair is certain.

    `lost` is the word of the English that the translation lacks, whatever it has instead.
    """

    rule: str
    message: str
    at: int
    repair: str
    written: str = ""
    correct: str = ""
    lost: str = ""


class Piece(Struct, frozen=True, kw_only=True, dict=True):
    """One translated description, its English (empty where unknown), where it stands, and the names of the fields beside its own.

    `page` is the English of its page, where the comment beside it may have only a part of that; `others` is how many entries of a catalogue
    besides its own have the same two texts.
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
        """The text, as long as it is, with code, addresses, tags and links blotted out; line breaks stay."""
        return _NO_PROSE.sub(_blotted, self.text)

    @cached_property
    def inline(self) -> str:
        """The text, as long as it is, with blocks of code blotted out; code in a line stays."""
        return _BLOCK.sub(_blotted, self.text)

    @cached_property
    def folded(self) -> str:
        """The text for words that are looked for in it in any case."""
        return self.text.casefold()

    @cached_property
    def without_addresses(self) -> str:
        """The text, as long as it is, with blanks for its addresses."""
        return URL.sub(lambda url: " " * len(url[0]), self.text)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Its sentences beside those of the English."""
        return units(self.english, self.text, wide=self.locale.usage.stop == "。")

    def sentence_of(self, word: str) -> int:
        """Where the sentence begins that translates the one with a word of the English."""
        return next((unit.start for unit in self.units if word in unit.english), 0)


def _blotted(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", BLOT, found[0])


def squeezed(text: str) -> str:
    """A text without blanks, quotes, code marks and commas, for names that are looked for in it."""
    return re.sub(r"[\s`\\\"'“”‘’*,，、]", "", text).casefold()


def around(text: str, at: int, end: int | None = None) -> str:
    """A few characters around a place, on one line, for a message."""
    end = at + 1 if end is None else end
    return " ".join(text[max(at - 8, 0) : end + 8].split()).replace(BLOT, "…")
