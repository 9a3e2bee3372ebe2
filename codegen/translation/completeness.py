"""Sentences of an English text that its carried translation lacks."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from codegen.translation.adaptation import compose_page_text, fold_addresses, is_partial
from codegen.translation.normalization import (
    find_sentences,
    measure_similarity,
    split_sentences,
    trim_text,
)
from codegen.translation.po import Entry

# In longer runs of changed sentences, the last ones are taken for the new ones.
_COMPARED = 30


def find_missing_sentences(entry: Entry, translation: str) -> list[str]:
    """Return the new sentences of the English that an unchanged draft does not translate.

    A draft that somebody wrote for the new English lacks none.
    """
    if not entry.fuzzy or entry.previous is None:
        return []
    sentences = split_sentences(entry.english)
    draft = trim_text(translation)
    if draft == trim_text(entry.translation):
        is_long_enough = len(find_sentences(draft)) >= len(sentences)
        if is_long_enough and not is_partial(entry):
            return []
    elif draft != trim_text(compose_page_text(entry)):
        return []
    return _find_new_sentences(split_sentences(entry.previous), sentences)


def _find_new_sentences(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return the sentences that were added to a text, not those that replace others."""
    matcher = SequenceMatcher(
        None, list(map(fold_addresses, old)), list(map(fold_addresses, new)), autojunk=False
    )
    added: list[str] = []
    for _, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        surplus = (new_end - new_start) - (old_end - old_start)
        if surplus > 0:
            added += _choose_unlike(old[old_start:old_end], new[new_start:new_end], surplus)
    return [sentence.strip() for sentence in added]


def _choose_unlike(old: Sequence[str], new: Sequence[str], number: int) -> list[str]:
    """Return so many of the new sentences, those that resemble the old ones least."""
    if not old or len(new) > _COMPARED:
        return list(new[-number:])
    likeness: list[float] = []
    for sentence in new:
        likeness.append(max(measure_similarity(before, sentence) for before in old))
    least = set(sorted(range(len(new)), key=likeness.__getitem__)[:number])
    return [sentence for index, sentence in enumerate(new) if index in least]
