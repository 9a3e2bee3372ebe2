"""The kinds of Kubernetes in the parts of kubernetes.io, the most wanted first."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("kinds.toml")


@cache
def parts_of_kinds() -> Mapping[str, Mapping[str, str]]:
    """Return the kinds of each part, named by its English title, with their short names in kubectl."""
    parts: Mapping[str, Mapping[str, str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return parts


def is_of_kubernetes(key: str) -> bool:
    """Return whether a definition is one of Kubernetes. Others may have a kind of the same name."""
    return key.startswith("io.k8s.")
