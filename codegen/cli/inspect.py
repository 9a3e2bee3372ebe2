"""`codegen inspect`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import SELECT, failures, progress, project_languages, put, say, shown_path
from codegen.core.diagnostics import Report

if TYPE_CHECKING:
    from codegen.model import Reference

_PIPED_WIDTH = 200  # columns where there is no terminal to set a width


@click.command(short_help="Print what is read from sources.")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@SELECT
@click.option("--locale", default="", help="The language of the pages, where it cannot be detected.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["tree", "json"]),
    default="tree",
    show_default=True,
    help="Output for people, or for programs.",
)
def inspect(sources: tuple[Path, ...], select: tuple[str, ...], locale: str, shape: str) -> None:
    """Print what is read from pages, OpenAPI documents, CustomResourceDefinitions, or folders of them.

    Exit status: 0 read, 1 read with errors, 2 something could not be read.
    """
    from codegen.readers.sources import SourcePath, read
    from codegen.validation import cel_compilation

    report = Report()
    with failures(report), progress("reading") as advance:
        languages = project_languages()
        if locale:
            languages.get(locale)
        paths = [SourcePath(path=path, shown=shown_path(path), locale=locale) for path in sources]
        reference = read(*paths, select=select, languages=languages, report=report, progress=advance)
        cel_compilation.report_invalid_rules(reference, report)
        text = _as_json(reference, report) if shape == "json" else _as_tree(reference)
    put(text)
    if shape != "json":
        say(report.diagnostics)
    if report.has_errors:
        sys.exit(1)


def _as_json(reference: Reference, report: Report) -> str:
    from codegen.core.escaping.documents import json_text
    from codegen.outputs.inspection import json_view

    return json_text(json_view.as_json(reference, report.diagnostics))


def _as_tree(reference: Reference) -> str:
    """The tree as the terminal or the file behind stdout shows it."""
    from rich.console import Console

    from codegen.outputs.inspection.tree import as_tree

    console = Console(highlight=False, width=None if sys.stdout.isatty() else _PIPED_WIDTH)
    with console.capture() as captured:
        console.print(as_tree(reference))
    return captured.get()
