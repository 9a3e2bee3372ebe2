"""Finds the release of Kubernetes that the sources of a project describe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from codegen.model import Reference
from codegen.project.config.configuration import Config
from codegen.readers.built_in.structure import built_ins
from codegen.readers.releases import find_release as find_release_in_path

_PIN = "kubernetes"


def find_release(config: Config, reference: Reference) -> str:
    """Return the release of `kubernetes:`, else the one release of the sources, else an empty text.

    A release without bundled kinds counts as unknown.
    """
    if config.kubernetes:
        return config.kubernetes
    named: set[str] = set()
    for text in _name_releases(config, reference):
        with suppress(ValueError):
            named.add(built_ins().release_name(text))
    return named.pop() if len(named) == 1 else ""


def _name_releases(config: Config, reference: Reference) -> Iterator[str]:
    """Yield what pins and paths of sources with kinds of Kubernetes call their release.

    The paths of other sources name releases of other projects.
    """
    if _PIN in config.pins:
        yield config.pins[_PIN]
    bundled = built_ins()
    paths = {
        definition.span.path
        for key, definition in reference.definitions.items()
        if definition.documented and definition.gvks and bundled.facts(key) is not None
    }
    for path in sorted(paths):
        yield find_release_in_path(path)
