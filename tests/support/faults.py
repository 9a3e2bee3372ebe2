"""Signals sent to a process before its n-th file operation, to test interruptions between any two
system calls.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

_EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class _Moments:
    """An audit hook that counts file operations below a folder and sends a signal before the n-th.

    Audit hooks cannot be removed, so it stays active after the first use.
    """

    def __init__(self) -> None:
        self._is_installed = False
        self.folder = ""
        self.seen = 0
        self._at = 0
        self._number = signal.SIGINT

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.folder or event not in _EVENTS or not self._counts(event, arguments):
            return
        self.seen += 1
        if self.seen == self._at:
            os.kill(os.getpid(), self._number)

    def _counts(self, event: str, arguments: tuple[object, ...]) -> bool:
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & _WRITING):
            return False
        path = arguments[0]
        if not isinstance(path, (str, bytes, os.PathLike)):
            return False
        return os.path.abspath(os.fsdecode(path)).startswith(f"{self.folder}/")  # noqa: PTH100 - a hook has to be quick

    @contextmanager
    def before(
        self, at: int, folder: Path, number: signal.Signals = signal.SIGINT
    ) -> Iterator[None]:
        if not self._is_installed:
            sys.addaudithook(self)
            self._is_installed = True
        self.seen, self._at, self._number, self.folder = 0, at, number, str(folder)
        try:
            yield
        finally:
            self.folder = ""


moments = _Moments()


def run_in_child(
    action: Callable[[], object], folder: Path, at: int, number: signal.Signals = signal.SIGKILL
) -> int:
    """Run an action in a forked child that gets a signal before its n-th file operation.

    Return 0, the negative signal, or the status.
    """
    with warnings.catch_warnings():
        # The child needs no lock held by threads of the parent.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        status = 70
        try:
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in (1, 2):
                os.dup2(nothing, stream)
            # Background runs ignore SIGINT, and runs below nohup ignore SIGHUP.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            with moments.before(at, folder, number):
                action()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def count_moments(action: Callable[[], object], folder: Path) -> int:
    """Run an action and count its file operations below a folder."""
    with moments.before(0, folder):
        action()
        return moments.seen


def sample_moments(count: int, points: int) -> list[int]:
    """Return all moments from 1 to a count, or a reproducible sample of them."""
    return (
        list(range(1, count + 1))
        if count <= points
        else sorted(Random(count).sample(range(1, count + 1), points))  # noqa: S311
    )


def copy_model(model: Path, folder: Path) -> Path:
    """Replace the content of a folder by that of a model."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(model, folder, symlinks=True)
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """Return the content of every file and the target of every symlink below a folder."""
    return {
        path.relative_to(folder).as_posix(): os.fsencode(path.readlink())
        if path.is_symlink()
        else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def without_staging(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files without those of staging folders."""
    return {path: text for path, text in files.items() if ".codegen-staging/" not in path}
