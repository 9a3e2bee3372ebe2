"""Compares the sources of a project with those of a Git revision."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from codegen.core import opening
from codegen.core.diagnostics import CodegenError, Report, Span, count_noun, failure
from codegen.core.source import load
from codegen.drift.compare.engine import compare
from codegen.drift.compare.inputs import ComparisonInput, select_inputs
from codegen.project.config.configuration import Config
from codegen.project.source_changes import SourceChanges, locate_finding
from codegen.readers.documents.loader import read_settings
from codegen.readers.git import Repository
from codegen.readers.sources import SourcePath, read_sources


class _OldSource(Struct, frozen=True, kw_only=True):
    """A source that the configuration of a revision names."""

    path: str
    locale: str = ""


def compare_with_revision(config: Config, revision: str) -> SourceChanges:
    """Compare the sources that codegen.yaml names in a revision with those of now.

    Raises `CodegenError` for an unknown revision, without a repository, or if the revision has
    none of the sources.
    """
    repository = Repository.find(config.root, str(config.root))
    commit = repository.resolve(revision)
    with TemporaryDirectory(prefix="codegen-") as name:
        folder = Path(name).resolve()
        named = _list_old_sources(config, repository, commit, folder)
        sources = _write_sources(config, repository, commit, folder, named)
        if not sources:
            raise failure(
                "revision-path-missing",
                f"the revision {revision!r} has none of the sources of this project",
                Span(path=config.name),
                "name a revision in which the sources are committed",
                arguments=(revision,),
            )
        missing = _describe_missing_sources(named, sources, revision)
        old = _read_input(config, sources, revision)
        new = _read_input(config, config.sources, "the sources of now")
        first, second = select_inputs([old, new], config.select)
        comparison = compare(first, second)
        old_folder = folder / _full_path(repository, ".")
        findings = [locate_finding(config, change, old_folder) for change in comparison.changes]
    count = count_noun(len(comparison.changes), "change")
    return SourceChanges(
        findings=tuple(findings),
        old_texts=first.reference.prose,
        old_warnings=first.diagnostics,
        notes=(*missing, *comparison.notes),
        summary=(f"since {revision}: {count}",),
        not_compared=comparison.not_compared,
        diagnostics=(*first.errors, *second.errors),
    )


def _write_sources(
    config: Config,
    repository: Repository,
    commit: str,
    folder: Path,
    sources: Sequence[_OldSource],
) -> list[SourcePath]:
    """Write the sources that a revision has below a temporary folder."""
    outputs: set[Path] = set()
    for configured in config.sources:
        for output in configured.outputs:
            if output.is_relative_to(config.root):
                below_root = output.relative_to(config.root).as_posix()
                outputs.add(folder / _full_path(repository, below_root))
    own_outputs = frozenset(outputs)
    written: list[SourcePath] = []
    for source in sources:
        path = _full_path(repository, source.path)
        if not repository.has(commit, path):
            repository.refuse_path_in_submodule(commit, path, Span(path=source.path))
            continue
        place = repository.write_files(commit, path, folder, Span(path=source.path))
        written.append(
            SourcePath(
                path=place,
                display_path=source.path,
                locale=source.locale,
                outputs=own_outputs,
                project=folder / _full_path(repository, "."),
            )
        )
    return written


def _describe_missing_sources(
    named: Sequence[_OldSource], written: Sequence[SourcePath], revision: str
) -> Iterator[str]:
    """Yield a note about each source that a revision names and does not have."""
    paths = {source.display_path for source in written}
    for source in named:
        if source.path not in paths:
            yield f"{revision} has no file {source.path}, so all of it counts as new"


def _full_path(repository: Repository, path: str) -> str:
    """Return a path of the configuration as a path below the top of the repository."""
    return posixpath.normpath(posixpath.join(repository.prefix, path))


def _list_old_sources(
    config: Config, repository: Repository, commit: str, folder: Path
) -> Sequence[_OldSource]:
    """List the sources that codegen.yaml of a revision names, or those of now without one."""
    path = _full_path(repository, config.name)
    if repository.has(commit, path):
        file = repository.write_files(commit, path, folder, Span(path=config.name))
        sources = list(_parse_sources(file))
        if sources:
            return sources
    return [_OldSource(path=source.display_path, locale=source.locale) for source in config.sources]


def _parse_sources(file: Path) -> Iterator[_OldSource]:
    """Yield the sources of a configuration, whatever else it states."""
    try:
        data = read_settings(load(file, file.name)).data
    except CodegenError:
        return
    sources = data.get("sources") if isinstance(data, dict) else None
    if not isinstance(sources, list):
        return
    for source in sources:
        entry = {"path": source} if isinstance(source, str) else source
        if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
            continue
        locale = entry.get("locale", "")
        if not isinstance(locale, str):
            locale = ""
        yield _OldSource(path=posixpath.normpath(entry["path"]), locale=locale)


def _read_input(config: Config, sources: Sequence[SourcePath], name: str) -> ComparisonInput:
    report = Report()
    reference = read_sources(sources, report, languages=config.languages)
    return ComparisonInput(
        name=name,
        reference=reference,
        whole=reference,
        diagnostics=report.diagnostics,
        folder=any(opening.is_folder(source.path) for source in sources),
    )
