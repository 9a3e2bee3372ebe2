"""Formatters with default settings, which must not change generated Python."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import black


def find_reformatted(texts: Mapping[str, str], folder: Path) -> list[str]:
    """Return the files that black or ruff changes, each as `<formatter>: <path>`."""
    for path, text in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--isolated",
        "--no-cache",
        "--quiet",
        str(folder),
    ]
    subprocess.run(command, check=True)
    changed = []
    for path, text in texts.items():
        if (folder / path).read_text(encoding="utf-8") != text:
            changed.append(f"ruff: {path}")
        if black.format_str(text, mode=black.Mode()) != text:
            changed.append(f"black: {path}")
    return changed
