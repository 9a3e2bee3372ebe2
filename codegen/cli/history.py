"""`codegen history`."""

from __future__ import annotations

from pathlib import Path

import click

from codegen.cli.common import (
    fail,
    is_quiet,
    log,
    print_diagnostics,
    project_languages,
    report_failures,
    show_progress,
    source_path,
    write_file,
    write_stdout,
)
from codegen.cli.options import CONFIG, FILE, PATH, SELECT, choose_format
from codegen.core.diagnostics import Level, Report


def _parse_releases(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    pairs = tuple(text.partition("=")[::2] for text in values)
    for name, path in pairs:
        if not name.strip() or not path:
            raise click.BadParameter(f"{name!r}: write NAME=PATH, such as 1.2=old/swagger.json")
    return tuple((name.strip(), path) for name, path in pairs)


@click.command(short_help="Show which releases have each definition and field.")
@click.argument("sources", nargs=-1, type=PATH)
@click.option(
    "--release",
    "named",
    multiple=True,
    metavar="NAME=PATH",
    callback=_parse_releases,
    help="A source and the name of its release, if its path has no version. Repeatable.",
)
@CONFIG
@SELECT
@click.option(
    "--changed", is_flag=True, help="Show only additions, removals and changes; for text and table."
)
@choose_format(
    "text",
    "table",
    "json",
    text="A line for each definition, field and operation; a table with a column for each "
    "release; or all, for programs.",
)
@click.option("--output", type=FILE, help="Write the history to this file.")
def history(
    sources: tuple[Path, ...],
    named: tuple[tuple[str, str], ...],
    config_file: Path,
    select: tuple[str, ...],
    changed: bool,
    shape: str,
    output: Path | None,
) -> None:
    """Show which releases have each definition, field and operation.

    It also shows when a field became required or optional, its types and values over time, and
    replacements of removed elements.

    SOURCE is a file or folder for each release, named by its path: v1.2/openapi.json is 1.2. The
    default is the releases below `history` in codegen.yaml.

    Exit status: 0 shown, 2 something could not be read.
    """
    from codegen.core.escaping.documents import visible_json
    from codegen.drift.history import views
    from codegen.drift.history.history import history as compute_history
    from codegen.project.config.configuration import load
    from codegen.readers.releases import release_source

    if changed and shape == "json":
        raise click.UsageError("--changed is for text and table; JSON has everything")
    report = Report()
    releases = [*(("", path) for path in sources), *((name, Path(path)) for name, path in named)]
    # Paths of findings are relative to the configuration only if it names the releases.
    origin = None if releases else config_file
    with report_failures(report, origin), show_progress() as advance:
        languages = project_languages(config_file=config_file)
        if releases:
            compared = [release_source(source_path(path), name) for name, path in releases]
        else:
            compared = list(load(config_file).history)
        if not compared:
            raise click.UsageError(
                f"name a source for each release, or list them below `history` in {config_file}"
            )
        result = compute_history(
            *compared, select=select, languages=languages, report=report, progress=advance
        )
    if shape == "json":
        text = visible_json(views.as_json(result))
    elif shape == "text":
        text = views.as_text(result, changed=changed)
    else:
        text = views.as_table(result, changed=changed)
    if output is None:
        write_stdout(text)
    else:
        write_file(output, text)
    if not is_quiet():
        for note in result.notes:
            log(f"note: {note}")
    # Warnings are counted in `not_compared`.
    print_diagnostics(
        (finding for finding in report.diagnostics if finding.level is Level.ERR), origin
    )
    for omission in result.not_compared:
        times = f" ({omission.count} times)" if omission.count > 1 else ""
        log(f"not compared: {omission.what}{times}")
    if not result.complete:
        fail(2, "the history is incomplete: not everything could be read")
