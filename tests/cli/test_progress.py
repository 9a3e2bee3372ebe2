"""Progress on a terminal, shown for long runs only, and the number of findings on the error stream."""

from __future__ import annotations

import io
import sys

import click
import pytest

from codegen.cli import common
from codegen.core.diagnostics import MOST_SHOWN, Report, Span


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("terminal", "quiet", "delay", "shown"),
    [
        (_Terminal(), False, -1.0, "\rreading 1/3\rreading 3/3\r           \r"),
        (_Terminal(), False, common.PROGRESS_DELAY, ""),
        (_Terminal(), True, -1.0, ""),
        (io.StringIO(), False, -1.0, ""),
    ],
)
def test_progress_is_shown_for_long_runs_on_terminals_only(
    monkeypatch: pytest.MonkeyPatch, terminal: io.StringIO, quiet: bool, delay: float, shown: str
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(common, "PROGRESS_DELAY", delay)
    with click.Context(click.Command("x")) as context:
        common.set_quiet(context, click.Option(["-q"]), quiet)
        with common.show_progress() as advance:
            assert (advance is None) is (quiet or not terminal.isatty())
            if advance is not None:
                advance(1, 3)
                advance(3, 3)
    assert terminal.getvalue() == shown


@pytest.mark.parametrize("more", [0, 2])
def test_findings_beyond_limit_are_counted(capsys: pytest.CaptureFixture[str], more: int) -> None:
    report = Report()
    for number in range(MOST_SHOWN + more):
        report.warning("value-odd", "weeds", Span(path=f"{number}.md"), "rake")
    common.print_diagnostics(report.diagnostics)
    lines = capsys.readouterr().err.splitlines()
    note = "note: 2 more are left out here; --format json has all, where a command has it"
    assert (len(lines), lines[MOST_SHOWN:]) == (MOST_SHOWN + bool(more), [note][:more])
