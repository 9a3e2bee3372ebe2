"""Field paths in the data of server rules: `spec.items[*].name`, `spec.labels[app]`, and what they find in an object."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from msgspec import Struct

Step = Any  # a field, the number of an item, or the key of a map as a tuple of one
Steps = tuple[Step, ...]
_PATH = re.compile(r"[A-Za-z_$][\w$-]*(?:\.[A-Za-z_$][\w$-]*|\[[^\[\]]+\])*\Z")
_STEP = re.compile(r"\.?([A-Za-z_$][\w$-]*)|\[([^\[\]]+)\]")


class Seen(Struct, frozen=True):
    """A value and its place. An absent one is None, as for servers."""

    steps: Steps
    value: Any

    @property
    def empty(self) -> bool:
        """Return whether the value is unset to Go: absent, null, or an empty string, list or map."""
        return self.value is None or (isinstance(self.value, str | list | dict) and not self.value)


class FieldPath(Struct, frozen=True):
    """A path with names, and in brackets keys of maps, numbers of items, or `*`. `plain` is a path without brackets."""

    text: str
    steps: tuple[tuple[str, bool], ...]  # name, and whether it stood in brackets
    plain: tuple[str, ...] = ()

    @classmethod
    @lru_cache(maxsize=1024)  # rules name the same paths for each object
    def parse(cls, text: str) -> FieldPath:
        """Parse a path. Raises ValueError."""
        if not _PATH.match(text):
            raise ValueError(f"{text!r} is not a field path")
        steps = tuple((found[1] or found[2], found[1] is None) for found in _STEP.finditer(text))
        plain = () if any(bracket for _, bracket in steps) else tuple(name for name, _ in steps)
        return cls(text, steps, plain)

    def find(self, obj: Any) -> Iterator[Seen]:
        """Yield the value at this path, which may be absent, or the values of all items behind a `*`."""
        if self.plain:
            yield Seen(self.plain, self.value(obj))
            return
        yield from _find(obj, self.steps, ())

    def value(self, obj: Any) -> Any:
        """Return the value at a plain path."""
        for name in self.plain:
            if not isinstance(obj, dict):
                return None
            obj = obj.get(name)
        return obj

    def first(self, obj: Any) -> Seen:
        """Return the first value at this path."""
        return next(self.find(obj), Seen((), None))

    def matches(self, steps: Steps) -> bool:
        """Return whether these steps are this path."""
        if len(steps) != len(self.steps):
            return False
        for step, (name, bracket) in zip(steps, self.steps, strict=True):
            inner = step[0] if isinstance(step, tuple) else step
            if isinstance(step, str) is bracket or (name != "*" and str(inner) != name):
                return False
        return True


def _find(value: Any, rest: tuple[tuple[str, bool], ...], done: Steps) -> Iterator[Seen]:
    if not rest:
        yield Seen(done, value)
        return
    (name, bracket), *behind = rest
    if not bracket:
        inner = value.get(name) if isinstance(value, dict) else None
        yield from _find(inner, tuple(behind), (*done, name))
    elif name == "*":
        items: list[tuple[Any, Any]] = []
        if isinstance(value, dict):
            items = [((key,), item) for key, item in value.items()]
        elif isinstance(value, list):
            items = list(enumerate(value))
        for step, item in items:
            yield from _find(item, tuple(behind), (*done, step))
    elif isinstance(value, list) and name.isascii() and name.isdigit():
        index = int(name) if len(name) < 10 else len(value)
        yield from _find(value[index] if index < len(value) else None, tuple(behind), (*done, index))
    else:
        inner = value.get(name) if isinstance(value, dict) else None
        yield from _find(inner, tuple(behind), (*done, (name,)))
