"""`codegen check`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from codegen.cli.common import CONFIG, failures, progress, say, stop
from codegen.cli.output import FAIL_ON, OUTPUT, SHAPE, baseline_options, emit, renewal_of
from codegen.findings.diagnostics import Report, Severity, SourceError

if TYPE_CHECKING:
    from datetime import date, datetime

    from codegen.drift.check import memo
    from codegen.drift.check.renewal import Renewal
    from codegen.findings.diagnostics import Diagnostic
    from codegen.findings.formats import Results


@click.command()
@CONFIG
@SHAPE
@FAIL_ON
@OUTPUT
@baseline_options
@click.option("--no-cache", is_flag=True, help="Do not trust an earlier clean check of the same bytes.")
def check(
    config_file: Path,
    shape: str,
    fail_on: str,
    output: Path | None,
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
    asked = memo.Question(config_file=config_file, options=(shape, fail_on, baseline), day=today.isoformat())
    renewal = renewal_of(write_baseline, reason, until, today)
    # A remembered answer writes nothing, so a run that writes files goes the whole way.
    cached = not (no_cache or output or renewal or (shape == "github" and os.environ.get("GITHUB_STEP_SUMMARY")))
    if cached and (answer := memo.recall(asked)) is not None:
        click.echo(answer.err, nl=False, err=True)
        click.echo(answer.out, nl=False)
        return
    _check(asked, shape, fail_on, output, baseline, today, renewal, cached=cached)


def _check(
    asked: memo.Question,
    shape: str,
    fail_on: str,
    output: Path | None,
    baseline: str,
    today: date,
    renewal: Renewal | None,
    *,
    cached: bool,
) -> None:
    from codegen import pipeline
    from codegen.config import configuration
    from codegen.core import records
    from codegen.drift.check import checks, memo
    from codegen.findings import formats
    from codegen.findings.levels import Level

    report = Report()
    config_file = asked.config_file
    repair = "codegen generate" if config_file == Path("codegen.yaml") else f"codegen generate --config {config_file}"
    with failures(report), progress("reading") as advance:
        config = configuration.load(config_file)
        if renewal and not (baseline or config.check.baseline):
            stop(
                2,
                "--write-baseline needs a file: name it with --baseline, or as `check: {baseline: FILE}` in the configuration",
            )
        roots = checks.roots(config, config_file, baseline)
        before = memo.digest(asked, roots) if cached else ""
        try:
            results = pipeline.check(
                config,
                baseline=baseline,
                renewal=renewal,
                fail_on=Level(fail_on),
                repair=repair,
                today=today,
                report=report,
                progress=advance,
            )
        except SourceError as error:
            say(error.diagnostics)
            stop(2, "could not compare: the input has errors")
    warnings = [diagnostic for diagnostic in results.diagnostics if diagnostic.severity is Severity.WARNING]
    if shape == "json":
        results = _with_more(results, warnings, repair)
    warning_lines = "".join(f"{warning}\n" for warning in warnings) if shape == "text" else ""
    click.echo(warning_lines, nl=False, err=True)
    emit(results, shape, output)
    if not results.complete:
        say(diagnostic for diagnostic in results.diagnostics if diagnostic.severity is Severity.ERROR)
        stop(2, f"could not compare everything: {len(results.not_compared)} things above were not compared")
    if results.failing:
        sys.exit(1)
    if cached and not records.plugins_used():  # a digest does not cover their files
        memo.remember(asked, roots, before, memo.Answer(out=formats.render(results, shape), err=warning_lines))


def _with_more(results: Results, diagnostics: Iterable[Diagnostic], repair: str) -> Results:
    from msgspec.structs import replace

    from codegen.outputs.inspection.json_view import diagnostic_json

    more = {
        "clean": not results.failing and results.complete,
        "repair": repair,
        "diagnostics": [diagnostic_json(diagnostic) for diagnostic in diagnostics],
    }
    return replace(results, more=MappingProxyType(more))
