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
from codegen.readers.documents.dialects import DocumentDialect
from codegen.readers.documents.document import DocumentStream, NodePosition, ReadingError, depth_error
from codegen.readers.documents.yaml_builder import MERGE, Builder

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

MAX_YAML = 8 * 1024 * 1024

_TAG = "tag:yaml.org,2002:"
_BINARY = "binary"
_SCALAR_TAGS = ("str", "int", "float", "bool", "null", "timestamp")
_BOOLEANS = ("true", "false")
_TYPES = {"int": int, "float": float, "bool": bool, "null": type(None)}


def read_yaml(source: Source, dialect: DocumentDialect) -> DocumentStream:
    """Read the documents of a text with its faults."""
    stream = DocumentStream([], [])
    reader = _YamlReader(source, dialect, stream)
    try:
        if len(source.text) > MAX_YAML:
            message = f"{len(source.text)} characters of YAML; at most {MAX_YAML} are read"
            raise ReadingError(dialect.rules.too_long, message, 0, "split the file, or convert it to JSON")
        for event in yaml.parse(source.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            reader.feed(event)
    except ReadingError as error:
        stream.faults.append(error.fault(source))
    except yaml.MarkedYAMLError as error:
        stream.faults.append(reader.parser_error(error).fault(source))
    except (yaml.YAMLError, ValueError, OverflowError):  # it complains of characters in bytes, or not at all
        stream.faults.append(reader.character_error().fault(source))
    return stream


class _YamlReader:
    """A reader of one YAML text."""

    def __init__(self, source: Source, dialect: DocumentDialect, stream: DocumentStream) -> None:
        self._source = source
        self._dialect = dialect
        self._builder = Builder(source, stream, dialect)
        self._documents = 0

    def feed(self, event: Any) -> None:
        """Process one PyYAML event."""
        offset = event.start_mark.index
        match type(event).__name__:
            case "ScalarEvent":
                self._scalar(event, offset)
            case "AliasEvent":
                self._builder.alias(event.anchor, offset)
            case "MappingStartEvent" | "SequenceStartEvent" as name:
                is_map = name == "MappingStartEvent"
                self._check_tag(event.tag, ("map" if is_map else "seq",), offset)
                self._builder.start({} if is_map else [], offset, event.anchor)
            case "MappingEndEvent" | "SequenceEndEvent":
                self._builder.end()
            case "DocumentStartEvent":
                self._documents += 1
                if self._documents > 1 and self._dialect.is_single:
                    hint = "put each document in its own file"
                    raise ReadingError(self._dialect.rules.several, "a second document begins here", offset, hint)
            case "DocumentEndEvent":
                self._builder.document()

    def _scalar(self, event: Any, offset: int) -> None:
        text = str(event.value)
        text.encode()  # ValueError for half a surrogate pair, which libyaml refuses by itself
        word = self._check_tag(event.tag, _SCALAR_TAGS, offset) if event.tag else ""
        is_plain = not event.style and event.tag != "!"
        value: Any
        if word == _BINARY:
            value = self._binary(text, offset)
        elif word in _TYPES:
            value = self._convert_tagged(word, text, offset)
        else:
            value = self._dialect.plain(text) if is_plain and word != "str" else text
        if self._builder.wants_key:
            key = MERGE if is_plain and text == "<<" else value
            self._builder.key(key, text, offset, anchor=event.anchor)
        else:
            mark = NodePosition(offset)
            if (value is True or value is False) and text.lower() not in _BOOLEANS:
                mark.word = text
            self._builder.put(self._dialect.value(value), mark, 1, event.anchor)

    def _binary(self, text: str, offset: int) -> str:
        try:
            return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", errors="replace")
        except ValueError:
            message = "!!binary value contains invalid base64 data"
            raise ReadingError(self._dialect.rules.tag, message, offset, "write it in base64") from None

    def _convert_tagged(self, word: str, text: str, offset: int) -> Any:
        value = self._dialect.plain(text)
        if word == "float" and type(value) is int:
            return float(value)
        if type(value) is not _TYPES[word]:
            message = f"{text[:80]!r} is not of the type {word}"
            raise ReadingError(self._dialect.rules.tag, message, offset, "remove the tag")
        return value

    def _check_tag(self, tag: str | None, allowed: tuple[str, ...], offset: int) -> str:
        """Return the plain word of a tag, refusing unsupported tags. A tag that would build something else is not read."""
        word = (tag or "").removeprefix(_TAG).removeprefix("!!").removeprefix("!")
        if word and word not in allowed:
            if self._dialect.is_body:
                return _BINARY if word == _BINARY else ""
            raise ReadingError(
                self._dialect.rules.tag, f"the tag {tag!r:.200} is not supported", offset, "remove the tag"
            )
        return word

    def parser_error(self, error: MarkedYAMLError) -> ReadingError:
        """Convert an error of the parser to a fault with a hint."""
        mark = error.problem_mark or error.context_mark
        offset = min(mark.index, len(self._source.text)) if mark else 0
        found = self._source.text[offset : offset + 20].partition("\n")[0] if mark else ""
        reason = " ".join(str(error.problem or error.context or "it cannot be read").split())[:300]
        if "nesting depth" in reason:  # libyaml looks ahead, so that its limit may be reached before MAX_DEPTH
            return depth_error(self._dialect.rules.too_deep, offset)
        message = f"not valid YAML: {reason} at {repr(found) if found else 'the end of the line'}"
        is_tab = found.startswith("\t")
        hint = "indent with spaces: YAML does not allow tabs there" if is_tab else "correct the document"
        line, _ = self._source.place(offset)
        return ReadingError(self._dialect.rules.not_yaml, message, offset, hint, f"line {line}: {reason}")

    def character_error(self) -> ReadingError:
        """Return the fault of the first forbidden character."""
        found = Reader.NON_PRINTABLE.search(self._source.text)
        message = (
            f"not valid YAML: the character {found[0]!a} is not allowed"
            if found
            else "not valid YAML: it cannot be read"
        )
        hint = "remove the character, or write it as an escape in double quotes"
        return ReadingError(self._dialect.rules.not_yaml, message, found.start() if found else 0, hint)
