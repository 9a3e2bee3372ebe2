"""`codegen diff`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import (
    project_languages,
    reader_language,
    revision_source,
    show_progress,
    source_path,
    write_stdout,
)
from codegen.cli.options import PATH, SELECT, baseline_options, report_options
from codegen.core.diagnostics import Report

if TYPE_CHECKING:
    from codegen.cli.output import Reporting
    from codegen.drift.baseline import Renewal


def _print_rules(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from codegen.findings.rules import page

        write_stdout(page.changes())
        context.exit()


@click.command(short_help="Report what changed from OLD to NEW.")
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@click.option(
    "--old-locale", default="", metavar="TAG", help="The language of OLD, if it cannot be detected."
)
@click.option(
    "--new-locale", default="", metavar="TAG", help="The language of NEW, if it cannot be detected."
)
@click.option(
    "--release",
    "releases",
    multiple=True,
    type=PATH,
    metavar="SOURCE",
    help="A source of one release. The summary names the release that is closest to NEW. "
    "Repeatable.",
)
@SELECT
@click.option(
    "--expand", is_flag=True, help="Report each change by itself, also those with one cause."
)
@report_options(of_changes=True)
@baseline_options
@click.option(
    "--rules",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_rules,
    help="Print the table of rules about changes, and exit.",
)
def diff(
    old: Path,
    new: Path,
    old_locale: str,
    new_locale: str,
    releases: tuple[Path, ...],
    select: tuple[str, ...],
    expand: bool,
    reporting: Reporting,
    baseline: str,
    renewal: Renewal | None,
) -> None:
    """Report what changed from OLD to NEW.

    Both are pages, OpenAPI documents, CustomResourceDefinitions, or folders of them, in any
    pairing. REV:PATH is a file or folder of a Git revision, as in HEAD~1:schemas/api.json.

    Exit status: 0 nothing at or above --fail-on, 1 something, 2 something could not be compared.
    """
    from codegen.drift import diff as drift
    from codegen.findings.localized import localize_results

    if renewal and not baseline:
        raise click.UsageError("--write-baseline needs a file: --baseline FILE")
    if renewal and select:
        raise click.UsageError(
            "--write-baseline would remove the entries of everything that --select leaves out"
        )
    with reporting.report_failures(Report()), show_progress() as advance, ExitStack() as stack:
        first = stack.enter_context(revision_source(old, old_locale))
        second = stack.enter_context(revision_source(new, new_locale))
        results = drift.diff(
            first,
            second,
            releases=list(map(source_path, releases)),
            select=select,
            expand=expand,
            fail_on=reporting.fail_on,
            languages=project_languages(old_locale, new_locale),
            progress=advance,
        )
        if baseline:
            from datetime import date

            from codegen.drift.baseline.renewal import apply_baseline

            results = apply_baseline(results, Path(baseline), baseline, date.today(), renewal)
    reporting.end(localize_results(results, reader_language()))
