"""`codegen init`."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import click

from codegen.cli.common import (
    CONFIG_FILE,
    detail,
    fail,
    info,
    list_files,
    path_from_here,
    report_failures,
)
from codegen.cli.options import NEW_CONFIG, PATH, VERBOSE
from codegen.core.diagnostics import Report

_MANY_KINDS = 20  # more than most projects use


@click.command()
@NEW_CONFIG
@VERBOSE
@click.option(
    "--source",
    type=PATH,
    help="A page, an OpenAPI document, CustomResourceDefinitions, or a folder of them.  [default: "
    "search this folder]",
)
@click.option("--example", is_flag=True, help="Begin with a bundled page, which is written too.")
@click.option(
    "--kubernetes",
    default="",
    metavar="V",
    help="Begin with the document of a release of Kubernetes, such as 1.N, which `codegen update` "
    "fetches.",
)
@click.option(
    "--crds",
    multiple=True,
    metavar="URL",
    help="Begin with published CustomResourceDefinitions, which `codegen update` fetches. "
    "Repeatable.",
)
@click.option(
    "--locale",
    "locales",
    multiple=True,
    metavar="TAG",
    help="A language of the outputs, such as zh-cn; the first is that of schemas and docstrings. "
    "Repeatable.  [default: those of the sources]",
)
def init(
    config_file: Path,
    source: Path | None,
    kubernetes: str,
    crds: tuple[str, ...],
    locales: tuple[str, ...],
    *,
    example: bool,
) -> None:
    """Write a commented codegen.yaml for the sources of a folder. Nothing is ever overwritten.

    Sources are reference pages of Kubernetes as Markdown, HTML or text, OpenAPI documents, JSON
    Schemas and CustomResourceDefinitions. Their content decides, under any name. Hidden folders and
    installed packages are not searched.

    Exit status: 0 written, 2 the file exists already, there is no source, or a source cannot be
    read.
    """
    from codegen.core.writing import write_all
    from codegen.project.config.configuration import MISNAMED
    from codegen.project.fetched_starter import starter_with_urls
    from codegen.project.starter import find_blocked_folder, starter

    folder = config_file.parent
    shown = path_from_here(str(config_file), config_file)
    if not folder.is_dir():
        fail(2, f"there is no folder {folder}: create it first")
    if os.path.lexists(config_file):
        fail(2, f"{shown} already exists: edit it, or name another with --config")
    is_fetched = bool(kubernetes or crds)
    _refuse_conflicting_options(
        example=example, has_source=source is not None, kubernetes=kubernetes, is_fetched=is_fetched
    )
    chosen = tuple(dict.fromkeys(locales))
    with report_failures(Report(), config_file):
        if is_fetched:
            draft = starter_with_urls(kubernetes, crds, chosen)
        else:
            draft = starter(folder, source, chosen, is_example=example)
        if taken := [path for path in draft.files if (folder / path).exists()]:
            fail(2, f"{taken[0]} already exists: remove it, or name a source with --source")
        if blocked := find_blocked_folder(folder, draft.text):
            fail(
                2,
                f"{path_from_here(blocked, config_file)} is a file, and `codegen generate` would "
                "write into a folder of this name: rename the file",
            )
        files = {config_file.name: draft.text, **draft.files}
        write_all(folder, files, only_new=True)
    list_files("wrote", [path_from_here(path, config_file) for path in files])
    for candidate in draft.sources:
        info(
            f"reads    {candidate.path} ({candidate.what}{f', {candidate.locale}' if candidate.locale else ''})"
        )
    for line in draft.passed_over:
        info(f"not read {line}")
    for name in MISNAMED:
        if (folder / name).is_file():
            info(f"not read {name}: a configuration of codegen is called {CONFIG_FILE}")
    for line in draft.other_files:
        detail(f"not read {line}")
    info(f"locales  {', '.join(draft.locales)}")
    if draft.kinds > _MANY_KINDS:
        info(
            f"kinds    {draft.kinds}; to write only some of them, name them below `select` in "
            "codegen.yaml"
        )
    option = "" if shown == CONFIG_FILE else f" --config {shlex.quote(str(config_file))}"
    command = "update" if is_fetched else "generate"
    info(f"next:    codegen {command}{option}")


def _refuse_conflicting_options(
    *, example: bool, has_source: bool, kubernetes: str, is_fetched: bool
) -> None:
    """End with a message for options that exclude each other, and for an odd release."""
    if [example, has_source, is_fetched].count(True) > 1:
        fail(2, "--example, --source, and --kubernetes with --crds exclude each other: choose one")
    if kubernetes and not re.fullmatch(r"\d+\.\d+", kubernetes):
        fail(2, f"{kubernetes!r} is no minor release of Kubernetes: write it as 1.N")
