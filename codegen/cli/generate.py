"""`codegen generate`."""

from __future__ import annotations

from pathlib import Path

import click

from codegen.cli.common import (
    detail,
    fail,
    info,
    list_files,
    path_from_here,
    print_diagnostics,
    reader_language,
    report_failures,
    show_progress,
)
from codegen.cli.habits import NO_PATHS
from codegen.cli.options import CONFIG, SELECT, VERBOSE
from codegen.core.diagnostics import Report, SourceError


@click.command()
@CONFIG
@SELECT
@click.option(
    "--drafts",
    is_flag=True,
    help="Show fuzzy translations on pages, marked as drafts, instead of the English.",
)
@click.option(
    "--fail-on-change",
    is_flag=True,
    help="Exit with 1 if a file was written or removed, as hooks need.",
)
@VERBOSE
@NO_PATHS
def generate(
    config_file: Path, select: tuple[str, ...], drafts: bool, fail_on_change: bool
) -> None:
    """Write all outputs of codegen.yaml.

    Exit status: 0 written, 1 nothing written because the input has errors, 2 something could not be
    read or written.
    """
    from codegen.project import emit
    from codegen.project.config import configuration

    report = Report()
    reader = reader_language()
    with report_failures(report, config_file), show_progress() as advance:
        try:
            config = configuration.override_selection(configuration.load(config_file), select)
            if drafts:
                config = configuration.enable_drafts(config)
            files = emit.generate(config, report=report, progress=advance)
        except SourceError as error:
            print_diagnostics(error.diagnostics, config_file)
            fail(1, reader.translate("nothing was written: the input has errors"))
        written, removed = files.write()
    print_diagnostics(files.diagnostics, config_file)
    for path in sorted(files.texts().keys() - set(written)):
        detail(f"unchanged {path_from_here(path, config_file)}")
    list_files("wrote", [path_from_here(path, config_file) for path in written])
    list_files("removed", [path_from_here(path, config_file) for path in removed])
    info(
        reader.translate(
            "{written} written, {removed} removed, {unchanged} unchanged",
            written=len(written),
            removed=len(removed),
            unchanged=len(files.texts()) - len(written),
        )
    )
    if files.drafts:
        info(
            reader.translate(
                "drafts on pages: {count} (a person confirms one by removing `fuzzy` in the "
                "catalog)",
                count=len(files.drafts),
            )
        )
    if fail_on_change and (written or removed):
        fail(1, reader.translate("files have changed: add them to the commit"))
