"""What the rules of the linter share: a text with its English, and the same text with all that is not prose blotted out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, pairwise

from msgspec import Struct

from codegen.core.locales import Locale
from codegen.findings.diagnostics import Span
from codegen.translation.lint.units import Unit, units
from codegen.translation.text import URL

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
_WRAP = re.compile(r"\n(?![^\S\n]*(?:\n|(?:[-*]|\d{1,2}[.)])\s))")
_RUN = re.compile(r"[a-z0-9]+")
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
    def unwrapped(self) -> str:
        """The prose, as long as it is, with blanks for breaks inside of its paragraphs and items."""
        return _WRAP.sub(" ", self.prose)

    @cached_property
    def inline(self) -> str:
        """The text, as long as it is, with blocks of code blotted out; code in a line stays."""
        return _BLOCK.sub(_blotted, self.text)

    @cached_property
    def folded(self) -> str:
        """The text for words that are looked for in it in any case."""
        return self.text.casefold()

    @cached_property
    def squeezed(self) -> str:
        """The text for names that are looked for in it without blanks and marks."""
        return squeezed(self.text)

    @cached_property
    def words(self) -> Words:
        """The words of `folded`."""
        return Words(self.folded)

    @cached_property
    def english_words(self) -> Words:
        """The words of the English, without case."""
        return Words(self.english.casefold())

    @cached_property
    def unspaced(self) -> Unspaced:
        """The text for names that have blanks inside."""
        return Unspaced(self.text)

    @cached_property
    def unspaced_english(self) -> Unspaced:
        """The same for its English."""
        return Unspaced(self.english)

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
        at = self._joined.find(word)
        return self.units[bisect_right(self._starts, at) - 1].start if at >= 0 else 0

    @cached_property
    def _joined(self) -> str:
        """The English of all units, with a mark between them that no word has."""
        return "\0".join(unit.english for unit in self.units)

    @cached_property
    def _starts(self) -> list[int]:
        """Where the English of each unit begins in that."""
        return list(accumulate((len(unit.english) + 1 for unit in self.units[:-1]), initial=0))


class Words:
    """The words of a text without case: runs of letters and digits of ASCII."""

    def __init__(self, text: str) -> None:
        self._text = text
        found = [(run[0], run.start(), run.end()) for run in _RUN.finditer(text)]
        self._single = frozenset(word for word, _, _ in found)
        self._pairs = frozenset(
            (word, after) for (word, _, end), (after, start, _) in pairwise(found) if text[end:start] == " "
        )

    def has(self, phrase: str) -> bool:
        """Whether words with one blank between them stand in the text."""
        words = phrase.split(" ")
        if not self._single.issuperset(words) or not self._pairs.issuperset(pairwise(words)):
            return False
        return len(words) < 3 or re.search(rf"(?<![a-z0-9]){re.escape(phrase)}(?![a-z0-9])", self._text) is not None


class Unspaced:
    """A text in which names are looked for that may have blanks inside: what an expression finds begins where the text without blanks has them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places = [at for at, character in enumerate(text) if character == "\n" or not character.isspace()]
        self._packed = "".join(_lower(text[at]) for at in self._places)

    def matches(self, expression: re.Pattern[str], name: str) -> Iterator[re.Match[str]]:
        """The places of an expression for a name, whose letters are those of the name without blanks, in any case."""
        wanted = "".join(map(_lower, name))
        at = self._packed.find(wanted)
        while at >= 0:
            if found := expression.match(self._text, self._places[at]):
                yield found
            at = self._packed.find(wanted, at + 1)


def _lower(character: str) -> str:
    return character.lower() if character.isascii() else character


def places_of(word: str, text: str) -> Iterator[int]:
    """Where a word stands in a text, of places that overlap the first."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _blotted(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", BLOT, found[0])


def squeezed(text: str) -> str:
    """A text without blanks, quotes, code marks and commas, for names that are looked for in it."""
    return re.sub(r"[\s`\\\"'“”‘’*,，、]", "", text).casefold()


def around(text: str, at: int, end: int | None = None) -> str:
    """A few characters around a place, on one line, for a message."""
    end = at + 1 if end is None else end
    return " ".join(text[max(at - 8, 0) : end + 8].split()).replace(BLOT, "…")
