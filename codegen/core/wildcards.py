"""Many texts with `*`: which of them may match a name, without trying each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

_Owner = TypeVar("_Owner")
_FEW = 16  # texts that are all tried


class Wildcards(Generic[_Owner]):
    """Texts with `*`, each with what it stands for. Of many, a name is compared with those alone whose rarest part it has."""

    def __init__(self, texts: Iterable[tuple[str, _Owner]]) -> None:
        self._parts = [([part for part in text.split("*") if part], owner) for text, owner in texts]
        times = Counter(part for parts, _ in self._parts for part in set(parts))
        self._having: dict[str, list[_Owner]] = {}
        for parts, owner in self._parts:
            rarest = min(parts, key=lambda part: (times[part], -len(part)), default="")
            self._having.setdefault(rarest, []).append(owner)
        self._lengths = sorted({len(part) for part in self._having})

    def __bool__(self) -> bool:
        return bool(self._parts)

    def near(self, names: Iterable[str]) -> Iterator[_Owner]:
        """What stands behind the texts that may match one of these names: all that do match, and few others."""
        if len(self._parts) <= _FEW:
            yield from (owner for _, owner in self._parts)
            return
        parts = {
            name[at : at + length] for name in names for length in self._lengths for at in range(len(name) - length + 1)
        }
        for part in sorted(self._having.keys() & parts):
            yield from self._having[part]
