"""How work grows with its input: the guard against what is quadratic, without a limit in seconds."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

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
    collecting = gc.isenabled()
    gc.disable()
    try:
        times = []
        for _ in range(3):
            started = time.process_time()
            work(size)
            times.append(time.process_time() - started)
        return min(times)
    finally:
        if collecting:
            gc.enable()
