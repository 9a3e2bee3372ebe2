"""`codegen check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from codegen.cli.common import CONFIG, progress, stop
from codegen.cli.output import Reporting, baseline_options, parse_renewal, report_options
from codegen.core.diagnostics import Report

if TYPE_CHECKING:
    from datetime import datetime


@click.command(short_help="Find generated files that are stale, sources that disagree.")
@CONFIG
@report_options()
@baseline_options
def check(
    config_file: Path,
    reporting: Reporting,
    baseline: str,
    write_baseline: bool,
    reason: str,
    until: datetime | None,
) -> None:
    """Report which generated files are missing, stale or orphaned, and where sources disagree.

    Writes nothing to the project except the accepted findings, with --write-baseline.

    Exit status: 0 nothing at or above --fail-on, 1 drift, 2 something could not be compared.
    """
    from datetime import date

    from codegen.config import configuration, pipeline

    today = date.today()
    reporting = replace(reporting, config_file=config_file)
    renewal = parse_renewal(write_baseline, reason, until, today)
    report = Report()
    repair = "codegen generate" if config_file == Path("codegen.yaml") else f"codegen generate --config {config_file}"
    with reporting.failures(report), progress("reading") as advance:
        config = configuration.load(config_file)
        if renewal and not (baseline or config.check.baseline):
            stop(
                2,
                "--write-baseline needs a file: name it with --baseline, or as `check: {baseline: FILE}` in the configuration",
            )
        results = pipeline.check(
            config,
            baseline=baseline,
            renewal=renewal,
            fail_on=reporting.fail_on,
            repair=repair,
            today=today,
            report=report,
            progress=advance,
        )
    results = replace(results, more={"clean": not results.failing and results.complete, "repair": repair})
    reporting.end(results)
