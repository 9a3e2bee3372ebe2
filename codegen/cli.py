"""The `codegen` command: arguments, what is printed, exit status. Nothing else prints or exits.

Exit status: 0 done and clean; 1 errors in the input, or drift; 2 usage, or something that could not be read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from codegen import __version__
from codegen.diagnostics import CodegenError, Diagnostic, Report

_CONFIG = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    default=Path("codegen.yaml"),
    show_default=True,
    help="What to read and what to write.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, package_name="apiref-codegen", prog_name="codegen")
def main() -> None:
    """Read Kubernetes API reference pages into one model; write schemas, code and pages from it; find drift."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


@main.command()
@_CONFIG
def generate(config_file: Path) -> None:
    """Write all outputs of codegen.yaml."""
    from codegen import config, pipeline

    report = Report()
    with _failures(report), _progress("reading") as progress:
        loaded = config.load(config_file)
        files = pipeline.build(loaded, report, progress)
        written, removed = files.write() if files is not None and not report.has_errors else ((), ())
    _say(report.diagnostics)
    if files is None or report.has_errors:
        _stop(1, "nothing was written: the input has errors")
    for path in written:
        click.echo(f"wrote    {path}")
    for path in removed:
        click.echo(f"removed  {path}")
    unchanged = len(files.files) - len(written)
    click.echo(f"{len(written)} written, {len(removed)} removed, {unchanged} unchanged")


@main.command()
@_CONFIG
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
def check(config_file: Path, shape: str) -> None:
    """Say which generated files are missing, stale or orphaned. Never writes."""
    from codegen import config, drift, pipeline

    report = Report()
    with _failures(report), _progress("reading") as progress:
        loaded = config.load(config_file)
        files = pipeline.build(loaded, report, progress)
        comparison = files.compare() if files is not None else None
    if comparison is None:
        _say(report.diagnostics)
        _stop(2, "could not compare: the input has errors")
    repair = _repair(config_file)
    if shape == "json":
        click.echo(json.dumps(drift.as_json(comparison, report.diagnostics, repair), ensure_ascii=False, indent=2))
    else:
        _say(report.diagnostics)
        for line in drift.as_text(comparison, repair):
            click.echo(line)
    if not comparison.clean:
        sys.exit(1)


@main.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--locale", default="", help="The language of the pages, where it is not seen from them.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["tree", "json"]),
    default="tree",
    show_default=True,
    help="For people, or for programs.",
)
def inspect(sources: tuple[Path, ...], locale: str, shape: str) -> None:
    """Print what is read from pages, folders of pages, or OpenAPI documents."""
    from codegen import inspection, locales, pipeline
    from codegen.sources import SourcePath, read_sources

    report = Report()
    with _failures(report), _progress("reading") as progress:
        if locale:
            locales.get(locale)
        paths = [SourcePath(path=path, shown=pipeline.shown_path(path), locale=locale) for path in sources]
        reference = read_sources(paths, report, progress)
    if shape == "json":
        click.echo(json.dumps(inspection.as_json(reference, report.diagnostics), ensure_ascii=False, indent=1))
    else:
        from rich.console import Console

        Console(soft_wrap=not sys.stdout.isatty(), highlight=False).print(
            inspection.as_tree(reference, tuple(sorted(reference.prose)))
        )
        _say(report.diagnostics)
    if report.has_errors:
        sys.exit(1)


def _repair(config_file: Path) -> str:
    return "codegen generate" if config_file == Path("codegen.yaml") else f"codegen generate --config {config_file}"


def _say(diagnostics: Iterable[Diagnostic]) -> None:
    for each in diagnostics:
        click.echo(str(each), err=True)


def _stop(status: int, message: str) -> NoReturn:
    click.echo(f"codegen: {message}", err=True)
    sys.exit(status)


@contextmanager
def _failures(report: Report) -> Iterator[None]:
    """Print what was found before a run could not go on, and end with status 2."""
    try:
        yield
    except CodegenError as error:
        _say((*report.diagnostics, *error.diagnostics))
        sys.exit(2)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar for runs over many files, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance
