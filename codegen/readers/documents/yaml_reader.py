"""Reading of YAML by the events of a parser, with limits on depth, size and aliases.

Nothing here recurses.

The parser is libyaml. It treats tabs, line ends and odd characters as kubectl does, whose parser
go-yaml is a port of it. If PyYAML was built without libyaml, its own parser gives the same events,
slower, and refuses tabs between words.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import yaml
from msgspec import Struct, field
from yaml.reader import Reader

from codegen.core.json_types import JsonList, JsonValue
from codegen.core.source import Source
from codegen.readers.documents.dialects import MAX_WRITTEN, DocumentDialect
from codegen.readers.documents.document import (
    MAX_DEPTH,
    Document,
    DocumentStream,
    NodePosition,
    ReadingError,
)

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

MAX_YAML = 8 * 1024 * 1024
MAX_ALIASED = 200_000  # values that aliases may add to a file

_TAG = "tag:yaml.org,2002:"
_BINARY = "binary"
_SCALAR_TAGS = ("str", "int", "float", "bool", "null", "timestamp")
_BOOLEANS = ("true", "false")
_TYPES = {"int": int, "float": float, "bool": bool, "null": type(None)}
_MERGE = object()  # the key of YAML that merges maps


def read_yaml(source: Source, dialect: DocumentDialect) -> DocumentStream:
    """Read the documents of a text with its faults."""
    stream = DocumentStream([], [])
    reader = _YamlReader(source, dialect, stream)
    try:
        if len(source.text) > MAX_YAML:
            message = f"{len(source.text)} characters of YAML; at most {MAX_YAML} are read"
            raise ReadingError(
                dialect.rules.too_long, message, 0, "split the file, or convert it to JSON"
            )
        for event in yaml.parse(source.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            reader.process_event(event)
    except ReadingError as error:
        stream.faults.append(error.fault(source))
    except yaml.MarkedYAMLError as error:
        stream.faults.append(reader.parser_error(error).fault(source))
    except (yaml.YAMLError, ValueError, OverflowError):  # without a usable location
        stream.faults.append(reader.character_error().fault(source))
    return stream


class _OpenContainer(Struct):
    """An unfinished list or map."""

    container: dict[JsonValue, JsonValue] | JsonList
    position: NodePosition
    anchor: str | None
    key: JsonValue = None
    key_offset: int = -1
    written: str = ""
    merges: list[tuple[JsonValue, NodePosition]] = field(default_factory=list)
    weight: int = 1


class _YamlReader:
    """A reader of one YAML text, which builds data and positions from events."""

    def __init__(self, source: Source, dialect: DocumentDialect, stream: DocumentStream) -> None:
        self._source = source
        self._dialect = dialect
        self._stream = stream
        self._documents = 0
        self._open: list[_OpenContainer] = []
        self._anchors: dict[str, tuple[JsonValue, NodePosition, int]] = {}
        self._aliased = 0
        self._root: tuple[JsonValue, NodePosition] | None = None

    def process_event(self, event: Any) -> None:
        """Add what one PyYAML event says to the document."""
        offset = event.start_mark.index
        match type(event).__name__:
            case "ScalarEvent":
                self._read_scalar(event, offset)
            case "AliasEvent":
                self._read_alias(event.anchor, offset)
            case "MappingStartEvent" | "SequenceStartEvent" as name:
                self._start_container(name == "MappingStartEvent", event, offset)
            case "MappingEndEvent" | "SequenceEndEvent":
                self._end_container()
            case "DocumentStartEvent":
                self._documents += 1
                if self._documents > 1 and self._dialect.is_single:
                    hint = "put each document in its own file"
                    raise ReadingError(
                        self._dialect.rules.several, "a second document begins here", offset, hint
                    )
            case "DocumentEndEvent":
                self._end_document()

    def _end_document(self) -> None:
        """End a document. One without any value is left out."""
        if self._root is not None and self._root[0] is not None:
            data, position = self._root
            self._stream.documents.append(Document(self._source, data, lambda: position))
        self._root = None
        self._anchors.clear()

    @property
    def _expects_key(self) -> bool:
        """Return whether the next value is a key."""
        return (
            bool(self._open)
            and isinstance(self._open[-1].container, dict)
            and self._open[-1].key_offset < 0
        )

    def _start_container(self, is_map: bool, event: Any, offset: int) -> None:
        self._check_tag(event.tag, ("map" if is_map else "seq",), offset)
        if len(self._open) >= MAX_DEPTH:
            raise ReadingError.too_deep(self._dialect.rules.too_deep, offset)
        if self._expects_key:
            message = "a list or map is used as a key"
            raise ReadingError(self._dialect.rules.key, message, offset, "use a string as the key")
        position = NodePosition(offset, children={} if is_map else [])
        self._open.append(_OpenContainer({} if is_map else [], position, event.anchor))

    def _end_container(self) -> None:
        closed = self._open.pop()
        container, children = closed.container, closed.position.children
        if isinstance(container, dict) and isinstance(children, dict):
            for values, merged in closed.merges:
                for key, value in values.items():
                    if key not in container:
                        container[key] = value
                        if isinstance(merged.children, dict):
                            children[key] = merged.children[key]
                        else:
                            children[key] = merged
                    elif self._dialect.is_body:
                        self._report_duplicate_key(key, key, "", children[key].key_offset)
        self._add_value(container, closed.position, closed.weight, closed.anchor)

    def _read_key(self, value: object, text: str, offset: int, *, is_alias: bool = False) -> None:
        """Add a key to the innermost map."""
        top = self._open[-1]
        name = value
        if value is not _MERGE:
            name = self._dialect.key(value, None if is_alias else text)
        top.written = text[:MAX_WRITTEN] if text != name else ""
        if name is not _MERGE and not isinstance(name, str):
            self._stream.has_other_keys = True
        if name is not _MERGE and name in top.container:
            self._report_duplicate_key(name, value, top.written, offset)
        top.key, top.key_offset = name, offset

    def _report_duplicate_key(self, name: object, value: object, written: str, offset: int) -> None:
        rule = self._dialect.rules.duplicate_key
        self._stream.add_duplicate_key(rule, self._source, offset, name, value, written)

    def _add_value(
        self, value: object, position: NodePosition, weight: int, anchor: str | None = None
    ) -> None:
        """Add a complete value."""
        if anchor:
            self._anchors[anchor] = (value, position, weight)
        if not self._open:
            self._root = (value, position)
            return
        top = self._open[-1]
        children = top.position.children
        top.weight += weight
        if isinstance(top.container, list) and isinstance(children, list):
            top.container.append(value)
            children.append(position)
        elif isinstance(top.container, dict) and isinstance(children, dict):
            if top.key is _MERGE:
                self._merge_map(top, value, position)
            else:
                top.container[top.key] = value
                children[top.key] = NodePosition(
                    position.offset, top.key_offset, position.children, top.written, position.word
                )
            top.key_offset = -1

    def _merge_map(self, top: _OpenContainer, value: JsonValue, position: NodePosition) -> None:
        values, positions = [value], [position]
        if isinstance(value, list) and isinstance(position.children, list):
            values, positions = value, position.children
        if not all(isinstance(merged, dict) for merged in values):
            message = "`<<` merges a value that is not a map"
            raise ReadingError(
                self._dialect.rules.merge, message, position.offset, "merge maps only"
            )
        top.merges += zip(values, positions, strict=True)
        self._count_aliased(sum(map(len, values)), position.offset)

    def _read_alias(self, anchor: str, offset: int) -> None:
        """Insert the value of an anchor."""
        rules, shown = self._dialect.rules, f"*{anchor[:200]}"
        if anchor not in self._anchors:
            message = f"{shown} refers to an unknown or unfinished anchor"
            is_open = any(open_node.anchor == anchor for open_node in self._open)
            if is_open:
                why = f"anchor '{anchor}' value contains itself"
            else:
                why = f"unknown anchor '{anchor}' referenced"
            raise ReadingError(
                rules.alias, message, offset, "write the value instead of the alias", why
            )
        value, position, weight = self._anchors[anchor]
        if not self._expects_key:
            self._count_aliased(weight, offset)
            self._add_value(value, NodePosition(offset, children=position.children), weight)
        elif isinstance(value, dict | list):
            raise ReadingError(
                rules.key,
                f"{shown} cannot be used as a key",
                offset,
                "write the key instead of the alias",
            )
        else:
            self._read_key(value, f"*{anchor}", offset, is_alias=True)

    def _count_aliased(self, count: int, offset: int) -> None:
        self._aliased += count
        if self._aliased > MAX_ALIASED:
            message = f"aliases expand to more than {MAX_ALIASED} values"
            hint = "write the values instead of aliases inside anchors"
            why = "document contains excessive aliasing"
            raise ReadingError(self._dialect.rules.too_large, message, offset, hint, why)

    def _read_scalar(self, event: Any, offset: int) -> None:
        text = str(event.value)
        text.encode()  # ValueError for half a surrogate pair, which libyaml refuses by itself
        if event.tag:
            word = self._check_tag(event.tag, _SCALAR_TAGS, offset)
        else:
            word = ""
        is_plain = not event.style and event.tag != "!"
        value: JsonValue
        if word == _BINARY:
            value = self._decode_binary(text, offset)
        elif word in _TYPES:
            value = self._convert_tagged(word, text, offset)
        else:
            if is_plain and word != "str":
                value = self._dialect.plain(text)
            else:
                value = text
        position = NodePosition(offset)
        if self._expects_key:
            if event.anchor:
                self._anchors[event.anchor] = (value, position, 1)
            self._read_key(_MERGE if is_plain and text == "<<" else value, text, offset)
            return
        if (value is True or value is False) and text.lower() not in _BOOLEANS:
            position.word = text
        self._add_value(self._dialect.value(value), position, 1, event.anchor)

    def _decode_binary(self, text: str, offset: int) -> str:
        try:
            return base64.b64decode("".join(text.split()), validate=True).decode(
                "utf-8", errors="replace"
            )
        except ValueError:
            message = "!!binary value contains invalid base64 data"
            raise ReadingError(
                self._dialect.rules.tag, message, offset, "write it in base64"
            ) from None

    def _convert_tagged(self, word: str, text: str, offset: int) -> JsonValue:
        value = self._dialect.plain(text)
        if word == "float" and type(value) is int:
            return float(value)
        if type(value) is not _TYPES[word]:
            message = f"{text[:80]!r} is not of the type {word}"
            raise ReadingError(self._dialect.rules.tag, message, offset, "remove the tag")
        return value

    def _check_tag(self, tag: str | None, allowed: tuple[str, ...], offset: int) -> str:
        """Return the name of a tag. Raises `ReadingError` for an unsupported one."""
        word = (tag or "").removeprefix(_TAG).removeprefix("!!").removeprefix("!")
        if word and word not in allowed:
            if self._dialect.is_body:
                if word == _BINARY:
                    return _BINARY
                return ""
            raise ReadingError(
                self._dialect.rules.tag,
                f"the tag {tag!r:.200} is not supported",
                offset,
                "remove the tag",
            )
        return word

    def parser_error(self, error: MarkedYAMLError) -> ReadingError:
        """Convert an error of the parser to a fault with a hint."""
        mark = error.problem_mark or error.context_mark
        if mark:
            offset = min(mark.index, len(self._source.text))
            excerpt = self._source.text[offset : offset + 20].partition("\n")[0]
        else:
            offset = 0
            excerpt = ""
        reason = " ".join(str(error.problem or error.context or "it cannot be read").split())[:300]
        # libyaml looks ahead, so that its limit may be reached before MAX_DEPTH.
        if "nesting depth" in reason:
            return ReadingError.too_deep(self._dialect.rules.too_deep, offset)
        message = (
            f"not valid YAML: {reason} at {repr(excerpt) if excerpt else 'the end of the line'}"
        )
        is_tab = excerpt.startswith("\t")
        if is_tab:
            hint = "indent with spaces: YAML does not allow tabs there"
        else:
            hint = "correct the document"
        line, _ = self._source.place(offset)
        return ReadingError(
            self._dialect.rules.not_yaml, message, offset, hint, f"line {line}: {reason}"
        )

    def character_error(self) -> ReadingError:
        """Return the fault of the first forbidden character."""
        match = Reader.NON_PRINTABLE.search(self._source.text)
        if match:
            message = f"not valid YAML: the character {match[0]!a} is not allowed"
        else:
            message = "not valid YAML: it cannot be read"
        hint = "remove the character, or write it as an escape in double quotes"
        return ReadingError(
            self._dialect.rules.not_yaml, message, match.start() if match else 0, hint
        )
