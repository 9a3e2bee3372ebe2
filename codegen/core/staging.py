"""Locked staging folders for files until they are complete."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, NamedTuple

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.interrupts import DeferredSignals

LOCK_TIMEOUT = 30.0  # seconds
UNCHANGED = "nothing was changed"
_RETRY_INTERVAL = 0.02  # seconds
_LOCK = "lock"
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class _LockedFolder(NamedTuple):
    """A staging folder with its lock file, which is open and locked."""

    folder: Path
    lock: BinaryIO


@contextmanager
def locked_staging(folders: Sequence[Path], name: str, signals: DeferredSignals) -> Iterator[Path]:
    """Yield an empty staging folder in the first writable folder, locked against other processes."""
    deadline = time.monotonic() + LOCK_TIMEOUT
    while (locked := _try_staging(folders, name)) is None:
        if time.monotonic() > deadline:
            raise failure(
                "output-busy",
                "another codegen process is writing here",
                Span(path=str(folders[0])),
                f"{UNCHANGED}; wait until it has ended, and run again",
            )
        signals.raise_if_interrupted()
        time.sleep(_RETRY_INTERVAL)
    staging, lock = locked
    try:
        _clear_staging(staging)
        yield staging
    finally:
        _clear_staging(staging)
        if os.name == "nt":  # where an open file cannot be removed
            lock.close()
        with suppress(OSError):
            (staging / _LOCK).unlink()
            staging.rmdir()
        lock.close()


def _try_staging(folders: Sequence[Path], name: str) -> _LockedFolder | None:
    """Create and lock a staging folder; None while another process holds the lock."""
    for folder in folders:
        staging = folder / name
        with explain_os_errors(folder, UNCHANGED):
            folder.mkdir(parents=True, exist_ok=True)
            try:
                staging.mkdir(exist_ok=True)
            except OSError as error:
                if error.errno in _DENIED and folder != folders[-1]:
                    continue
                raise
        with explain_os_errors(staging, UNCHANGED):
            if staging.is_symlink():
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            lock = _lock_file(staging / _LOCK)
        if lock is None:
            return None
        return _LockedFolder(staging, lock)
    return None


def _lock_file(file: Path) -> BinaryIO | None:
    """Open and lock a file; None while another process holds it, or where that process has just
    removed it.
    """
    try:
        lock = os.fdopen(os.open(file, _FLAGS, 0o600), "r+b", buffering=0)
    except FileNotFoundError:
        return None
    with suppress(FileNotFoundError):
        if _try_lock(lock) and os.path.samestat(os.fstat(lock.fileno()), file.stat()):
            return lock
    lock.close()
    return None


def _try_lock(lock: BinaryIO) -> bool:
    """Return whether this process gets the lock.

    A file system without locks gives it to everybody.
    """
    if os.name == "nt":
        msvcrt = import_module("msvcrt")
        with suppress(OSError):
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        return False
    fcntl = import_module("fcntl")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _clear_staging(staging: Path) -> None:
    """Remove everything but the lock file, as far as possible."""
    with suppress(OSError):
        for path in staging.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != _LOCK:
                path.unlink()


@contextmanager
def explain_os_errors(path: Path, state: str) -> Iterator[None]:
    """Convert errors of the operating system into findings about a path."""
    try:
        yield
    except OSError as error:
        raise cannot_write(error, str(path), state) from None


def cannot_write(error: OSError, display_path: str, state: str) -> CodegenError:
    """Return the error for a path that cannot be written."""
    if error.errno in _FULL:
        repair = "free some space and run again"
    elif isinstance(error, PermissionError):
        repair = "permit it, or close the program that has it open, and run again"
    else:
        repair = "remove the file at this path and run again"
    return failure(
        "cannot-write",
        f"cannot be written: {error.strerror or error}",
        Span(path=display_path),
        f"{state}; {repair}",
        arguments=(error.strerror or str(error),),
    )
