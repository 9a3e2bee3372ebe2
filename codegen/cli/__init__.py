"""The `codegen` command: one module a subcommand. Nothing outside this folder prints or exits.

Exit status of all: 0 done and clean; 1 errors in the input, or drift; 2 usage, or something that could not be read.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from codegen import __version__
from codegen.cli.check import check
from codegen.cli.common import stop
from codegen.cli.diff import diff
from codegen.cli.explain import explain
from codegen.cli.generate import generate
from codegen.cli.init import init
from codegen.cli.inspect import inspect
from codegen.cli.translate import translate
from codegen.cli.validate import validate


class _Commands(click.Group):
    """Ctrl-C ends each of them with 130, as shells expect of a program that it stopped."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            stop(130, "interrupted")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, package_name="apiref-codegen", prog_name="codegen")
def main() -> None:
    """Read Kubernetes API reference pages into one model; write schemas, code and pages from it; find drift."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


for _command in (init, generate, check, diff, explain, inspect, translate, validate):
    main.add_command(_command)
