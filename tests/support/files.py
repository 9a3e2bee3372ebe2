"""Files of a test in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml


def load_yaml(file: Path) -> Any:
    """Read a table of tests by libyaml, which is ten times as fast as the parser in Python."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def place(files: Mapping[str, str], folder: Path) -> Path:
    """Write files below a folder, and return the folder."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder
