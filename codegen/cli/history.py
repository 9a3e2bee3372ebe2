"""`codegen history`."""

from __future__ import annotations

from pathlib import Path

import click

from codegen.cli.common import (
    CONFIG,
    SELECT,
    failures,
    is_quiet,
    note,
    progress,
    project_languages,
    put,
    say,
    shown_path,
    stop,
)
from codegen.core.diagnostics import Level, Report


def _parse_releases(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = tuple(text.partition("=")[::2] for text in given)
    for name, path in pairs:
        if not name.strip() or not path:
            raise click.BadParameter(f"{name!r}: write NAME=PATH, such as 1.2=old/swagger.json")
    return tuple((name.strip(), path) for name, path in pairs)


@click.command(short_help="Tell which releases have each definition and field.")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--release",
    "named",
    multiple=True,
    metavar="NAME=PATH",
    callback=_parse_releases,
    help="A source and the name of its release, where its path has no version. Repeatable.",
)
@CONFIG
@SELECT
@click.option(
    "--changed",
    is_flag=True,
    help="Only what came, went or changed; for text and table.",
)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "table", "json"]),
    default="text",
    show_default=True,
    help="A line for each definition, field and operation; a table with a column for each release; or all, for programs.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the history to this file instead of printing it.",
)
def history(
    sources: tuple[Path, ...],
    named: tuple[tuple[str, str], ...],
    config_file: Path,
    select: tuple[str, ...],
    changed: bool,
    shape: str,
    output: Path | None,
) -> None:
    """Tell which releases have each definition, field and operation.

    It says when a field became required or optional, which types and values it had, and what replaced what is gone.

    SOURCE is a file or folder for each release, named by its path: v1.2/openapi.json is 1.2. Without any, the releases are
    those below `history` in codegen.yaml.

    Exit status: 0 shown, 2 something could not be read.
    """
    from codegen.core.escaping.documents import shown_json
    from codegen.drift.history import views
    from codegen.drift.history.history import history as history_of
    from codegen.readers.releases import release_source
    from codegen.readers.sources import SourcePath

    if changed and shape == "json":
        raise click.UsageError("--changed is for text and table; JSON has everything")
    report = Report()
    with failures(report), progress("reading") as advance:
        languages = project_languages(config_file)
        releases = [*(("", path) for path in sources), *((name, Path(path)) for name, path in named)]
        found = [release_source(SourcePath(path=path, shown=shown_path(path)), name) for name, path in releases]
        if not found:
            from codegen.config.configuration import load

            found += load(config_file).history
        if not found:
            raise click.UsageError(f"name a source for each release, or list them below `history` in {config_file}")
        result = history_of(*found, select=select, languages=languages, report=report, progress=advance)
    if shape == "json":
        text = shown_json(views.as_json(result))
    else:
        text = (views.as_text if shape == "text" else views.as_table)(result, changed=changed)
    if output is None:
        put(text)
    else:
        from codegen.core.writing import write_one

        with failures(Report()):
            write_one(output, text, shown_path(output))
    if not is_quiet():
        for remark in result.notes:
            note(f"note: {remark}")
    say(each for each in report.diagnostics if each.level is Level.ERR)  # `not_compared` counts what is left out
    for entry in result.not_compared:
        note(f"not compared: {entry.what}" + (f" ({entry.count} times)" if entry.count > 1 else ""))
    if not result.complete:
        stop(2, "the history lacks what could not be read")
