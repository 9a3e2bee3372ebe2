"""How work grows with its input: the guard against what is quadratic, without a limit in seconds."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable
from itertools import pairwise

from msgspec import Struct

FACTOR = 8  # a square grows 64 times with it
LIMIT = 3 * FACTOR  # generous: caches and collections cost on the way
_NOISE = 0.004  # seconds; what takes less cannot be told from chance


def grows_linearly(work: Callable[[int], object], *, size: int = 200) -> bool:
    """Whether eight times the input takes about eight times as long, in one process, the fastest of three runs each.

    Sizes grow from `size` until a run is long enough to be measured, so that machines of any speed do what tells something.
    """
    largest = size * 2000
    while (base := _fastest(work, size)) < _NOISE and size < largest:
        size *= 2
    return _fastest(work, size * FACTOR) < LIMIT * max(base, _NOISE)


def _fastest(work: Callable[[int], object], size: int) -> float:
    return min(_timed(lambda: work(size)) for _ in range(3))


def _timed(work: Callable[[], object]) -> float:
    """Seconds of the CPU, without the collector."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        started = time.process_time()
        work()
        return time.process_time() - started
    finally:
        if collecting:
            gc.enable()


STEEPEST = 2.5  # for each doubling: what is linear takes 2, and caches cost on the way
_DOUBLINGS = 3
_LARGEST = 50_000  # of a first size: what takes no time with it is refused, or is nothing


class Doublings(Struct, frozen=True):
    """Seconds of the CPU for an input of a size, and of twice, four times and eight times that."""

    seconds: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        """How many times as long each size takes as the one before it."""
        return [after / before for before, after in pairwise(self.seconds)]

    @property
    def steepness(self) -> float:
        """That of a doubling in the middle, or of the last one where that is more: before, a bound may not be reached that holds the work."""
        ratios = self.ratios
        return max(math.exp(math.log(self.seconds[-1] / self.seconds[0]) / len(ratios)), ratios[-1])


def doubled(prepare: Callable[[int], Callable[[], object]], *, size: int = 25, least: float = 0.01) -> Doublings:
    """How long three doublings of an input take.

    `prepare` makes an input of a size and gives the work on it, which alone is measured. The first size is the first for which work takes
    `least` seconds; where the growth seems too steep all sizes are measured again, and of each the fastest run counts.
    """
    prepare(1)()  # loads what it needs
    while _alone(prepare(size)) < least and size < _LARGEST:
        size *= 2
    works = [prepare(size << doubling) for doubling in range(_DOUBLINGS + 1)]
    found = Doublings(tuple(map(_alone, works)))
    for _ in range(4):
        if found.steepness <= STEEPEST or min(found.ratios) > STEEPEST:
            break
        found = Doublings(tuple(min(before, _alone(work)) for before, work in zip(found.seconds, works, strict=True)))
    return found


def _alone(work: Callable[[], object]) -> float:
    """The same, in memory that holds nothing of the runs before."""
    gc.collect()
    return _timed(work)
