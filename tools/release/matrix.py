"""`make matrix`: the fast suite with the lowest and the newest versions allowed by pyproject.toml,
on each installed Python.

Each cell has an environment of its own below build/matrix, made by uv. Cells without an installed
Python are reported.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.corpus import ROOT

RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest"}
SUITE = ("-q", "-n", "2", "-m", "not slow and not timing", "-p", "no:cacheprovider")


def project() -> dict[str, Any]:
    """Return the project table of pyproject.toml."""
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    return found


def pythons(stated: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the Python releases of the classifiers."""
    named = (
        re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", each)
        for each in stated["classifiers"]
    )
    return tuple(found[1] for found in named if found)


def run_uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run uv without downloading a Python."""
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    return subprocess.run(
        [sys.executable, "-m", "uv", *arguments], cwd=ROOT, env=env, capture_output=True, text=True
    )


def run(release: str, versions: str, folder: Path) -> tuple[bool | None, str]:
    """Run the suite in its own environment.

    Return whether it passed, or None if the Python is missing, with a message.
    """
    log, environment = folder / f"{release}-{versions}.log", folder / f"{release}-{versions}"
    found = run_uv("python", "find", "--system", release)
    if found.returncode:
        return None, f"not run: CPython {release} is not here"
    python = str(environment / ("Scripts" if os.name == "nt" else "bin") / "python")
    resolution = RESOLUTIONS[versions]
    for step in (
        ("venv", "--clear", "--python", found.stdout.strip(), str(environment)),
        ("pip", "install", "--python", python, "--resolution", resolution, "--editable", ".[test]"),
    ):
        done = run_uv(*step)
        if done.returncode:
            log.write_text(done.stderr, encoding="utf-8")
            return False, f"`uv {' '.join(step[:2])}` failed: {log}"
    begun = time.monotonic()
    with log.open("w", encoding="utf-8") as stream:
        status = subprocess.run(
            [python, "-m", "pytest", *SUITE], cwd=ROOT, stdout=stream, stderr=stream
        ).returncode
    (*_, last) = ["nothing", *log.read_text(encoding="utf-8").splitlines()]
    took = f"{time.monotonic() - begun:.0f} s"
    ended = f"exit status {status}; " if status else ""  # negative: the terminating signal
    return status == 0, f"{ended}{last} [{took}, {log}]"


def main(arguments: list[str]) -> int:
    """Run all requested cells. Returns 1 if one failed or none could run."""
    parser = argparse.ArgumentParser(description=__doc__)
    stated = pythons(project())
    parser.add_argument(
        "--python", action="append", choices=stated, help="this one alone; may be repeated"
    )
    parser.add_argument(
        "--versions",
        action="append",
        choices=list(RESOLUTIONS),
        help="these alone; may be repeated",
    )
    wanted = parser.parse_args(arguments)
    folder = ROOT / "build" / "matrix"
    folder.mkdir(parents=True, exist_ok=True)
    outcomes = []
    # The lowest versions of each Python come first: they fail more often.
    for release in wanted.python or stated:
        for versions in wanted.versions or RESOLUTIONS:
            passed, said = run(release, versions, folder)
            outcomes.append(passed)
            print(f"{release}-{versions}: {said}", flush=True)
    failed = outcomes.count(False)
    print(f"{len(outcomes) - outcomes.count(None)} of {len(outcomes)} runs, {failed} failed")
    return 1 if failed or True not in outcomes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
