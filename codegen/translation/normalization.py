"""Normal forms of texts for comparison.

English is compared across releases and markup, a translation across punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from html import unescape

from codegen.core.escaping.controls import on_one_line, visible

_ESCAPE = re.compile(r"\\(?=[^\w\s])")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "`": None})
_AROUND = "*_ \n\t"
# Marks of a sentence. Inside a word or number (`a.b`, `1,000`) they belong to it.
_SENTENCE_MARKS = re.compile(
    r"(?<!\w)[.,:;!?]|[.,:;!?](?!\w)|[()\"'“”‘’`、。《》「」『』…—]|\s", re.ASCII
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*|\d+")
# An address in prose: no bracket, quote or mark of a sentence at its end belongs to it.
URL = re.compile(
    r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,15}://[!#-'*-;=?-Z\[\]_a-z~]+(?<![.,;:!?'\]])"
)
_CODE = re.compile(r"`[^`\n]+`")
_NAME = re.compile(r"[a-z0-9][A-Z]|[A-Z]{2}|[\w][._]\w|\d")
_SENTENCE_END = re.compile(
    r"(?<=[。！？])\s*|(?<=[.!?:])\s+(?=[A-Z0-9\"'`(\[*-])|\n\s*\n\s*|\n(?=\s*[-*]\s)"
)


@lru_cache(maxsize=65536)
def fold_markup(text: str) -> str:
    """Remove case, white space, escapes, backticks and entities from a text."""
    plain = _ESCAPE.sub("", unescape(visible(text))).translate(_QUOTES).strip(_AROUND)
    return "".join(plain.split()).casefold()


@lru_cache(maxsize=65536)
def fold_punctuation(text: str) -> str:
    """Remove white space, punctuation and full-width forms from a text."""
    return _SENTENCE_MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=65536)
def count_words(text: str) -> Counter[str]:
    """Count the Latin words and numbers of a text in lower case."""
    return Counter(_WORD.findall(text.lower()))


def split_sentences(english: str) -> list[str]:
    """Split an English text into sentences, headings and list items of one line each."""
    return [on_one_line(english[start:end]) for start, end in find_sentences(english)]


def find_sentences(english: str) -> list[tuple[int, int]]:
    """Find the start and end of each sentence of a text, also behind full-width marks."""
    spans, start = [], 0
    for match in _SENTENCE_END.finditer(english):
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, len(english)))
    return [(start, end) for start, end in spans if english[start:end].strip()]


def measure_similarity(first: str, second: str) -> float:
    """Return the share of common words of two English texts, from 0 to 1."""
    first_words, second_words = count_words(first), count_words(second)
    total = first_words.total() + second_words.total()
    if total:
        return 2 * (first_words & second_words).total() / total
    return 1.0


def measure_overlap(part: str, text: str) -> float:
    """Return the share of words of one English text in another, from 0 to 1."""
    part_words = count_words(part)
    if part_words:
        return (part_words & count_words(text)).total() / part_words.total()
    return 1.0


def is_only_names(english: str) -> bool:
    """Return whether a text has nothing to translate but names, code and addresses."""
    words = URL.sub(" ", _CODE.sub(" ", english))
    return all(map(_NAME.search, re.findall(r"[A-Za-z][\w.-]*\w|[A-Za-z]", words, re.ASCII)))


def trim_text(text: str) -> str:
    """Remove surrounding white space, as msgfmt wants, and tabs, since tools differ in their width."""
    return text.strip().replace("\t", "    ")
