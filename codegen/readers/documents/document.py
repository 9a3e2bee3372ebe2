"""JSON and YAML documents as plain data, with the places of their keys.

Refused, each with `file:line:column`: what is neither JSON nor YAML, duplicate keys, nesting that is too deep, and what
`document_yaml` refuses of YAML. Nothing here recurses.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from json.encoder import encode_basestring
from typing import Any

from codegen.core.source import Source
from codegen.findings.diagnostics import CodegenError, Report, Span, failure
from codegen.readers.documents.yaml import MAX_DEPTH, duplicate_key, read_yaml, too_deep
from codegen.readers.recognise import looks_like_json

_MAX_MISSES = 8
_MAX_ESCAPED = 1000  # characters of a key that is looked for as escapes

# Strings may end with the text, so that an unclosed one is passed over once, not from each of its characters.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[{}\[\],]', re.DOTALL)
_INDENT = re.compile(r"\s*\{\n([ \t]+)\S")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SURROGATE_ESCAPE = re.compile(r"\\[uU](?:0000)?[dD][89a-fA-F]")
_NEVER_ESCAPED = re.compile(r"[A-Za-z0-9_.$ {}-]*\Z")  # by any program that writes JSON
_YAML_TAG = "tag:yaml.org,2002:"


class Document:
    """A mapping that was read, and where its keys stand; `data` is made of dict, list, str, int, float, bool, None."""

    __slots__ = ("_cursor", "_indent", "_index", "_is_escaped", "_misses", "data", "source")

    def __init__(
        self, source: Source, data: dict[str, Any], index: dict[tuple[int, str], list[int]] | None = None
    ) -> None:
        self.source = source
        self.data = data
        self._index = index
        indent = _INDENT.match(source.text) if index is None else None
        self._indent = indent[1] if indent else ""
        self._is_escaped = False  # whether a key has been found only by the escapes in it
        self._misses = 0
        self._cursor = (0, 1, 1)  # offset, line, column

    @property
    def has_lines(self) -> bool:
        """Whether the document is written over many lines, so that places below its definitions can be told apart."""
        return self._index is not None or bool(self._indent)

    def key_offset(self, name: str, depth: int, start: int, end: int) -> int:
        """The offset of the first key of this name, `depth` containers deep, from `start` up to `end`; -1 if unknown.

        JSON is searched as text, by the indentation of its first key: exact for what a program printed. After a few
        misses the document is taken for one that was not, and the search stops, so that it stays linear.
        """
        if self._index is not None:
            offsets = self._index.get((depth, name), [])
            at = bisect_left(offsets, start)
            return offsets[at] if at < len(offsets) and offsets[at] < end else -1
        if self._misses >= _MAX_MISSES:
            return -1
        lead = f"\n{self._indent * depth}" if self._indent else ""
        found = -1
        if not self._is_escaped or _NEVER_ESCAPED.match(name):
            found = self.source.text.find(f"{lead}{encode_basestring(name)}:", start, end)
        if found < 0 and len(name) < _MAX_ESCAPED and not _NEVER_ESCAPED.match(name):
            match = re.compile(re.escape(lead) + _in_any_spelling(name)).search(self.source.text, start, end)
            if match:
                found, self._is_escaped = match.start(), True
        if found < 0:
            self._misses += 1
            return -1
        return found + len(lead)

    def span(self, offset: int) -> Span:
        """The place of a character; cheap when each place is near the one before. The whole file for -1."""
        if offset < 0:
            return self.source.whole
        last, line, column = self._cursor
        text = self.source.text
        if offset < last:
            line -= text.count("\n", offset, last)
            column = offset - text.rfind("\n", 0, offset)
        elif passed := text.count("\n", last, offset):
            line += passed
            column = offset - text.rfind("\n", last, offset)
        else:
            column += offset - last
        self._cursor = (offset, line, column)
        return Span(path=self.source.path, line=line, column=column)


def _in_any_spelling(name: str) -> str:
    """A pattern for a key of JSON whose characters may be written as they are or as escapes, in any case."""
    spelt = []
    for character in name:
        units = character.encode("utf-16-be", errors="surrogatepass").hex()
        escaped = "".join(rf"\\u(?i:{units[at : at + 4]})" for at in range(0, len(units), 4))
        plain = re.escape(encode_basestring(character)[1:-1])
        spelt.append(rf"(?:{plain}|{escaped}{'|' + chr(92) * 2 + '/' if character == '/' else ''})")
    return f'"{"".join(spelt)}":'


def _from_yaml(source: Source) -> Document:
    data, index = read_yaml(source)
    if not isinstance(data, dict):
        raise _no_mapping(source)
    return Document(source, data, index)


def read(source: Source, report: Report) -> Document:
    """Parse a JSON or YAML document whose top is a mapping. Raises `CodegenError` with the place of what is wrong."""
    if looks_like_json(source):
        try:
            document = _read_json(source)
        except CodegenError:
            if not source.path.lower().endswith((".yaml", ".yml")):
                raise
            document = _from_yaml(source)
    else:
        document = _from_yaml(source)
    if _SURROGATE_ESCAPE.search(source.text):
        _replace_surrogates(document, report)
    return document


# --------------------------------------------------------------------------------------------------------- JSON


def _read_json(source: Source) -> Document:
    repeated = False

    def pairs_to_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        made = dict(pairs)
        if len(made) != len(pairs):
            repeated = True
        return made

    try:
        data = json.loads(source.text, object_pairs_hook=pairs_to_dict)
    except json.JSONDecodeError as error:
        raise failure(
            "not-json",
            f"not JSON: {error.msg}",
            source.span(min(error.pos, len(source.text))),
            "correct the document, or export it again",
        ) from None
    except RecursionError:
        raise too_deep(source.span(_json_depth_offset(source.text))) from None
    except ValueError as error:
        raise failure("not-json", f"not JSON that can be read: {error}", source.whole, "correct the number") from None
    if repeated:
        offset, key = _json_duplicate(source.text)
        raise duplicate_key(source.span(offset), key)
    if not isinstance(data, dict):
        raise _no_mapping(source)
    return Document(source, data)


def _json_depth_offset(text: str) -> int:
    depth = 0
    for found in _TOKEN.finditer(text):
        if (mark := found[0][0]) in "{[":
            depth += 1
            if depth > MAX_DEPTH:
                return found.start()
        elif mark in "}]":
            depth -= 1
    return 0


def _json_duplicate(text: str) -> tuple[int, str]:
    """The offset and the name of the first key that repeats one of its object; the text is known to be JSON."""
    open_keys: list[set[str] | None] = []
    for found in _TOKEN.finditer(text):
        part = found[0]
        if part in ("{", "["):
            open_keys.append(set() if part == "{" else None)
        elif part in ("}", "]"):
            open_keys.pop()
        elif (
            part != "," and open_keys and (keys := open_keys[-1]) is not None and _followed_by_colon(text, found.end())
        ):
            key = json.loads(part)
            if key in keys:
                return found.start(), key
            keys.add(key)
    return 0, ""


def _followed_by_colon(text: str, offset: int) -> bool:
    while offset < len(text) and text[offset] in " \t\r\n":
        offset += 1
    return text.startswith(":", offset)


# ---------------------------------------------------------------------------------------------------------- checks


def _no_mapping(source: Source) -> CodegenError:
    return failure(
        "not-a-document",
        "no object with keys at the top",
        source.span(0),
        "an OpenAPI document or a JSON Schema is expected",
    )


def _replace_surrogates(document: Document, report: Report) -> None:
    """Put U+FFFD for half a surrogate pair: no encoding can write it."""
    replaced = False

    def clean(text: str) -> str:
        nonlocal replaced
        if _SURROGATE.search(text):
            replaced = True
            return _SURROGATE.sub("\ufffd", text)
        return text

    queue: list[Any] = [document.data]
    seen: set[int] = set()
    while queue:
        node = queue.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, dict):
            items = [(clean(key), clean(value) if isinstance(value, str) else value) for key, value in node.items()]
            node.clear()
            node.update(items)
            queue.extend(value for _, value in items if isinstance(value, dict | list))
        elif isinstance(node, list):
            node[:] = [clean(value) if isinstance(value, str) else value for value in node]
            queue.extend(value for value in node if isinstance(value, dict | list))
    if replaced:
        report.warning(
            "lone-surrogate",
            "half a surrogate pair (\\ud800 to \\udfff) was replaced by U+FFFD",
            document.source.whole,
            "correct the escape in the source",
        )
