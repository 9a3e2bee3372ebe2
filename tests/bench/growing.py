"""How work grows: every reader, comparison, lint, validation and emitter on inputs that are doubled three times.

`python tests/bench/growing.py TEXT ...` prints the doublings of the series whose room and name hold one of the texts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from row import Row

sys.path.append(str(Path(__file__).resolve().parents[1]))  # what tests and benchmarks share

from doublings import Series, every
from growth import STEEPEST, doubled


def rows() -> Iterator[Row]:
    """Of each room the steepest doubling of all its series."""
    rooms: dict[str, list[Series]] = {}
    for series in every():
        rooms.setdefault(series.room, []).append(series)
    for room, all_of_room in rooms.items():
        found = [(series.what, doubled(series.prepare)) for series in all_of_room]
        what, steepest = max(found, key=lambda each: each[1].steepness)
        yield Row(
            what=f"{room}: {len(all_of_room)} inputs doubled three times, the steepest ({what})",
            ours=steepest.steepness,
            theirs=1,
            unit="x ",
            at_most=STEEPEST,
        )


def main() -> int:
    """Print the doublings of series. Returns how many are too steep."""
    wanted, steep = sys.argv[1:], 0
    for series in every():
        name = f"{series.room}: {series.what}"
        if wanted and not any(each in name for each in wanted):
            continue
        found = doubled(series.prepare)
        steep += found.steepness > STEEPEST
        shown = " ".join(f"{ratio:5.2f}" for ratio in found.ratios)
        print(f"{'ok  ' if found.steepness <= STEEPEST else 'MISS'}  {name:<70} {shown}", flush=True)
    return steep


if __name__ == "__main__":
    sys.exit(main())
