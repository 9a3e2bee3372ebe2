"""Source files with their text and the locations in it."""

from __future__ import annotations

import errno
import re
from bisect import bisect_right
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from codegen.core.diagnostics import Span, failure
from codegen.core.opening import read_bytes, read_stream


class Source:
    """The text of a file, with LF line ends and without byte order mark.

    `path` is the path in messages, as the user wrote it, and `relative` the path below the source folder.
    """

    def __init__(self, text: str, path: str, relative: str = "") -> None:
        self.text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        self.path = path
        self.relative = relative or Path(path).name

    def span(self, offset: int) -> Span:
        """Return the location of a character."""
        line, column = self.place(offset)
        return Span(path=self.path, line=line, column=column)

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character, from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    @property
    def whole(self) -> Span:
        """The location of the file itself."""
        return Span(path=self.path)


def load(file: Path | BinaryIO, shown: str = "", relative: str = "") -> Source:
    """Read a file or a stream of UTF-8.

    Raises `CodegenError` with the location of the first invalid byte, or with the reason of the system.
    """
    shown = shown or str(file)
    try:
        data = read_bytes(file) if isinstance(file, Path) else read_stream(file)
    except OSError as error:
        reason, span = error.strerror or str(error), Span(path=shown)
        if error.errno == errno.EFBIG:
            raise failure("source-too-large", reason, span, "split the file, or name only what you need") from None
        raise failure(
            "source-unreadable", f"cannot be read: {reason}", span, "check the path and its permissions"
        ) from None
    return Source(decode(data, shown), shown, relative)


def decode(data: bytes, shown: str) -> str:
    """Decode UTF-8. Raises `CodegenError` with the location of the first invalid byte."""
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
            "save the file as UTF-8; iconv -f gb18030 -t utf-8 converts one of a Chinese spreadsheet",
        ) from None
