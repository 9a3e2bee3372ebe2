"""The paths that sources are fetched to.

No other file may have such a path, and a fetched file that somebody edited is not replaced.
"""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from codegen.core import opening
from codegen.core.diagnostics import CodegenError, Report, Span, failure
from codegen.core.writing import read_bytes
from codegen.project.config.configuration import Config
from codegen.project.config.fetched_sources import FetchedSource
from codegen.project.input_files import find_inputs
from codegen.project.lock_file import LockFile, lock_path, lock_source, parse_lock
from codegen.project.read import read_valid_sources
from codegen.readers.sources import SourcePath


def refuse_taken_paths(config: Config) -> None:
    """Refuse to fetch to the path of a file that codegen reads or writes otherwise.

    A file that is there already has to be in the lock file, or a source.
    """
    without_sources = replace(config, sources=())
    inputs = find_inputs(without_sources)
    lock = _read_lock(config)
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


def check_edits(
    config: Config, path: str, previous: bytes | None, data: bytes, report: Report
) -> None:
    """Refuse to replace a fetched file that was edited, and warn before one that was not fetched.

    `previous` is what the file has, and `data` the document that would replace it. Line ends do not count, since Git may change them at a checkout. Raises `CodegenError`.
    """
    lock = lock_path(config.name)
    if previous is None or previous == data:
        return
    entry = _read_lock(config).find(path)
    if entry is None:
        report.warning(
            "fetched-file-replaced",
            f"{lock} did not have this file, and the document of its address replaces it",
            Span(path=path),
            "if it has edits of your own, take it from your version control again",
        )
        return
    for content in (previous, previous.replace(b"\r\n", b"\n")):
        if lock_source(path, entry.url, content) == entry:
            return
    raise failure(
        "fetched-file-edited",
        f"the file differs from {lock}, so somebody edited it after it was fetched",
        Span(path=path),
        "nothing was changed; to lose the edits, restore the file or remove it, and run codegen update again; "
        "to keep them, move the file to another path, or remove the `url` of this source",
        arguments=(lock,),
    )


def _read_lock(config: Config) -> LockFile:
    path = lock_path(config.name)
    data = read_bytes(config.root, path)
    if data is None:
        return LockFile()
    return parse_lock(data, path)


def _select_sources(config: Config, file: Path) -> tuple[SourcePath, ...]:
    return tuple(source for source in config.sources if source.path == file)


def _taken_path(source: FetchedSource, message: str) -> Exception:
    return failure(
        "fetched-path-taken",
        f"{source.path}: {message}",
        source.span,
        "give the source another `path`, such as vendor/swagger.json",
        arguments=(source.path,),
    )
