"""Printing, paths, failures and progress of all subcommands."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

import click
from msgspec.structs import replace

from codegen.core.diagnostics import MOST_SHOWN, CodegenError, Finding, Report
from codegen.core.escaping import terminal

if TYPE_CHECKING:
    from codegen.core.locales import Languages, Locale
    from codegen.readers.sources import SourcePath

CONFIG_FILE = "codegen.yaml"
_QUIET = "codegen.quiet"
PROGRESS_DELAY = 1.0  # seconds without a count of files
_MOST_FILES = 20  # that are named one by one


def set_quiet(context: click.Context, _: click.Parameter, value: bool) -> None:
    """Turn on quiet output if this command or its group has the option `--quiet`."""
    context.meta[_QUIET] = is_quiet(context) or value


def is_quiet(context: click.Context | None = None) -> bool:
    """Whether this run prints nothing but results and problems."""
    return bool((context or click.get_current_context()).meta.get(_QUIET))


def write_stdout(text: str) -> None:
    """Print a result. Its writer has escaped all commands of terminals and CI servers."""
    click.echo(text, nl=False)


def log(line: str) -> None:
    """Print a line to the error stream."""
    click.echo(terminal.line(line), err=True)


def info(line: str) -> None:
    """Print a line about the work, except in a quiet run."""
    if not is_quiet():
        click.echo(terminal.line(line))


def list_files(verb: str, paths: Sequence[str]) -> None:
    """Print the first names of written or removed files, and the number of the others."""
    for path in paths[:_MOST_FILES]:
        info(f"{verb:<8} {path}")
    if (more := len(paths) - _MOST_FILES) > 0:
        info(f"{verb:<8} {more} more {'file' if more == 1 else 'files'}")


def print_diagnostics(diagnostics: Iterable[Finding], config_file: Path | None = None) -> None:
    """Print findings to the error stream, one per line. Their paths are relative to the folder of the configuration."""
    found = tuple(relocate(each, config_file) for each in diagnostics)
    for diagnostic in found[:MOST_SHOWN]:
        log(str(diagnostic))
    if len(found) > MOST_SHOWN:
        log(f"note: {len(found) - MOST_SHOWN} more are left out here; --format json has all, where a command has it")


def fail(status: int, message: str) -> NoReturn:
    """Print a message and exit with a status."""
    log(f"codegen: {message}")
    sys.exit(status)


def unknown_rule(name: str, known: Iterable[str]) -> str:
    """Describe an unknown name of a rule, with the nearest known ones."""
    from codegen.kube.errors import find_similar

    near = " or ".join(find_similar(name, known, 3))
    return f"there is no rule {name!r}; " + (f"is it {near}?" if near else "`codegen explain` lists the areas")


def shown_path(path: Path) -> str:
    """Return a path for messages, relative to the current folder if it is below it. A link has its own name."""
    absolute = Path(os.path.normpath(path.absolute()))
    try:
        return absolute.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def path_from_here(path: str, config_file: Path | None) -> str:
    """Convert a path relative to the configuration into one relative to the current folder."""
    if config_file is None:
        return path
    if path == str(config_file):
        return shown_path(config_file)
    return shown_path(config_file.parent / path)


def relocate(diagnostic: Finding, config_file: Path | None) -> Finding:
    """Rewrite the path of a finding relative to the current folder."""
    path = path_from_here(diagnostic.span.path, config_file)
    return diagnostic if path == diagnostic.span.path else replace(diagnostic, span=diagnostic.span.replace_path(path))


def source_path(path: Path, locale: str = "") -> SourcePath:
    """Return a source with its path for messages and its language, if known."""
    from codegen.readers.sources import SourcePath

    return SourcePath(path=path, shown=shown_path(path), locale=locale)


def manifest(path: Path) -> str | BinaryIO:
    """Return the path of a manifest argument, or standard input for `-`."""
    return sys.stdin.buffer if str(path) == "-" else shown_path(path)


def release(text: str, option: str) -> str:
    """Parse the release of an option, which may be empty. Raises `click.BadParameter`."""
    from codegen.core import releases

    try:
        return releases.format_release(releases.parse(text)) if text else ""
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def project_languages(*tags: str, config_file: Path | None = None) -> Languages:
    """Return the languages of a configuration, or the bundled ones if there is none. Raises `CodegenError` for unknown tags."""
    from codegen.config import configuration

    languages = configuration.load_languages(config_file or Path(CONFIG_FILE))
    for tag in filter(None, tags):
        languages.get(tag)
    return languages


def message_language(languages: Languages) -> Locale:
    """Return the language that `messages` of the configuration names, else that of the environment if it has texts, else English."""
    from codegen.config import configuration
    from codegen.core.locales import ENGLISH

    if named := configuration.load_text(Path(CONFIG_FILE), "messages"):
        return languages.get(named)
    value = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    tag = value.partition(".")[0].replace("_", "-").lower()
    return languages.get(tag if tag in languages.available() else ENGLISH)


@contextmanager
def failures(report: Report, config_file: Path | None = None) -> Iterator[None]:
    """Print the findings of a failed run, and end it with status 2."""
    try:
        yield
    except CodegenError as error:
        print_diagnostics(dict.fromkeys((*report.diagnostics, *error.diagnostics)), config_file)
        sys.exit(2)


@contextmanager
def progress() -> Iterator[Callable[[int, int], None] | None]:
    """Show the number of files read on a terminal, in runs that take longer than a second."""
    if not sys.stderr.isatty() or is_quiet():
        yield None
        return
    begun, shown = time.monotonic(), ""

    def advance(done: int, total: int) -> None:
        nonlocal shown
        if time.monotonic() - begun > PROGRESS_DELAY:
            shown = f"reading {done}/{total}"
            click.echo(f"\r{shown}", nl=False, err=True)

    try:
        yield advance
    finally:
        click.echo(f"\r{' ' * len(shown)}\r" if shown else "", nl=False, err=True)


def write_file(output: Path, text: str) -> None:
    """Write a result to the file of an option."""
    from codegen.core.writing import write_one

    if not output.parent.is_dir():
        fail(2, f"{output}: cannot be written: there is no such folder; name a file in one that exists")
    with failures(Report()):
        write_one(output, text, shown_path(output))
