"""Unique names of files, classes and anchors."""

from __future__ import annotations

from collections.abc import Iterable


class UniqueNames:
    """A registry of unique names.

    It remembers the next free number of each name, so that its time stays linear.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._next: dict[tuple[str, str], int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._taken

    def take(self, name: str, numbered: str = "", behind: str = "") -> str:
        """Reserve a name, or the first free one of `name_2`, `name_3` and so on.

        `numbered` stands before the number instead of `name_`.
        `behind` stands behind it. Nothing else gets the name from now on.
        """
        if name in self._taken:
            stem = numbered or f"{name}_"
            number = self._next.get((stem, behind), 2)
            while (name := f"{stem}{number}{behind}") in self._taken:
                number += 1
            self._next[stem, behind] = number + 1
        self._taken.add(name)
        return name
