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
_LARGEST = 100_000  # the size from which on nothing is doubled: beyond are limits, and what a processor holds near
_PATIENCE = 15  # times `LONGEST` after which nothing is doubled: what takes no time by then is refused, or is nothing
_GROWS = 1.5  # for a doubling: what costs less is mostly work that is the same for any input
_REPEATS = 5  # measurements of what seems too steep
_FURTHER = 3  # doublings of it


class Written(int):
    """How much a piece of work has written: given by work that cannot write less than a square of its input."""


class Doublings(Struct, frozen=True):
    """Seconds of the CPU for an input of a size, and of twice, four times and eight times that; and how much was written, if that counts."""

    seconds: tuple[float, ...]
    written: tuple[int, ...]

    @property
    def ratios(self) -> list[float]:
        """How many times as long each size takes as the one before it, for twice as much: of the input, or written if that grows more."""
        taken = [after / before for before, after in pairwise(self.seconds)]
        return [2 * ratio / max(2, grown) for ratio, grown in zip(taken, self.growth, strict=True)]

    @property
    def growth(self) -> list[float]:
        """How many times as much is written of each size as of the one before it; 0 where that does not count."""
        return [after / before if before else 0 for before, after in pairwise(self.written)]

    @property
    def steepness(self) -> float:
        """That of a doubling in the middle, or of the last one where that is more: before, a bound may not be reached that holds the work."""
        ratios = self.ratios
        return max(math.prod(ratios) ** (1 / len(ratios)), ratios[-1])


def doubled(prepare: Callable[[int], Callable[[], object]], *, size: int = 25, longest: float = LONGEST) -> Doublings:
    """How long three doublings of an input take, the last ones that still make the work longer.

    `prepare` makes an input of a size and gives the work on it, which alone is measured. Where the work gives
    `Written`, what it has written counts as the input does. The input is doubled until the work takes
    `longest` seconds and grows with it. What seems too steep is measured again, and of each size the fastest run counts; then it is
    doubled further. So a busy machine makes nothing steep, nor does what is looked through up to a limit, and what is steep stays so.
    """
    prepare(1)()  # loads what it needs
    end = time.process_time() + longest * _PATIENCE
    runs = [_alone(prepare(size))]
    while len(runs) <= _DOUBLINGS or (
        not _long_enough(runs, longest) and time.process_time() < end and size << len(runs) <= _LARGEST
    ):
        runs.append(_alone(prepare(size << len(runs))))
    for _ in range(_FURTHER):
        if _settled(prepare, size, runs).steepness <= STEEPEST or runs[-1].seconds > longest * _PATIENCE:
            break
        runs.append(_alone(prepare(size << len(runs))))
    return _settled(prepare, size, runs)


class _Run(Struct, frozen=True, order=True):
    seconds: float
    written: int


def _long_enough(runs: list[_Run], longest: float) -> bool:
    return runs[-1].seconds >= longest and runs[-1].seconds > _GROWS * runs[-2].seconds


def _settled(prepare: Callable[[int], Callable[[], object]], size: int, runs: list[_Run]) -> Doublings:
    """The last doublings that make the work longer, measured until they are not too steep, or stay so."""
    growing = [at for at in range(_DOUBLINGS, len(runs)) if runs[at].seconds > _GROWS * runs[at - 1].seconds]
    last = max(growing, default=len(runs) - 1)
    places = range(last - _DOUBLINGS, last + 1)
    for _ in range(_REPEATS):
        found = _doublings(runs, places)
        if found.steepness <= STEEPEST or min(found.ratios) > STEEPEST:
            break
        for place in places:
            runs[place] = min(runs[place], _alone(prepare(size << place)))
    return _doublings(runs, places)


def _doublings(runs: list[_Run], places: range) -> Doublings:
    chosen = [runs[place] for place in places]
    return Doublings(tuple(run.seconds for run in chosen), tuple(run.written for run in chosen))


def _alone(work: Callable[[], object]) -> _Run:
    """The same, in memory that holds nothing of the runs before."""
    gc.collect()
    written: list[object] = []
    seconds = _timed(lambda: written.append(work()))
    return _Run(seconds, written[0] if isinstance(written[0], Written) else 0)
