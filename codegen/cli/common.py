"""Printing, paths, failures and progress of all subcommands."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn, TextIO

import click

from codegen.core import opening
from codegen.core.diagnostics import MOST_SHOWN, CodegenError, Finding, Level, Report
from codegen.core.escaping import terminal
from codegen.core.source import FILES_READ, STREAM

if TYPE_CHECKING:
    from codegen.core.locales import Languages, Locale
    from codegen.readers.sources import SourcePath

CONFIG_FILE = "codegen.yaml"
_COLOURS = {Level.ERR: "red", Level.WARN: "yellow", Level.INFO: "blue"}
_QUIET = "codegen.quiet"
_VERBOSE = "codegen.verbose"
_STDIN = "codegen.stdin"
_DASH = "-"  # standard input; a file of this name is ./-
PROGRESS_DELAY = 1.0  # seconds without a count of files
_MOST_FILES = 20  # that are named one by one


def set_quiet(context: click.Context, _: click.Parameter, value: bool) -> None:
    """Turn on quiet output if this command or its group has the option `--quiet`."""
    context.meta[_QUIET] = is_quiet(context) or value
    _check_loudness(context)


def is_quiet(context: click.Context | None = None) -> bool:
    """Whether this run prints nothing but results and problems."""
    return bool((context or click.get_current_context()).meta.get(_QUIET))


def set_verbose(context: click.Context, _: click.Parameter, value: bool) -> None:
    """Turn on verbose output, with a line for each file that is read."""
    context.meta[_VERBOSE] = value
    _check_loudness(context)
    if value:
        context.find_root().with_resource(_print_files_read())


def _check_loudness(context: click.Context) -> None:
    if context.meta.get(_QUIET) and context.meta.get(_VERBOSE):
        raise click.UsageError("--quiet and --verbose exclude each other")


def is_verbose() -> bool:
    """Whether this run prints its steps too."""
    return bool(click.get_current_context().meta.get(_VERBOSE))


@contextmanager
def _print_files_read() -> Iterator[None]:
    """Print each file that is read."""
    printer = _FilePrinter()
    FILES_READ.addHandler(printer)
    FILES_READ.setLevel(logging.INFO)
    try:
        yield
    finally:
        FILES_READ.setLevel(logging.NOTSET)
        FILES_READ.removeHandler(printer)


class _FilePrinter(logging.Handler):
    """Prints each file that is read, once."""

    def __init__(self) -> None:
        super().__init__()
        self._printed: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Print the file of a record."""
        path = record.getMessage()
        if path not in self._printed:
            self._printed.add(path)
            detail(
                "reads    "
                f"{path_from_here(path, click.get_current_context().params.get('config_file'))}"
            )


def find_config() -> Path:
    """Find the nearest `codegen.yaml`, here or in a folder above.

    Without one, return its path beside a misnamed one, for a message that names that, or its path
    here.
    """
    from codegen.project.config.configuration import MISNAMED

    current = Path.cwd()
    folders = [Path(os.path.relpath(folder, current)) for folder in (current, *current.parents)]
    for folder in folders:
        if opening.is_file(folder / CONFIG_FILE):
            return folder / CONFIG_FILE
    for folder in folders:
        if any(opening.is_file(folder / name) for name in MISNAMED):
            return folder / CONFIG_FILE
    return Path(CONFIG_FILE)


