"""Opening what is read: files alone, whose bytes are counted while reading.

What is no file would be waited for without an end, or never end.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path
from typing import BinaryIO

MAX_BYTES = 64 * 1024 * 1024
_PART = 1024 * 1024  # bytes
_TRIES = 3  # how often a file is read that changes meanwhile
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
# What the shell passes by `<(command)`: streams that are open already, and end.
_PASSED = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
_NO_FILES = (
    (stat.S_ISDIR, "this is a folder, not a file"),
    (stat.S_ISFIFO, "this is a named pipe, not a file"),
    (stat.S_ISSOCK, "this is a socket, not a file"),
    (stat.S_ISCHR, "this is a device, not a file"),
    (stat.S_ISBLK, "this is a device, not a file"),
)


def read_bytes(file: Path, limit: int = MAX_BYTES) -> bytes:
    """What a file holds, at most `limit` bytes: they are counted while reading, as not every file has the size that it says.

    Raises `OSError`, whose `strerror` is for people, also for what is no file (a folder, a device, a pipe that nobody closes), for what
    is larger (EFBIG), and for a file that changes whenever it is read (EBUSY).
    """
    for _ in range(_TRIES):
        descriptor = _open_file(file)
        with open(descriptor, "rb", buffering=0) as stream:  # noqa: PTH123  - it is open
            before = os.fstat(descriptor)
            data = read_stream(stream, limit, before.st_size)
            after = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode) or _state(before) == _state(after):
            return data
    raise OSError(errno.EBUSY, "it changes while it is read; try again when it is complete", str(file))


def exists(path: Path) -> bool:
    """Whether there is something at a path; also for names that no path can have, for which `Path.exists` raises."""
    return os.path.exists(path)  # noqa: PTH110


def is_file(path: Path) -> bool:
    """Whether a path leads to a file, as `exists` is asked."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """Whether a path leads to a folder, as `exists` is asked."""
    return os.path.isdir(path)  # noqa: PTH112


def describe_non_regular_file(path: Path) -> str:
    """Why what a folder has under a name is neither a file nor a folder, for people; nothing for these two."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return "this link leads nowhere" if path.is_symlink() else error.strerror or str(error)
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return ""
    return next((what for test, what in _NO_FILES if test(mode)), "this is not a file")


def resolve_path(path: Path) -> Path:
    """A path without links and `..`, also where links lead in a circle, for which `Path.resolve` raises."""
    return Path(os.path.realpath(path))


def read_head(file: Path, count: int) -> bytes:
    """The first bytes of a file, `count` at most. Raises `OSError` as `read_bytes` does."""
    with open(_open_file(file), "rb", buffering=0) as stream:
        return stream.read(count)


def read_stream(stream: io.RawIOBase | BinaryIO, limit: int = MAX_BYTES, size: int = 0) -> bytes:
    """The rest of an open stream, at most `limit` bytes. Raises `OSError` (EFBIG) for one that is longer.

    `size` is what it is said to hold: a file of this size is read in one piece, which is copied nowhere.
    """
    parts: list[bytes] = []
    left, wanted = limit + 1, max(size, _PART)
    while left and (part := stream.read(min(left, wanted))):
        parts.append(part)
        left -= len(part)
        wanted = _PART  # what is left of a file is its end: no room is made for the whole of it again
    if not left:
        raise OSError(errno.EFBIG, f"it is larger than {limit // 2**20} MiB, the most that is read")
    return b"".join(parts)


def _open_file(file: Path) -> int:
    """The descriptor of a file. What is no file is not waited for."""
    path = str(file)
    try:
        descriptor = os.open(path, _FLAGS)
    except ValueError:
        raise OSError(errno.EINVAL, "no path has such a character", path) from None
    except OSError as error:
        if error.errno == errno.ENXIO:  # the system opens no socket
            raise OSError(errno.ENXIO, "this is a socket, not a file", path) from None
        raise
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    if path.startswith(_PASSED) and not stat.S_ISDIR(mode):
        os.set_blocking(descriptor, True)
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, next((what for test, what in _NO_FILES if test(mode)), "this is not a file"), path)


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns
