"""Texts that differ in the name of a kind alone (`name of the Plot`, `name of the Bed`): translations leave names as they are.

What most of such texts have as their translation is that of a new one, with its name in the place of theirs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

from codegen.translation.derived import NAME, form, slotted
from codegen.translation.pairs import Pair
from codegen.translation.text import agreed, loose, same, words

# So many kinds have to agree before a translation is taken for one more, and so many other words have to be there.
_KINDS_ENOUGH = 3
_WORDS_ENOUGH = 2

_Slotted = tuple[str, Pair]  # a translation with a slot for the name of the kind, and where it is from


class Kinds:
    """What pairs teach of texts that differ in a kind alone, by the form of their English; `names` are those of all kinds."""

    def __init__(self, pairs: Iterable[Pair], names: Collection[str]) -> None:
        self._names = frozenset(names)
        found: dict[str, dict[str, list[_Slotted]]] = defaultdict(lambda: defaultdict(list))
        for pair in pairs:
            shape, kinds = self._shape(pair.english)
            template, own = self._slotted(pair.translation)
            if shape and not pair.fault and own == kinds:
                found[shape][agreed(template)].append((template, pair))
        self._agreed = {shape: _agreed(groups.values()) for shape, groups in found.items()}

    def alike(self, english: str) -> Pair | None:
        """A text of another kind whose translation is that of this one but for the name; None where those of other kinds do not agree."""
        return self._agreed.get(self._shape(english)[0])

    def _shape(self, english: str) -> tuple[str, frozenset[str]]:
        """The form of a text that names one kind, empty for another text, and the kinds that it names."""
        text, names = self._slotted(english)
        return (form(text) if len(names) == 1 and words(text).total() >= _WORDS_ENOUGH else ""), names

    def _slotted(self, text: str) -> tuple[str, frozenset[str]]:
        line = same(text)
        names = self._names.intersection(NAME.findall(line))
        return (slotted(line, set(names)) if names else line), names


def _agreed(groups: Collection[list[_Slotted]]) -> Pair | None:
    """The first pair with the most used spelling of the translation that more than half of the texts have, of several kinds; None without one.

    Each group has one translation but for punctuation.
    """
    most = max(groups, key=len)
    kinds = {loose(pair.english) for _, pair in most}
    if len(kinds) < _KINDS_ENOUGH or 2 * len(most) <= sum(map(len, groups)):
        return None
    spelling = Counter(template for template, _ in most).most_common(1)[0][0]
    return next(pair for template, pair in most if template == spelling)
