"""Texts that differ in the name of a kind alone (`name of the Plot`, `name of the Bed`): translations leave names as they are.

What most of such texts have as their translation is that of a new one, with its name in the place of theirs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

from msgspec import Struct

from codegen.translation.derived import NAME, form, slotted
from codegen.translation.pairs import Pair
from codegen.translation.text import agreed, loose, same, words

# So many kinds have to agree before a translation is taken for one more, and so many other words have to be there.
_KINDS_ENOUGH = 3
_WORDS_ENOUGH = 2


class Pattern(Struct, frozen=True, kw_only=True):
    """The translations of texts that differ in a kind alone, each with a slot for its name: the most used first."""

    groups: tuple[tuple[tuple[str, Pair], ...], ...]

    @property
    def is_agreed(self) -> bool:
        """Whether more than half of the texts, of several kinds, have one translation."""
        kinds = {loose(pair.english) for _, pair in self.groups[0]}
        return len(kinds) >= _KINDS_ENOUGH and 2 * len(self.groups[0]) > sum(map(len, self.groups))

    @property
    def best(self) -> Pair:
        """The first pair with the most used spelling of the most used translation."""
        spellings = Counter(template for template, _ in self.groups[0])
        most = spellings.most_common(1)[0][0]
        return next(pair for template, pair in self.groups[0] if template == most)


class Kinds:
    """The patterns that pairs teach, by the form of their English; `names` are those of all kinds."""

    def __init__(self, pairs: Iterable[Pair], names: Collection[str]) -> None:
        self._names = frozenset(names)
        found: dict[str, dict[str, list[tuple[str, Pair]]]] = defaultdict(lambda: defaultdict(list))
        for pair in pairs:
            shape = self._shape(pair.english)
            template, own = self._slotted(pair.translation)
            if shape and not pair.fault and own == self._slotted(pair.english)[1]:
                found[shape][agreed(template)].append((template, pair))
        self._patterns = {
            shape: Pattern(
                groups=tuple(tuple(group) for group in sorted(groups.values(), key=lambda group: -len(group)))
            )
            for shape, groups in found.items()
        }

    def alike(self, english: str) -> Pair | None:
        """A text of another kind whose translation is that of this one but for the name; None where those of other kinds do not agree."""
        pattern = self._patterns.get(self._shape(english))
        return pattern.best if pattern is not None and pattern.is_agreed else None

    def _shape(self, english: str) -> str:
        """The form of a text that names one kind; empty for another text."""
        text, names = self._slotted(english)
        return form(text) if len(names) == 1 and words(text).total() >= _WORDS_ENOUGH else ""

    def _slotted(self, text: str) -> tuple[str, frozenset[str]]:
        line = same(text)
        names = self._names.intersection(NAME.findall(line))
        return (slotted(line, set(names)) if names else line), names
