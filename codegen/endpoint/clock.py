"""The time of an endpoint, which tests may stop and move."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TypeVar

from codegen.kube.moments import format_timestamp, parse_timestamp

F = TypeVar("F", int, float)
LAST_YEAR = 9800  # tokens that are issued then expire before the year 10000, which no date has
_LAST = int(datetime(LAST_YEAR, 1, 1, tzinfo=UTC).timestamp())


class Clock:
    """Seconds since 1970: of the system, or as a test sets them. Raises ValueError outside of 1970 to `LAST_YEAR`."""

    def __init__(self, fixed: int | None = None) -> None:
        self._fixed = None if fixed is None else _check(fixed)
        self._ahead = 0.0

    def seconds(self) -> float:
        """Return the time with the fraction of the second."""
        return (time.time() if self._fixed is None else self._fixed) + self._ahead

    def now(self) -> int:
        """Return the time in whole seconds."""
        return int(self.seconds())

    def stop(self, at: int | None = None) -> None:
        """Stop at a time, or now; `forward` still moves the clock."""
        self._fixed, self._ahead = (self.now() if at is None else _check(at)), 0.0

    def run(self) -> None:
        """Go on with the time of the system."""
        self._fixed, self._ahead = None, 0.0

    def forward(self, seconds: float) -> None:
        """Move on, or back by a negative number."""
        _check(self.seconds() + seconds)
        self._ahead += seconds


def _check(seconds: F) -> F:
    if not 0 <= seconds <= _LAST:  # nor NaN
        raise ValueError(f"the clock of an endpoint stays between the years 1970 and {LAST_YEAR}")
    return seconds


def format_time(seconds: float) -> str:
    """Write a time as Kubernetes does: `2030-01-02T03:04:05Z`."""
    return format_timestamp(datetime.fromtimestamp(int(seconds), UTC), "seconds")


def parse_time(text: str) -> int:
    """Return the seconds of an RFC 3339 time. Raises ValueError."""
    return int(parse_timestamp(text).timestamp())
