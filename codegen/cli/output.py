"""How commands report their results: what of them, in which format, where, and the level that fails. One place for all that report.

A command takes `@report_options()` and gets one argument, `reporting`: `with reporting.failures(report)` around what may stop it,
`reporting.end(results)` as its last line.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from codegen.cli.common import failures, is_quiet, no_rule, path_from_here, put, say, shown_path, stop
from codegen.core.diagnostics import CodegenError, Finding, Level, Report
from codegen.findings.finding import View
from codegen.findings.formats import COUNTING, FORMATS

if TYPE_CHECKING:
    from datetime import date

    from codegen.drift.baseline.renewal import Renewal
    from codegen.findings.formats import Results


class Reporting(Struct, frozen=True, kw_only=True):
    """What was asked for: a format, a file, the level that fails, and which findings are shown.

    `config_file` is the one whose folder paths are relative to, where a command has one; they are shown from the current folder.
    """

    command: str
    shape: str
    fail_on: Level
    output: Path | None
    level: Level
    rules: tuple[str, ...]
    view: View
    config_file: Path | None = None

    def _where(self, path: str) -> str:
        """A path from the current folder; for what CI servers read, from the root of the repository that they checked out."""
        shown = path_from_here(path, self.config_file)
        root = _root() if self.shape in _OF_REPOSITORIES else None
        if root is None:
            return shown
        absolute = Path(os.path.normpath(Path(shown).absolute()))
        return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else shown

    @contextmanager
    def failures(self, report: Report) -> Iterator[None]:
        """Where a run cannot go on: say what was found, write the report that was asked for with that in it, end with 2."""
        try:
            yield
        except CodegenError as error:
            found = tuple(dict.fromkeys((*report.diagnostics, *error.diagnostics)))
            from codegen.findings.finding import NotCompared, Results

            results = Results(
                command=self.command,
                findings=(),
                fail_on=self.fail_on,
                not_compared=(NotCompared(what="anything: the input has errors", count=1),),
                diagnostics=found,
            )
            results = self.select_findings(results)
            say(results.diagnostics)
            if self.shape != "text" or self.output is not None:
                self._write(results)
            sys.exit(2)

    def select_findings(self, results: Results) -> Results:
        """Return the results with the findings that were asked for, and paths as they are shown."""
        from codegen.findings import choice

        selected = choice.select_level(choice.select_rules(results, self.rules), self.level)
        return choice.rename_files(selected, self._where)

    def text(self, results: Results) -> str:
        """The report of selected results."""
        from codegen.findings import formats

        if self.shape == "text" and self.output is None:  # the other stream has the errors
            from msgspec.structs import replace

            results = replace(results, diagnostics=())
        return formats.render(results, self.shape, self.view)

    def warnings(self, results: Results) -> tuple[Finding, ...]:
        """What the error stream says about what was read; JSON has it itself."""
        if self.shape == "json":
            return ()
        return tuple(found for found in results.diagnostics if found.level is Level.WARN)

    def end(self, results: Results) -> None:
        """Report the results. Ends the run with 2 and a reason if something is lacking in them, with 1 if a finding fails it."""
        from codegen.findings import choice

        failing = choice.select_rules(results, self.rules).failing
        results = self.select_findings(results)
        say(self.warnings(results))
        self._write(results)
        if not results.complete:
            say(results.errors)
            count, done = len(results.not_compared), "check" if results.checks_objects else "compare"
            things = "1 thing was" if count == 1 else f"{count} things were"
            stop(2, f"could not {done} everything: {things} left out")
        if failing:
            sys.exit(1)

    def _write(self, results: Results) -> None:
        """Print or write the results; in a GitHub step also its summary."""
        text = self.text(results)
        try:
            if self.output is None:
                put(text)
            else:
                from codegen.core.writing import write_one

                if not self.output.parent.is_dir():
                    stop(
                        2, f"{self.output}: cannot be written: there is no such folder; name a file in one that exists"
                    )
                with failures(Report()):
                    write_one(self.output, text.encode(errors="backslashreplace").decode(), shown_path(self.output))
            summary = os.environ.get("GITHUB_STEP_SUMMARY")
            if self.shape == "github" and summary:
                from codegen.findings.formats import github

                with Path(summary).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
                    stream.write(github.summary(results))
        except OSError as error:
            if error.filename is None:  # the stream of results
                raise
            stop(2, f"{error.filename}: cannot be written: {error.strerror}; name a file in a folder that exists")


# What servers show beside files: their paths are those of the repository, wherever in it the command runs.
_OF_REPOSITORIES = {"github", "sarif", "gitlab"}
_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


def _root() -> Path | None:
    """The repository that a CI server checked out, if it says so."""
    return next((Path(os.environ[name]) for name in _ROOTS if os.environ.get(name)), None)


_LEVEL = click.Choice([str(level) for level in Level], case_sensitive=False)


def _options(fail_on: str) -> tuple[Callable[[Callable[..., None]], Callable[..., None]], ...]:
    return (
        click.option(
            "--format",
            "shape",
            type=click.Choice(list(FORMATS)),
            default="text",
            show_default=True,
            help="How findings are printed.",
        ),
        click.option(
            "--level",
            "shown_level",
            type=_LEVEL,
            metavar="[ERR|WARN|INFO]",
            default="INFO",
            show_default=True,
            help="The lowest level that is shown; the exit status does not depend on it.",
        ),
        click.option(
            "--rule",
            "only_rules",
            multiple=True,
            metavar="RULE",
            callback=_check_patterns,
            help="Only findings of this rule, also for the exit status; * matches any characters, a leading ! leaves a rule out. "
            "Repeatable.",
        ),
        click.option(
            "--summary", "counts", is_flag=True, help="How often each rule was found, without the single findings."
        ),
        click.option(
            "--fail-on",
            type=_LEVEL,
            metavar="[ERR|WARN|INFO]",
            default=fail_on,
            show_default=True,
            help="The lowest level that makes the exit status 1.",
        ),
        click.option(
            "--output",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Write the findings to this file instead of printing them; it is written too where something could not be looked at.",
        ),
    )


def report_options(*, fail_on: str = "ERR") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options of a command that reports, which gets them as one argument, `reporting`."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def reporting(
            *arguments: Any,
            shape: str,
            shown_level: str,
            only_rules: tuple[str, ...],
            counts: bool,
            fail_on: str,
            output: Path | None,
            **more: Any,
        ) -> None:
            if counts and shape not in COUNTING:
                raise click.UsageError(
                    f"--summary is for the formats {', '.join(COUNTING)}; {shape} needs each finding"
                )
            asked = Reporting(
                command=click.get_current_context().info_name or "",
                shape=shape,
                fail_on=Level(fail_on),
                output=output,
                level=Level(shown_level),
                rules=only_rules,
                view=_view(shape, output, counts=counts),
            )
            command(*arguments, reporting=asked, **more)

        wrapped: Callable[..., None] = reporting
        for option in reversed(_options(fail_on)):
            wrapped = option(wrapped)
        return wrapped

    return decorate


def _view(shape: str, output: Path | None, *, counts: bool) -> View:
    """On a terminal its width, and colours unless the environment forbids them (https://no-color.org)."""
    if shape != "text" or output is not None or not sys.stdout.isatty():
        return View(quiet=is_quiet(), counts=counts)
    import shutil  # loads what reads archives

    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return View(quiet=is_quiet(), counts=counts, width=shutil.get_terminal_size().columns, colour=colour)


def _check_patterns(context: click.Context, _: click.Parameter, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns; one that covers no rule would leave everything out. A team's own rules for servers are known to nobody else."""
    if not patterns or context.params.get("rules"):
        return patterns
    from codegen.findings.choice import matches
    from codegen.validation.rule_catalogue import rules

    known = rules()
    for pattern in patterns:
        if not any(matches(pattern.removeprefix("!"), rule) for rule in known):
            raise click.BadParameter(no_rule(pattern.removeprefix("!"), known))
    return patterns


_ACCEPTED_FOR = 90  # days
_BASELINE = (
    click.option(
        "--baseline",
        default="",
        metavar="FILE",
        help="The file of accepted findings; for check, instead of the one that the configuration names.",
    ),
    click.option(
        "--write-baseline",
        is_flag=True,
        help="Bring that file up to date first: add an entry for each finding that is not accepted, remove entries that match "
        "nothing, and leave the others as they are. Generated files that are missing, stale or orphaned get no entry (generate "
        "repairs them), nor do findings of an expired entry (renew its date).",
    ),
    click.option(
        "--reason", default="", metavar="TEXT", help="Why new entries are accepted.  [default: a text to replace]"
    ),
    click.option(
        "--until",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="DATE",
        help=f"The last day of new entries, such as 2026-12-31.  [default: in {_ACCEPTED_FOR} days]",
    ),
)


def baseline_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of accepted findings: `baseline`, and what `renewal_of` takes."""
    for option in reversed(_BASELINE):
        command = option(command)
    return command


def parse_renewal(write_baseline: bool, reason: str, until: datetime | None, today: date) -> Renewal | None:
    """What new entries of the baseline say; None if it is not to be written."""
    if not write_baseline:
        if reason or until:
            raise click.UsageError("--reason and --until are for the entries that --write-baseline writes")
        return None
    from codegen.drift.baseline.entries import PLACEHOLDER
    from codegen.drift.baseline.renewal import Renewal

    last = until.date() if until else today + timedelta(days=_ACCEPTED_FOR)
    if last < today:
        raise click.BadParameter("the date is in the past", param_hint="--until")
    return Renewal(reason=reason.strip() or PLACEHOLDER, until=last)
