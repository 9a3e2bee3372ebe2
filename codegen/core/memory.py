"""What was made before, for work that is done again after each edit."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from codegen.findings.diagnostics import Diagnostic, Report

_T = TypeVar("_T")


class Memory:
    """Values by what they were made of. One that a whole round did not ask for is forgotten when that ends."""

    def __init__(self) -> None:
        self._before: dict[Hashable, Any] = {}
        self._now: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """The value of a key, which names all that it is made of; it is made if this round and the one before have not done so."""
        if key not in self._now:
            self._now[key] = self._before[key] if key in self._before else make()
        return cast("_T", self._now[key])

    def reporting(self, key: Hashable, make: Callable[[Report], _T], report: Report) -> _T:
        """The same for what reports while it is made: what it reported is told each time."""

        def noted() -> tuple[_T, tuple[Diagnostic, ...]]:
            found = Report()
            return make(found), found.diagnostics

        value, diagnostics = self.once(key, noted)
        report.extend(diagnostics)
        return value

    def end_round(self) -> None:
        """Forget what was not asked for since the last time. A round that failed is not ended, so that the next one has what it made."""
        self._before, self._now = self._now, {}