def uses_colour(stream: TextIO) -> bool:
    """Whether a stream gets colours.

    NO_COLOR turns them off, FORCE_COLOR on; else a terminal has them.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def write_stdout(text: str) -> None:
    """Print a result. Its writer has escaped all commands of terminals and CI servers."""
    click.echo(text, nl=False, color=uses_colour(sys.stdout))


def log(line: str) -> None:
    """Print a line to the error stream."""
    click.echo(terminal.line(line), err=True)


def info(line: str) -> None:
    """Print a line about the work, except in a quiet run."""
    if not is_quiet():
        click.echo(terminal.line(line))


def detail(line: str) -> None:
    """Print a line about the work to the error stream in a verbose run."""
    if is_verbose():
        log(line)


def list_files(verb: str, paths: Sequence[str]) -> None:
    """Print the first names of written or removed files, and the number of the others."""
    for path in paths[:_MOST_FILES]:
        info(f"{verb:<8} {path}")
    if (more := len(paths) - _MOST_FILES) > 0:
        info(f"{verb:<8} {more} more {'file' if more == 1 else 'files'}")


def print_diagnostics(diagnostics: Iterable[Finding], config_file: Path | None = None) -> None:
    """Print findings to the error stream, one per line.

    Their paths are relative to the folder of the configuration.
    """
    relocated = tuple(relocate(finding, config_file) for finding in diagnostics)
    if not relocated:
        return
    from codegen.findings.localized import format_diagnostic

    reader = reader_language()
    for diagnostic in relocated[:MOST_SHOWN]:
        _log_styled(
            format_diagnostic(diagnostic, reader),
            f"{diagnostic.level.word}[{diagnostic.rule}]",
            _COLOURS[diagnostic.level],
        )
    if len(relocated) > MOST_SHOWN:
        log(
            f"note: {len(relocated) - MOST_SHOWN} more are left out here; --format json has all, "
            "where a command has it"
        )


def _log_styled(line: str, mark: str, colour: str) -> None:
    """Print a line to the error stream, with its first mark in a colour if there are any."""
    before, marked, after = terminal.line(line).partition(mark)
    if marked and uses_colour(sys.stderr):
        shown = click.style(marked, fg=colour, bold=True)
    else:
        shown = marked
    click.echo(f"{before}{shown}{after}", err=True, color=uses_colour(sys.stderr))


def fail(status: int, message: str) -> NoReturn:
    """Print a message and exit with a status."""
    _log_styled(f"codegen: {message}", "codegen:", "red")
    sys.exit(status)


def describe_unknown_rule(name: str, names: Iterable[str]) -> str:
    """Describe an unknown name of a rule, with the nearest known ones."""
    from codegen.kube.errors import find_similar

    near = " or ".join(find_similar(name, names, 3))
    return f"there is no rule {name!r}; " + (
        f"is it {near}?" if near else "`codegen explain` lists the areas"
    )


def format_path(path: Path) -> str:
    """Return a path for messages, relative to the current folder. A link has its own name.

    An absolute path stays if it is not below the current folder.
    """
    absolute = Path(os.path.normpath(path.absolute()))
    if path.is_absolute() and not absolute.is_relative_to(Path.cwd()):
        return str(path)
    return os.path.relpath(absolute).replace(os.sep, "/")


def path_from_here(path: str, config_file: Path | None) -> str:
    """Convert a path relative to the configuration into one relative to the current folder."""
    if config_file is None:
        return path
    if path == str(config_file):
        return format_path(config_file)
    return format_path(config_file.parent / path)


def relocate(diagnostic: Finding, config_file: Path | None) -> Finding:
    """Rewrite the path of a finding relative to the current folder."""
    return diagnostic.replace_paths(lambda path: path_from_here(path, config_file))


def source_path(path: Path, locale: str = "") -> SourcePath:
    """Return a source with its path for messages and its language, if known.

    `-` is standard input.
    """
    from codegen.readers.sources import SourcePath

    if str(path) == _DASH:
        return SourcePath(path=path, display_path=STREAM, locale=locale, stream=_take_stdin())
    return SourcePath(path=path, display_path=format_path(path), locale=locale)


@contextmanager
def revision_source(path: Path, locale: str = "") -> Iterator[SourcePath]:
    """Provide a source on disk, from standard input, or of a Git revision (`REV:PATH`)."""
    from codegen.readers.git import open_revision, split_revision
    from codegen.readers.sources import SourcePath

    revision = split_revision(str(path))
    if revision is None:
        yield source_path(path, locale)
        return
    with open_revision(revision) as place:
        yield SourcePath(path=place, display_path=revision.display_path, locale=locale)


def open_manifest(path: Path) -> str | BinaryIO:
    """Return the path of a manifest argument, or standard input for `-`."""
    if str(path) == _DASH:
        return _take_stdin()
    return format_path(path)


def open_argument(path: Path) -> Path | BinaryIO:
    """Return the path of an argument that is read once, or standard input for `-`."""
    if str(path) == _DASH:
        return _take_stdin()
    return path


def refuse_stdin(paths: Iterable[Path | None], why: str) -> None:
    """Raise `click.UsageError` for a command that cannot read standard input, if a path is `-`."""
    if any(str(path) == _DASH for path in paths):
        raise click.UsageError(f"standard input (-) cannot be read here: {why}")


def _take_stdin() -> BinaryIO:
    """Return standard input. Raises `click.UsageError` if another argument has it already."""
    taken = click.get_current_context().meta
    if taken.get(_STDIN):
        raise click.UsageError(
            "standard input (-) can be read only once: name a file instead of the second one"
        )
    taken[_STDIN] = True
    return sys.stdin.buffer


def parse_release(text: str, option: str) -> str:
    """Parse the release of an option, which may be empty. Raises `click.BadParameter`."""
    from codegen.core import releases

    try:
        if text:
            return releases.format_release(releases.parse(text))
        return ""
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def project_languages(*tags: str, config_file: Path | None = None) -> Languages:
    """Return the languages of a configuration, or the bundled ones if there is none.

    Raises `CodegenError` for unknown tags.
    """
    from codegen.project.config import configuration

    languages = configuration.load_languages(config_file or find_config())
    for tag in filter(None, tags):
        languages.get(tag)
    return languages


def message_language(languages: Languages) -> Locale:
    """Return the language that `messages` of the configuration names, else that of the environment
    if it has texts, else English.
    """
    from codegen.project.config import configuration

    if named := configuration.load_text(find_config(), "messages"):
        return languages.get(named)
    return _environment_language(languages)


def _environment_language(languages: Languages) -> Locale:
    """Return the language of LC_ALL, LC_MESSAGES or LANG if it has texts, else English."""
    from codegen.core.locales import ENGLISH

    value = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    tag = value.partition(".")[0].replace("_", "-").lower()
    return languages.get(tag if tag in languages.available() else ENGLISH)


def reader_language() -> Locale:
    """Return the language of messages, also if the configuration has mistakes."""
    from codegen.core.locales import SHIPPED

    try:
        return message_language(project_languages())
    except CodegenError:
        return _environment_language(SHIPPED)


@contextmanager
def report_failures(report: Report, config_file: Path | None = None) -> Iterator[None]:
    """Print the findings of a failed run, and end it with status 2."""
    try:
        yield
    except CodegenError as error:
        print_diagnostics(dict.fromkeys((*report.diagnostics, *error.diagnostics)), config_file)
        sys.exit(2)


@contextmanager
def show_progress() -> Iterator[Callable[[int, int], None] | None]:
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
        fail(
            2,
            f"{output}: cannot be written: there is no such folder; name a file in one that exists",
        )
    with report_failures(Report()):
        write_one(output, text, format_path(output))
