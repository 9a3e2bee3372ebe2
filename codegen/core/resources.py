"""Where the files that ship with the package are: beside it in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def templates() -> Path:
    """The folder of the project's own templates and locale files."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def server_rules() -> Path:
    """The folder of the rules of servers, one file for each kind."""
    return _PACKAGE / "validation" / "server_rules"


def schemas() -> Path:
    """The folder of the schemas that this project writes, with their translations."""
    inside = _PACKAGE / "schemas"
    return inside if inside.is_dir() else _PACKAGE.parent / "schemas"
