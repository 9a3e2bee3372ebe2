"""A translation beside its English, sentence by sentence where both have as many or names tell which are one, else paragraph by paragraph,
else as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from codegen.translation.lint.alignment import aligned

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*|\n[^\S\n]*(?=(?:[-*]|\d{1,2}[.)])\s)")
# Behind a full stop, but not that of an abbreviation; the next sentence begins with a capital, a name like `bedCount`, a mark or code, or
# is an item of a list.
_ENGLISH_END = re.compile(
    r"(?<![eE]\.g\.)(?<![iI]\.e\.)(?<!\betc\.)(?<!\bvs\.)(?<=[.!?])[\"')\]`*]*\s+(?=[\"'`(\[*]*(?:[a-z]+)?[A-Z]|[*-]\s)"
)
_NAME = re.compile(r"[A-Za-z][\w.-]*[A-Za-z0-9]", re.ASCII)
# A translation of so long a text has at least this share of its letters.
_LONG = 80
_LEAST = 0.12
_WIDE_END = re.compile(r"(?<=[。！？])[”’」）)\"'*]*\s*")


class Unit(Struct, frozen=True, kw_only=True):
    """A part of a translation from an offset of its text to another, and the English that it translates: one sentence of each, or more."""

    english: str
    start: int
    end: int
    is_sentence: bool


def units(english: str, text: str, *, wide: bool) -> tuple[Unit, ...]:
    """The parts of two texts that belong together. `wide` says that sentences of the translation end with full-width marks."""
    originals, own = list(_parts(english, _PARAGRAPH)), list(_parts(text, _PARAGRAPH))
    if not _belong_together(english, originals, text, own):
        originals, own = [(0, len(english))], [(0, len(text))]
    return tuple(
        unit
        for original, part in zip(originals, own, strict=True)
        for unit in _sentences(english, original, text, part, wide=wide)
    )


def _sentences(
    english: str, original: tuple[int, int], text: str, part: tuple[int, int], *, wide: bool
) -> Iterator[Unit]:
    originals = list(_parts(english, _ENGLISH_END, *original))
    own = list(_parts(text, _WIDE_END if wide else _ENGLISH_END, *part))
    is_sentence = _belong_together(english, originals, text, own)
    if not is_sentence:
        originals, own = aligned(english, originals, text, own) or ([original], [part])
    for (first, last), (start, end) in zip(originals, own, strict=True):
        yield Unit(english=english[first:last], start=start, end=end, is_sentence=is_sentence)


def _belong_together(
    english: str, originals: Sequence[tuple[int, int]], text: str, own: Sequence[tuple[int, int]]
) -> bool:
    """Whether parts of two texts are as many and translate each other, as far as their lengths and the names in them tell."""
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


def _parts(text: str, limit: re.Pattern[str], start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The places of what stands between limits, without what is blank."""
    at, last = start, len(text) if end is None else end
    for found in limit.finditer(text, start, last):
        if text[at : found.start()].strip():
            yield at, found.start()
        at = found.end()
    if text[at:last].strip():
        yield at, last
