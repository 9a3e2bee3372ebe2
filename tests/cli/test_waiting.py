"""What a terminal shows while a command works, and that a short run shows nothing."""

from __future__ import annotations

import io
import sys
import time

import pytest

from codegen.cli import waiting
from codegen.cli.waiting import Waiting


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def wait_for(self, text: str) -> bool:
        for _ in range(2000):
            if text in self.getvalue():
                return True
            time.sleep(0.05)
        return False


def _terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    """Set within the test: pytest puts its own stream there when it begins."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    return terminal


def test_what_is_read_is_shown_and_then_that_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    monkeypatch.setattr(waiting, "PATIENCE", 0)
    shown = Waiting("reading")
    shown.advance(1, 3)
    assert terminal.wait_for("reading 1/3")
    shown.advance(3, 3)
    assert terminal.wait_for("reading: 3 files, working")
    shown.end()
    assert "\x1b[?25h" in terminal.getvalue()  # the cursor is back


def test_a_short_run_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    shown = Waiting("reading")
    shown.advance(1, 1)
    shown.end()
    shown._begin()  # the timer that could not be stopped any more
    assert terminal.getvalue() == ""
