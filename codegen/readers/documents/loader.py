"""Loading of documents in JSON or YAML, such as OpenAPI documents, manifests, request bodies and
settings files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from codegen.core.diagnostics import Report, failure
from codegen.core.json_types import JsonValue
from codegen.core.source import Source
from codegen.readers.documents.dialects import API, BODY, MANIFEST, SETTINGS, DocumentDialect
from codegen.readers.documents.document import Document, DocumentError, DocumentStream, NodePosition
from codegen.readers.documents.json_reader import read_json
from codegen.readers.documents.yaml_reader import read_yaml

_FIRST_KEY = re.compile(r'[\s\[]*\{\s*(?:"|\}|\Z)')
# The first template mark outside YAML comments. A comment begins a line here.
_MARK = re.compile(r"^(?![^\S\n]*+#)(?:(?!\{[{%]).)*+(?P<mark>\{\{.*?\}\}|\{%.*?%\})", re.MULTILINE)
_YAML_LINE = re.compile(r"^(?:---|[ \t]*#)", re.MULTILINE)


def read_stream(source: Source, dialect: DocumentDialect) -> DocumentStream:
    """Read the documents of a file with their faults.

    A text that begins like JSON and is not valid JSON is read as YAML, as kubectl does.
    """
    if source.text.lstrip(" \t\r\n")[:1] not in ("{", "["):
        return read_yaml(source, dialect)
    json = read_json(source, dialect)
    # As YAML it is too deep as well.
    is_deep = any(fault.rule == dialect.rules.too_deep for fault in json.faults)
    if not json.unreadable or is_deep or source.path.lower().endswith(".json"):
        return json
    yaml = read_yaml(source, dialect)
    is_probably_json = (
        _FIRST_KEY.match(source.text) is not None and _YAML_LINE.search(source.text) is None
    )
    if yaml.unreadable and is_probably_json:
        return json
    return yaml


def read_manifests(source: Source, dialect: DocumentDialect = MANIFEST) -> DocumentStream:
    """Read the manifests of a file as kubectl does.

    A template that cannot be read is reported as such.
    """
    stream = read_stream(source, dialect)
    if stream.unreadable and (mark := _MARK.search(source.text)):
        fault = DocumentError(
            rule="manifest-template",
            message=f"this is a template, not a manifest: {mark['mark'][:80]}",
            span=source.span(mark.start("mark")),
            hint="render the chart first: helm template CHART | codegen validate -",
            fatal=True,
        )
        stream.faults = [*(fault for fault in stream.faults if not fault.fatal), fault]
    return stream


def expand_lists(documents: Iterable[Document]) -> Iterator[Document]:
    """Yield all documents with contents.

    A List is replaced by its items, which kubectl sends one by one.
    """
    waiting = list(documents)[::-1]
    while waiting:
        document = waiting.pop()
        match document.data:
            case {"apiVersion": "v1", "kind": "List", "items": list() | None as items}:
                waiting += [
                    document.inner(("items", at)) for at in reversed(range(len(items or ())))
                ]
            case data if data is not None:
                yield document


class YamlBody(NamedTuple):
    """The value of a request body, its duplicate keys by line, and an error message or nothing."""

    value: JsonValue = None
    duplicates: tuple[tuple[int, JsonValue], ...] = ()
    error: str = ""


def read_body(text: str) -> YamlBody:
    """Read a request body."""
    stream = read_manifests(Source(text, "body"), BODY)
    for fault in stream.faults:
        if fault.fatal:
            message = fault.go_message or f"line {fault.line}: {fault.message}"
            return YamlBody(error=f"yaml: {message}")
    twice = tuple((fault.line, fault.key) for fault in stream.faults if fault.key is not None)
    value = stream.documents[0].data if stream.documents else None
    return YamlBody(value=value, duplicates=twice)


def read_settings(source: Source, dialect: DocumentDialect = SETTINGS) -> Document:
    """Read the only document of a file.

    Its data is None if the file is empty. Raises `CodegenError` for the first fault.
    """
    stream = read_stream(source, dialect)
    documents = stream.require(source)
    for offset in stream.lone_surrogates:
        raise failure(
            dialect.rules.not_json, "unpaired surrogate", source.span(offset), "correct the escape"
        )
    if documents:
        return documents[0]
    return Document(source, None, lambda: NodePosition(0))


def read_api_document(source: Source, report: Report) -> Document:
    """Read an OpenAPI document or JSON Schema.

    Raises `CodegenError` for the first fault, or without an object at the top.
    """
    documents = read_stream(source, API).require(source, report)
    if not documents or not isinstance(documents[0].data, dict):
        raise failure(
            "not-a-document",
            "the top level is not an object",
            source.span(0),
            "expected an OpenAPI document or a JSON Schema",
        )
    return documents[0]
