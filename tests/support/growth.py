"""Measurement of how time grows with the input, without a limit in seconds."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

FACTOR = 8  # quadratic work grows 64 times
LIMIT = 3 * FACTOR  # generous, because of caches and garbage collections
_TRIES = 3  # a busy machine must not fail the test
_NOISE = 0.004  # seconds; shorter runs are too noisy


def grows_linearly(work: Callable[[int], object], *, size: int = 200) -> bool:
    """Return whether eight times the input takes about eight times as long, using the fastest of
    three runs in one process. The size grows from `size` until a run is long enough to measure on
    this machine.
    """
    largest = size * 2000
    while _fastest(work, size) < _NOISE and size < largest:
        size *= 2
    return any(
        _fastest(work, size * FACTOR) < LIMIT * max(_fastest(work, size), _NOISE)
        for _ in range(_TRIES)
    )


def _fastest(work: Callable[[int], object], size: int) -> float:
    return min(_measure(work, size) for _ in range(3))


def _measure(work: Callable[[int], object], size: int) -> float:
    """Return the CPU seconds without garbage collection."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        started = time.process_time()
        work(size)
        return time.process_time() - started
    finally:
        if was_enabled:
            gc.enable()
