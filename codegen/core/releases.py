"""Kubernetes releases as numbers that can be compared."""

from __future__ import annotations

import re

from codegen.core.patterns import lazy_pattern

Release = tuple[int, int]
_RELEASE = lazy_pattern(r"\s*v?(\d{1,4})\.(\d{1,4})(?:[.+-][\w.+-]*)?\s*\Z", re.ASCII)


def parse(text: str) -> Release:
    """Major and minor of `1.N`, `v1.N.P` or `v1.N.P-build`. Raises ValueError for anything else."""
    found = _RELEASE.match(text)
    if found is None:
        raise ValueError(f"{text[:40]!r} is not a Kubernetes release; write MAJOR.MINOR")
    return int(found[1]), int(found[2])


def shown(release: Release) -> str:
    """`1.N`."""
    return f"{release[0]}.{release[1]}"
