"""What a terminal shows while a command works: nothing in the first second, then what is read, then that it goes on."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0  # seconds in which nothing is shown


class Waiting:
    """A bar that appears if the work takes long. What draws it is loaded then, beside the work: a short run does not wait for it."""

    def __init__(self, what: str) -> None:
        self._what, self._done, self._total = what, 0, 0
        self._bar: Progress | None = None
        self._is_over = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(PATIENCE, self._begin)
        self._timer.daemon = True
        self._timer.start()

    def advance(self, done: int, total: int) -> None:
        """So many files of all are read."""
        with self._lock:
            self._done, self._total = done, total
            self._show()

    def end(self) -> None:
        """The work is done, or given up: nothing of the bar stays."""
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
        """After all files there is more to do, of which nobody knows how long it takes."""
        if self._bar is None:
            return
        done, total, words = self._done, self._total, self._what
        if done < total:
            words += f" {done}/{total}"
        elif total:
            words += f": {total} {'file' if total == 1 else 'files'}, working"
        (task,) = self._bar.task_ids
        self._bar.update(task, description=words, completed=done, total=total if done < total else None)
