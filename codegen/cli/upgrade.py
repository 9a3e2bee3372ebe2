"""`codegen upgrade`."""

from __future__ import annotations

from pathlib import Path

import click

from codegen.cli.common import manifest, progress, project_languages, release, shown_path
from codegen.cli.output import Reporting, report_options
from codegen.core.diagnostics import CodegenError, Report


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True), metavar="FILE...")
@click.option("--from", "start", default="", metavar="V", help="The release that the manifests work with.")
@click.option("--to", "target", default="", metavar="V", help="The release to upgrade to.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="SOURCE",
    help="CRDs, or any other source, from before and after the upgrade: --source OLD --source NEW. For the groups that they have, "
    "they replace what ships.",
)
@click.option(
    "--allow-unknown",
    "allow_unknown",
    multiple=True,
    metavar="KIND",
    help="Accept objects of this kind without a schema: Kind, group/version/Kind, or a group. Repeatable.",
)
@click.option("--locale", default="en", show_default=True, help="The language of the findings.")
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

    FILE is a manifest in YAML or JSON, a folder of them, or `-` for standard input. What fails in --to and passes in --from is
    reported at its line: API versions that are gone, with what replaces them, fields that are gone or newly required, and values
    that are no longer allowed.

    Exit status: 0 nothing at or above --fail-on, 1 something, 2 wrong usage, or something could not be read or checked.
    """
    from msgspec.structs import replace

    from codegen.readers.sources import SourcePath, read
    from codegen.validation.upgrade import upgrade as broken

    if len(sources) not in (0, 2):
        raise click.UsageError("name two sources, or none: --source OLD --source NEW")
    if not sources and not (start and target):
        raise click.UsageError(
            "name the releases: --from V --to V; or the sources of before and of after: --source OLD --source NEW"
        )
    versions = [release(text, option) for text, option in ((start, "--from"), (target, "--to"))]
    found = Report()
    with reporting.failures(found), progress("reading") as advance:
        languages = project_languages()
        languages.get(locale)
        paths = [SourcePath(path=source, shown=shown_path(source)) for source in sources]
        references = [(read(path, languages=languages, report=found, progress=advance), path.shown) for path in paths]
        if found.has_errors:
            raise CodegenError
        results = broken(
            *map(manifest, files),
            start=versions[0],
            target=versions[1],
            old=references[:1],
            new=references[1:],
            locale=locale,
            allow_unknown=allow_unknown,
            fail_on=reporting.fail_on,
            languages=languages,
        )
    reporting.end(replace(results, diagnostics=found.diagnostics))
