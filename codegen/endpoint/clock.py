"""The adjustable clock of an endpoint."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from codegen.kube import moments

LAST_YEAR = 9800  # tokens issued then still expire before the year 10000, the end of the calendar
_LAST = int(datetime(LAST_YEAR, 1, 1, tzinfo=UTC).timestamp())


class Clock:
    """Seconds since 1970, of the system or set by a test.

    Raises ValueError outside of 1970 to `LAST_YEAR`.
    """

    def __init__(self, fixed: int | None = None) -> None:
        self._fixed = fixed
        self._offset = 0.0
        self._check(self.seconds())

    def seconds(self) -> float:
        """Return the time with the fraction of the second."""
        return (time.time() if self._fixed is None else self._fixed) + self._offset

    def now(self) -> int:
        """Return the time in whole seconds."""
        return int(self.seconds())

    def stop(self, timestamp: int | None = None) -> None:
        """Stop at a time, by default now. `forward` still moves the clock."""
        if timestamp is None:
            timestamp = self.now()
        self._check(timestamp)
        self._fixed, self._offset = timestamp, 0.0

    def run(self) -> None:
        """Follow the time of the system again."""
        self._fixed, self._offset = None, 0.0

    def forward(self, seconds: float) -> None:
        """Move the clock forward, or back by a negative number."""
        self._check(self.seconds() + seconds)
        self._offset += seconds

    @staticmethod
    def _check(seconds: float) -> None:
        if not 0 <= seconds <= _LAST:  # nor NaN
            raise ValueError(
                f"the clock of an endpoint stays between the years 1970 and {LAST_YEAR}"
            )


def format_time(seconds: float) -> str:
    """Format a time as Kubernetes does, such as `2030-01-02T03:04:05Z`."""
    return moments.format_timestamp(datetime.fromtimestamp(int(seconds), UTC), "seconds")


def parse_time(text: str) -> int:
    """Return the seconds of an RFC 3339 time. Raises ValueError."""
    return int(moments.parse_time(text).timestamp())
