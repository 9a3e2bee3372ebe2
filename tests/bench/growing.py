"""How work grows: every reader, comparison, lint, validation and emitter on inputs that are doubled three times.

`make growth` prints the doublings of all series, with inputs so long that a run takes half a second; `python tests/bench/growing.py
TEXT ...` those of the series whose room and name hold one of the texts. `make bench` takes shorter ones, and tells the steepest of each room.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from row import Row

sys.path.append(str(Path(__file__).resolve().parents[1]))  # what tests and benchmarks share

from doublings import Series, every
from growth import LONGEST, STEEPEST, Doublings, doubled

WHAT = "inputs doubled three times"  # in the name of each row
_THOROUGH = 10 * LONGEST
_AT_A_TIME = 5  # series that a process measures before it tells
_SERIES = list(every())
# glibc gives large pieces of memory back at once, and the kernel clears each anew: from some size on that takes longer than the work.
_KEEPS_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 30)}


def measured(wanted: list[str], longest: float) -> Iterator[tuple[Series, Doublings]]:
    """The doublings of all series whose room and name hold one of the texts, in their order; each processor measures some of them.

    What is counted is time of the processor, in a process that does nothing else, so others at work do not disturb.
    """
    chosen = {
        at: series for at, series in enumerate(_SERIES) if not wanted or any(each in series.name for each in wanted)
    }
    os.environ |= _KEEPS_MEMORY
    # Each process has a folder of its own for its inputs, so none is forked.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as pool:
        found = pool.map(partial(_measured, longest), chosen, chunksize=_AT_A_TIME)
        yield from zip(chosen.values(), found, strict=True)


def _measured(longest: float, at: int) -> Doublings:
    # What was there before is not looked through again before each run: that took more than half of the time.
    gc.collect()
    gc.freeze()
    return doubled(_SERIES[at].prepare, longest=longest)


def rows(room: str = "") -> Iterator[Row]:
    """Of each room, or of this one, the steepest doubling of all its series."""
    rooms: dict[str, list[tuple[Series, Doublings]]] = {}
    for series, found in measured([f"{room}: "] if room else [], LONGEST):
        rooms.setdefault(series.room, []).append((series, found))
    for room, all_of_room in rooms.items():
        series, steepest = max(all_of_room, key=lambda each: each[1].steepness)
        yield Row(
            what=f"{room}: {len(all_of_room)} {WHAT}, the steepest ({series.what})",
            ours=steepest.steepness,
            theirs=1,
            unit="x ",
            at_most=STEEPEST,
        )


def main() -> int:
    """Print the doublings of series. Returns how many are too steep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wanted", nargs="*", metavar="TEXT", help="a part of the room and name of a series")
    parser.add_argument("--longest", type=float, default=_THOROUGH, help="seconds that the longest run takes at least")
    options = parser.parse_args()
    steep = count = 0
    for series, found in measured(options.wanted, options.longest):
        count += 1
        steep += found.steepness > STEEPEST
        shown = " ".join(f"{ratio:5.2f}" for ratio in found.ratios)
        said = "ok  " if found.steepness <= STEEPEST else "MISS"
        wrote = f", writes {found.growth[-1]:.2f} times as much" if found.growth[-1] > STEEPEST else ""
        print(f"{said}  {series.name:<70} {shown}  {found.seconds[-1]:6.3f} s{wrote}", flush=True)
    print(f"{count} series, {steep} of them steeper than {STEEPEST} for a doubling")
    return min(steep, 100)


if __name__ == "__main__":
    sys.exit(main())
