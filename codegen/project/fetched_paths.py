"""The paths that sources are fetched to, which no other file may have."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from codegen.core import opening
from codegen.core.diagnostics import CodegenError, Report, failure
from codegen.core.writing import read_bytes
from codegen.project.config.configuration import Config
from codegen.project.config.fetched_sources import FetchedSource
from codegen.project.input_files import find_inputs
from codegen.project.lock_file import LockFile, lock_path, parse_lock
from codegen.project.read import read_valid_sources
from codegen.readers.sources import SourcePath


def refuse_taken_paths(config: Config) -> None:
    """Refuse to fetch to the path of a file that codegen reads or writes otherwise.

    A file that is there already has to be in the lock file, or a source.
    """
    others = replace(config, sources=())
    inputs = find_inputs(others)
    data = read_bytes(config.root, lock_path(config.name))
    lock = LockFile() if data is None else parse_lock(data, lock_path(config.name))
    for source in config.fetched:
        file = config.root / source.path
        if file in inputs.files or source.path == lock_path(config.name):
            raise _taken_path(source, "codegen needs the file at this path for something else")
        if lock.find(source.path) is None and opening.exists(file):
            old = replace(config, sources=_select_sources(config, file))
            try:
                read_valid_sources(old, Report(), None)
            except CodegenError:
                raise _taken_path(
                    source, "there is a file at this path that is no source"
                ) from None


def _select_sources(config: Config, file: Path) -> tuple[SourcePath, ...]:
    return tuple(source for source in config.sources if source.path == file)


def _taken_path(source: FetchedSource, message: str) -> Exception:
    return failure(
        "fetched-path-taken",
        f"{source.path}: {message}",
        source.span,
        "give the source another `path`, such as vendor/swagger.json",
    )
