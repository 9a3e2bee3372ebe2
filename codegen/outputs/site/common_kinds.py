"""The kinds of Kubernetes in the parts of kubernetes.io, the most wanted first."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from codegen.core import resources

_FILE = "site/search/kinds.toml"
_PACKAGE = "io.k8s."


@cache
def parts_of_kinds() -> Mapping[str, Mapping[str, str]]:
    """Return the kinds of each part, named by its English title, with their short names in kubectl."""
    found: Mapping[str, Mapping[str, str]] = tomllib.loads((resources.templates() / _FILE).read_text(encoding="utf-8"))
    return found


def is_of_kubernetes(key: str) -> bool:
    """Return whether a definition is one of Kubernetes. Others may have a kind of the same name."""
    return key.startswith(_PACKAGE)
