"""A source file as text with places: decoding, line ends, and offset -> line and column."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import BinaryIO

from codegen.core.opening import read_bytes, read_stream
from codegen.findings.diagnostics import CodegenError, Span, failure


class Source:
    """One file that was read: its text with LF line ends and without byte order mark, and the places in it.

    `path` is shown in messages (as the user wrote it), `relative` is the path below the source folder.
    """

    __slots__ = ("_begin", "_line", "path", "relative", "text")

    def __init__(self, text: str, path: str, relative: str = "") -> None:
        text = text.removeprefix("\ufeff")
        self.text = text.replace("\r\n", "\n") if "\r" in text else text  # to look for one sign is fifty times faster
        self.path = path
        self.relative = relative or Path(path).name
        self._line, self._begin = 1, 0  # the line that was asked for last, and where it begins: the next is near

    def span(self, offset: int) -> Span:
        """The place of a character."""
        begin = self.text.rfind("\n", 0, offset) + 1
        if begin >= self._begin:
            self._line += self.text.count("\n", self._begin, begin)
        else:
            self._line -= self.text.count("\n", begin, self._begin)
        self._begin = begin
        return Span(path=self.path, line=self._line, column=offset - begin + 1)

    @property
    def whole(self) -> Span:
        """The file itself."""
        return Span(path=self.path)


def load(file: Path, shown: str = "", relative: str = "") -> Source:
    """Read a UTF-8 file. Raises `CodegenError` with the place of the first byte that is not UTF-8, or the system's reason."""
    shown = shown or str(file)
    try:
        data = read_bytes(file)
    except OSError as error:
        raise _unreadable(error, shown) from None
    return Source(decode(data, shown), shown, relative)


def load_stream(stream: BinaryIO, shown: str) -> Source:
    """Read an open stream of UTF-8 to its end. Raises `CodegenError` as `load` does."""
    try:
        data = read_stream(stream)
    except OSError as error:
        raise _unreadable(error, shown) from None
    return Source(decode(data, shown), shown)


def _unreadable(error: OSError, shown: str) -> CodegenError:
    reason = error.strerror or str(error)
    if error.errno == errno.EFBIG:
        return failure("source-too-large", reason, Span(path=shown), "split the file, or name only what you need")
    return failure(
        "source-unreadable", f"cannot be read: {reason}", Span(path=shown), "check the path and its permissions"
    )


def decode(data: bytes, shown: str) -> str:
    """Bytes to text, or a `CodegenError` that says where they stop being UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line_start = before.rfind(b"\n") + 1
        place = Span(path=shown, line=before.count(b"\n") + 1, column=len(before[line_start:].decode("utf-8")) + 1)
        raise failure(
            "not-utf8",
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            place,
            "save the file as UTF-8 (iconv -t utf-8 converts one)",
        ) from None
