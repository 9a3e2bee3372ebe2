"""Generated Python as mypy sees it: in strict mode, in a process of its own, with a cache beside what it looks at."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def mypy(folder: Path, *what: str, path: str = "") -> list[str]:
    """What it says of files, or of modules and packages (`-m`, `-p`), of a folder; nothing where all is well. `path` is a folder of further modules."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", f"--cache-dir={folder / '.cache'}"]
    environment = {**os.environ, "MYPYPATH": path}
    done = subprocess.run([*command, *what], cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode in (0, 1), done.stdout + done.stderr  # else it could not look at all
    return done.stdout.splitlines()
