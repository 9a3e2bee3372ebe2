"""Rules for quoted values and code, to be the same in a translation and its English."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from codegen.core.scripts import DENSE
from codegen.translation.lint.segments import LintFinding, Passage, Segment, find_word, squeeze

_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
# A value of one word in the quotes of either language.
_VALUE = re.compile(r"(?<![\w=:\[{,])[\"“'‘]([A-Za-z][\w./-]*)[\"”'’](?![\w:}\]])", re.ASCII)
_CAPITAL = re.compile(r"[A-Za-z][A-Za-z0-9]*[A-Z][A-Za-z0-9]*|[A-Z][a-z0-9]{2,}", re.ASCII)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]*>")
_WORD = re.compile(r"[A-Za-z0-9-]+")
# A word that is none of a sentence: with a capital, a digit or a mark inside.
_LOOKS = re.compile(r"[A-Z0-9./]")
# What comes before a value of one word that is in quotes, or behind it, and not beside a figure of speech.
_NOUNS = (
    "annotation|attribute|class|column|condition|controller|event|field|finalizer|flag|format|group|header|key|label|list|mode|namespace|object"
    "|operator|option|parameter|permission|phase|plugin|policy|prefix|property|resource|role|scheme|semantics?|signer|source|status|string"
    "|subresource|suffix|type|user|value|variable|verb|version|volume"
)
_CUE = re.compile(
    rf"(?:\b(?:{_NOUNS}|values?|name|default|either|equals?|means?|defaults to|set to|one of"
    r"|is|must be|as|called|named|equivalent to(?: the)?|e\.g\.|for example|such as|like|by|if|when)|[:,=(\[])\s*\Z",
    re.IGNORECASE,
)
_CUE_LENGTH = 100  # characters before a value in which a cue and the blanks behind it stand
_CUE_BEHIND = re.compile(rf"\s+(?:{_NOUNS})\b", re.IGNORECASE)
# The same in the English beside assignments and in lists of code.
_QUOTED = re.compile(r"(?<!\w)[\"“'‘]([A-Za-z][\w./-]*)[\"”'’](?!\w)", re.ASCII)
_OWN = re.compile(rf"[{DENSE}]")
_OWN_QUOTE = re.compile(rf"[\"“'‘「][^\"”'’」\n]{{0,20}}[{DENSE}][^\"”'’」\n]{{0,20}}[\"”'’」]")
_ASCII = re.compile(rf"[^{DENSE}]+")
_OPENING, _CLOSING = frozenset("\"“'‘`「"), frozenset("\"”'’`」")
_NEAR = 0.7
MAX_NEAREST = 10  # values of one text for which the word of the English is looked for that they are like
MAX_NEAREST_WORDS = 200  # words of the English that are looked at for each


def find_changed_values(segment: Segment) -> Iterator[LintFinding]:
    """Find quoted values and code in only one of the two texts."""
    if not segment.english:
        return
    seen: set[str] = set()
    for passage in segment.passages:
        for value in (*_find_lost_values(segment, passage), *_find_lost_code(segment, passage)):
            if value in seen:
                continue
            seen.add(value)
            translated = _OWN_QUOTE.search(segment.text, passage.start, passage.end)
            yield LintFinding(
                rule="value-lost",
                message=f"the English has the value {value!r}, but the translation does not have it as often",
                at=translated.start() if translated else passage.start,
                repair=f"values are not translated: write {value}",
                lost=value,
            )
    yield from _find_unknown_values(segment)


def _find_lost_code(segment: Segment, passage: Passage) -> Iterator[str]:
    """Find code of the English with a translated counterpart. `<words>` may be translated."""
    text = squeeze(segment.text[passage.start : passage.end])
    own = (code[1] for code in _CODE.finditer(segment.text, passage.start, passage.end))
    if any(_OWN.search(code) and "<" not in code for code in own):
        codes = (found[1].strip() for found in _CODE.finditer(passage.english) if "<" not in found[1])
        yield from (code for code in codes if squeeze(code) not in text)


def _find_lost_values(segment: Segment, passage: Passage) -> Iterator[str]:
    """Find quoted values of the English with a translated counterpart.

    A value that looks like one may be lost altogether. One word alone in quotes may be a figure of speech. It is a value if the translation
    keeps it elsewhere, if a sentence has several, or if the English calls it a value.
    """
    english = _TAG.sub(" ", passage.english)
    counts = Counter(found[1] for found in _QUOTED.finditer(english))
    if not counts:
        return
    text = segment.text[passage.start : passage.end]
    lower_text = text.casefold()
    is_quoted = _OWN_QUOTE.search(text) is not None
    kept = {value: _count_value(value, text) for value in counts}
    words = [bool(kept[value]) for value in counts if _WORD.fullmatch(value)]
    keeps = len(counts) > 1 and (passage.is_sentence or sum(words) > len(words) / 2)
    said = _find_stated_values(english) if is_quoted else frozenset()
    for value, count in counts.items():
        if kept[value] >= _count_value(value, english) or _count_marked(value, lower_text) >= count:
            continue
        if (_CAPITAL.fullmatch(value) and value.casefold() not in segment.lower_text) or (
            is_quoted and (kept[value] or _LOOKS.search(value) or keeps or value in said)
        ):
            yield value


def _count_value(value: str, text: str) -> int:
    """Count a value in a text without ASCII letters or digits beside it."""
    return sum(
        not (_is_plain(text[at - 1 : at]) or _is_plain(text[at + len(value) : at + len(value) + 1]))
        for at in find_word(value, text)
    )


def _count_marked(value: str, lower_text: str) -> int:
    """Count a value in quotes or code of a text in lower case."""
    wanted = value.casefold()
    return sum(
        lower_text[at - 1 : at] in _OPENING and lower_text[at + len(wanted) : at + len(wanted) + 1] in _CLOSING
        for at in find_word(wanted, lower_text)
    )


def _is_plain(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _find_stated_values(english: str) -> frozenset[str]:
    """Find quoted words after or before a cue, such as a noun for values."""
    return frozenset(
        found[1]
        for found in _QUOTED.finditer(english)
        if _CUE.search(english, max(found.start() - _CUE_LENGTH, 0), found.start())
        or _CUE_BEHIND.match(english, found.end())
    )


def _find_unknown_values(segment: Segment) -> Iterator[LintFinding]:
    """Find quoted words and code in Latin letters absent from the English."""
    known = _squeeze_brackets(f"{segment.english} {segment.page} {segment.id.rpartition('#')[2]}")
    strange: dict[str, re.Match[str]] = {}
    for found in (*_VALUE.finditer(segment.prose), *_CODE.finditer(segment.inline)):
        plain = _squeeze_brackets(found[1].strip())
        if plain not in known and plain not in strange and _is_value(found, found[1].strip()):
            strange[plain] = found
    if not strange:
        return
    words = list(dict.fromkeys(re.findall(r"[A-Za-z][\w./-]*\w", segment.english, re.ASCII)))
    missing = _find_missing_code(segment)
    for number, found in enumerate(strange.values(), 1):
        value = found[1].strip()
        near = _find_nearest(value, words, number) if _ASCII.fullmatch(value) else missing
        yield LintFinding(
            rule="value-differs",
            message=f"the translation has the value {value!r}, but the English does not",
            at=found.start(1),
            repair=f"write {near}" if near else "write the value as the English has it",
            lost=near,
        )


def _squeeze_brackets(text: str) -> str:
    """Squeeze a text and remove the brackets of placeholders."""
    return squeeze(text).replace("<", "").replace(">", "")


def _is_value(found: re.Match[str], value: str) -> bool:
    """Return whether a match has Latin letters, or is code written by the translator. `<words>` may be translated."""
    if _ASCII.fullmatch(value):
        return re.search("[A-Za-z]", value) is not None
    return found.re is _CODE and "<" not in value


def _find_missing_code(segment: Segment) -> str:
    """Return the code missing from the translation, if there is only one."""
    text = segment.compact_text
    missing = {code[1].strip() for code in _CODE.finditer(segment.english) if squeeze(code[1]) not in text}
    return missing.pop() if len(missing) == 1 else ""


def _find_nearest(value: str, words: Sequence[str], number: int) -> str:
    """Return the most similar word of the English for the first `MAX_NEAREST` values."""
    if number > MAX_NEAREST:
        return ""
    return next(iter(difflib.get_close_matches(value, words[:MAX_NEAREST_WORDS], 1, _NEAR)), "")
