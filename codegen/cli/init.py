"""`codegen init`."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import CONFIG, failures, path_from_here, say, stop, tell, tell_files
from codegen.core.diagnostics import Report

if TYPE_CHECKING:
    from codegen.config.starter import Starter

_MANY_KINDS = 20  # more than most projects use


@click.command()
@CONFIG
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    help="A page, an OpenAPI document, CustomResourceDefinitions, or a folder of them to read; without it the folder is searched.",
)
@click.option(
    "--locale",
    "locales",
    multiple=True,
    metavar="TAG",
    help="A language to write instead of those that are found, such as zh-cn; the first is that of schemas and docstrings. Repeatable.",
)
def init(config_file: Path, source: Path | None, locales: tuple[str, ...]) -> None:
    """Write a commented codegen.yaml for what the folder holds. Nothing is ever overwritten.

    The sources decide the languages, unless --locale names them.

    Exit status: 0 written, 2 the file exists already, or a source cannot be read.
    """
    from codegen.config.starter import starter
    from codegen.core.writing import write_all

    folder = config_file.parent
    shown = path_from_here(str(config_file), config_file)
    if not folder.is_dir():
        stop(2, f"there is no folder {folder}: create it first")
    if os.path.lexists(config_file):
        stop(2, f"{shown} already exists: edit it, or name another with --config")
    with failures(Report(), config_file):
        draft = starter(folder, source, tuple(dict.fromkeys(locales)))
        if taken := [path for path in draft.files if (folder / path).exists()]:
            stop(2, f"{taken[0]} already exists and is not a source: remove it, or name a source with --source")
        files = {config_file.name: draft.text, **draft.files}
        write_all(folder, files, only_new=True)
    say(draft.warnings, config_file)
    tell_files("wrote", [path_from_here(path, config_file) for path in files])
    _tell_sources(draft)
    option = "" if shown == "codegen.yaml" else f" --config {shlex.quote(str(config_file))}"
    tell(f"next:    codegen generate{option}")


def _tell_sources(draft: Starter) -> None:
    for found in draft.sources:
        tell(f"reads    {found.path} ({found.what}{f', {found.locale}' if found.locale else ''})")
    for line in draft.passed_over:
        tell(f"not read {line}")
    tell(f"locales  {', '.join(draft.locales)}")
    if draft.kinds > _MANY_KINDS:
        tell(f"kinds    {draft.kinds}; to write only some of them, name them below `select` in codegen.yaml")
