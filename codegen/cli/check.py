"""`codegen check`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from codegen.cli.common import CONFIG, progress, stop
from codegen.cli.output import Reporting, baseline_options, renewal_of, report_options
from codegen.findings.diagnostics import Report

if TYPE_CHECKING:
    from datetime import date, datetime

    from codegen.drift.check import memo
    from codegen.drift.check.renewal import Renewal


@click.command()
@CONFIG
@report_options()
@baseline_options
@click.option("--no-cache", is_flag=True, help="Do not trust an earlier clean check of the same bytes.")
def check(
    config_file: Path,
    reporting: Reporting,
    baseline: str,
    write_baseline: bool,
    reason: str,
    until: datetime | None,
    no_cache: bool,
) -> None:
    """Report which generated files are missing, stale or orphaned, and where sources disagree.

    Writes nothing to the project except the accepted findings, with --write-baseline.

    Exit status: 0 nothing at or above --fail-on, 1 drift, 2 something could not be compared.
    """
    from datetime import date

    from codegen.drift.check import memo

    today = date.today()
    asked = memo.Question(config_file=config_file, options=(*reporting.options, baseline), day=today.isoformat())
    renewal = renewal_of(write_baseline, reason, until, today)
    # A remembered answer writes nothing, so a run that writes files goes the whole way.
    writes = reporting.output or renewal or (reporting.shape == "github" and os.environ.get("GITHUB_STEP_SUMMARY"))
    cached = not (no_cache or writes)
    if cached and (answer := memo.recall(asked)) is not None:
        click.echo(answer.err, nl=False, err=True)
        click.echo(answer.out, nl=False)
        return
    _check(asked, reporting, baseline, today, renewal, cached=cached)


def _check(
    asked: memo.Question, reporting: Reporting, baseline: str, today: date, renewal: Renewal | None, *, cached: bool
) -> None:
    from codegen import pipeline
    from codegen.config import configuration
    from codegen.core import records
    from codegen.drift.check import checks, memo

    report = Report()
    config_file = asked.config_file
    repair = "codegen generate" if config_file == Path("codegen.yaml") else f"codegen generate --config {config_file}"
    with reporting.failures(report), progress("reading") as advance:
        config = configuration.load(config_file)
        if renewal and not (baseline or config.check.baseline):
            stop(
                2,
                "--write-baseline needs a file: name it with --baseline, or as `check: {baseline: FILE}` in the configuration",
            )
        roots = checks.roots(config, config_file, baseline)
        before = memo.digest(asked, roots) if cached else ""
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
    if cached and not records.plugins_used():  # a digest does not cover their files
        answer = memo.Answer(out=reporting.text(reporting.chosen(results)), err=reporting.warnings(results))
        memo.remember(asked, roots, before, answer)
