"""Kubernetes releases as comparable numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

Release = tuple[int, int]
_RELEASE = re.compile(r"\s*v?(\d{1,4})\.(\d{1,4})(?:[.+-][\w.+-]*)?\s*\Z", re.ASCII)


def parse(text: str) -> Release:
    """Parse major and minor of `1.N`, `v1.N.P` or `v1.N.P-build`.

    Raises ValueError for anything else.
    """
    found = _RELEASE.match(text)
    if found is None:
        raise ValueError(f"{text[:40]!r} is not a Kubernetes release; write MAJOR.MINOR")
    return int(found[1]), int(found[2])


def format_release(release: Release) -> str:
    """Format a release as `1.N`."""
    return f"{release[0]}.{release[1]}"


def newest(folders: Iterable[Path]) -> Path:
    """Return the path with the newest release in its name or its folder.

    Raises ValueError if none is named so.
    """
    named = (
        (next(filter(_RELEASE.match, (each.name, each.parent.name)), ""), each) for each in folders
    )
    numbered = [(parse(name), each) for name, each in named if name]
    if not numbered:
        raise ValueError("there is no folder that is named by a release, such as v1.N")
    return max(numbered)[1]
