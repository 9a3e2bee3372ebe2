"""Updates a project: fetches its sources, carries its translations and generates its files.

Everything is made in memory and in a temporary folder first. So a failure at any step leaves every
file of the project as it was.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import manifest, opening
from codegen.core.diagnostics import CodegenError, Finding, Report, SourceError, Span, failure
from codegen.core.generated_files import FileSet
from codegen.core.locales import ENGLISH
from codegen.core.writing import read_bytes, write_all
from codegen.drift.compare.changes import make_finding
from codegen.drift.compare.engine import compare
from codegen.drift.compare.inputs import ComparisonInput
from codegen.findings.finding import Results
from codegen.model import Reference
from codegen.model.selection import select
from codegen.project.call_sites import CallSites, find_call_sites
from codegen.project.config.configuration import Config, load
from codegen.project.config.fetched_sources import FetchedSource
from codegen.project.emit import emit_files
from codegen.project.fetched_paths import check_edits, refuse_taken_paths
from codegen.project.fetching import Fetch, fetch, unusable_failure
from codegen.project.lock_file import format_lock, lock_path, lock_source
from codegen.project.pins import PinChange, refuse_invalid_pins, replace_pins
from codegen.project.read import read_valid_sources, read_without_errors, select_written
from codegen.project.removed_names import find_removed_names
from codegen.project.used_definitions import UsedDefinitions, find_used_definitions
from codegen.readers.sources import Progress
from codegen.translation.update import Update as CatalogUpdate
from codegen.translation.update import carry_catalog
from codegen.validation.upgrade import upgrade


class SourceUpdate(Struct, frozen=True, kw_only=True):
    """A fetched source: its path, its address, its bytes and those of the file before."""

    path: str
    url: str
    data: bytes
    previous: bytes | None


class CarriedCatalog(Struct, frozen=True, kw_only=True):
    """A catalog of translations for the new sources."""

    locale: str
    path: str
    update: CatalogUpdate
    previous: bytes


class WrittenFiles(Struct, frozen=True, kw_only=True):
    """The paths that were written and removed."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


class UpdatePlan(Struct, frozen=True, kw_only=True):
    """An update that is complete, but not written yet.

    `changes` are the differences of the sources, None if nothing was there before, and `used` the
    definitions that the project uses. `manifests` are the results of the configured manifests by
    language, empty without any. `other_files` are the files to write besides the generated ones, by
    path. `previous` has the contents from which the update was made, of each file that it writes
    besides the generated ones.
    """

    config: Config
    pins: tuple[PinChange, ...]
    sources: tuple[SourceUpdate, ...]
    catalogs: tuple[CarriedCatalog, ...]
    files: FileSet
    old: Reference | None
    new: Reference
    changes: Results | None
    used: UsedDefinitions
    manifests: Mapping[str, Results]
    call_sites: CallSites
    other_files: Mapping[str, bytes]
    previous: Mapping[str, bytes | None]

    def write(self, report: Mapping[str, bytes] = MappingProxyType({})) -> WrittenFiles:
        """Write all files of the update, and with them the report, if it has a path.

        Raises `CodegenError`; then no file is changed. It does so if somebody has changed a file
        since the update was made from it, such as another update with other pins.
        """
        for path in report:
            self._refuse_file_of_project(path)
        written, removed = self.files.write(
            {**self.other_files, **report}, check=self._refuse_changed_files
        )
        return WrittenFiles(written=(*sorted(self.other_files), *written), removed=removed)

    def _refuse_file_of_project(self, path: str) -> None:
        file = self.config.root / path
        is_own = path in self.previous or path in self.files.texts()
        if is_own or file in self.files.inputs.files or manifest.is_reserved(path):
            raise failure(
                "path-taken",
                "the report would replace a file of the project",
                Span(path=path),
                "name another file with --report",
            )

    def _refuse_changed_files(self) -> None:
        for path, data in self.previous.items():
            if read_bytes(self.config.root, path) != data:
                raise failure(
                    "update-outdated",
                    "this file has changed since the update began",
                    Span(path=path),
                    "nothing was changed; run codegen update again",
                )

    def list_changed_files(self) -> tuple[str, ...]:
        """Return the paths that `write` would write or remove, sorted."""
        comparison = self.files.compare()
        changed = {*self.other_files, *comparison.missing, *comparison.orphaned}
        changed.update(path for path, _ in (*comparison.stale, *comparison.edited))
        return tuple(sorted(changed))


