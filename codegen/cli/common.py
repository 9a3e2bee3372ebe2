"""What all subcommands share: the configuration option, printing findings, ending a run early, progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

import click
from msgspec.structs import replace

from codegen.core.diagnostics import MOST_SHOWN, CodegenError, Finding, Report
from codegen.core.escaping import terminal

if TYPE_CHECKING:
    from codegen.core.locales import Languages

_CONFIG = "codegen.yaml"
_QUIET = "codegen.quiet"
_MOST_FILES = 20  # that are named one by one
CONFIG = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    default=Path(_CONFIG),
    show_default=True,
    help="What to read and what to write.",
)
SELECT = click.option(
    "--select",
    "select",
    multiple=True,
    metavar="PATTERN",
    help="Only these parts, with the types that they need: Kind, group/version/Kind, group/version, a group or a definition key; "
    "* matches inside a segment, a leading ! excludes. Repeatable.",
)


QUIET = click.Option(
    ["-q", "--quiet"],
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=lambda context, _, value: context.meta.update({_QUIET: context.meta.get(_QUIET, False) or value}),
    help="Only what was asked for and what is wrong: no progress, no notes, no totals.",
)


def is_quiet() -> bool:
    """Whether this run was asked for nothing but its results."""
    return bool(click.get_current_context().meta.get(_QUIET))


def put(text: str) -> None:
    """Print a result as what writes it has made it: no value in it can be a command of the terminal or of a CI server."""
    click.echo(text, nl=False)


def note(line: str) -> None:
    """Print a line to the error stream."""
    click.echo(terminal.line(line), err=True)


def tell(line: str) -> None:
    """Print what was done, unless nobody wants to know."""
    if not is_quiet():
        click.echo(terminal.line(line))


def tell_files(verb: str, paths: Sequence[str]) -> None:
    """Print which files were written or removed: the first ones by name, the others as a count."""
    for path in paths[:_MOST_FILES]:
        tell(f"{verb:<8} {path}")
    if (more := len(paths) - _MOST_FILES) > 0:
        tell(f"{verb:<8} {more} more {'file' if more == 1 else 'files'}")


def say(diagnostics: Iterable[Finding], config_file: Path | None = None) -> None:
    """Print findings to the error stream, one per line. Their paths are relative to the folder of the configuration."""
    found = tuple(relocate(each, config_file) for each in diagnostics)
    for diagnostic in found[:MOST_SHOWN]:
        note(str(diagnostic))
    if len(found) > MOST_SHOWN:
        note(f"note: {len(found) - MOST_SHOWN} more are left out here; --format json has all, where a command has it")


def stop(status: int, message: str) -> NoReturn:
    """End the run with a last line."""
    note(f"codegen: {message}")
    sys.exit(status)


def no_rule(name: str, known: Iterable[str]) -> str:
    """That there is no rule of a name, and the nearest ones."""
    from difflib import get_close_matches

    near = " or ".join(get_close_matches(name.lower(), list(known), n=3))
    return f"there is no rule {name!r}; " + (f"is it {near}?" if near else "`codegen explain` lists the areas")


def shown_path(path: Path) -> str:
    """A path as messages name it: relative to the current folder where it is below it. A link has its own name."""
    absolute = Path(os.path.normpath(path.absolute()))
    try:
        return absolute.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def path_from_here(path: str, config_file: Path | None) -> str:
    """Return a path that is relative to the folder of a configuration as seen from the current folder."""
    if config_file is None:
        return path
    if path == str(config_file):
        return shown_path(config_file)
    return shown_path(config_file.parent / path)


def relocate(diagnostic: Finding, config_file: Path | None) -> Finding:
    """Return a finding whose path is as seen from the current folder."""
    path = path_from_here(diagnostic.span.path, config_file)
    return diagnostic if path == diagnostic.span.path else replace(diagnostic, span=replace(diagnostic.span, path=path))


def manifest(path: Path) -> str | BinaryIO:
    """A file or folder of manifests as it is shown; `-` is standard input."""
    return sys.stdin.buffer if str(path) == "-" else shown_path(path)


def release(text: str, option: str) -> str:
    """The release that an option names, or an empty string where it names none. Raises `click.BadParameter` for anything else."""
    from codegen.core import releases

    try:
        return releases.format_release(releases.parse(text)) if text else ""
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def project_languages(config_file: Path | None = None) -> Languages:
    """The languages of a configuration, or of the one in the current folder; without any, those that ship."""
    from codegen.config import configuration

    return configuration.load_languages(config_file or Path(_CONFIG))


@contextmanager
def failures(report: Report, config_file: Path | None = None) -> Iterator[None]:
    """Print what was found before a run could not go on, and end with status 2."""
    try:
        yield
    except CodegenError as error:
        say(dict.fromkeys((*report.diagnostics, *error.diagnostics)), config_file)
        sys.exit(2)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar for what takes longer than a second, on a terminal only."""
    if not sys.stderr.isatty() or is_quiet():
        yield None
        return
    from codegen.cli.waiting import Waiting

    waiting = Waiting(what)
    try:
        yield waiting.advance
    finally:
        waiting.end()
