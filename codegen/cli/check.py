"""`codegen check`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from codegen.cli.common import (
    fail,
    find_config,
    format_path,
    path_from_here,
    reader_language,
    show_progress,
)
from codegen.cli.habits import NO_PATHS
from codegen.cli.options import CONFIG, VERBOSE, baseline_options, report_options
from codegen.core.diagnostics import Report

if TYPE_CHECKING:
    from codegen.cli.output import Reporting
    from codegen.drift.baseline import Renewal


@click.command(short_help="Find stale generated files and sources that disagree.")
@CONFIG
@click.option(
    "--diff", "with_diff", is_flag=True, help="Show the differing lines of stale files too."
)
@click.option(
    "--against",
    default="",
    metavar="REV",
    help="Report too what changed in the sources since a Git revision, such as HEAD or "
    "origin/main.",
)
@report_options(of_changes=True)
@baseline_options
@VERBOSE
@NO_PATHS
def check(
    config_file: Path,
    with_diff: bool,
    against: str,
    reporting: Reporting,
    baseline: str,
    renewal: Renewal | None,
) -> None:
    """Report which generated files are missing, stale or orphaned, and where sources disagree.

    Writes nothing to the project, except accepted findings with --write-baseline.

    Exit status: 0 nothing at or above --fail-on, 1 drift, 2 something could not be compared.
    """
    from datetime import date

    from codegen.findings.localized import localize_results
    from codegen.project.check import check as check_project
    from codegen.project.config import configuration

    reporting = replace(reporting, config_file=config_file)
    report = Report()
    repair = "codegen generate"
    if format_path(config_file) != format_path(find_config()):
        repair += f" --config {config_file}"
    with reporting.report_failures(report), show_progress() as advance:
        config = configuration.load(config_file)
        if renewal and not (baseline or config.check.baseline):
            fail(
                2,
                "--write-baseline needs a file: name it with --baseline, or as `check: {baseline: "
                "FILE}` in the configuration",
            )
        if baseline:  # named from here, as each path on the command line
            baseline = os.path.relpath(Path(baseline).absolute(), config.root).replace(os.sep, "/")
        results = check_project(
            config,
            against=against,
            baseline=baseline,
            renewal=renewal,
            fail_on=reporting.fail_on,
            repair=repair,
            with_diff=with_diff,
            today=date.today(),
            report=report,
            progress=advance,
            display=lambda path: path_from_here(path, config_file),
        )
    more = {"clean": not results.failing and results.complete, "repair": repair}
    reporting.end(localize_results(replace(results, more=more), reader_language()))
