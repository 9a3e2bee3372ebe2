"""The files and folders that a run of a configuration reads, which no output may replace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from codegen.core import manifest, opening
from codegen.core.ownership import Inputs
from codegen.project.config.configuration import NAME, Config
from codegen.project.lock_file import lock_path


def find_inputs(config: Config) -> Inputs:
    """Return all inputs of a run, each with its own path and the one that its links lead to."""
    paths = [*_find_configurations(config), *_find_sources(config), *_find_other_files(config)]
    files: set[Path] = set()
    folders: set[Path] = set()
    for path in paths:
        group = folders if opening.is_folder(path) else files
        group.add(Path(os.path.normpath(path)))
        group.add(opening.resolve_path(path))
    return Inputs(files=frozenset(files), folders=tuple(sorted(folders)))


def _find_configurations(config: Config) -> Iterator[Path]:
    """Yield this configuration and those of the same folder that have lists of generated files."""
    yield config.root / config.name
    yield config.root / NAME
    yield config.root / lock_path(config.name)
    for file in config.root.glob(f"{manifest.NAME}-*"):
        stem = file.name.removeprefix(f"{manifest.NAME}-")
        yield config.root / f"{stem}.yaml"
        yield config.root / f"{stem}.yml"


def _find_sources(config: Config) -> Iterator[Path]:
    for source in config.sources:
        yield source.path
    for pair in config.against:
        for source in pair:
            yield source.path
    for release in config.history:
        yield release.source.path


def _find_other_files(config: Config) -> Iterator[Path]:
    for name in (config.templates, config.examples, config.check.baseline, config.site.logo):
        if name:
            yield config.root / name
    if config.translations:
        yield from (config.root / config.translations).glob("*.po")
    for output in config.outputs:
        for name in ("toc", "fields"):
            if name in output.options:
                yield config.root / output.options[name]
