"""YAML parsing by events, with limits on depth, size and aliases.

The events are those of libyaml, which takes tabs, line ends and odd characters as go-yaml, the parser of kubectl, does (it is a port).
Where PyYAML was built without libyaml its own parser gives the same events, slower, and refuses tabs between words.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import yaml
from yaml.reader import Reader

from codegen.core.source import Source
from codegen.readers.documents.builder import MERGE, Builder, DocumentStream, KeyIndex, NodePosition, StopReading
from codegen.readers.documents.dialects import DocumentDialect

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

MAX_YAML = 8 * 1024 * 1024

_ODD_LINE_ENDS = ("\r", "\x85", "\u2028", "\u2029")
_TAG = "tag:yaml.org,2002:"
_BINARY = "binary"
_SCALAR_TAGS = ("str", "int", "float", "bool", "null", "timestamp")
_BOOLEANS = ("true", "false")
_TYPES = {"int": int, "float": float, "bool": bool, "null": type(None)}


def read_yaml(source: Source, dialect: DocumentDialect, index: KeyIndex | None = None) -> DocumentStream:
    """Read the documents of a text with its faults. The offsets of keys go into the index."""
    stream = DocumentStream()
    reading = _YamlReader(source, dialect, stream, index)
    try:
        if len(source.text) > MAX_YAML:
            message = f"{len(source.text)} characters of YAML; at most {MAX_YAML} are read"
            raise StopReading(dialect.rules.too_long, message, 1, 1, "split the file, or convert it to JSON")
        for event in yaml.parse(source.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            reading.feed(event)
    except StopReading as stop:
        stream.faults.append(stop.fault)
    except yaml.MarkedYAMLError as error:
        stream.faults.append(reading.parser_error(error).fault)
    except (yaml.YAMLError, ValueError, OverflowError):  # it complains of characters in bytes, or not at all
        stream.faults.append(reading.character_error().fault)
    return stream


class _YamlReader:
    """A reader of one YAML text."""

    def __init__(
        self, source: Source, dialect: DocumentDialect, stream: DocumentStream, index: KeyIndex | None
    ) -> None:
        self._source = source
        self._dialect = dialect
        self._builder = Builder(stream, dialect, index)
        self._documents = 0
        self._has_odd_lines = any(end in source.text for end in _ODD_LINE_ENDS)

    def feed(self, event: Any) -> None:
        """Process one PyYAML event."""
        line, column = self._position(event.start_mark)
        match type(event).__name__:
            case "ScalarEvent":
                self._scalar(event, line, column)
            case "AliasEvent":
                self._builder.alias(event.anchor, line, column)
            case "MappingStartEvent" | "SequenceStartEvent" as name:
                is_map = name == "MappingStartEvent"
                self._check_tag(event.tag, ("map" if is_map else "seq",), line, column)
                self._builder.start({} if is_map else [], line, column, event.anchor)
            case "MappingEndEvent" | "SequenceEndEvent":
                self._builder.end()
            case "DocumentStartEvent":
                self._documents += 1
                if self._documents > 1 and self._dialect.is_single:
                    hint = "put each document in its own file"
                    raise StopReading(self._dialect.rules.several, "a second document begins here", line, column, hint)
            case "DocumentEndEvent":
                self._builder.document()

    def _scalar(self, event: Any, line: int, column: int) -> None:
        text = str(event.value)
        word = self._check_tag(event.tag, _SCALAR_TAGS, line, column) if event.tag else ""
        is_plain = not event.style and event.tag != "!"
        value: Any
        if word == _BINARY:
            value = self._binary(text, line, column)
        elif word in _TYPES:
            value = self._convert_tagged(word, text, line, column)
        else:
            value = self._dialect.plain(text) if is_plain and word != "str" else text
        if self._builder.wants_key:
            key = MERGE if is_plain and text == "<<" else value
            self._builder.key(key, text, line, column, anchor=event.anchor, offset=event.start_mark.index)
        else:
            mark = NodePosition(line, column)
            if (value is True or value is False) and text.lower() not in _BOOLEANS:
                mark.word = text
            self._builder.put(self._dialect.value(value), mark, 1, event.anchor)

    def _binary(self, text: str, line: int, column: int) -> str:
        try:
            return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", errors="replace")
        except ValueError:
            message = "!!binary value contains invalid base64 data"
            raise StopReading(self._dialect.rules.tag, message, line, column, "write it in base64") from None

    def _convert_tagged(self, word: str, text: str, line: int, column: int) -> Any:
        value = self._dialect.plain(text)
        if word == "float" and type(value) is int:
            return float(value)
        if type(value) is not _TYPES[word]:
            message = f"{text[:80]!r} is not of the type {word}"
            raise StopReading(self._dialect.rules.tag, message, line, column, "remove the tag")
        return value

    def _check_tag(self, tag: str | None, allowed: tuple[str, ...], line: int, column: int) -> str:
        """Return the plain word of a tag, refusing unsupported tags. A tag that would build something else is not read."""
        word = (tag or "").removeprefix(_TAG).removeprefix("!!").removeprefix("!")
        if word and word not in allowed:
            if self._dialect.is_body:
                return _BINARY if word == _BINARY else ""
            raise StopReading(
                self._dialect.rules.tag, f"the tag {tag!r:.200} is not supported", line, column, "remove the tag"
            )
        return word

    def parser_error(self, error: MarkedYAMLError) -> StopReading:
        """Convert an error of the parser to a fault with a hint."""
        mark = error.problem_mark or error.context_mark
        line, column = self._position(mark) if mark else (1, 1)
        found = self._source.text[mark.index : mark.index + 20].partition("\n")[0] if mark else ""
        reason = " ".join(str(error.problem or error.context or "it cannot be read").split())
        if "nesting depth" in reason:  # libyaml looks ahead, so that its limit may be reached before MAX_DEPTH
            return self._builder.too_deep(line, column)
        message = (
            f"not valid YAML: {reason[:300]} at {found!r}"
            if found
            else f"not valid YAML: {reason[:300]} at the end of the line"
        )
        is_tab = found.startswith("\t")
        hint = "indent with spaces: YAML does not allow tabs there" if is_tab else "correct the document"
        return StopReading(self._dialect.rules.not_yaml, message, line, column, hint, f"line {line}: {reason[:300]}")

    def _position(self, mark: Any) -> tuple[int, int]:
        """Return line and column of a mark. YAML also ends lines where no editor does, and libyaml puts the end on a line of its own."""
        length = len(self._source.text)
        if self._has_odd_lines or mark.index >= length:
            span = self._source.span(min(mark.index, length))
            return span.line, span.column
        return mark.line + 1, mark.column + 1

    def character_error(self) -> StopReading:
        """Return the fault of the first forbidden character."""
        found = Reader.NON_PRINTABLE.search(self._source.text)
        place = self._source.span(found.start() if found else 0)
        message = (
            f"not valid YAML: the character {found[0]!a} is not allowed"
            if found
            else "not valid YAML: it cannot be read"
        )
        hint = "remove the character, or write it as an escape in double quotes"
        return StopReading(self._dialect.rules.not_yaml, message, place.line, place.column, hint)
