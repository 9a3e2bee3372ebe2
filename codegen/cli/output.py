"""How `diff` and `check` report their results: accepted findings, format, failing level, file, and the step summary of GitHub."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import stop
from codegen.findings.formats import FORMATS

if TYPE_CHECKING:
    from datetime import date

    from codegen.drift.check.renewal import Renewal
    from codegen.findings.formats import Results

SHAPE = click.option(
    "--format",
    "shape",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
FAIL_ON = click.option(
    "--fail-on",
    type=click.Choice(["ERR", "WARN", "INFO"], case_sensitive=False),
    metavar="[ERR|WARN|INFO]",
    default="ERR",
    show_default=True,
    help="The lowest level that makes the exit status 1.",
)
OUTPUT = click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the findings to this file instead of printing them.",
)


_ACCEPTED_FOR = 90  # days
_BASELINE = (
    click.option(
        "--baseline",
        default="",
        metavar="FILE",
        help="The file of accepted findings; for check, instead of the one that the configuration names.",
    ),
    click.option(
        "--write-baseline",
        is_flag=True,
        help="Bring that file up to date first: add an entry for each finding that is not accepted, remove entries that match "
        "nothing, and leave the others as they are. Generated files that are missing, stale or orphaned get no entry (generate "
        "repairs them), nor do findings of an expired entry (renew its date).",
    ),
    click.option(
        "--reason", default="", metavar="TEXT", help="Why new entries are accepted.  [default: a text to replace]"
    ),
    click.option(
        "--until",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="DATE",
        help=f"The last day of new entries, such as 2026-12-31.  [default: in {_ACCEPTED_FOR} days]",
    ),
)


def baseline_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of accepted findings: `baseline`, and what `renewal_of` takes."""
    for option in reversed(_BASELINE):
        command = option(command)
    return command


def renewal_of(write_baseline: bool, reason: str, until: datetime | None, today: date) -> Renewal | None:
    """What new entries of the baseline say; None if it is not to be written."""
    if not write_baseline:
        if reason or until:
            raise click.UsageError("--reason and --until are for the entries that --write-baseline writes")
        return None
    from codegen.drift.check.baseline import PLACEHOLDER
    from codegen.drift.check.renewal import Renewal

    last = until.date() if until else today + timedelta(days=_ACCEPTED_FOR)
    if last < today:
        raise click.BadParameter("the date is in the past", param_hint="--until")
    return Renewal(reason=reason.strip() or PLACEHOLDER, until=last)


def emit(results: Results, shape: str, output: Path | None) -> None:
    """Print or write the results; in a GitHub step also its summary."""
    from codegen.findings import formats

    text = formats.render(results, shape)
    try:
        if output is None:
            click.echo(text, nl=False)
        else:
            output.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if shape == "github" and summary:
            from codegen.findings.formats import github

            with Path(summary).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
                stream.write(github.summary(results))
    except OSError as error:
        stop(2, f"{error.filename}: cannot be written: {error.strerror}; name a file in a folder that exists")
