"""Changes of an English text that need no translator: a corrected spelling, a dropped end."""

from __future__ import annotations

import re

from codegen.core.escaping.controls import on_one_line
from codegen.translation.normalization import (
    count_words,
    find_sentences,
    fold_markup,
    trim_text,
)
from codegen.translation.signals import is_weighty

# Shorter words differ in sense rather than in spelling: `rate` and `date`.
_SPELLED = 5
_AROUND = ".,;:()"
_WORD = re.compile(r"[A-Za-z]?[a-z]+")
_QUOTES = "`\"'“”‘’"


def is_spelling_correction(old: str, new: str) -> bool:
    """Return whether only the spelling of one common word differs."""
    old_words, new_words = old.split(), new.split()
    if len(old_words) != len(new_words):
        return False
    differing = [number for number, word in enumerate(old_words) if word != new_words[number]]
    if len(differing) != 1:
        return False
    number = differing[0]
    if _is_quoted(old_words, number):
        return False
    before, after = old_words[number], new_words[number]
    begins_sentence = number == 0 or old_words[number - 1].endswith((".", ":", "!", "?"))
    for word in (before, after):
        plain = word.strip(_AROUND)
        is_name = plain[:1].isupper() and not begins_sentence
        if len(plain) < _SPELLED or _WORD.fullmatch(plain) is None or is_name or is_weighty(plain):
            return False
    return _is_one_mistake(before.strip(_AROUND), after.strip(_AROUND))


def _is_quoted(words: list[str], number: int) -> bool:
    """Return whether a word stands in code or in quotation marks, or has a mark of them."""
    if any(mark in words[number] for mark in _QUOTES):
        return True
    before = " ".join(words[:number])
    return any(before.count(mark) % 2 for mark in '`"')


def _is_one_mistake(first: str, second: str) -> bool:
    """Return whether two words differ by one letter, or by two swapped neighbours.

    An added first letter often negates: `typical` and `atypical`.
    """
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    if len(first) != len(second):
        shorter, longer = sorted((first, second), key=len)
        return start > 0 and longer[start + 1 :] == shorter[start:]
    if first[start + 1 :] == second[start + 1 :]:
        return True
    swapped = first[start + 1 : start + 2] + first[start : start + 1]
    return second[start:] == swapped + first[start + 2 :]


def cut_translation(old: str, new: str, translation: str) -> str | None:
    """Cut the sentences that the end of an English text has lost out of its translation.

    Returns None for other changes, and where the sentences of both do not correspond.
    """
    old_sentences = _list_sentences(old)
    new_sentences = _list_sentences(new)
    count = len(new_sentences)
    if not count or count >= len(old_sentences) or old_sentences[:count] != new_sentences:
        return None
    spans = find_sentences(translation)
    if len(spans) != len(old_sentences):
        return None
    kept = trim_text(translation[: spans[count - 1][1]])
    dropped = count_words(old) - count_words(new)
    if any(word in count_words(kept) for word in dropped if word not in count_words(new)):
        return None  # the translator has put the sentences in another order
    return kept


def _list_sentences(english: str) -> list[str]:
    """Return the normalized sentences of an English text."""
    sentences: list[str] = []
    for start, end in find_sentences(english):
        sentences.append(fold_markup(on_one_line(english[start:end])))
    return sentences
