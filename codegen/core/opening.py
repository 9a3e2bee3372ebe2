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
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
# Streams of the shell, as in `<(command)`, which are open already and end.
_PASSED = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
_NO_FILES = {stat.S_IFDIR: "folder", stat.S_IFIFO: "named pipe", stat.S_IFSOCK: "socket"}


def read_bytes(file: Path, limit: int = MAX_BYTES) -> bytes:
    """Read a file of at most `limit` bytes, counted while reading, since the size of some files is
    wrong.

    Raises `OSError` with a readable `strerror`, also for folders, devices and pipes, and for larger
    files (EFBIG).
    """
    with open(_open_file(file), "rb", buffering=0) as stream:
        return read_stream(stream, limit)


def read_head(file: Path, size: int) -> bytes:
    """Read the first bytes of a file.

    Raises `OSError` as `read_bytes` does, but not for large files.
    """
    with open(_open_file(file), "rb", buffering=0) as stream:
        return stream.read(size)


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
        if path.is_symlink():
            return "this link leads nowhere"
        return error.strerror or str(error)
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return ""
    return _describe_type(mode)


def _describe_type(mode: int) -> str:
    return f"this is a {_NO_FILES.get(stat.S_IFMT(mode), 'device')}, not a file"


def resolve_path(path: Path) -> Path:
    """Resolve links and `..` in a path.

    Unlike `Path.resolve` it does not raise for circular links.
    """
    return Path(os.path.realpath(path))


def is_within(path: Path, folder: Path) -> bool:
    """Return whether a path is inside a folder, after all links are followed.

    A path with a null character is inside none, since no file can have it.
    """
    if "\0" in str(path):
        return False
    return resolve_path(path).is_relative_to(resolve_path(folder))


def read_stream(stream: io.RawIOBase | BinaryIO, limit: int = MAX_BYTES) -> bytes:
    """Read the rest of a stream, at most `limit` bytes. Raises `OSError` (EFBIG) for more."""
    parts: list[bytes] = []
    left = limit + 1
    while left and (part := stream.read(min(left, _PART))):
        parts.append(part)
        left -= len(part)
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
            raise OSError(errno.ENXIO, _describe_type(stat.S_IFSOCK), path) from None
        raise
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    if path.startswith(_PASSED) and not stat.S_ISDIR(mode):
        os.set_blocking(descriptor, True)
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, _describe_type(mode), path)
