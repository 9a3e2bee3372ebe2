"""Parsing and ordering of release numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.core import releases
from codegen.core.releases import parse


def test_newest_release_is_found_by_number() -> None:
    files = [Path(f"corpus/v1.{number}/swagger.json") for number in (9, 10, 8)]
    assert releases.newest(files) == files[1]
    assert releases.newest([Path("v1.2"), Path("notes"), Path("v1.11")]) == Path("v1.11")
    with pytest.raises(ValueError, match="no folder that is named by a release"):
        releases.newest([Path("notes/swagger.json")])


def test_releases_are_parsed_and_ordered() -> None:
    assert parse("v1.31.4-gke.1") == parse(" 1.31 ") == (1, 31)
    assert parse("1.9") < parse("1.10")
    for wrong in ("", "1", "1.", "one", "1.2.3.4 x", "٣.١"):
        with pytest.raises(ValueError, match="not a Kubernetes release"):
            parse(wrong)
