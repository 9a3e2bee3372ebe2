"""Reading of JSON by the standard library. The text is scanned again only for locations."""

from __future__ import annotations

import json
import math
import re
from functools import cached_property, partial
from typing import Any

from codegen.core.source import Source
from codegen.readers.documents.dialects import DocumentDialect, FaultRules
from codegen.readers.documents.document import MAX_DEPTH, Document, DocumentStream, NodePosition, ReadingError

_TOKEN = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+")(\s*+:)?|[{}\[\]]|[^\s"{}\[\],:]++')
_BLANKS = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(r"\\u[dD](?:[89abAB]..(?P<pair>\\u[dD][c-fC-F]..)?|[c-fC-F]..)|(?P<other>\\.)", re.DOTALL)
_HINT = "correct the document, or export it again"


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
        if _SURROGATE.search(source.text):
            self._text = _ESCAPE.sub(self._replace_lone_surrogate, source.text)
        self._positions = _JsonPositions(self._text, dialect.rules)

    def read(self) -> None:
        """Read the values of the text. Raises `ReadingError` where it ends early."""
        try:
            self._read_values()
        except json.JSONDecodeError as error:
            message = f"not valid JSON: {error.msg}"
            raise ReadingError(self._dialect.rules.not_json, message, error.pos, _HINT) from None
        except (RecursionError, ValueError):  # nesting or a number beyond the limits; the scan locates it
            self._positions.scan(len(self._text))
            raise
        if self._has_duplicates:
            rule = self._dialect.rules.duplicate_key
            for key, at in self._positions.duplicates:
                self._stream.add_duplicate_key(rule, self._source, at, key, key)

    def _read_values(self) -> None:
        decoder = json.JSONDecoder(
            object_pairs_hook=self._build_object, parse_float=self._read_float, parse_constant=self._read_float
        )
        text, at, number = self._text, _skip_blanks(self._text, 0), 0
        while at < len(text):
            if number and self._dialect.is_single:
                raise json.JSONDecodeError("Extra data", text, at)
            data, at = decoder.raw_decode(text, at)
            self._positions.end = at
            if _is_too_deep(data):
                raise RecursionError
            if data is not None:
                find_position = partial(self._positions.value, number)
                self._stream.documents.append(Document(self._source, data, find_position))
            at, number = _skip_blanks(text, at), number + 1

    def _replace_lone_surrogate(self, found: re.Match[str]) -> str:
        """Replace the escape of half a surrogate pair by one of the same length."""
        if found["pair"] or found["other"]:
            return found[0]
        self._stream.lone_surrogates.append(found.start())
        return "\\ufffd"

    def _build_object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping = dict(pairs)
        self._has_duplicates = self._has_duplicates or len(mapping) != len(pairs)
        return mapping

    def _read_float(self, text: str) -> Any:
        """Parse a finite number. Raises ValueError for NaN and Infinity, which the library accepts."""
        if not math.isfinite(value := float(text)):
            raise ValueError(text)
        return self._dialect.value(value)


class _JsonPositions:
    """The positions of the values in a text. The first question scans the text."""

    def __init__(self, text: str, rules: FaultRules) -> None:
        self._text = text
        self._rules = rules
        self.end = 0  # of the last value that was read

    def value(self, number: int) -> NodePosition:
        """Return the position of a value of the stream."""
        return self._scanned_text[0][number]

    @property
    def duplicates(self) -> list[tuple[str, int]]:
        """The duplicate keys with their offsets."""
        return self._scanned_text[1]

    @cached_property
    def _scanned_text(self) -> tuple[list[NodePosition], list[tuple[str, int]]]:
        return self.scan(self.end)

    def scan(self, end: int) -> tuple[list[NodePosition], list[tuple[str, int]]]:
        """Find values and duplicate keys. Raises `ReadingError` for a nesting or a number beyond the limits."""
        values: list[NodePosition] = []
        duplicates: list[tuple[str, int]] = []
        open_: list[NodePosition] = []
        key, key_offset = "", -1
        for token in _TOKEN.finditer(self._text, 0, end):
            first, offset = token[0][0], token.start()
            if first in "}]":
                open_.pop()
            elif token[2]:
                key, key_offset = _read_key(token[1]), offset
                if key in open_[-1].children:  # type: ignore[operator]  # valid JSON has keys in objects alone
                    duplicates.append((key, offset))
            else:
                node = NodePosition(offset, key_offset)
                _add_value(node, key, open_[-1].children if open_ else values)
                key_offset = -1
                if first in "{[":
                    if len(open_) >= MAX_DEPTH:
                        raise ReadingError.too_deep(self._rules.too_deep, offset)
                    node.children = {} if first == "{" else []
                    open_.append(node)
                elif first in "-0123456789IN":
                    self._check_number(token[0], offset)
        return values, duplicates

    def _check_number(self, text: str, offset: int) -> None:
        try:
            is_readable = math.isfinite(float(text)) if text.strip("-0123456789") else int(text) is not None
        except ValueError:
            is_readable = False
        if not is_readable:
            message = f"not valid JSON: the number {text[:40]} is too long, or not a JSON number"
            raise ReadingError(self._rules.not_json, message, offset, "correct the number")


def _add_value(node: NodePosition, key: str, siblings: dict[Any, NodePosition] | list[NodePosition] | None) -> None:
    if isinstance(siblings, dict):
        siblings[key] = node
    elif siblings is not None:
        siblings.append(node)


def _read_key(text: str) -> str:
    return str(json.loads(text)) if "\\" in text else text[1:-1]


def _skip_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _is_too_deep(data: Any) -> bool:
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
