"""Checks a project: its generated files, second sources, translations and languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial

from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level, Report
from codegen.core.generated_files import Comparison, FileSet
from codegen.drift.baseline import Renewal
from codegen.drift.baseline.renewal import apply_baseline
from codegen.findings.finding import Results
from codegen.model import Reference
from codegen.model.selection import select
from codegen.project.against import compare_with_revision
from codegen.project.config.configuration import Config
from codegen.project.emit import emit_files
from codegen.project.file_findings import (
    count_differences,
    describe_line_ends,
    find_file_differences,
    find_schema_changes,
)
from codegen.project.lock_file import find_unlocked_sources
from codegen.project.model_copy import compare_with_copy, describe_missing_copy
from codegen.project.read import read_without_errors, select_written
from codegen.project.source_changes import SourceChanges
from codegen.project.source_checks import compare_sources, count_untranslated
from codegen.readers.sources import Progress


def check(
    config: Config,
    *,
    against: str = "",
    baseline: str = "",
    renewal: Renewal | None = None,
    fail_on: Level = Level.ERR,
    repair: str = "codegen generate",
    with_diff: bool = False,
    today: date | None = None,
    report: Report | None = None,
    progress: Progress | None = None,
    display: Callable[[str], str] = str,
) -> Results:
    """Check generated files, second sources, translations and languages of a project.

    Args:
        config: From `load_config`.
        against: A Git revision; changes of the sources since then are findings too.
        baseline: The file of accepted findings, relative to the configuration, instead of the configured one.
        renewal: The reason and the last day of new entries in the baseline. Without it, there are none.
        fail_on: The lowest level of `Results.failing`.
        repair: The command that writes the files again, for messages.
        with_diff: Findings about stale files have the differing lines as `detail`.
        today: The date for the expiry of accepted findings, instead of today.
        report: Receives findings about sources, even before an exception.
        progress: Called with the number of source files read so far, and of all.
        display: Converts a path relative to the configuration for totals, notes and the headers of differences; default: as it is. Findings keep it.

    Raises as `generate` does. Nothing but the baseline is written. `Results.not_compared` has the
    parts of a second source without a comparison, and `Results.diagnostics` its errors. Warnings
    about sources are findings.

    """
    report = Report() if report is None else report
    reference = read_without_errors(config, report, progress)
    files = emit_files(config, reference, report)
    selected = select(reference, config.select)
    comparison = files.compare(display)
    parts = [
        *compare_sources(config.sources, config.against, selected, config.languages, display),
        *_count_untranslated_texts(config, reference),
    ]
    warnings = list(report.diagnostics)
    changes = _find_changes(config, against, files, selected, report)
    if changes is None:
        meaning = list(find_schema_changes(files, comparison))
        parts.append(describe_missing_copy())
    else:
        changes = changes.follow_up(warnings, selected, comparison, display, repair)
        meaning, warnings = list(changes.findings), list(changes.new_warnings)
        parts.append(changes.as_results())
    parts.append(_summarize_files(comparison, repair))
    results = Results(
        command="check",
        takes_baseline=True,
        findings=(
            *find_unlocked_sources(config),
            *warnings,
            *(finding for part in parts for finding in part.findings),
            *find_file_differences(comparison, repair, with_diff=with_diff),
        ),
        notes=tuple(note for part in parts for note in part.notes),
        summary=tuple(line for part in parts for line in part.summary),
        fail_on=fail_on,
        not_compared=tuple(dict.fromkeys(left for part in parts for left in part.not_compared)),
        clean="no drift: all generated files are up to date",
        diagnostics=tuple(error for part in parts for error in part.diagnostics),
    )
    named = baseline or config.check.baseline
    if not named:
        return _prepend(meaning, results)
    # `codegen generate` repairs what changed since the last run, so that it gets no new entry.
    takes_entries = renewal is None or bool(against)
    if takes_entries:
        results = _prepend(meaning, results)
    day = today or date.today()
    accepted = apply_baseline(results, config.root / named, named, day, renewal, display(named))
    return accepted if takes_entries else _prepend(meaning, accepted)


def _prepend(findings: Sequence[Finding], results: Results) -> Results:
    """Return results with further findings before their own."""
    return replace(results, findings=(*findings, *results.findings))


def _summarize_files(comparison: Comparison, repair: str) -> Results:
    """Return the totals of generated files that differ, and the note about line ends."""
    summary = [] if comparison.clean else [count_differences(comparison, repair)]
    line_ends = describe_line_ends(comparison)
    notes = [line_ends] if line_ends else []
    return Results(command="check", findings=(), notes=tuple(notes), summary=tuple(summary))


def _find_changes(
    config: Config, against: str, files: FileSet, reference: Reference, report: Report
) -> SourceChanges | None:
    """Find the changes of the sources since a revision, or else since the last run."""
    if against:
        return compare_with_revision(config, against)
    return compare_with_copy(config, files, reference, report.diagnostics)


def _count_untranslated_texts(config: Config, reference: Reference) -> Iterator[Results]:
    """Count the texts of the outputs without a translation."""
    written = select_written(config, reference)
    yield from count_untranslated(written, _list_limits(config), partial(_name_texts, config))


def _list_limits(config: Config) -> dict[str, float]:
    """Return the permitted shares of untranslated texts by language."""
    limits = {}
    for locale in config.locales:
        limit = config.check.allowed_share(locale)
        if limit is not None:
            limits[locale] = limit
    return limits


def _name_texts(config: Config, locale: str) -> str:
    """Return the path of the file in which texts of a language are to be translated."""
    if config.translations:
        return f"{config.translations}/{locale}.po"
    return config.sources[0].display_path
