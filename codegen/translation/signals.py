"""Signals that a translation needs a review, as Kubernetes' localization teams classify them.

Orphan: the translated text is gone. Strong: a sentence was added or removed, or one changed in a
number, a name, a value or a negation. Moderate: sentences were reworded, or a person has yet to
choose. No signal: the translation fits.
"""

from __future__ import annotations

import difflib
import re
from enum import StrEnum

from msgspec import Struct

from codegen.translation.normalization import (
    count_words,
    fold_markup,
    measure_similarity,
    split_sentences,
)
from codegen.translation.po import Entry
from codegen.translation.provenance import Origin

# Below this likeness two sentences are not one that was reworded.
_REWORDED = 0.5
# What changes the sense of a sentence when it changes: numbers, code and quoted values, names by
# their letters, negations, duties and stages.
_WEIGHTY = re.compile(
    r"\d[\d.,]*|`[^`\n]+`|\"[^\"\n]+\"|\b[A-Za-z]+[a-z0-9][A-Z]\w*|\b[A-Z]{2,}\w*"
    r"|\b(?:not|no|never|none|cannot|without|unless|only|must|may|should|required|optional|deprecated|minimum|maximum|before|after|alpha|beta|enabled|disabled)\b|n't\b"
)


class Signal(StrEnum):
    """The strength of the reasons for a review."""

    ORPHAN = "orphan"
    STRONG = "strong"
    MODERATE = "moderate"
    NONE = "no signal"


class SentenceChange(Struct, frozen=True, kw_only=True):
    """A changed sentence. `old` is empty for an added one, `new` for a removed one."""

    old: str = ""
    new: str = ""

    @property
    def kind(self) -> str:
        """The kind of the change: `added`, `removed`, `reworded`, or else `changed`."""
        if not self.old or not self.new:
            if self.old:
                return "removed"
            return "added"
        if _find_weighty(self.old) == _find_weighty(self.new):
            return "reworded"
        return "changed"

    @property
    def signal(self) -> Signal:
        """The strength of the change, which is strong unless the sentence was only reworded."""
        if self.kind == "reworded":
            return Signal.MODERATE
        return Signal.STRONG


class Assessment(Struct, frozen=True, kw_only=True):
    """The signal of a text with its changed sentences, or the origin of a fuzzy translation with a
    note.
    """

    signal: Signal
    changes: tuple[SentenceChange, ...] = ()
    origin: Origin = Origin.UNKNOWN
    note: str = ""

    @property
    def words(self) -> int:
        """The number of English words in new or reworded sentences."""
        return sum(count_words(change.new).total() for change in self.changes)


def assess(english: str, entry: Entry) -> Assessment:
    """Assess the entry of a translated text against its current English."""
    translated = entry.translated_english
    if fold_markup(translated) != fold_markup(english):
        changes = compare_sentences(translated, english)
        is_strong = any(change.signal is Signal.STRONG for change in changes)
        return Assessment(signal=Signal.STRONG if is_strong else Signal.MODERATE, changes=changes)
    if entry.fuzzy:
        return Assessment(
            signal=Signal.MODERATE, origin=entry.provenance.origin, note=entry.provenance.summary
        )
    return Assessment(signal=Signal.NONE)


def compare_sentences(old: str, new: str) -> tuple[SentenceChange, ...]:
    """Compare the sentences of two texts and pair the reworded ones.

    Case and markup do not count.
    """
    before, after = split_sentences(old), split_sentences(new)
    matcher = difflib.SequenceMatcher(
        None,
        [fold_markup(sentence) for sentence in before],
        [fold_markup(sentence) for sentence in after],
        autojunk=False,
    )
    changes: list[SentenceChange] = []
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            changes += _pair_sentences(before[start:end], after[new_start:new_end])
    return tuple(changes)


def _pair_sentences(old: list[str], new: list[str]) -> list[SentenceChange]:
    changes: list[SentenceChange] = []
    remaining = list(old)
    for sentence in new:
        best = max(
            remaining, key=lambda candidate: measure_similarity(candidate, sentence), default=""
        )
        if best and measure_similarity(best, sentence) >= _REWORDED:
            remaining.remove(best)
            changes.append(SentenceChange(old=best, new=sentence))
        else:
            changes.append(SentenceChange(new=sentence))
    return changes + [SentenceChange(old=unmatched) for unmatched in remaining]


def _find_weighty(sentence: str) -> list[str]:
    return sorted(
        match[0].strip('`"').rstrip(".,").casefold() for match in _WEIGHTY.finditer(sentence)
    )


def is_weighty(word: str) -> bool:
    """Return whether a word changes the sense of a sentence: a negation, a duty, a stage."""
    return _WEIGHTY.fullmatch(word.lower()) is not None
