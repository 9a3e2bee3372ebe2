"""Regular expressions that are compiled when they are first used.

A run needs a few of the two hundred that the package has, and to compile them all is a third of a short command's time.
"""

from __future__ import annotations

import re
from typing import Any, cast


class LazyPattern:
    """Stands for a compiled expression; its methods are those of the real one from the first time that they are asked for."""

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._text, self._flags), name)
        self.__dict__[name] = found
        return found


def lazy_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """An expression as `re.compile` gives it, but compiled late; a mistake in it is raised where it is first used."""
    return cast("re.Pattern[str]", LazyPattern(text, flags))


# Characters, classes and groups that mean the same in Go, ECMAScript with its flag for Unicode, and Python.
_ALIKE = lazy_pattern(
    r"(?:[^\\\[\](){}]|\\[dDwWsSbB.^$*+?()\[\]{}|/\\]|\[\^?(?:[^\\\[\]]|\\[dDwWsS.^$*+?()\[\]{}|/\\-])+\]|\((?:\?:|(?!\?))|\)|\{[0-9]+(?:,[0-9]*)?\})*"
)


def is_alike(pattern: object) -> bool:
    """Whether a value is an expression that all engines read alike."""
    return isinstance(pattern, str) and _ALIKE.fullmatch(pattern) is not None