def plan_update(
    config_file: Path,
    pins: Mapping[str, str],
    report: Report,
    *,
    download: Fetch = fetch,
    progress: Progress | None = None,
) -> UpdatePlan:
    """Fetch the sources of a project, and make all files of the update without writing any.

    `pins` replace those of the configuration. Raises `CodegenError` for sources that cannot be
    fetched, read or generated from.
    """
    config = load(config_file)
    refuse_invalid_pins(config, pins)
    if not config.fetched:
        raise failure(
            "nothing-to-fetch",
            "no source has a `url`",
            Span(path=str(config_file)),
            "add one to a source, as in `url: https://example.org/v{name}/openapi.json`",
            arguments=("url",),
        )
    _refuse_missing_manifests(config)
    refuse_taken_paths(config)
    new_pins = {**config.pins, **pins}
    previous = _read_previous_files(config)
    sources = tuple(
        _fetch_source(config, source, new_pins, previous[source.path], download, report)
        for source in config.fetched
    )
    with tempfile.TemporaryDirectory(prefix="codegen-update-") as folder:
        plan = _plan_with_sources(
            config, config_file, new_pins, sources, Path(folder), report, progress, previous
        )
    if obstacles := plan.files.compare().obstacles:
        raise CodegenError(*obstacles)
    return plan


def _read_previous_files(config: Config) -> dict[str, bytes | None]:
    """Read each file that an update may write besides the generated ones, by path."""
    paths = [config.name, lock_path(config.name)]
    paths.extend(source.path for source in config.fetched)
    paths.extend(f"{config.translations}/{locale}.po" for locale in _list_catalogs(config))
    return {path: read_bytes(config.root, path) for path in paths}


def _list_catalogs(config: Config) -> list[str]:
    """Return the languages that have a catalog."""
    if not config.translations:
        return []
    folder = config.root / config.translations
    return [
        locale
        for locale in config.locales
        if locale != ENGLISH and os.path.lexists(folder / f"{locale}.po")
    ]


def _fetch_source(
    config: Config,
    source: FetchedSource,
    pins: Mapping[str, str],
    previous: bytes | None,
    download: Fetch,
    report: Report,
) -> SourceUpdate:
    url = source.url(pins)
    data = download(url, source.span)
    check_edits(config, source.path, previous, data, report)
    return SourceUpdate(path=source.path, url=url, data=data, previous=previous)


def _plan_with_sources(
    config: Config,
    config_file: Path,
    pins: Mapping[str, str],
    sources: tuple[SourceUpdate, ...],
    folder: Path,
    report: Report,
    progress: Progress | None,
    previous: Mapping[str, bytes | None],
) -> UpdatePlan:
    """Make the files of an update from fetched sources, which stand in a temporary folder."""
    new_config = _stage_sources(config, sources, folder)
    try:
        new = read_valid_sources(new_config, report, progress)
    except CodegenError as error:
        raise _add_addresses(config, sources, error) from None
    catalogs = _carry_catalogs(config, new)
    new_config = _stage_catalogs(new_config, catalogs, folder)
    staged_report = Report()
    try:
        reference = read_without_errors(new_config, staged_report, progress)
    except SourceError as error:
        raise SourceError(*_restore_catalog_paths(config, new_config, error.diagnostics)) from None
    report.extend(_restore_catalog_paths(config, new_config, staged_report.diagnostics))
    files = emit_files(new_config, reference, report, inputs_of=config)
    old = _read_old_sources(config, sources)
    config_data, pin_changes = replace_pins(config_file, pins)
    other_files = {source.path: source.data for source in sources}
    other_files[lock_path(config.name)] = format_lock(
        lock_source(source.path, source.url, source.data) for source in sources
    ).encode()
    other_files[config.name] = config_data
    other_files.update({catalog.path: catalog.update.text.encode() for catalog in catalogs})
    return UpdatePlan(
        config=config,
        pins=pin_changes,
        sources=sources,
        catalogs=catalogs,
        files=files,
        old=old,
        new=new,
        changes=None if old is None else _compare(config, old, new),
        used=find_used_definitions(config, [new] if old is None else [old, new]),
        manifests={} if old is None else _check_manifests(config, old, new),
        call_sites=_find_call_sites(config, files),
        other_files={path: data for path, data in other_files.items() if previous[path] != data},
        previous=previous,
    )


def _add_addresses(
    config: Config, sources: tuple[SourceUpdate, ...], error: CodegenError
) -> CodegenError:
    """Add the address of each fetched source with errors.

    The errors stand at the path of the source, where the file of the project is another one.
    """
    wrong = {finding.span.path for finding in error.diagnostics}
    display_paths = {source.path: source.display_path for source in config.sources}
    addresses: list[Finding] = []
    for source, fetched in zip(sources, config.fetched, strict=True):
        path = display_paths[config.root / source.path]
        if path in wrong:
            addresses += unusable_failure(source.url, path, fetched.span).diagnostics
    if not addresses:
        return error
    return SourceError(*error.diagnostics, *addresses)


