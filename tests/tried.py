"""At how many places hostile texts stood in what the tests judged, said at the end of a run: a number that fell by mistake is seen."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

_KEY = "hostile_texts"


class Tried:
    """Counts by target: `note("Markdown, list", hostile.places(source))`."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def note(self, target: str, texts: int) -> None:
        """So many texts that hold hostile ones were counted in the source of an output of this name, or in the output, which was judged."""
        self._counts[target] += texts

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist has ended: what it tried."""
        self._counts.update(getattr(node, "workeroutput", {}).get(_KEY, {}))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker hands its counts to the run that started it."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[_KEY] = dict(self._counts)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print them."""
        if self._counts:
            terminalreporter.section("hostile texts")
            for target, count in sorted(self._counts.items()):
                terminalreporter.line(f"{count:>8}  {target}")
            terminalreporter.line(
                f"{sum(self._counts.values()):>8}  in all: texts with a hostile one, counted in what was read for each target, for the terminal in what was printed"
            )


tried = Tried()
