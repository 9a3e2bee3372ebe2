"""The time of an endpoint, which tests may stop and move."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TypeVar

from codegen.outputs.python.runtime.moments import time_of, time_text

F = TypeVar("F", int, float)
LAST = 9800  # the year: what is issued then ends before the year 10000, which no date has
_LAST = int(datetime(LAST, 1, 1, tzinfo=UTC).timestamp())


class Clock:
    """Seconds since 1970: those of the system, or what a test sets. What leads before 1970 or behind `LAST` raises ValueError and changes nothing."""

    def __init__(self, fixed: int | None = None) -> None:
        self._fixed = None if fixed is None else _allowed(fixed)
        self._ahead = 0.0

    def seconds(self) -> float:
        """Now, with the part of the second that has passed."""
        return (time.time() if self._fixed is None else self._fixed) + self._ahead

    def now(self) -> int:
        """Now, in whole seconds."""
        return int(self.seconds())

    def stop(self, at: int | None = None) -> None:
        """Stop at a time, or where the clock is; `forward` still moves it."""
        self._fixed, self._ahead = (self.now() if at is None else _allowed(at)), 0.0

    def run(self) -> None:
        """Go on with the time of the system."""
        self._fixed, self._ahead = None, 0.0

    def forward(self, seconds: float) -> None:
        """Move on, or back where the number is negative; whether it runs or is stopped."""
        _allowed(self.seconds() + seconds)
        self._ahead += seconds


def _allowed(seconds: F) -> F:
    if not 0 <= seconds <= _LAST:  # nor what is no number
        raise ValueError(f"the clock of an endpoint stays between the years 1970 and {LAST}")
    return seconds


def text(seconds: float) -> str:
    """A time as Kubernetes writes it: `2030-01-02T03:04:05Z`."""
    return time_text(datetime.fromtimestamp(int(seconds), UTC), "seconds")


def parsed(written: str) -> int:
    """The seconds of an RFC 3339 time. Raises ValueError for anything else."""
    return int(time_of(written).timestamp())
