"""The `codegen` command, one module per subcommand. Nothing outside this package prints or exits.

The exit status is 0 for success, 1 for errors in the input or drift, and 2 for wrong usage or input
that cannot be read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from codegen import __version__
from codegen.cli.common import fail, reader_language
from codegen.cli.habits import SuggestingGroup, suggest_option
from codegen.cli.localized_help import LocalizedContext
from codegen.cli.options import QUIET
from codegen.cli.usage_errors import LocalizedUsageError
from codegen.core.escaping import terminal
from codegen.core.interrupts import Terminated, raise_on_termination

# Each command is a function in the module of its name, imported when it is called or listed.
COMMANDS = (
    "init",
    "generate",
    "check",
    "completion",
    "diff",
    "explain",
    "history",
    "inspect",
    "review",
    "token-endpoint",
    "site",
    "translate",
    "update",
    "upgrade",
    "validate",
)


_SHOWN = 200  # characters of a path


class _Commands(SuggestingGroup):
    """The subcommands. Ctrl-C ends them with status 130, SIGTERM with 143, as shells expect."""

    context_class = LocalizedContext

    def list_commands(self, _context: click.Context) -> list[str]:
        """List the names in the order of `--help`."""
        return sorted(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Return the command of a name, or None."""
        if name not in COMMANDS:
            return None
        word = name.replace("-", "_")
        command: click.Command = getattr(import_module(f"codegen.cli.{word}"), word)
        _add_quiet(command)
        _use_localized_help(command)
        return command

    def main(self, *arguments: Any, **more: Any) -> Any:
        """Run the program. Errors of the operating system become one line."""
        try:
            return super().main(*arguments, **more)
        except OSError as error:
            fail(2, _describe_os_error(error))
        except MemoryError:
            fail(2, "out of memory; split the input, or select less")

    def invoke(self, context: click.Context) -> Any:
        """Run the requested command."""
        try:
            with raise_on_termination(), _escape_usage():
                return super().invoke(context)
        except KeyboardInterrupt:
            fail(130, "interrupted")
        except Terminated as end:
            fail(end.status, "terminated")

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read the arguments."""
        with _escape_usage():
            return super().make_context(*arguments, **options)


@contextmanager
def _escape_usage() -> Iterator[None]:
    """Escape the arguments that messages about wrong usage quote, and print the messages in the
    language of the reader.
    """
    try:
        yield
    except click.UsageError as error:
        suggestion = suggest_option(error) if isinstance(error, click.NoSuchOption) else ""
        reader = reader_language()
        if reader.command_texts:
            raise LocalizedUsageError(error, reader, suggestion) from error
        if suggestion:
            # without the nearest names, which mean something else
            message = terminal.line(f"{error.message} {suggestion}")
            raise click.UsageError(message, error.ctx) from error
        vars(error)["message"] = terminal.line(error.message)  # which each class formats its way
        raise


def _describe_os_error(error: OSError) -> str:
    if error.filename is None and _is_folder_removed():
        return "the current folder was removed: change to another one"
    reason = error.strerror or str(error)
    if error.filename is None:
        return f"the output cannot be written: {reason}"
    name = str(error.filename)
    return f"{name if len(name) <= _SHOWN else f'{name[:_SHOWN]}...'}: {reason}"


def _is_folder_removed() -> bool:
    """Whether the current folder no longer exists."""
    try:
        Path.cwd()
    except FileNotFoundError:
        return True
    return False


def _use_localized_help(command: click.Command) -> None:
    """Show the help of a command and its subcommands in the language of the reader."""
    command.context_class = LocalizedContext
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        _use_localized_help(inner)


def _add_quiet(command: click.Command) -> None:
    """Add `--quiet` to a command and its subcommands."""
    if QUIET not in command.params:
        command.params.append(QUIET)
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        _add_quiet(inner)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(
    __version__, "-V", "--version", package_name="apiref-codegen", prog_name="codegen"
)
def main() -> None:
    """Generate schemas, code and pages from Kubernetes API references, and find drift between them."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
