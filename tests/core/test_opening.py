"""Paths that lead out of a folder, or that no file can have."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.core import opening


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("plots/north.yaml", True),
        ("plots/../north.yaml", True),
        ("../north.yaml", False),
        ("plots/\0north.yaml", False),
    ],
    ids=["below", "back-inside", "outside", "null-character"],
)
def test_path_is_within_folder(path: str, expected: bool, tmp_path: Path) -> None:
    assert opening.is_within(tmp_path / path, tmp_path) is expected
