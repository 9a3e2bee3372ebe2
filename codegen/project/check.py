"""Checks a project: its generated files, second sources, translations and languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from msgspec.structs import replace

from codegen.core.diagnostics import Level, Report
from codegen.drift import check as project_checks
from codegen.drift.baseline import Renewal
from codegen.findings.finding import Results
from codegen.model.selection import select
from codegen.project.config.configuration import Config
from codegen.project.emit import emit_files
from codegen.project.lock_file import find_unlocked_sources
from codegen.project.read import read_without_errors
from codegen.readers.sources import Progress


def check(
    config: Config,
    *,
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

    results = project_checks.check_project(
        config,
        select(reference, config.select),
        files,
        repair=repair,
        fail_on=fail_on,
        with_diff=with_diff,
        warnings=report.diagnostics,
        display=display,
    )
    unlocked = tuple(find_unlocked_sources(config))
    results = replace(results, findings=(*unlocked, *results.findings))
    named = baseline or config.check.baseline
    if named:
        from codegen.drift.baseline.renewal import apply_baseline

        day = today or date.today()
        results = apply_baseline(results, config.root / named, named, day, renewal, display(named))
    return results