def _stage_sources(config: Config, sources: tuple[SourceUpdate, ...], folder: Path) -> Config:
    """Return a configuration that reads the fetched sources from a temporary folder."""
    staged: dict[str, bytes] = {}
    for source in sources:
        staged[f"sources/{source.path}"] = source.data
    write_all(folder, staged)
    paths = {config.root / source.path: folder / "sources" / source.path for source in sources}
    replaced = tuple(
        replace(source, path=paths.get(source.path, source.path), project=None)
        if source.path in paths
        else source
        for source in config.sources
    )
    return replace(config, sources=replaced)


def _stage_catalogs(config: Config, catalogs: tuple[CarriedCatalog, ...], folder: Path) -> Config:
    """Return a configuration that reads the new catalogs from a temporary folder."""
    if not catalogs:
        return config
    texts = {f"{catalog.locale}.po": catalog.update.text for catalog in catalogs}
    staged = folder / "translations"
    write_all(staged, texts)
    return replace(config, translations=str(staged))


def _restore_catalog_paths(
    config: Config, staged: Config, findings: Iterable[Finding]
) -> list[Finding]:
    """Name catalogs by their paths in the project, since the temporary folder is removed."""
    if config.translations == staged.translations:
        return list(findings)

    def restore(path: str) -> str:
        if path.startswith(f"{staged.translations}/"):
            return config.translations + path.removeprefix(staged.translations)
        return path

    return [replace(finding.replace_paths(restore), id=restore(finding.id)) for finding in findings]


def _read_old_sources(config: Config, sources: tuple[SourceUpdate, ...]) -> Reference | None:
    """Read the sources as they are in the project.

    Returns None where they are not there or cannot be read, so that nothing can be compared.
    """
    if any(source.previous is None for source in sources):
        return None
    try:
        return read_valid_sources(config, Report(), None)
    except CodegenError:
        return None


def _carry_catalogs(config: Config, reference: Reference) -> tuple[CarriedCatalog, ...]:
    """Carry the translations of each catalog to the new sources.

    Sources without English have nothing to carry to: there, catalogs stay as they are.
    """
    if not reference.prose.get(ENGLISH):
        return ()
    catalogs: list[CarriedCatalog] = []
    for locale in _list_catalogs(config):
        path = f"{config.translations}/{locale}.po"
        previous = read_bytes(config.root, path) or b""
        update = carry_catalog(
            reference,
            select_written(config, reference),
            locale,
            config.root / path,
            path,
            languages=config.languages,
        )
        catalogs.append(CarriedCatalog(locale=locale, path=path, update=update, previous=previous))
    return tuple(catalogs)


def _compare(config: Config, old: Reference, new: Reference) -> Results:
    sides = [
        ComparisonInput(
            name=name, reference=select(reference, config.select), whole=reference, diagnostics=()
        )
        for name, reference in (("before", old), ("after", new))
    ]
    comparison = compare(*sides)
    return Results(
        command="update",
        findings=tuple(map(make_finding, comparison.changes)),
        notes=comparison.notes,
        not_compared=comparison.not_compared,
    )


def _check_manifests(config: Config, old: Reference, new: Reference) -> dict[str, Results]:
    """Find the configured manifests that break with the new sources, in each language."""
    if not config.manifests:
        return {}
    return {locale: _check_manifests_in(config, locale, old, new) for locale in config.locales}


def _refuse_missing_manifests(config: Config) -> None:
    for path in config.manifests:
        if not opening.exists(config.root / path):
            raise failure(
                "source-missing",
                "the file or folder of `manifests` does not exist",
                Span(path=path),
                "correct the path in `manifests`, or remove it",
                arguments=("manifests",),
            )


def _check_manifests_in(config: Config, locale: str, old: Reference, new: Reference) -> Results:
    words = config.languages.get(locale).update
    results = upgrade(
        *(config.root / path for path in config.manifests),
        old=[(old, words["old_sources"])],
        new=[(new, words["new_sources"])],
        locale=locale,
        languages=config.languages,
    )
    prefix = f"{config.root}{os.sep}"

    def make_relative(path: str) -> str:
        return path.removeprefix(prefix)

    return replace(
        results,
        findings=tuple(finding.replace_paths(make_relative) for finding in results.findings),
        not_compared=tuple(part.replace_paths(make_relative) for part in results.not_compared),
    )


def _find_call_sites(config: Config, files: FileSet) -> CallSites:
    comparison = files.compare()
    paths = [path for path, _ in (*comparison.stale, *comparison.edited)]
    before = {}
    for path in (*paths, *comparison.orphaned):
        if path.endswith(".py"):
            before[path] = (read_bytes(config.root, path) or b"").decode("utf-8", "replace")
    removed = find_removed_names(before, files.files)
    generated = {config.root / folder for folder in files.folders}
    return find_call_sites(config.root, removed, generated)
