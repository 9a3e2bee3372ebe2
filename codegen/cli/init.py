"""`codegen init`."""

from __future__ import annotations

from pathlib import Path

import click

from codegen.cli.common import CONFIG, failures, stop
from codegen.findings.diagnostics import Report


@click.command()
@CONFIG
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    help="A page, a folder of pages or an OpenAPI document to read; without it the folder is searched.",
)
def init(config_file: Path, source: Path | None) -> None:
    """Write a commented codegen.yaml for what the folder holds. Nothing is ever overwritten.

    Exit status: 0 written, 2 there is one already, or the source cannot be read.
    """
    from codegen.config.starter import starter

    folder = config_file.parent
    if not folder.is_dir():
        stop(2, f"there is no folder {folder}: create it first")
    if config_file.exists():
        stop(2, f"{config_file} is already there: edit it, or name another with --config")
    with failures(Report()):
        made = starter(folder, source)
    files = {**made.files, config_file.name: made.text.encode()}
    if taken := [path for path in made.files if (folder / path).exists()]:
        stop(2, f"{taken[0]} is already there and is no source: remove it, or name a source with --source")
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        with (folder / path).open("xb") as stream:
            stream.write(data)
        click.echo(f"wrote    {(folder / path).as_posix()}")
    for each in made.sources:
        click.echo(f"reads    {each.path} ({each.what})")
    option = "" if config_file.name == "codegen.yaml" and folder == Path() else f" --config {config_file}"
    click.echo(f"next:    codegen generate{option}")
