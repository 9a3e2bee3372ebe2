"""A progress bar for commands that take longer than a second."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0  # seconds without a bar


class Waiting:
    """A progress bar. Its library is imported by a timer, so that a short run does not wait for it."""

    def __init__(self, what: str) -> None:
        self._what, self._done, self._total = what, 0, 0
        self._bar: Progress | None = None
        self._is_over = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(PATIENCE, self._begin)
        self._timer.daemon = True
        self._timer.start()

    def advance(self, done: int, total: int) -> None:
        """Show the number of files read."""
        with self._lock:
            self._done, self._total = done, total
            self._show()

    def end(self) -> None:
        """Remove the bar."""
        self._timer.cancel()
        with self._lock:
            self._is_over = True
            if self._bar is not None:
                self._bar.stop()

    def _begin(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with self._lock:
            if self._is_over:
                return
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.add_task(self._what, total=None)
            self._show()
            self._bar.start()

    def _show(self) -> None:
        """Show the files read. The work after the last one has no known length."""
        if self._bar is None:
            return
        done, total, words = self._done, self._total, self._what
        if done < total:
            words += f" {done}/{total}"
        elif total:
            words += f": {total} {'file' if total == 1 else 'files'}, working"
        (task,) = self._bar.task_ids
        self._bar.update(task, description=words, completed=done, total=total if done < total else None)
