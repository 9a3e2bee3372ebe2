"""How `diff` and `check` hand out their results: format, failing level, file, and the step summary of GitHub."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import stop

if TYPE_CHECKING:
    from codegen.findings.formats import Results

SHAPE = click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "github", "sarif", "junit", "gitlab"]),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
FAIL_ON = click.option(
    "--fail-on",
    type=click.Choice(["ERR", "WARN", "INFO"], case_sensitive=False),
    metavar="[ERR|WARN|INFO]",
    default="ERR",
    show_default=True,
    help="The lowest level that makes the exit status 1.",
)
OUTPUT = click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the findings to this file instead of printing them.",
)


def emit(results: Results, shape: str, output: Path | None) -> None:
    """Print or write the results; in a GitHub step also its summary."""
    from codegen.findings import formats

    text = formats.render(results, shape)
    try:
        if output is None:
            click.echo(text, nl=False)
        else:
            output.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if shape == "github" and summary:
            from codegen.findings.formats import github

            with Path(summary).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
                stream.write(github.summary(results))
    except OSError as error:
        stop(2, f"{error.filename}: cannot be written: {error.strerror}; name a file in a folder that is there")
