"""`make fuzz`: inputs made wrong, for a time, over all surfaces; prints how many were tried, and keeps what fails in `found`.

They are edits of good ones; `guided.py` has those that are led by what of the code they reach.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from fuzz.mutation import mutant
from fuzz.surfaces import SURFACES
from fuzz.trying import Kept, attempt

_FOUND = Path(__file__).with_name("found")
_MEMORY = 3 * 2**30  # bytes of address space: an input that takes more fails


def main() -> int:
    """Try inputs until the time is over. Returns 1 if one failed."""
    arguments = _arguments()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    kept = Kept(folder=_FOUND)
    tried = Counter[str]()
    seeds = {name: [text for text in SURFACES[name].seeds() if text] for name in arguments.surface or SURFACES}
    kept_inputs(seeds)
    weights = [SURFACES[name].weight for name in seeds]
    chance = random.Random(arguments.seed)  # noqa: S311
    ends = time.monotonic() + arguments.seconds
    told = time.monotonic()
    while time.monotonic() < ends and (not arguments.count or sum(tried.values()) < arguments.count):
        (name,) = chance.choices(list(seeds), weights)
        text = mutant(chance.choice(seeds[name]), chance, seeds[name])
        failure = attempt(name, text.encode("utf-8", errors="surrogatepass" if chance.random() < 0.02 else "replace"))
        tried[name] += 1
        if failure is not None and kept.add(failure):
            print(f"FAILS {failure.key}", flush=True)
        if time.monotonic() - told > 60:
            told = time.monotonic()
            print(f"{sum(tried.values())} tried, {len(kept.failures)} failures", flush=True)
    for name, count in sorted(tried.items()):
        print(f"{count:>9}  {name}")
    print(
        f"{sum(tried.values())} inputs tried, {len(kept.failures)} failures"
        + (f"; see {_FOUND}" if kept.failures else "")
    )
    return 1 if kept.failures else 0


def kept_inputs(seeds: dict[str, list[str]]) -> None:
    """Add the inputs that failed once to the good ones."""
    for file in sorted((Path(__file__).with_name("corpus")).glob("*/*")):
        name = file.parent.name.replace("-", " ")
        if name in seeds:
            seeds[name].append(file.read_bytes().decode("utf-8", errors="replace"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long")
    parser.add_argument("--count", type=int, default=0, help="how many inputs at most; 0: as many as there is time for")
    parser.add_argument("--seed", type=int, default=None, help="the same inputs again")
    parser.add_argument("--surface", action="append", choices=SURFACES, help="only this place; repeatable")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
