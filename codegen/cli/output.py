"""Reports of commands, with the choice of findings and the exit status.

A command takes `@report_options()` and gets one argument, `reporting`: `with
reporting.report_failures(report)` around the work, and `reporting.end(results)` as its last line.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from codegen.cli.common import (
    fail,
    is_quiet,
    path_from_here,
    print_diagnostics,
    uses_colour,
    write_file,
    write_stdout,
)
from codegen.core.diagnostics import CodegenError, Finding, Level, Report
from codegen.findings import formats
from codegen.findings.choice import covers
from codegen.findings.finding import NotCompared, Results, View

# Formats for CI servers, which need paths from the root of the repository.
_OF_REPOSITORIES = {"github", "sarif", "gitlab"}
_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


class Reporting(Struct, frozen=True, kw_only=True):
    """The report options of a command, such as format, file and failing level.

    Paths of findings are relative to the folder of `config_file`, for commands that have one. They
    are shown from the current folder.
    """

    command: str
    shape: str
    fail_on: Level
    output: Path | None
    level: Level
    rules: tuple[str, ...]
    view: View
    config_file: Path | None = None

    @contextmanager
    def report_failures(self, report: Report) -> Iterator[None]:
        """Report the findings of a failed run, and end it with status 2."""
        try:
            yield
        except CodegenError as error:
            results = Results(
                command=self.command,
                findings=(),
                fail_on=self.fail_on,
                not_compared=(NotCompared(what="anything: the input has errors", count=1),),
                diagnostics=tuple(dict.fromkeys((*report.diagnostics, *error.diagnostics))),
            )
            results = replace(results, diagnostics=self._convert_paths(results.diagnostics))
            print_diagnostics(results.diagnostics)
            if not self._is_printed:
                self._write(results)
            sys.exit(2)

    def end(self, results: Results) -> None:
        """Print the report, and exit with its status.

        Ends the run with 2 if something was not compared, with 1 if a finding fails it.
        """
        covered = [finding for finding in results.findings if covers(self.rules, finding.rule)]
        shown = [finding for finding in covered if finding.level.rank <= self.level.rank]
        reader = results.reader
        notes = []
        if count := len(results.findings) - len(covered):
            singular = "{count} finding of other rules is left out (--rule)"
            several = "{count} findings of other rules are left out (--rule)"
            notes.append(reader.count(count, singular, several))
        if count := len(covered) - len(shown):
            singular = "{count} finding below {level} is left out (--level)"
            several = "{count} findings below {level} are left out (--level)"
            notes.append(reader.count(count, singular, several, level=self.level))
        report = replace(
            results,
            findings=self._convert_paths(shown),
            diagnostics=self._convert_paths(results.diagnostics),
            not_compared=tuple(
                part.replace_paths(self._format_path) for part in results.not_compared
            ),
            notes=(*results.notes, *notes),
            clean="nothing else was found" if notes else results.clean,
        )
        self._write(report)
        if not results.complete:
            print_diagnostics(report.errors)
            singular = f"not everything was {results.work}: {{count}} part was left out"
            several = f"not everything was {results.work}: {{count}} parts were left out"
            fail(2, reader.count(len(results.not_compared), singular, several))
        if replace(results, findings=tuple(covered)).failing:
            sys.exit(1)

    def _convert_paths(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Convert the paths of findings for the report. Ids and fingerprints stay."""
        return tuple(finding.replace_paths(self._format_path) for finding in findings)

    @property
    def _is_printed(self) -> bool:
        """Whether the report is text on the terminal, where the error stream has all diagnostics."""
        return self.shape == "text" and self.output is None

    def _format_path(self, path: str) -> str:
        shown = path_from_here(path, self.config_file)
        root = next((Path(os.environ[name]) for name in _ROOTS if os.environ.get(name)), None)
        if root is None or self.shape not in _OF_REPOSITORIES:
            return shown
        absolute = Path(os.path.normpath(Path(shown).absolute()))
        if absolute.is_relative_to(root):
            return absolute.relative_to(root).as_posix()
        return shown

    def _write(self, results: Results) -> None:
        """Print or write the results; in a GitHub step also its summary."""
        text = formats.render(
            replace(results, diagnostics=()) if self._is_printed else results, self.shape, self.view
        )
        if self.output is None:
            write_stdout(text)
        else:
            write_file(self.output, text)
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if self.shape == "github" and summary:
            from codegen.findings.formats import github

            try:
                with Path(summary).open(
                    "a", encoding="utf-8", errors="backslashreplace", newline="\n"
                ) as stream:
                    stream.write(github.summary(results))
            except OSError as error:
                fail(
                    2,
                    f"{summary}: cannot be written: {error.strerror}; name a file in a folder "
                    "that exists",
                )


def make_view(output: Path | None, *, counts: bool, descriptions: bool) -> View:
    """Return the view for standard output, with the width of a terminal, or for a file."""
    view = View(quiet=is_quiet(), counts=counts, descriptions=descriptions)
    if output is not None:
        return view
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns
    else:
        width = 0
    return replace(view, width=width, colour=uses_colour(sys.stdout))
