"""One line of the table that `make bench` prints, and the clocks behind it."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One comparison: medians in milliseconds (or what `unit` says), their ratio and the promised bound."""

    what: str
    ours: float
    theirs: float
    unit: str
    at_most: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs

    @property
    def good(self) -> bool:
        return self.ratio <= self.at_most

    @property
    def shown(self) -> str:
        return _short(self.ratio)

    @property
    def limit(self) -> str:
        return _short(self.at_most) if math.isfinite(self.at_most) else "none"

    def __str__(self) -> str:
        return f"{'ok  ' if self.good else 'MISS'}  {self.what:<86} {self.ours:9.1f} {self.theirs:9.1f} {self.unit}  {self.shown:>6} (at most {self.limit})"


def _short(ratio: float) -> str:
    """Two decimals; three for a ratio so small that two would hide it."""
    return f"{ratio:.3f}" if ratio < 0.1 else f"{ratio:.2f}"


def interleaved(ours: Callable[[], object], theirs: Callable[[], object], runs: int) -> tuple[float, float]:
    """Median milliseconds of both, run alternately so that a busy machine hits both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for side, call in enumerate((ours, theirs)):
            gc.collect()
            started = time.perf_counter()
            call()
            times[side].append((time.perf_counter() - started) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


def medians(calls: Mapping[str, Callable[[], object]], rounds: int = 40, block: float = 0.002) -> dict[str, float]:
    """Median microseconds of one call of each: blocks of about two milliseconds, all in turn, without the collector."""
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
    return {name: statistics.median(each) for name, each in times.items()}
