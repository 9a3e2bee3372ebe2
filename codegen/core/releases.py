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
    match = _RELEASE.match(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a Kubernetes release; write MAJOR.MINOR")
    return int(match[1]), int(match[2])


def format_release(release: Release) -> str:
    """Format a release as `1.N`."""
    return f"{release[0]}.{release[1]}"


def newest(folders: Iterable[Path]) -> Path:
    """Return the path with the newest release in its name or its folder.

    Raises ValueError if none is named so.
    """
    named = (
        (next(filter(_RELEASE.match, (folder.name, folder.parent.name)), ""), folder)
        for folder in folders
    )
    numbered = [(parse(name), folder) for name, folder in named if name]
    if not numbered:
        raise ValueError("there is no folder that is named by a release, such as v1.N")
    return max(numbered)[1]
