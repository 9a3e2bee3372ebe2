"""Texts that differ in the name of a kind alone (`name of the Plot`, `name of the Bed`): translations leave names as they are.

What most of such texts have as their translation, with the name in its place, is the translation of one that is new.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

from msgspec import Struct

from codegen.core.patterns import lazy_pattern
from codegen.translation.pairs import Pair
from codegen.translation.text import agreed, loose, same, words

# Where the name stood: no text has this sign.
_SLOT = "\N{SYMBOL FOR SUBSTITUTE}"
_NAME = lazy_pattern(r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9]*(?![A-Za-z0-9])")
_AN = re.compile(rf"\b([Aa])n(?=\s+{_SLOT})")
# So many kinds have to agree before a translation is taken for one more, and so many other words have to be there.
_KINDS_ENOUGH = 3
_WORDS_ENOUGH = 2


class Pattern(Struct, frozen=True, kw_only=True):
    """The translations of texts that differ in a kind alone, with a slot for its name: the most used first."""

    groups: tuple[tuple[tuple[str, Pair], ...], ...]

    @property
    def is_agreed(self) -> bool:
        """Whether more than half of the texts, of several kinds, have one translation."""
        kinds = {loose(pair.english) for _, pair in self.groups[0]}
        return len(kinds) >= _KINDS_ENOUGH and 2 * len(self.groups[0]) > sum(map(len, self.groups))

    def best(self, name: str) -> tuple[str, Pair]:
        """The most used spelling of the most used translation for a kind, and the first pair that has it."""
        spellings = Counter(template for template, _ in self.groups[0])
        template, _ = spellings.most_common(1)[0]
        pair = next(pair for spelt, pair in self.groups[0] if spelt == template)
        return template.replace(_SLOT, name), pair


class Kinds:
    """The patterns that pairs teach, by the form of their English; `names` are those of all kinds."""

    def __init__(self, pairs: Iterable[Pair], names: Collection[str]) -> None:
        self._names = names
        found: dict[str, dict[str, list[tuple[str, Pair]]]] = defaultdict(lambda: defaultdict(list))
        for pair in pairs:
            shape, name = self._shape(pair.english)
            if not shape or pair.fault:
                continue
            template, own = self._slotted(pair.translation)
            if own == {name}:
                found[shape][agreed(template)].append((template, pair))
        self._patterns = {
            shape: Pattern(
                groups=tuple(tuple(group) for group in sorted(groups.values(), key=lambda group: -len(group)))
            )
            for shape, groups in found.items()
        }

    def translation(self, english: str) -> tuple[str, Pair] | None:
        """The translation of a text as texts of other kinds have it, and one of those; None where they do not agree."""
        shape, name = self._shape(english)
        pattern = self._patterns.get(shape)
        return pattern.best(name) if pattern is not None and pattern.is_agreed else None

    def _shape(self, english: str) -> tuple[str, str]:
        """The form of a text that names one kind, and the kind; empty for another text."""
        slotted, names = self._slotted(english)
        if len(names) != 1 or words(slotted).total() < _WORDS_ENOUGH:
            return "", ""
        return loose(_AN.sub(r"\1", slotted)).rstrip("."), next(iter(names))

    def _slotted(self, text: str) -> tuple[str, set[str]]:
        names: set[str] = set()

        def slot(found: re.Match[str]) -> str:
            if found[0] not in self._names:
                return found[0]
            names.add(found[0])
            return _SLOT

        return _NAME.sub(slot, same(text)), names
