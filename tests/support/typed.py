"""Type checking of generated Python in strict mode, in a separate process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def mypy(folder: Path, *what: str, path: str = "") -> list[str]:
    """Return the errors of mypy for files, or modules and packages (`-m`, `-p`), of a folder.

    `path` is a folder of further modules.
    """
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        f"--cache-dir={folder / '.cache'}",
    ]
    environment = {**os.environ, "MYPYPATH": path}
    done = subprocess.run(
        [*command, *what], cwd=folder, capture_output=True, text=True, env=environment
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr  # otherwise it did not run
    return done.stdout.splitlines()


def pyright(folder: Path, *include: str) -> str:
    """Return the errors of pyright for files and packages of a folder."""
    settings = {"typeCheckingMode": "strict", "include": include, "pythonVersion": "3.11"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.stdout if done.returncode else ""
