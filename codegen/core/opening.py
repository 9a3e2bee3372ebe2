"""Reading of files with a size limit.

Devices and pipes are refused, since reading them may never end.
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
_TRIES = 3  # attempts to read a file that changes meanwhile
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
# Streams of the shell, as in `<(command)`, which are open already and end.
_PASSED = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
_NO_FILES = (
    (stat.S_ISDIR, "this is a folder, not a file"),
    (stat.S_ISFIFO, "this is a named pipe, not a file"),
    (stat.S_ISSOCK, "this is a socket, not a file"),
    (stat.S_ISCHR, "this is a device, not a file"),
    (stat.S_ISBLK, "this is a device, not a file"),
)


def read_bytes(file: Path, limit: int = MAX_BYTES) -> bytes:
    """Read a file of at most `limit` bytes, counted while reading, since the size of some files is wrong.

    Raises `OSError` with a readable `strerror`, also for folders, devices and pipes, for larger files (EFBIG), and for a file that changes
    during every attempt (EBUSY).
    """
    for _ in range(_TRIES):
        descriptor = _open_file(file)
        with open(descriptor, "rb", buffering=0) as stream:  # noqa: PTH123  - it is open
            before = os.fstat(descriptor)
            data = read_stream(stream, limit, before.st_size)
            after = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode) or _size_and_time(before) == _size_and_time(after):
            return data
    raise OSError(errno.EBUSY, "it keeps changing; try again when it is complete", str(file))


def exists(path: Path) -> bool:
    """Return whether a path exists. Unlike `Path.exists` it does not raise for impossible names."""
    return os.path.exists(path)  # noqa: PTH110


def is_file(path: Path) -> bool:
    """Return whether a path is a file, without raising for impossible names."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder, without raising for impossible names."""
    return os.path.isdir(path)  # noqa: PTH112


def describe_non_regular_file(path: Path) -> str:
    """Describe a path that is neither a file nor a folder, else return an empty string."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return "this link leads nowhere" if path.is_symlink() else error.strerror or str(error)
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return ""
    return next((what for test, what in _NO_FILES if test(mode)), "this is not a file")


def resolve_path(path: Path) -> Path:
    """Resolve links and `..` in a path. Unlike `Path.resolve` it does not raise for circular links."""
    return Path(os.path.realpath(path))


def read_head(file: Path, count: int) -> bytes:
    """Read the first `count` bytes of a file. Raises `OSError` as `read_bytes` does."""
    with open(_open_file(file), "rb", buffering=0) as stream:
        return stream.read(count)


def read_stream(stream: io.RawIOBase | BinaryIO, limit: int = MAX_BYTES, size: int = 0) -> bytes:
    """Read the rest of a stream, at most `limit` bytes. Raises `OSError` (EFBIG) for more.

    A file of the expected `size` is read in one piece without a copy.
    """
    parts: list[bytes] = []
    left, wanted = limit + 1, max(size, _PART)
    while left and (part := stream.read(min(left, wanted))):
        parts.append(part)
        left -= len(part)
        wanted = _PART  # only the end of the file is left
    if not left:
        raise OSError(errno.EFBIG, f"it is larger than the limit of {limit // 2**20} MiB")
    return b"".join(parts)


def _open_file(file: Path) -> int:
    """Open a file and return its descriptor. Devices and pipes are refused without waiting."""
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


def _size_and_time(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns
