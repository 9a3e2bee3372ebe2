"""When two texts count as one: English across releases and markups, translations across punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from html import unescape

from codegen.core.escaping.controls import visible

_ESCAPE = re.compile(r"\\(?=[^\w\s])")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "`": None})
_AROUND = "*_ \n\t"
# Marks of a sentence. Inside a word or number (`a.b`, `1,000`) they belong to it.
_SENTENCE_MARKS = re.compile(r"(?<!\w)[.,:;!?]|[.,:;!?](?!\w)|[()\"'“”‘’`、。《》「」『』…—]|\s", re.ASCII)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*|\d+")
_URL = re.compile(r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,15}://[!-;=?-~]+", re.IGNORECASE)
# An address in prose: no bracket, quote or mark of a sentence at its end belongs to it.
URL = re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,15}://[!#-'*-;=?-Z\[\]_a-z~]+(?<![.,;:!?'\]])")
_CODE = re.compile(r"`[^`\n]+`")
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+(?=[A-Z0-9\"'`(\[*-])|\n\s*\n\s*|\n(?=\s*[-*]\s)")


@lru_cache(maxsize=65536)
def fold_whitespace(text: str) -> str:
    """The text as compared between releases: white space is a matter of the layout, and files write unseen characters as their names."""
    return " ".join(visible(text).split())


def decode_entities(text: str) -> str:
    """The text with the signs that its entities stand for."""
    if "&" not in text:
        return text

    return unescape(text)


@lru_cache(maxsize=65536)
def fold_markup(text: str) -> str:
    """The text without differences of releases and markups that no reader notices: case, white space, escapes, backticks, entities."""
    plain = _ESCAPE.sub("", decode_entities(visible(text))).translate(_QUOTES).strip(_AROUND)
    return "".join(plain.split()).casefold()


@lru_cache(maxsize=65536)
def fold_punctuation(text: str) -> str:
    """The text as compared with one that should say the same: without white space, marks and full-width forms."""
    return _SENTENCE_MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=65536)
def count_words(text: str) -> Counter[str]:
    """The Latin words and numbers of a text, in lower case, with their counts."""
    return Counter(_WORD.findall(text.lower()))


def split_sentences(english: str) -> list[str]:
    """The sentences, headings and list items of an English text, each on one line."""
    return [fold_whitespace(part) for part in _SENTENCE_END.split(english) if part.strip()]


def find_sentences(english: str) -> list[tuple[int, int]]:
    """Where the sentences of an English text begin and end."""
    spans, start = [], 0
    for found in _SENTENCE_END.finditer(english):
        spans.append((start, found.start()))
        start = found.end()
    spans.append((start, len(english)))
    return [(start, end) for start, end in spans if english[start:end].strip()]


def measure_likeness(first: str, second: str) -> float:
    """How much two English texts share, from 0 to 1: the words that both have, doubled, by the words of both."""
    first_words, second_words = count_words(first), count_words(second)
    total = first_words.total() + second_words.total()
    return 2 * (first_words & second_words).total() / total if total else 1.0


def measure_overlap(part: str, whole: str) -> float:
    """How much of one English text stands in another one, from 0 to 1, by words."""
    part_words = count_words(part)
    return (part_words & count_words(whole)).total() / part_words.total() if part_words else 1.0


def is_only_names(english: str) -> bool:
    """Whether a text has nothing to translate: only names, code and addresses, no words."""
    rest = _URL.sub(" ", _CODE.sub(" ", english))
    return all(_is_name(word) for word in re.findall(r"[A-Za-z][\w.-]*\w|[A-Za-z]", rest, re.ASCII))


def _is_name(word: str) -> bool:
    return bool(re.search(r"[a-z0-9][A-Z]|[A-Z]{2}|[\w][._]\w|\d", word))


def trim_text(text: str) -> str:
    """Remove surrounding white space, which msgfmt wants alike in both texts, and tabs, which tools show in many ways."""
    return text.strip().replace("\t", "    ")


def last_name(prose_id: str) -> str:
    """Return the name of the field, parameter or type of an id, in lower case."""
    return re.split(r"[#. ]", prose_id)[-1].lower()


def shorten(text: str, length: int) -> str:
    """Put a text on one line of at most `length` characters."""
    line = fold_whitespace(text)
    return line if len(line) <= length else f"{line[: length - 1]}…"
