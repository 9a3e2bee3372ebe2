"""`codegen inspect`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from codegen.cli.common import (
    print_diagnostics,
    project_languages,
    report_failures,
    show_progress,
    source_path,
    write_stdout,
)
from codegen.cli.options import PAGE_LOCALE, PATH, SELECT, choose_format
from codegen.core.diagnostics import Report

_PIPED_WIDTH = 200  # columns where there is no terminal to set a width


@click.command(short_help="Print the model of sources.")
@click.argument("sources", nargs=-1, required=True, type=PATH)
@SELECT
@PAGE_LOCALE
@choose_format("tree", "json", text="Output for people, or for programs.")
def inspect(sources: tuple[Path, ...], select: tuple[str, ...], locale: str, shape: str) -> None:
    """Print the model of pages, OpenAPI documents, CustomResourceDefinitions, or folders of them.

    Exit status: 0 read, 1 read with errors, 2 something could not be read.
    """
    from codegen.core.escaping.documents import json_text
    from codegen.outputs.inspection import json_view, tree
    from codegen.readers.sources import read
    from codegen.validation import cel_compilation

    report = Report()
    with report_failures(report), show_progress() as advance:
        languages = project_languages(locale)
        paths = [source_path(path, locale) for path in sources]
        reference = read(
            *paths, select=select, languages=languages, report=report, progress=advance
        )
        cel_compilation.report_invalid_rules(reference, report)
    if shape == "json":
        write_stdout(json_text(json_view.as_json(reference, report.diagnostics)))
    else:
        from rich.console import Console

        console = Console(highlight=False, width=None if sys.stdout.isatty() else _PIPED_WIDTH)
        with console.capture() as captured:
            console.print(tree.as_tree(reference))
        write_stdout(captured.get())
        print_diagnostics(report.diagnostics)
    if report.has_errors:
        sys.exit(1)
