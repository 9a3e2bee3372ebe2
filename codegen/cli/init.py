"""`codegen init`."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from codegen.cli.common import CONFIG_FILE, fail, failures, info, list_files, path_from_here
from codegen.cli.options import NEW_CONFIG, PATH, VERBOSE
from codegen.core.diagnostics import Report

_MANY_KINDS = 20  # more than most projects use


@click.command()
@NEW_CONFIG
@VERBOSE
@click.option(
    "--source",
    type=PATH,
    help="A page, an OpenAPI document, CustomResourceDefinitions, or a folder of them.  [default: search this folder]",
)
@click.option(
    "--locale",
    "locales",
    multiple=True,
    metavar="TAG",
    help="A language of the outputs, such as zh-cn; the first is that of schemas and docstrings. Repeatable.  [default: those of the sources]",
)
def init(config_file: Path, source: Path | None, locales: tuple[str, ...]) -> None:
    """Write a commented codegen.yaml for the sources of a folder. Nothing is ever overwritten.

    Exit status: 0 written, 2 the file exists already, or a source cannot be read.
    """
    from codegen.config.starter import starter
    from codegen.core.writing import write_all

    folder = config_file.parent
    shown = path_from_here(str(config_file), config_file)
    if not folder.is_dir():
        fail(2, f"there is no folder {folder}: create it first")
    if os.path.lexists(config_file):
        fail(2, f"{shown} already exists: edit it, or name another with --config")
    with failures(Report(), config_file):
        draft = starter(folder, source, tuple(dict.fromkeys(locales)))
        if taken := [path for path in draft.files if (folder / path).exists()]:
            fail(2, f"{taken[0]} already exists and is not a source: remove it, or name a source with --source")
        files = {config_file.name: draft.text, **draft.files}
        write_all(folder, files, only_new=True)
    list_files("wrote", [path_from_here(path, config_file) for path in files])
    for found in draft.sources:
        info(f"reads    {found.path} ({found.what}{f', {found.locale}' if found.locale else ''})")
    for line in draft.passed_over:
        info(f"not read {line}")
    info(f"locales  {', '.join(draft.locales)}")
    if draft.kinds > _MANY_KINDS:
        info(f"kinds    {draft.kinds}; to write only some of them, name them below `select` in codegen.yaml")
    option = "" if shown == CONFIG_FILE else f" --config {shlex.quote(str(config_file))}"
    info(f"next:    codegen generate{option}")
