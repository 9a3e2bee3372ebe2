"""Measures how the time for a piece of work grows with its input, without a limit in seconds."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

FACTOR = 8  # a square grows 64 times with it
LIMIT = 3 * FACTOR  # generous: caches and collections cost on the way
_TRIES = 3  # a busy machine makes no work steep
_NOISE = 0.004  # seconds; what takes less cannot be told from chance


def grows_linearly(work: Callable[[int], object], *, size: int = 200) -> bool:
    """Return whether eight times the input takes about eight times as long, in one process, the fastest of three runs each.

    Sizes grow from `size` until a run is long enough to be measured, so that machines of any speed do what tells something.
    """
    largest = size * 2000
    while _fastest(work, size) < _NOISE and size < largest:
        size *= 2
    return any(_fastest(work, size * FACTOR) < LIMIT * max(_fastest(work, size), _NOISE) for _ in range(_TRIES))


def _fastest(work: Callable[[int], object], size: int) -> float:
    return min(_measure(work, size) for _ in range(3))


def _measure(work: Callable[[int], object], size: int) -> float:
    """Return the seconds of the processor, without the garbage collector."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        started = time.process_time()
        work(size)
        return time.process_time() - started
    finally:
        if was_enabled:
            gc.enable()
