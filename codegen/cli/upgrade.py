"""`codegen upgrade`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import (
    message_language,
    open_manifest,
    parse_release,
    project_languages,
    show_progress,
    source_path,
)
from codegen.cli.options import ALLOW_UNKNOWN, FILES, FINDINGS_LOCALE, PATH, report_options
from codegen.core.diagnostics import CodegenError, Report

if TYPE_CHECKING:
    from codegen.cli.output import Reporting


@click.command()
@FILES
@click.option(
    "--from", "start", default="", metavar="V", help="The release that the manifests work with."
)
@click.option("--to", "target", default="", metavar="V", help="The release to upgrade to.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    type=PATH,
    metavar="SOURCE",
    help="CRDs, or any other source, from before and after the upgrade: --source OLD --source "
    "NEW. They replace the bundled "
    "structure of the groups that they have.",
)
@ALLOW_UNKNOWN
@FINDINGS_LOCALE
@report_options()
def upgrade(
    files: tuple[Path, ...],
    start: str,
    target: str,
    sources: tuple[Path, ...],
    allow_unknown: tuple[str, ...],
    locale: str,
    reporting: Reporting,
) -> None:
    """Report what breaks in manifests between two releases.

    FILE is a manifest in YAML or JSON, a folder of them, or `-` for standard input. Objects that
    pass in --from and fail in --to are reported at their lines: API versions that are gone, with
    their replacements, fields that are gone or newly required, and values that are no longer
    allowed.

    Exit status: 0 nothing at or above --fail-on, 1 something, 2 wrong usage, or something could not
    be read or checked.
    """
    from msgspec.structs import replace

    from codegen.findings.input_findings import findings_about_inputs
    from codegen.readers.sources import read
    from codegen.validation.upgrade import upgrade as check_upgrade

    if len(sources) not in (0, 2):
        raise click.UsageError("name two sources, or none: --source OLD --source NEW")
    if not sources and not (start and target):
        raise click.UsageError(
            "name the releases: --from V --to V; or the sources of before and of after: --source "
            "OLD --source NEW"
        )
    versions = [
        parse_release(text, option) for text, option in ((start, "--from"), (target, "--to"))
    ]
    report = Report()
    with reporting.report_failures(report), show_progress() as advance:
        languages = project_languages(locale)
        paths = list(map(source_path, sources))
        references = [
            (read(path, languages=languages, report=report, progress=advance), path.display_path)
            for path in paths
        ]
        if report.has_errors:
            raise CodegenError
        results = check_upgrade(
            *map(open_manifest, files),
            start=versions[0],
            target=versions[1],
            old=references[:1],
            new=references[1:],
            locale=locale or message_language(languages).tag,
            allow_unknown=allow_unknown,
            fail_on=reporting.fail_on,
            languages=languages,
        )
    notes = results.notes
    about_sources = findings_about_inputs(report.diagnostics)
    if about_sources and not results.findings:  # reports show the result only without findings
        notes = (*notes, results.clean)
    findings = (*results.findings, *about_sources)
    reporting.end(replace(results, findings=findings, notes=notes))
