"""Progress on a terminal, shown for long runs only."""

from __future__ import annotations

import io
import sys

import click
import pytest

from codegen.cli import common


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("delay", "shown"), [(-1.0, "\rreading 1/3\rreading 3/3\r           \r"), (common.PROGRESS_DELAY, "")]
)
def test_only_long_run_shows_progress(monkeypatch: pytest.MonkeyPatch, delay: float, shown: str) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(common, "PROGRESS_DELAY", delay)
    with click.Context(click.Command("x")), common.progress("reading") as advance:
        assert advance is not None
        advance(1, 3)
        advance(3, 3)
    assert terminal.getvalue() == shown


@pytest.mark.parametrize(("terminal", "quiet"), [(io.StringIO(), False), (_Terminal(), True)])
def test_progress_is_shown_on_terminals_only(
    monkeypatch: pytest.MonkeyPatch, terminal: io.StringIO, quiet: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)
    with click.Context(click.Command("x")) as context:
        common.set_quiet(context, click.Option(["-q"]), quiet)
        with common.progress("reading") as advance:
            assert advance is None
    assert terminal.getvalue() == ""
