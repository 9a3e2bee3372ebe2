"""One line of the table that `make bench` prints, and the clocks behind it."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A comparison: times in `unit` and the highest accepted ratio.

    Without `at_most`, the ratio is only reported.
    """

    what: str
    ours: float
    theirs: float
    unit: str = "ms"
    at_most: float | None = 1

    @property
    def is_good(self) -> bool:
        return self.at_most is None or self.ours / self.theirs <= self.at_most

    @property
    def cells(self) -> tuple[str, str, str]:
        """Return subject, ratio and limit for the table of the performance pages."""
        ratio = self.ours / self.theirs
        return (
            self.what,
            f"{ratio:.3f}" if ratio < 0.1 else f"{ratio:.2f}",
            f"{self.at_most:.2f}" if self.at_most else "-",
        )

    def __str__(self) -> str:
        what, ratio, limit = self.cells
        return (
            f"{'ok  ' if self.is_good else 'MISS'}  {what:<86} {self.ours:9.1f} "
            f"{self.theirs:9.1f} {self.unit}  {ratio:>6} (at most {limit})"
        )


def processor_time(call: Callable[[], object]) -> float:
    """Return the milliseconds of processors that the processes of a call take, for a comparison
    with another machine or a limit.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    call()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1000


def measure_interleaved(
    ours: Callable[[], object], theirs: Callable[[], object], runs: int
) -> tuple[float, float]:
    """Return the milliseconds of the fastest run of both, run alternately so that machine load
    affects both.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for side, call in enumerate((ours, theirs)):
            gc.collect()
            started = time.perf_counter()
            call()
            times[side].append((time.perf_counter() - started) * 1000)
    return min(times[0]), min(times[1])


def measure_best(
    calls: Mapping[str, Callable[[], object]], rounds: int = 40, block: float = 0.002
) -> dict[str, float]:
    """Return the microseconds of the fastest calls of each: blocks of about two milliseconds, all
    in turn, without the collector.
    """
    counts = {}
    for name, call in calls.items():
        started = time.perf_counter()
        call()
        call()
        counts[name] = max(1, int(block / (time.perf_counter() - started) * 2))
    times: dict[str, list[float]] = {name: [] for name in calls}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, call in calls.items():
                repeat = range(counts[name])
                started = time.perf_counter()
                for _ in repeat:
                    call()
                times[name].append((time.perf_counter() - started) / counts[name] * 1e6)
    finally:
        gc.enable()
    return {name: min(each) for name, each in times.items()}
