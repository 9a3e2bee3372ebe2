"""Of many things the few that may be another one under a new name, found without comparing each with each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping

MANY = 60  # things that are all compared
_COMMON = 40  # things that share a sign, from which on it says nothing
NEAREST = 16  # things that are compared where there are more than `MANY`
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W0-9A-Za-z]+")


def words(text: str) -> Iterable[str]:
    """The words of a text, and those that a name is made of: `podName` has two."""
    return (word.casefold() for word in _WORDS.findall(text))


class Near:
    """Things by signs that they have: words of their names and texts, their fields, a whole text.

    Up to `MANY` each is near to all. Of more, those are near that share rare signs, `NEAREST` at most, the ones that share most first: so
    the work grows with the number of things and of signs. What shares common signs only is near to nothing.
    """

    def __init__(self, signs: Mapping[str, Iterable[Hashable]]) -> None:
        self._names = list(signs)
        self._having: dict[Hashable, list[str]] = {}
        if len(self._names) > MANY:
            for name, own in signs.items():
                for sign in dict.fromkeys(own):
                    self._having.setdefault(sign, []).append(name)

    def to(self, signs: Iterable[Hashable]) -> list[str]:
        """The things that may be the one with these signs."""
        if len(self._names) <= MANY:
            return self._names
        shared = Counter[str]()
        for sign in dict.fromkeys(signs):
            having = self._having.get(sign, ())
            if len(having) <= _COMMON:
                shared.update(having)
        # Signs may come in any order; names decide between things that share as many.
        return sorted(shared, key=lambda name: (-shared[name], name))[:NEAREST]
