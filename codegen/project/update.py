"""Updates a project: fetches its sources, carries its translations and generates its files.

Everything is made in memory and in a temporary folder first. So a failure at any step leaves every
file of the project as it was.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import opening
from codegen.core.diagnostics import CodegenError, Report, SourceError, Span, failure
from codegen.core.generated_files import FileSet
from codegen.core.line_ends import encode_like
from codegen.core.locales import ENGLISH
from codegen.core.source import Source, decode, read_data
from codegen.core.writing import read_bytes, write_all
from codegen.drift.compare.changes import make_finding
from codegen.drift.compare.engine import compare
from codegen.drift.compare.inputs import ComparisonInput
from codegen.findings.finding import Results
from codegen.model import Reference
from codegen.model.selection import select
from codegen.project.call_sites import CallSites, find_call_sites, find_removed_names
from codegen.project.config.configuration import Config, load
from codegen.project.config.fetched_sources import FetchedSource
from codegen.project.config.file_records import PIN_PATTERN
from codegen.project.emit import emit_files
from codegen.project.fetching import Fetch, fetch
from codegen.project.lock_file import format_lock, lock_path, lock_source
from codegen.project.read import read_without_errors, select_written
from codegen.project.used_definitions import UsedDefinitions, find_used_definitions
from codegen.readers.documents.loader import read_settings
from codegen.readers.sources import Progress, read_sources
from codegen.translation.pages.text_edits import Edit, apply_edits
from codegen.translation.update import Update as CatalogUpdate
from codegen.translation.update import carry_catalog
from codegen.validation.upgrade import upgrade


class SourceUpdate(Struct, frozen=True, kw_only=True):
    """A fetched source: its path, its address, its bytes and those of the file before."""

    path: str
    url: str
    data: bytes
    previous: bytes | None


class PinChange(Struct, frozen=True, kw_only=True):
    """A pin with its old and its new value."""

    name: str
    old: str
    new: str


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
    path.
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

    def write(self, report: Mapping[str, bytes] = MappingProxyType({})) -> WrittenFiles:
        """Write all files of the update, and with them the report, if it has a path.

        Raises `CodegenError`; then no file is changed.
        """
        written, removed = self.files.write({**self.other_files, **report})
        return WrittenFiles(written=(*sorted(self.other_files), *written), removed=removed)

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
    _refuse_invalid_pins(config, pins)
    if not config.fetched:
        raise failure(
            "nothing-to-fetch",
            "no source has a `url`",
            Span(path=str(config_file)),
            "add one to a source, as in `url: https://example.org/v{name}/openapi.json`",
        )
    _refuse_missing_manifests(config)
    new_pins = {**config.pins, **pins}
    sources = tuple(_fetch_source(config, source, new_pins, download) for source in config.fetched)
    with tempfile.TemporaryDirectory(prefix="codegen-update-") as folder:
        return _plan_with_sources(
            config, config_file, new_pins, sources, Path(folder), report, progress
        )


def _refuse_invalid_pins(config: Config, pins: Mapping[str, str]) -> None:
    for name, value in pins.items():
        if name not in config.pins:
            names = ", ".join(config.pins) or "none"
            raise failure(
                "pin-missing",
                f"there is no pin {name!r}",
                Span(path=config.name),
                f"the pins of this file are: {names}",
            )
        if not re.fullmatch(PIN_PATTERN, value):
            raise failure(
                "pin-invalid",
                f"{value!r} cannot be the value of the pin {name!r}",
                Span(path=config.name),
                "write letters, digits and the signs . _ + - only, as in a release",
            )


def _fetch_source(
    config: Config, source: FetchedSource, pins: Mapping[str, str], download: Fetch
) -> SourceUpdate:
    url = source.url(pins)
    return SourceUpdate(
        path=source.path,
        url=url,
        data=download(url, source.span),
        previous=read_bytes(config.root, source.path),
    )


def _plan_with_sources(
    config: Config,
    config_file: Path,
    pins: Mapping[str, str],
    sources: tuple[SourceUpdate, ...],
    folder: Path,
    report: Report,
    progress: Progress | None,
) -> UpdatePlan:
    """Make the files of an update from fetched sources, which stand in a temporary folder."""
    new_config = _stage_sources(config, sources, folder)
    new = _read_sources(new_config, report, progress)
    catalogs = _carry_catalogs(config, new)
    new_config = _stage_catalogs(new_config, catalogs, folder)
    reference = read_without_errors(new_config, report, progress)
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
        other_files={
            path: data
            for path, data in other_files.items()
            if read_bytes(config.root, path) != data
        },
    )


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


def _read_sources(config: Config, report: Report, progress: Progress | None) -> Reference:
    """Read the sources alone. Raises `SourceError` for sources with errors."""
    findings = Report()
    reference = read_sources(config.sources, findings, progress, languages=config.languages)
    if findings.has_errors:
        report.extend(findings.diagnostics)
        raise SourceError(*findings.diagnostics)
    return reference


def _read_old_sources(config: Config, sources: tuple[SourceUpdate, ...]) -> Reference | None:
    """Read the sources as they are in the project.

    Returns None where they are not there or cannot be read, so that nothing can be compared.
    """
    if any(source.previous is None for source in sources):
        return None
    try:
        return _read_sources(config, Report(), None)
    except CodegenError:
        return None


def _carry_catalogs(config: Config, reference: Reference) -> tuple[CarriedCatalog, ...]:
    """Carry the translations of each catalog to the new sources.

    Sources without English have nothing to carry to: there, catalogs stay as they are.
    """
    if not config.translations or not reference.prose.get(ENGLISH):
        return ()
    catalogs: list[CarriedCatalog] = []
    for locale in config.locales:
        path = f"{config.translations}/{locale}.po"
        if locale == ENGLISH or not os.path.lexists(config.root / path):
            continue
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


def replace_pins(config_file: Path, pins: Mapping[str, str]) -> tuple[bytes, tuple[PinChange, ...]]:
    """Return the bytes of a configuration with new pins, and the changes. All else stays."""
    data = read_data(config_file, str(config_file))
    source = Source(decode(data, str(config_file)), str(config_file))
    document = read_settings(source)
    written: Mapping[str, str] = document.data.get("pins", {})
    changes: list[PinChange] = []
    edits: list[Edit] = []
    for name, value in pins.items():
        old = written[name]
        if old == value:
            continue
        changes.append(PinChange(name=name, old=old, new=value))
        edits.append(_edit_pin(source.text, document.offset(("pins", name)), old, value))
    text = apply_edits(source.text, edits)
    return encode_like(data, source.text, text), tuple(changes)


def _edit_pin(text: str, start: int, old: str, new: str) -> Edit:
    """Return the edit of a pin at an offset. A value without quotation marks gets them."""
    mark = text[start] if text[start] in "\"'" else ""
    end = text.index(old, start) + len(old) + len(mark)
    quote = mark or '"'
    return Edit(start=start, end=end, text=f"{quote}{new}{quote}")


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
