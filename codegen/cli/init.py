"""`codegen init`."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from codegen.cli.common import CONFIG, failures, stop, tell
from codegen.findings.diagnostics import Report


@click.command()
@CONFIG
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    help="A page, an OpenAPI document, CustomResourceDefinitions, or a folder of them to read; without it the folder is searched.",
)
def init(config_file: Path, source: Path | None) -> None:
    """Write a commented codegen.yaml for what the folder holds. Nothing is ever overwritten.

    Exit status: 0 written, 2 the file exists already, or the source cannot be read.
    """
    from codegen.config.starter import starter
    from codegen.core.writing import write_all

    folder = config_file.parent
    if not folder.is_dir():
        stop(2, f"there is no folder {folder}: create it first")
    if os.path.lexists(config_file):
        stop(2, f"{config_file} already exists: edit it, or name another with --config")
    with failures(Report()):
        draft = starter(folder, source)
        if taken := [path for path in draft.files if (folder / path).exists()]:
            stop(2, f"{taken[0]} already exists and is not a source: remove it, or name a source with --source")
        files = {**draft.files, config_file.name: draft.text}
        write_all(folder, files, only_new=True)
    for path in files:
        tell(f"wrote    {(folder / path).as_posix()}")
    for found in draft.sources:
        tell(f"reads    {found.path} ({found.what})")
    for line in draft.passed_over:
        tell(f"not read {line}")
    option = (
        "" if config_file.name == "codegen.yaml" and folder == Path() else f" --config {shlex.quote(str(config_file))}"
    )
    tell(f"next:    codegen generate{option}")
