"""Field paths of server rules, such as `spec.items[*].name` or `spec.labels[app]`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from msgspec import Struct

Step = Any  # a field, the number of an item, or the key of a map as a tuple of one
Steps = tuple[Step, ...]
# no list is as long
_PATH = re.compile(
    r"[A-Za-z_$][\w$-]*(?:\.[A-Za-z_$][\w$-]*|\[(?!\d{11,}\])[^\[\]]+\])*\Z"
)
_STEP = re.compile(r"\.?([A-Za-z_$][\w$-]*)|\[([^\[\]]+)\]")


class PlacedValue(Struct, frozen=True):
    """A value and its place. An absent one is None, as for servers."""

    steps: Steps
    value: Any

    @property
    def empty(self) -> bool:
        """Return whether Go takes the value as unset, as it is absent, null or empty."""
        return self.value is None or (
            isinstance(self.value, str | list | dict) and not self.value
        )


class FieldPath(Struct, frozen=True):
    """A path with names, and in brackets keys of maps, numbers of items, or `*`."""

    text: str
    steps: tuple[tuple[str, bool], ...]  # name, and whether it stood in brackets

    @classmethod
    @lru_cache(maxsize=1024)  # rules name the same paths for each object
    def parse(cls, text: str) -> FieldPath:
        """Parse a path. Raises ValueError."""
        if not _PATH.match(text):
            raise ValueError(f"{text!r} is not a field path")
        return cls(
            text,
            tuple(
                (found[1] or found[2], found[1] is None)
                for found in _STEP.finditer(text)
            ),
        )

    def find(self, obj: Any) -> Iterator[PlacedValue]:
        """Yield the value at this path, or the values of all items behind a `*`."""
        places = [PlacedValue((), obj)]
        for name, bracket in self.steps:
            places = [
                inner for seen in places for inner in _take_step(seen, name, bracket)
            ]
        yield from places

    def first(self, obj: Any) -> PlacedValue:
        """Return the first value at this path."""
        return next(self.find(obj), PlacedValue((), None))

    def matches(self, steps: Steps) -> bool:
        """Return whether these steps are this path."""
        if len(steps) != len(self.steps):
            return False
        for step, (name, bracket) in zip(steps, self.steps, strict=True):
            inner = step[0] if isinstance(step, tuple) else step
            if isinstance(step, str) is bracket or (name != "*" and str(inner) != name):
                return False
        return True


def _take_step(seen: PlacedValue, name: str, bracket: bool) -> Iterator[PlacedValue]:
    value, steps = seen.value, seen.steps
    if bracket and name == "*":
        items: Iterable[tuple[Any, Any]] = ()
        if isinstance(value, dict):
            items = (((key,), item) for key, item in value.items())
        elif isinstance(value, list):
            items = enumerate(value)
        for step, item in items:
            yield PlacedValue((*steps, step), item)
    elif bracket and isinstance(value, list) and name.isascii() and name.isdigit():
        index = int(name)
        yield PlacedValue((*steps, index), value[index] if index < len(value) else None)
    else:
        inner = value.get(name) if isinstance(value, dict) else None
        yield PlacedValue((*steps, (name,) if bracket else name), inner)
