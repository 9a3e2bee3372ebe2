"""Field paths of server rules, such as `spec.items[*].name` or `spec.labels[app]`."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from codegen.kube.errors import DICT, LIST, TUPLE

Step = Any  # a field, the number of an item, or the key of a map as a tuple of one
Steps = tuple[Step, ...]
# no list is as long
_PATH: Final = re.compile(
    r"[A-Za-z_$][\w$-]*(?:\.[A-Za-z_$][\w$-]*|\[(?!\d{11,}\])[^\[\]]+\])*\Z"
)
_STEP: Final = re.compile(r"\.?([A-Za-z_$][\w$-]*)|\[([^\[\]]+)\]")


class PlacedValue(NamedTuple):
    """A value and its place. An absent one is None, as for servers."""

    steps: Steps
    value: Any

    @property
    def empty(self) -> bool:
        """Return whether Go takes the value as unset, as it is absent, null or empty."""
        return self.value is None or (
            isinstance(self.value, (str, LIST, DICT)) and not self.value
        )


class PathStep(NamedTuple):
    """A name of a path, and whether it stands in brackets."""

    name: str
    has_brackets: bool


class FieldPath(NamedTuple):
    """A path with names, and in brackets keys of maps, numbers of items, or `*`.

    A path for `matches` may end with `[**]`, which stands for everything below.

    `names` are the names of a path without brackets, which has one place in every object.
    """

    text: str
    steps: tuple[PathStep, ...]
    names: tuple[str, ...] = ()

    @classmethod
    @lru_cache(maxsize=1024)  # rules name the same paths for each object
    def parse(cls, text: str) -> "FieldPath":
        """Parse a path. Raises ValueError."""
        if not _PATH.match(text):
            raise ValueError(f"{text!r} is not a field path")
        steps = [
            PathStep(match[1] or match[2], has_brackets=match[1] is None)
            for match in _STEP.finditer(text)
        ]
        names: tuple[str, ...] = ()
        if not any(step.has_brackets for step in steps):
            names = tuple(step.name for step in steps)
        return cls(text, tuple(steps), names)

    def find(self, obj: Any) -> list[PlacedValue]:
        """Return the value at this path, or the values of all items behind a `*`."""
        if self.names:
            return [PlacedValue(self.names, self._look_up(obj))]
        values = [PlacedValue((), obj)]
        for step in self.steps:
            inner: list[PlacedValue] = []
            for value in values:
                inner += _take_step(value, step)
            values = inner
        return values

    def is_absent(self, obj: Any) -> bool:
        """Return whether an object lacks the first field of this path."""
        if not self.steps:
            return obj is None
        return not isinstance(obj, DICT) or obj.get(self.steps[0].name) is None

    def _look_up(self, obj: Any) -> Any:
        """Return the value at the names of this path, or None."""
        for name in self.names:
            if not isinstance(obj, DICT):
                return None
            obj = obj.get(name)
        return obj

    def first(self, obj: Any) -> PlacedValue:
        """Return the first value at this path."""
        if self.names:
            return PlacedValue(self.names, self._look_up(obj))
        return next(iter(self.find(obj)), PlacedValue((), None))

    def matches(self, steps: Steps) -> bool:
        """Return whether these steps are this path."""
        wanted_steps = self.steps
        if wanted_steps and wanted_steps[-1].name == "**":
            wanted_steps = wanted_steps[:-1]
            steps = steps[: len(wanted_steps)]
        if len(steps) != len(wanted_steps):
            return False
        for step, wanted in zip(steps, wanted_steps, strict=True):
            if isinstance(step, str) is wanted.has_brackets:
                return False
            if isinstance(step, TUPLE):
                step = step[0]
            if wanted.name != "*" and str(step) != wanted.name:
                return False
        return True


def _take_step(placed: PlacedValue, step: PathStep) -> Iterator[PlacedValue]:
    value, steps = placed.value, placed.steps
    name, has_brackets = step
    if has_brackets and name == "*":
        items: Iterable[tuple[Any, Any]] = ()
        if isinstance(value, DICT):
            items = (((key,), item) for key, item in value.items())
        elif isinstance(value, LIST):
            values: list[Any] = value
            items = enumerate(values)
        for key, item in items:
            yield PlacedValue((*steps, key), item)
    elif has_brackets and isinstance(value, LIST) and name.isascii() and name.isdigit():
        index = int(name)
        item = None
        if index < len(value):
            item = value[index]
        yield PlacedValue((*steps, index), item)
    else:
        item = None
        if isinstance(value, DICT):
            item = value.get(name)
        yield PlacedValue((*steps, (name,) if has_brackets else name), item)
