"""A source file as text with places: decoding, line ends, and offset -> line and column."""

from __future__ import annotations

import codecs
import errno
import re
from pathlib import Path
from typing import BinaryIO

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.opening import read_bytes, read_stream

_LARGE = 1024 * 1024  # bytes
_PART = 64 * 1024  # bytes


class Source:
    """One file that was read: its text with LF line ends and without byte order mark, and the places in it.

    `path` is shown in messages (as the user wrote it), `relative` is the path below the source folder. What is read may be given as
    UTF-8, which is then decoded for whoever asks for the text: a large document that is read from its bytes has none.
    """

    __slots__ = ("_begin", "_begins", "_data", "_line", "_text", "path", "relative")

    def __init__(self, text: str | bytes, path: str, relative: str = "") -> None:
        self._text: str | None = None
        self._data: bytes | None = None
        # To look for one sign is fifty times faster than to replace two.
        if isinstance(text, str):
            text = text.removeprefix("\ufeff")
            self._text = text.replace("\r\n", "\n") if "\r" in text else text
        else:
            text = text.removeprefix(codecs.BOM_UTF8)
            self._data = text.replace(b"\r\n", b"\n") if b"\r" in text else text
        self.path = path
        self.relative = relative or Path(path).name
        self._begins: list[int] = []  # where each line begins, once a line was asked for
        self._line, self._begin = 1, 0  # the line that was asked for last, and where it begins: the next is near

    @property
    def text(self) -> str:
        """The text."""
        if self._text is None:
            self._text = self.data.decode("utf-8")
        return self._text

    @property
    def data(self) -> bytes:
        """The text as UTF-8."""
        if self._data is None:
            self._data = self.text.encode("utf-8", errors="surrogatepass")  # tests alone make such texts
        return self._data

    def head(self, count: int) -> str:
        """How the text begins: `count` characters at most."""
        return self.data[:count].decode("utf-8", errors="ignore") if self._text is None else self._text[:count]

    def has(self, words: str) -> bool:
        """Whether these words are in the text."""
        return words.encode() in self.data if self._text is None else words in self._text

    def span(self, offset: int) -> Span:
        """The place of a character."""
        begin = self.text.rfind("\n", 0, offset) + 1
        if begin >= self._begin:
            self._line += self.text.count("\n", self._begin, begin)
        else:
            self._line -= self.text.count("\n", begin, self._begin)
        self._begin = begin
        return Span(path=self.path, line=self._line, column=offset - begin + 1)

    def offset(self, line: int, column: int) -> int:
        """The place of a character in the text, by its line and column as messages tell them."""
        if not self._begins:
            self._begins = [0, *(found.end() for found in re.finditer("\n", self.text))]
        return self._begins[line - 1] + column - 1

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
    return Source(_decode_large(data, shown), shown, relative)


def load_stream(stream: BinaryIO, shown: str) -> Source:
    """Read an open stream of UTF-8 to its end. Raises `CodegenError` as `load` does."""
    try:
        data = read_stream(stream)
    except OSError as error:
        raise _unreadable(error, shown) from None
    return Source(_decode_large(data, shown), shown)


def _decode_large(data: bytes, shown: str) -> str | bytes:
    """What a file holds, as text where that is cheap. Raises `CodegenError` as `decode` does."""
    if len(data) <= _LARGE:
        return decode(data, shown)
    view, at = memoryview(data), 0
    try:
        while at < len(data):
            # No part is kept: to fill memory with the text of a large file takes longer than to look at it.
            at += codecs.utf_8_decode(view[at : at + _PART], "strict", at + _PART >= len(data))[1]
    except UnicodeDecodeError:
        decode(data, shown)
    return data


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
