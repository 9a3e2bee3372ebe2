"""`codegen diff`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import SELECT, progress, project_languages, put, shown_path
from codegen.cli.output import Reporting, baseline_options, parse_renewal, report_options
from codegen.core.diagnostics import Report

if TYPE_CHECKING:
    from datetime import datetime


def _rules(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from codegen.findings.rules import page

        put(page.changes())
        context.exit()


@click.command(short_help="Report what changed from OLD to NEW.")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--old-locale", default="", metavar="TAG", help="The language of OLD, where it cannot be detected.")
@click.option("--new-locale", default="", metavar="TAG", help="The language of NEW, where it cannot be detected.")
@click.option(
    "--release",
    "releases",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="SOURCE",
    help="A source of one release, to say which one NEW is closest to. Repeatable.",
)
@SELECT
@report_options()
@baseline_options
@click.option(
    "--rules",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_rules,
    help="Print the table of drift rules and exit.",
)
def diff(
    old: Path,
    new: Path,
    old_locale: str,
    new_locale: str,
    releases: tuple[Path, ...],
    select: tuple[str, ...],
    reporting: Reporting,
    baseline: str,
    write_baseline: bool,
    reason: str,
    until: datetime | None,
) -> None:
    """Report what changed from OLD to NEW: pages, OpenAPI documents, CustomResourceDefinitions, or folders of them, in any pairing.

    Exit status: 0 nothing at or above --fail-on, 1 something, 2 something could not be compared.
    """
    from datetime import date

    from codegen.drift import diff as drift
    from codegen.readers.sources import SourcePath

    today = date.today()
    renewal = parse_renewal(write_baseline, reason, until, today)
    if renewal and not baseline:
        raise click.UsageError("--write-baseline needs a file: --baseline FILE")
    if renewal and select:
        raise click.UsageError("--write-baseline would remove the entries of everything that --select leaves out")
    with reporting.failures(Report()), progress("reading") as advance:
        languages = project_languages()
        for locale in filter(None, (old_locale, new_locale)):
            languages.get(locale)
        first, second, *others = (
            SourcePath(path=path, shown=shown_path(path), locale=locale)
            for path, locale in ((old, old_locale), (new, new_locale), *((path, "") for path in releases))
        )
        results = drift.diff(
            first,
            second,
            releases=others,
            select=select,
            fail_on=reporting.fail_on,
            languages=languages,
            progress=advance,
        )
        if baseline:
            from codegen.drift.baseline.renewal import apply_baseline

            results = apply_baseline(results, Path(baseline), baseline, today, renewal)
    reporting.end(results)
