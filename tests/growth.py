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
LONGEST = 0.05  # seconds that the longest run takes at least, where its input can be made long enough
_DOUBLINGS = 3
_LARGEST = 50_000  # the size from which on nothing is doubled: what takes no time with it is refused, or is nothing
_PATIENCE = 40  # times `LONGEST` that all first runs of a series may take
_GROWS = 1.5  # for a doubling: what costs less is mostly work that is the same for any input
_REPEATS = 6


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


def doubled(prepare: Callable[[int], Callable[[], object]], *, size: int = 25, longest: float = LONGEST) -> Doublings:
    """How long the steepest three doublings of an input take.

    `prepare` makes an input of a size and gives the work on it, which alone is measured. The input is doubled until the work takes
    `longest` seconds and grows with it. Of all sizes in a row whose last one takes about that long, or half of the longest run, those count
    that grow most: a limit may hold the work that comes after them. Where they seem too steep, they are measured again, and of each size
    the fastest run counts; so a busy machine makes nothing steep, and what is steep stays so.
    """
    prepare(1)()  # loads what it needs
    seconds = [_alone(prepare(size))]
    while not _long_enough(seconds, longest) and size << len(seconds) <= _LARGEST:
        seconds.append(_alone(prepare(size << len(seconds))))
    for _ in range(_REPEATS):
        at, found = _steepest(seconds, longest)
        if found.steepness <= STEEPEST or min(found.ratios) > STEEPEST:
            break
        for place in range(at, at + _DOUBLINGS + 1):
            seconds[place] = min(seconds[place], _alone(prepare(size << place)))
    return _steepest(seconds, longest)[1]


def _long_enough(seconds: list[float], longest: float) -> bool:
    if len(seconds) <= _DOUBLINGS:
        return False
    return sum(seconds) > longest * _PATIENCE or (seconds[-1] >= longest and seconds[-1] > _GROWS * seconds[-2])


def _steepest(seconds: list[float], longest: float) -> tuple[int, Doublings]:
    """The sizes in a row that grow most, with the place of the first of them."""
    least = min(longest, max(seconds)) / 2
    rows = [
        (at, Doublings(tuple(seconds[at : at + _DOUBLINGS + 1])))
        for at in range(len(seconds) - _DOUBLINGS)
        if seconds[at + _DOUBLINGS] >= least
    ]
    return max(rows, key=lambda row: row[1].steepness)


def _alone(work: Callable[[], object]) -> float:
    """The same, in memory that holds nothing of the runs before."""
    gc.collect()
    return _timed(work)
