"""Source files with their text and the locations in it."""

from __future__ import annotations

import codecs
import errno
import logging
import re
from bisect import bisect_right
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from codegen.core.diagnostics import Position, Span, failure
from codegen.core.encodings import suggest_repair
from codegen.core.opening import read_bytes, read_stream

# UTF-32 first, since its mark begins with that of UTF-16.
_MARKED_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The bytes of a character, and which of them an ASCII letter uses.
_WIDE_ENCODINGS = (("utf-32le", 4, 0), ("utf-32be", 4, 3), ("utf-16le", 2, 0), ("utf-16be", 2, 1))
_GUESSED_BYTES = 512
_LEAST_GUESSED = 8
STREAM = "stdin"  # the name of standard input in messages
# The path of each file that is read, as it is called in messages.
FILES_READ = logging.getLogger("codegen.files_read")


class Source:
    """The text of a file, with LF in place of CRLF and CR, and without byte order mark.

    `path` is the path in messages, as the user wrote it, and `relative` the path below the source
    folder.
    """

    def __init__(self, text: str, path: str, relative: str = "") -> None:
        self.text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        self.path = path
        self.relative = relative or Path(path).name

    def span(self, offset: int) -> Span:
        """Return the location of a character."""
        line, column = self.place(offset)
        return Span(path=self.path, line=line, column=column)

    def place(self, offset: int) -> Position:
        """Return line and column of a character."""
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def line_offset(self, line: int) -> int:
        """Return the offset at which a line starts."""
        return self._line_starts[line - 1]

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(line_end.end() for line_end in re.finditer("\n", self.text))]

    @property
    def whole(self) -> Span:
        """The location of the file itself."""
        return Span(path=self.path)


def load(file: Path | BinaryIO, shown: str = "", relative: str = "") -> Source:
    """Read a file or a stream of UTF-8, or of UTF-16 or UTF-32 with a byte order mark.

    Raises `CodegenError` with the location of the first invalid byte, or with the reason of the
    system.
    """
    shown = shown or str(file)
    FILES_READ.info("%s", shown)
    return load_candidate(file, shown, relative)


def load_candidate(file: Path | BinaryIO, shown: str, relative: str) -> Source:
    """Read a file that may turn out to be no source, as `load` does, but without a line in a
    verbose run.
    """
    return Source(decode(read_data(file, shown), shown), shown, relative)


def read_data(file: Path | BinaryIO, shown: str) -> bytes:
    """Read the bytes of a file or stream. Raises `CodegenError` with the reason of the system."""
    try:
        if isinstance(file, Path):
            return read_bytes(file)
        return read_stream(file)
    except OSError as error:
        reason, span = error.strerror or str(error), Span(path=shown)
        if error.errno == errno.EFBIG:
            raise failure(
                "source-too-large", reason, span, "split the file, or name only what you need"
            ) from None
        raise failure(
            "source-unreadable",
            f"cannot be read: {reason}",
            span,
            "check the path and its permissions",
            arguments=(reason,),
        ) from None


def decode(data: bytes, shown: str) -> str:
    """Decode UTF-8, or what the byte order mark names.

    Raises `CodegenError` with the location of the first invalid byte.
    """
    encoding = next((name for mark, name in _MARKED_ENCODINGS if data.startswith(mark)), "")
    if encoding:
        return _decode_wide(data, encoding, shown)
    if unmarked := guess_wide_encoding(data):
        raise failure(
            "not-utf8",
            f"the file is {unmarked} without a byte order mark",
            Span(path=shown, line=1, column=1),
            f"save it as UTF-8; iconv -f {unmarked} -t utf-8 converts it",
            arguments=(unmarked,),
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line_start = before.rfind(b"\n") + 1
        place = Span(
            path=shown,
            line=before.count(b"\n") + 1,
            column=len(before[line_start:].decode("utf-8")) + 1,
        )
        raise failure(
            "not-utf8",
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            place,
            suggest_repair(data),
        ) from None


def _decode_wide(data: bytes, encoding: str, shown: str) -> str:
    """Decode UTF-16 or UTF-32 with a byte order mark."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding)
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise failure(
            "not-utf8",
            f"the byte order mark says {encoding.upper()}, but byte {error.start + 1} does not "
            "belong to it",
            Span(path=shown, line=line, column=column),
            "save the file as UTF-8; it is damaged or cut off here",
        ) from None


def guess_wide_encoding(data: bytes) -> str:
    """Return the encoding of a text without byte order mark in which Latin letters have zero bytes,
    or an empty string.
    """
    beginning = data[:_GUESSED_BYTES]
    for encoding, width, position in _WIDE_ENCODINGS:
        characters = len(beginning) // width
        deviations = 0  # from a text of Latin letters alone
        for byte in range(width):
            zeros = beginning[byte : characters * width : width].count(0)
            if byte == position:
                deviations += zeros
            else:
                deviations += characters - zeros
        if len(beginning) >= _LEAST_GUESSED and deviations * 2 < characters:
            return encoding
    return ""
