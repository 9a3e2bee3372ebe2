"""Reading of JSON by the standard library. The text is scanned again only for locations."""

from __future__ import annotations

import json
import math
import re
from functools import cache, partial
from typing import NamedTuple

from codegen.core.json_types import JsonList, JsonObject, JsonValue
from codegen.core.source import Source
from codegen.readers.documents.dialects import DocumentDialect, SyntaxRules
from codegen.readers.documents.document import (
    MAX_DEPTH,
    Document,
    DocumentStream,
    NodePosition,
    ReadingError,
)

_TOKEN = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+")(\s*+:)?|[{}\[\]]|[^\s"{}\[\],:]++')
_BEFORE_VALUE = re.compile(r"[ \t\r\n]*+(?=[^ \t\r\n])")
_ESCAPE = re.compile(
    r"\\u[dD](?:[89abAB]..(?P<pair>\\u[dD][c-fC-F]..)?|[c-fC-F]..)|(?P<other>\\.)", re.DOTALL
)
_HINT = "correct the document, or export it again"
_KEY_DECODER = json.JSONDecoder(strict=False)


def read_json(source: Source, dialect: DocumentDialect) -> DocumentStream:
    """Read a stream of JSON values, one document each, with its faults."""
    stream = DocumentStream([], [])
    try:
        _JsonReader(source, dialect, stream).read()
    except ReadingError as error:
        stream.faults.append(error.fault(source))
    return stream


class _JsonReader:
    """A reader of one JSON text."""

    def __init__(self, source: Source, dialect: DocumentDialect, stream: DocumentStream) -> None:
        self._source = source
        self._dialect = dialect
        self._stream = stream
        self._has_duplicates = False
        self._text = source.text
        if "\\ud" in source.text.lower():
            self._text = _ESCAPE.sub(self._replace_lone_surrogate, source.text)
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._build_object,
            parse_float=self._read_float,
            parse_constant=self._read_float,
        )

    def read(self) -> None:
        """Read the values of the text. Raises `ReadingError` where it ends early."""
        end = 0
        while match := _BEFORE_VALUE.match(self._text, end):
            if end and self._dialect.is_single:
                raise self._syntax_error("Extra data", match.end())
            end = self._read_value(match.end())

    def _read_value(self, start: int) -> int:
        """Read one value and return its end."""
        try:
            data, end = self._decoder.raw_decode(self._text, start)
            if _is_too_deep(data):
                raise RecursionError
        except json.JSONDecodeError as error:
            _scan(self._text, start, error.pos, self._dialect.rules)
            raise self._syntax_error(error.msg, error.pos) from None
        except (RecursionError, ValueError):
            # Nesting or a number is beyond the limits. The scan locates it.
            _scan(self._text, start, len(self._text), self._dialect.rules)
            raise
        scan = cache(partial(_scan, self._text, start, end, self._dialect.rules))
        if self._has_duplicates:
            for key, at in scan().duplicates:
                self._stream.add_duplicate_key(
                    self._dialect.rules.duplicate_key, self._source, at, key, key
                )
            self._has_duplicates = False
        if data is not None:
            self._stream.documents.append(Document(self._source, data, lambda: scan().position))
        return end

    def _syntax_error(self, message: str, at: int) -> ReadingError:
        return ReadingError(self._dialect.rules.not_json, f"not valid JSON: {message}", at, _HINT)

    def _replace_lone_surrogate(self, match: re.Match[str]) -> str:
        """Replace the escape of half a surrogate pair by one of the same length."""
        if match["pair"] or match["other"]:
            return match[0]
        self._stream.lone_surrogates.append(match.start())
        return "\\ufffd"

    def _build_object(self, pairs: list[tuple[str, JsonValue]]) -> JsonObject:
        mapping = dict(pairs)
        self._has_duplicates = self._has_duplicates or len(mapping) != len(pairs)
        return mapping

    def _read_float(self, text: str) -> JsonValue:
        """Parse a finite number.

        Raises ValueError for NaN and Infinity, which the library accepts.
        """
        if not math.isfinite(value := float(text)):
            raise ValueError(text)
        return self._dialect.value(value)


class _ScannedValue(NamedTuple):
    """The positions in one value, and its duplicate keys with their offsets."""

    position: NodePosition
    duplicates: list[tuple[str, int]]


def _scan(text: str, start: int, end: int, rules: SyntaxRules) -> _ScannedValue:
    """Find the positions in one value, and its duplicate keys.

    Raises `ReadingError` for a nesting or a number beyond the limits.
    """
    root = NodePosition(start, children=[])
    open_, duplicates = [root], list[tuple[str, int]]()
    key, key_offset = "", -1
    for token in _TOKEN.finditer(text, start, end):
        first, offset, siblings = token[0][0], token.start(), open_[-1].children
        if first in "}]":
            open_.pop()
        elif token[2] and isinstance(siblings, dict):
            key, key_offset = _KEY_DECODER.decode(token[1]), offset
            if key in siblings:
                duplicates.append((key, offset))
        else:
            node = NodePosition(offset, key_offset)
            if isinstance(siblings, dict):
                siblings[key] = node
            elif siblings is not None:
                siblings.append(node)
            key_offset = -1
            if first in "{[":
                if len(open_) > MAX_DEPTH:
                    raise ReadingError.too_deep(rules.too_deep, offset)
                node.children = {} if first == "{" else []
                open_.append(node)
            elif first in "-0123456789IN" and not _is_number(token[0]):
                message = (
                    f"not valid JSON: the number {token[0][:40]} is too long, or not a JSON number"
                )
                raise ReadingError(rules.not_json, message, offset, "correct the number")
    position = root.children[0] if root.children else root
    return _ScannedValue(position=position, duplicates=duplicates)


def _is_number(text: str) -> bool:
    try:
        if text.strip("-0123456789"):
            return math.isfinite(float(text))
        return int(text) is not None
    except ValueError:
        return False


def _is_too_deep(data: object) -> bool:
    level = [data] if isinstance(data, dict | list) else []
    for _ in range(MAX_DEPTH):
        below: JsonList = []
        for container in level:
            below += container.values() if isinstance(container, dict) else container
        level = [value for value in below if isinstance(value, dict | list)]
        if not level:
            return False
    return True
