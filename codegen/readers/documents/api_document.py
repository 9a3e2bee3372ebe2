"""OpenAPI documents and JSON Schemas as plain data with the locations of their keys.

Refused, each with `file:line:column`: what is neither JSON nor YAML, duplicate keys, nesting that is too deep, and of YAML what
`yaml_events` and `builder` refuse.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left
from collections.abc import Callable
from typing import Any, AnyStr, Generic

from codegen.core.diagnostics import CodegenError, Report, Span, failure
from codegen.core.source import Source
from codegen.readers.documents.builder import KeyIndex
from codegen.readers.documents.dialects import API
from codegen.readers.documents.json_events import read_json
from codegen.readers.documents.loader import replace_surrogates
from codegen.readers.documents.yaml_events import read_yaml
from codegen.readers.shared.tokens import looks_like_json

_MAX_MISSES = 8
_HEAD = 4096  # characters in which a printed document has its first key
_MAX_ESCAPED = 1000  # characters of a key that is looked for as escapes
_STRIDE = 64 * 1024  # characters or bytes

_quoted = json.JSONEncoder(ensure_ascii=False).encode  # a string as JSON writes it, without another encoder for each
_INDENT = re.compile(r"\s*\{\n([ \t]+)\S")
_TOKEN = rb'("[^"\\]*+(?:\\.[^"\\]*+)*+")(\s*+:)?|[{}\[\]]'
_NEVER_ESCAPED = re.compile(r"[A-Za-z0-9_.$ {}-]*\Z")  # by any program that writes JSON


class ApiDocument:
    """A parsed mapping with the locations of its keys.

    Offsets are those of characters in YAML, whose events have them, and of bytes in JSON, which is searched as it was in the file.
    """

    __slots__ = ("_cursor", "_indent", "_index", "_is_escaped", "_misses", "data", "size", "source")

    def __init__(self, source: Source, data: dict[str, Any], index: KeyIndex | None = None) -> None:
        self.source = source
        self.data = data
        self.size = len(source.text if index is not None else source.data)  # the offset of its end
        self._index = index
        indent = _INDENT.match(source.head(_HEAD)) if index is None else None
        self._indent = indent[1].encode() if indent else b""
        self._is_escaped = False  # whether a key has been found only by the escapes in it
        self._misses = 0
        self._cursor: _Cursor[str] | _Cursor[bytes] = (
            _Cursor(source.data, b"\n", _characters)
            if index is None
            else _Cursor(source.text, "\n", lambda _, start, end: end - start)
        )

    def key_offset(self, name: str, depth: int, start: int, end: int) -> int:
        """Return the offset of the first key of this name at a depth and range, or -1 if unknown.

        JSON is searched as text, by the indentation of its first key: exact for what a program printed over many lines. Of other
        documents, and after a few misses, all keys are looked up once: that takes about as long as to read them.
        """
        if self._index is None and (not self._indent or self._misses >= _MAX_MISSES):
            self._index = _key_index(self.source.data)
        if self._index is not None:
            offsets = self._index.get((depth, name), [])
            at = bisect_left(offsets, start)
            return offsets[at] if at < len(offsets) and offsets[at] < end else -1
        lead = b"\n" + self._indent * depth
        found = -1
        if not self._is_escaped or _NEVER_ESCAPED.match(name):
            found = self.source.data.find(b"%b%b:" % (lead, _utf8(_quoted(name))), start, end)
        if found < 0 and len(name) < _MAX_ESCAPED and not _NEVER_ESCAPED.match(name):
            match = re.compile(re.escape(lead) + _escaped_key_pattern(name)).search(self.source.data, start, end)
            if match:
                found, self._is_escaped = match.start(), True
        if found < 0:
            self._misses += 1
            return -1
        return found + len(lead)

    def span(self, offset: int) -> Span:
        """Return the location of an offset, cheaply when near the last one. The whole file for -1."""
        if offset < 0:
            return self.source.whole
        line, column = self._cursor.place(offset)
        return Span(path=self.source.path, line=line, column=column)


class _Cursor(Generic[AnyStr]):
    """Lines and columns of a text, from 1. `width` counts the characters from one offset to another.

    A place is found from the one before it, or where that is far, from the stride in which it is: of these the lines are counted once.
    """

    __slots__ = ("_column", "_end", "_last", "_line", "_lines", "_text", "_width")

    def __init__(self, text: AnyStr, end: AnyStr, width: Callable[[AnyStr, int, int], int]) -> None:
        self._text: AnyStr = text
        self._end: AnyStr = end
        self._width: Callable[[AnyStr, int, int], int] = width
        self._last, self._line, self._column = 0, 1, 1
        self._lines = [0]  # the ends of lines before each stride

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset."""
        if abs(offset - self._last) > _STRIDE:
            self._jump(offset // _STRIDE)
        text, last = self._text, self._last
        if offset < last and (passed := text.count(self._end, offset, last)):
            self._line -= passed
            self._column = 1 + self._width(text, text.rfind(self._end, 0, offset) + 1, offset)
        elif offset < last:
            self._column -= self._width(text, offset, last)
        elif passed := text.count(self._end, last, offset):
            self._line += passed
            self._column = 1 + self._width(text, text.rfind(self._end, last, offset) + 1, offset)
        else:
            self._column += self._width(text, last, offset)
        self._last = offset
        return self._line, self._column

    def _jump(self, stride: int) -> None:
        """Go to the line in which a stride begins. Nothing is gained, and nothing done, where lines are as long as strides."""
        begin = self._text.rfind(self._end, max(0, stride - 1) * _STRIDE, stride * _STRIDE) + 1
        if begin:
            for at in range(len(self._lines) - 1, stride):
                passed = self._text.count(self._end, at * _STRIDE, (at + 1) * _STRIDE)
                self._lines.append(self._lines[-1] + passed)
            self._last, self._line, self._column = begin, 1 + self._lines[stride], 1


def _key_index(data: bytes) -> KeyIndex:
    """Return the offsets of all keys in a JSON text."""
    index: KeyIndex = {}
    depth = 0
    for found in re.finditer(_TOKEN, data):
        match found[0][:1]:
            case b'"':
                if found[2]:
                    name = (
                        json.loads(found[1]) if b"\\" in found[1] else found[1][1:-1].decode("utf-8", "surrogatepass")
                    )
                    index.setdefault((depth, name), []).append(found.start())
            case b"{" | b"[":
                depth += 1
            case _:
                depth -= 1
    return index


def _characters(data: bytes, start: int, end: int) -> int:
    return len(data[start:end].decode("utf-8", errors="surrogatepass"))


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogatepass")


def _escaped_key_pattern(name: str) -> bytes:
    """Return a pattern for a JSON key with any characters escaped."""
    spelt = []
    for character in name:
        units = character.encode("utf-16-be", errors="surrogatepass").hex()
        escaped = "".join(rf"\\u(?i:{units[at : at + 4]})" for at in range(0, len(units), 4))
        plain = re.escape(_quoted(character)[1:-1])
        spelt.append(rf"(?:{plain}|{escaped}{'|' + chr(92) * 2 + '/' if character == '/' else ''})")
    return _utf8(f'"{"".join(spelt)}":')


def _read_yaml(source: Source) -> ApiDocument:
    index: KeyIndex = {}
    data = read_yaml(source, API, index).only(source).data
    if not isinstance(data, dict):
        raise _mapping_error(source)
    return ApiDocument(source, data, index)


def read_api_document(source: Source, report: Report) -> ApiDocument:
    """Parse a JSON or YAML document with a mapping at the top. Raises `CodegenError` with the place of what is wrong."""
    if looks_like_json(source):
        try:
            document = _read_json(source)
        except CodegenError:
            if not source.path.lower().endswith((".yaml", ".yml")):
                raise
            document = _read_yaml(source)
    else:
        document = _read_yaml(source)

    replace_surrogates([document.data], source, report)
    return document


def _finite(number: str) -> float:
    """Parse a finite number. Raises ValueError for NaN and Infinity, which Python takes."""
    if not math.isfinite(value := float(number)):
        raise ValueError(number)
    return value


def _read_json(source: Source) -> ApiDocument:
    """Read JSON by the standard library, looking up locations only on errors."""
    is_repeated = False

    def pairs_to_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal is_repeated
        mapping = dict(pairs)
        if len(mapping) != len(pairs):
            is_repeated = True
        return mapping

    try:
        data = json.loads(source.text, object_pairs_hook=pairs_to_dict, parse_float=_finite, parse_constant=_finite)
    except json.JSONDecodeError as error:
        place = source.span(min(error.pos, len(source.text)))
        raise failure(
            "not-json", f"not valid JSON: {error.msg}", place, "correct the document, or export it again"
        ) from None
    except (RecursionError, ValueError):  # nested too deep, or a number of too many digits, or none that JSON has
        data = read_json(source, API).only(source).data
    if is_repeated:
        read_json(source, API).only(source)
    if not isinstance(data, dict):
        raise _mapping_error(source)
    return ApiDocument(source, data)


def depth_error(source: Source) -> CodegenError:
    """Return the error of a document nested too deeply, with its location."""
    try:
        read_json(source, API).only(source)
    except CodegenError as error:
        return error
    return failure("document-too-deep", "nested too deep", source.span(0), "check how it was written")


# ---------------------------------------------------------------------------------------------------------- checks


def _mapping_error(source: Source) -> CodegenError:
    return failure(
        "not-a-document",
        "the top level is not an object with keys",
        source.span(0),
        "an OpenAPI document or a JSON Schema is expected",
    )
