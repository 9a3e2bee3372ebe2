"""Loading of manifests, request bodies and settings files as documents with locations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.readers.documents.builder import Document, DocumentFault, DocumentStream
from codegen.readers.documents.dialects import BODY, MANIFEST, SETTINGS, DocumentDialect
from codegen.readers.documents.json_events import read_json
from codegen.readers.documents.yaml_events import read_yaml

_FIRST_KEY = re.compile(r'[\s\[]*\{\s*(?:"|\}|\Z)')
# The first mark of a template that is not in a comment of YAML; of a line only its first sign may begin one.
_MARK = re.compile(r"^(?![^\S\n]*+#)(?:(?!\{[{%]).)*+(?P<mark>\{\{.*?\}\}|\{%.*?%\})", re.MULTILINE)
_YAML_LINE = re.compile(r"^(?:---|[ \t]*#)", re.MULTILINE)


def read_manifests(source: Source, dialect: DocumentDialect = MANIFEST) -> DocumentStream:
    """Read the manifests of a file as kubectl does. Faults have the rules of `dialect`.

    What begins as JSON does and is not JSON is read as YAML, of which JSON is nearly a part, as kubectl does. What cannot be read and has
    marks of a template is said to be one.
    """
    stream = _read_stream(source, dialect)
    if stream.unreadable and (mark := _MARK.search(source.text)):
        place = source.span(mark.start("mark"))
        fault = DocumentFault(
            rule="manifest-template",
            message=f"this is a template, not a manifest: {mark['mark'][:80]}",
            line=place.line,
            column=place.column,
            hint="render the chart first: helm template CHART | codegen validate -",
            fatal=True,
        )
        return DocumentStream(
            documents=stream.documents, faults=[each for each in stream.faults if not each.fatal] + [fault]
        )
    return stream


def _read_stream(source: Source, dialect: DocumentDialect) -> DocumentStream:
    text = source.text
    if text.lstrip(" \t\r\n")[:1] not in ("{", "["):
        return read_yaml(source, dialect)
    json = read_json(source, dialect)
    is_deep = any(fault.rule == dialect.rules.too_deep for fault in json.faults)  # which it is as YAML too
    if not json.unreadable or is_deep or source.path.lower().endswith(".json"):
        return json
    yaml = read_yaml(source, dialect)
    return json if yaml.unreadable and _is_probably_json(text) else yaml


def _is_probably_json(text: str) -> bool:
    """Return whether a text looks like JSON by its first key and lines."""
    return _FIRST_KEY.match(text) is not None and _YAML_LINE.search(text) is None


def read_body(text: str) -> tuple[Any, tuple[tuple[int, Any], ...], str]:
    """Read a request body, returning its value, duplicate keys with their lines, and an error or empty text.

    Never raises for its contents.
    """
    stream = read_manifests(Source(text, "body"), BODY)
    for fault in stream.faults:
        if fault.fatal:
            return None, (), f"yaml: {fault.said or f'line {fault.line}: {fault.message}'}"
    twice = tuple((fault.line, fault.key) for fault in stream.faults if fault.key is not None)
    return stream.documents[0].data if stream.documents else None, twice, ""


def read_settings(source: Source) -> Document:
    """Read the only document of a settings file. Its data is None where the file is empty."""
    if source.text.lstrip()[:1] == "{":
        json = read_json(
            source, SETTINGS
        )  # which writes characters beyond 16 bits as two escapes; YAML has no such pairs
        if not json.faults:
            return json.only(source)
    return read_yaml(source, SETTINGS).only(source)


_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPE = re.compile(r"\\[uU](?:0000)?[dD][89a-fA-F]")


def replace_surrogates(documents: Iterable[Any], source: Source, report: Report | None = None) -> None:
    """Replace lone surrogates in documents, with a warning if there is a report."""
    if _ESCAPE.search(source.text) and sum([_replace_in_place(data) for data in documents]) and report is not None:
        report.warning(
            "lone-surrogate",
            "half a surrogate pair (\\ud800 to \\udfff) was replaced by U+FFFD",
            source.whole,
            "correct the escape in the source",
        )


def _replace_in_place(data: Any) -> bool:
    """Replace lone surrogates in one document and return whether there were any."""
    replaced = False

    def clean(text: str) -> str:
        nonlocal replaced
        if _SURROGATE.search(text):
            replaced = True
            return _SURROGATE.sub("\ufffd", text)
        return text

    queue: list[Any] = [data]
    seen: set[int] = set()
    while queue:
        node = queue.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, dict):
            items = [
                (clean(key) if isinstance(key, str) else key, clean(value) if isinstance(value, str) else value)
                for key, value in node.items()
            ]
            node.clear()
            node.update(items)
            queue.extend(value for _, value in items if isinstance(value, dict | list))
        elif isinstance(node, list):
            node[:] = [clean(value) if isinstance(value, str) else value for value in node]
            queue.extend(value for value in node if isinstance(value, dict | list))
    return replaced
