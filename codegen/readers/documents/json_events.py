"""JSON parsing with the position of each key and value, slower than the standard library."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from codegen.core.source import Source
from codegen.readers.documents.builder import Builder, DocumentStream, NodePosition, StopReading
from codegen.readers.documents.dialects import MAX_WRITTEN, DocumentDialect

_JSON = re.compile(
    r'[ \t\r\n]*(?:(?P<mark>[{}\[\],:])|(?P<text>"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?P<rest>(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?![\w.+-]))|(?P<word>true|false|null)(?!\w))",
    re.DOTALL,
)
_WORDS = {"true": True, "false": False, "null": None}
_BLANK = re.compile(r"[ \t\r\n]*")


def read_json(source: Source, dialect: DocumentDialect) -> DocumentStream:
    """Read a stream of JSON values, one document each, with its faults."""
    stream = DocumentStream()
    try:
        _read(source, Builder(stream, dialect), dialect.value)
    except StopReading as stop:
        stream.faults.append(stop.fault)
    return stream


def _read(source: Source, builder: Builder, value: Callable[[Any], Any]) -> None:
    state = "value"  # what is expected: value, first (a value or the end of an empty list), key, first-key, colon, more
    open_: list[str] = []
    for token in _tokens(source):
        line, column = token.line, token.column
        if token.kind == "mark":
            state = _read_mark(token, builder, open_, state)
        elif state in ("key", "first-key") and token.kind == "text":
            builder.key(token.value, token.value, line, column)
            state = "colon"
        elif state in ("value", "first") and token.kind != "end":
            builder.put(value(token.value), NodePosition(line, column))
            state = "more"
        elif token.kind == "end" and not open_ and state in ("value", "more"):
            return
        else:
            raise _unexpected_token_error(token, state)
        if not open_ and state == "more":
            builder.document()
            state = "value"


class _Token(Struct, frozen=True):
    kind: str  # mark, text, number, word, end
    value: Any
    line: int
    column: int


def _read_mark(token: _Token, builder: Builder, open_: list[str], state: str) -> str:
    mark = token.value
    if mark in ("{", "[") and state in ("value", "first"):
        builder.start({} if mark == "{" else [], token.line, token.column)
        open_.append("}" if mark == "{" else "]")
        return "first-key" if mark == "{" else "first"
    if open_ and mark == open_[-1] and state in ("more", "first-key" if mark == "}" else "first"):
        open_.pop()
        builder.end()
        return "more"
    if mark == "," and open_ and state == "more":
        return "key" if open_[-1] == "}" else "value"
    if mark == ":" and state == "colon":
        return "value"
    raise _unexpected_token_error(token, state)


_EXPECTED = {
    "value": "a value",
    "first": "a value or ]",
    "key": "a key in quotes",
    "first-key": "a key in quotes or }",
    "colon": "a colon",
    "more": "a comma or the end",
}


def _unexpected_token_error(token: _Token, state: str) -> StopReading:
    found = "the end of the file" if token.kind == "end" else str(token.value)[:40]
    return StopReading(
        "not-json",
        f"not valid JSON: expected {_EXPECTED[state]}, found {found!r}",
        token.line,
        token.column,
        "correct the document",
    )


def _tokens(source: Source) -> Iterator[_Token]:
    text = source.text
    offset, line, start = 0, 1, 0  # start: the offset at which the line begins
    while True:
        at = _BLANK.match(text, offset).end()  # type: ignore[union-attr]  # matches nothing too
        passed = text.count("\n", offset, at)
        if passed:
            line += passed
            start = text.rfind("\n", 0, at) + 1
        column = at - start + 1
        if at == len(text):
            yield _Token("end", None, line, column)
            return
        found = _JSON.match(text, at)
        if found is None:
            word = text[at : at + 20].split("\n")[0]
            what = "a string does not end on its line" if word[0] == '"' else f"a value cannot begin with {word!r}"
            raise StopReading("not-json", f"not valid JSON: {what}", line, column, "correct the document")
        yield _Token(
            str(found.lastgroup if found.lastgroup != "rest" else "number"),
            _json_value(found, line, column),
            line,
            column,
        )
        offset = found.end()


def _json_value(found: re.Match[str], line: int, column: int) -> Any:
    if (number := found["number"]) is not None:
        if found["rest"]:
            if math.isinf(value := float(number)):
                raise StopReading(
                    "not-json",
                    f"the number {number[:40]} is larger than any that programs read",
                    line,
                    column,
                    "correct the number",
                )
            return value
        if len(number) > MAX_WRITTEN:
            raise StopReading(
                "not-json", f"a number with {len(number)} digits is too long", line, column, "correct the number"
            )
        return int(number)
    if (string := found["text"]) is not None:
        try:
            return json.loads(string)
        except ValueError:
            raise StopReading(
                "not-json", "not valid JSON: a string with an invalid escape", line, column, "correct it"
            ) from None
    if (word := found["word"]) is not None:
        return _WORDS[word]
    return found["mark"]
