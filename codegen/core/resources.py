"""Folders of bundled files, beside the package in a checkout and inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def templates() -> Path:
    """Return the folder of bundled templates and locale files."""
    inside = _PACKAGE / "templates"
    if inside.is_dir():
        return inside
    return _PACKAGE.parent / "templates"


def server_rules() -> Path:
    """Return the folder of server rules, one file per kind."""
    return _PACKAGE / "validation" / "server_rules"


def schemas() -> Path:
    """Return the folder of bundled schemas and their translations."""
    inside = _PACKAGE / "schemas"
    if inside.is_dir():
        return inside
    return _PACKAGE.parent / "schemas"
