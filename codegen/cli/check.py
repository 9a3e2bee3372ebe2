"""`codegen check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from codegen.cli.common import CONFIG, failures, progress, say, stop
from codegen.diagnostics import Report


@click.command()
@CONFIG
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How findings are printed."
)
def check(config_file: Path, shape: str) -> None:
    """Say which generated files are missing, stale or orphaned. Never writes."""
    from codegen import config, drift, pipeline

    report = Report()
    with failures(report), progress("reading") as advance:
        files = pipeline.build(config.load(config_file), report, advance)
        comparison = files.compare() if files is not None else None
    if comparison is None:
        say(report.diagnostics)
        stop(2, "could not compare: the input has errors")
    repair = "codegen generate" if config_file == Path("codegen.yaml") else f"codegen generate --config {config_file}"
    if shape == "json":
        click.echo(json.dumps(drift.as_json(comparison, report.diagnostics, repair), ensure_ascii=False, indent=2))
    else:
        say(report.diagnostics)
        for line in drift.as_text(comparison, repair):
            click.echo(line)
    if not comparison.clean:
        sys.exit(1)
