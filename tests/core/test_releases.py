"""Releases as numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.core import releases


def test_the_newest_release_is_found_by_number() -> None:
    files = [Path(f"corpus/v1.{number}/swagger.json") for number in (9, 10, 8)]
    assert releases.newest(files) == files[1]
    assert releases.newest([Path("v1.2"), Path("notes"), Path("v1.11")]) == Path("v1.11")
    with pytest.raises(ValueError, match="no folder that is named by a release"):
        releases.newest([Path("notes/swagger.json")])
