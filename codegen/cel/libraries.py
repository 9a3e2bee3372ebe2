"""Libraries of CEL by the release of Kubernetes that brought them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from codegen.core import releases
from codegen.core.releases import Release

RESERVED_WORDS = "reserved words as names"


@cache
def _read_releases() -> Mapping[str, Release]:
    """Return the release of each library."""
    text = Path(__file__).with_name("libraries.toml").read_text(encoding="utf-8")
    return {library: releases.parse(release) for library, release in tomllib.loads(text).items()}


def select_libraries(release: Release | None) -> frozenset[str]:
    """Return the libraries of a release, or all libraries if it is not known."""
    first_releases = _read_releases()
    return frozenset(
        library for library, since in first_releases.items() if release is None or since <= release
    )


def list_later_releases(release: Release | None) -> list[Release]:
    """List the releases after this one that brought libraries, oldest first."""
    return sorted(
        {since for since in _read_releases().values() if release is not None and since > release}
    )
