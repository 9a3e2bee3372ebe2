"""The definitions that a project uses: the kinds of its manifests, and what its outputs select."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from codegen.core.source import Source
from codegen.model import Reference
from codegen.model.selection import Pattern
from codegen.project.config.configuration import Config
from codegen.readers.documents.loader import expand_lists, read_manifests
from codegen.validation.manifest_files import load_manifests


class UsedDefinitions(Struct, frozen=True, kw_only=True):
    """Keys of definitions and their group versions. `is_limited` is false if a project uses all."""

    keys: frozenset[str] = frozenset()
    group_versions: frozenset[str] = frozenset()
    is_limited: bool = False

    def include(self, text_id: str) -> bool:
        """Return whether a change with this id is about a used definition."""
        owner = text_id.partition("#")[0]
        return not self.is_limited or owner in self.keys or owner in self.group_versions


def find_used_definitions(config: Config, references: Sequence[Reference]) -> UsedDefinitions:
    """Find the used definitions in several states of the sources, with all types they need."""
    kinds = _list_manifest_kinds(config)
    patterns = _list_patterns(config)
    if not kinds and not patterns:
        return UsedDefinitions()
    keys: set[str] = set()
    group_versions: set[str] = set()
    for reference in references:
        roots: list[str] = []
        for key, definition in reference.definitions.items():
            gvk = definition.gvk
            in_manifests = gvk is not None and (gvk.api_version, gvk.kind) in kinds
            is_selected = any(pattern.matches_definition(definition) for pattern in patterns)
            if in_manifests or is_selected:
                roots.append(key)
                if gvk is not None:
                    group_versions.add(gvk.api_version)
        keys.update(reference.closure(*roots))
    return UsedDefinitions(
        keys=frozenset(keys), group_versions=frozenset(group_versions), is_limited=True
    )


def _list_manifest_kinds(config: Config) -> set[tuple[str, str]]:
    """List apiVersion and kind of all objects below `manifests`."""
    kinds: set[tuple[str, str]] = set()
    for file in load_manifests([config.root / path for path in config.manifests]):
        if not isinstance(file, Source):
            continue
        for document in expand_lists(read_manifests(file).documents):
            if isinstance(document.data, dict):
                api_version, kind = document.data.get("apiVersion"), document.data.get("kind")
                if isinstance(api_version, str) and isinstance(kind, str):
                    kinds.add((api_version, kind))
    return kinds


def _list_patterns(config: Config) -> list[Pattern]:
    """List the patterns by which the configuration and its outputs choose definitions."""
    patterns: list[Pattern] = []
    for output in config.outputs:
        patterns.extend(output.select)
    return [pattern for pattern in (*config.select, *patterns) if not pattern.leaves_out]
