"""`make matrix`: the fast suite with the lowest and the newest versions that pyproject.toml allows, on each Python that it names and that is here.

Each cell has an environment of its own below build/matrix, made by uv. What was not run, because a Python is not here, is named.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.corpus import ROOT

RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest"}
SUITE = ("-q", "-n", "2", "-m", "not slow and not timing", "-p", "no:cacheprovider")


def project() -> dict[str, Any]:
    """What pyproject.toml says of the project."""
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def pythons(stated: Mapping[str, Any]) -> tuple[str, ...]:
    """The releases of Python that the classifiers name."""
    named = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", each) for each in stated["classifiers"])
    return tuple(found[1] for found in named if found)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One run: a release of Python, and which versions of all that is needed."""

    python: str
    versions: str  # a key of RESOLUTIONS

    @property
    def name(self) -> str:
        return f"{self.python}-{self.versions}"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a cell: whether it ran, whether all passed, and a line that says so."""

    cell: Cell
    ran: bool
    passed: bool
    said: str


def cells(releases: Iterable[str], versions: Iterable[str]) -> Iterator[Cell]:
    """All runs, the lowest versions of each Python first: they fail more often."""
    names = tuple(versions)
    return (Cell(python=release, versions=name) for release in releases for name in names)


def uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A run of uv, which never fetches a Python of its own."""
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    return subprocess.run([sys.executable, "-m", "uv", *arguments], cwd=ROOT, env=env, capture_output=True, text=True)


def run(cell: Cell, folder: Path) -> Outcome:
    """Make the environment of a cell, and run the suite in it; its log is written beside it."""
    log = folder / f"{cell.name}.log"
    found = uv("python", "find", "--system", cell.python)
    if found.returncode:
        return Outcome(cell=cell, ran=False, passed=False, said=f"not run: CPython {cell.python} is not here")
    environment = folder / cell.name
    python = str(environment / ("Scripts" if os.name == "nt" else "bin") / "python")
    resolution = RESOLUTIONS[cell.versions]
    for step in (
        ("venv", "--clear", "--python", found.stdout.strip(), str(environment)),
        ("pip", "install", "--python", python, "--resolution", resolution, "--editable", ".[test]"),
    ):
        done = uv(*step)
        if done.returncode:
            log.write_text(done.stderr, encoding="utf-8")
            return Outcome(cell=cell, ran=True, passed=False, said=f"`uv {' '.join(step[:2])}` failed: {log}")
    begun = time.monotonic()
    with log.open("w", encoding="utf-8") as stream:
        status = subprocess.run([python, "-m", "pytest", *SUITE], cwd=ROOT, stdout=stream, stderr=stream).returncode
    (*_, last) = ["nothing", *log.read_text(encoding="utf-8").splitlines()]
    took = f"{time.monotonic() - begun:.0f} s"
    ended = f"exit status {status}; " if status else ""  # below zero: the signal that ended it
    return Outcome(cell=cell, ran=True, passed=status == 0, said=f"{ended}{last} [{took}, {log}]")


def main(arguments: list[str]) -> int:
    """Run all cells that are asked for. Returns 1 where one failed or none could run."""
    parser = argparse.ArgumentParser(description=__doc__)
    stated = pythons(project())
    parser.add_argument("--python", action="append", choices=stated, help="this one alone; may be repeated")
    parser.add_argument("--versions", action="append", choices=list(RESOLUTIONS), help="these alone; may be repeated")
    wanted = parser.parse_args(arguments)
    folder = ROOT / "build" / "matrix"
    folder.mkdir(parents=True, exist_ok=True)
    outcomes = []
    for cell in cells(wanted.python or stated, wanted.versions or RESOLUTIONS):
        outcomes.append(run(cell, folder))
        print(f"{cell.name}: {outcomes[-1].said}", flush=True)
    ran = [each for each in outcomes if each.ran]
    failed = [each for each in ran if not each.passed]
    print(f"{len(ran)} of {len(outcomes)} runs, {len(failed)} failed")
    return 1 if failed or not ran else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
