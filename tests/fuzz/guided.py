"""Inputs led by what of the code they reach: atheris, which has wheels for few releases of Python, and so is no part of the tests.

`make fuzz GUIDED=yes` runs it beside `run.py`. The first byte of an input chooses the surface.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from importlib import import_module
from pathlib import Path

_MEMORY = 4 * 2**30  # bytes of address space


def main() -> int:
    """Try inputs for the seconds that are the first argument; libFuzzer ends the process. Returns 2 where atheris is not installed."""
    try:
        atheris = import_module("atheris")
    except ImportError:
        print("atheris is missing; pip install atheris, where it has a wheel for this Python", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["codegen"]):
        surfaces = import_module("fuzz.surfaces").SURFACES
    trying = import_module("fuzz.trying")
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    names = sorted(surfaces)
    kept = trying.Kept(folder=Path(__file__).with_name("found"))

    def one(data: bytes) -> None:
        if not data:
            return
        failure = trying.attempt(names[data[0] % len(names)], data[1:])
        if failure is not None and kept.add(failure):
            print(f"FAILS {failure.key}", flush=True)

    seconds = sys.argv[1] if len(sys.argv) > 1 else "60"
    with tempfile.TemporaryDirectory(prefix="fuzz-seeds-") as folder:
        for number, name in enumerate(names):
            for count, text in enumerate(surfaces[name].seeds()):
                data = bytes([number]) + text.encode("utf-8", errors="replace")
                (Path(folder) / f"{number}-{count}").write_bytes(data[:16_000])
        # libFuzzer ends the process itself, and prints how many inputs it has tried.
        flags = [f"-max_total_time={seconds}", "-max_len=16000", "-print_final_stats=1", "-verbosity=1", "-timeout=300"]
        atheris.Setup([sys.argv[0], *flags, folder], one)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
