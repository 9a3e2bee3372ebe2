"""Manifests as plain data with places: several documents of YAML, or a stream of JSON, read as kubectl reads them."""

from __future__ import annotations

import re

from codegen.core.source import Source
from codegen.readers.documents.builder import Fault, Stream
from codegen.readers.documents.dialects import MANIFEST, Dialect
from codegen.readers.documents.json_events import read_json
from codegen.readers.documents.yaml_events import read_yaml

_FIRST_KEY = re.compile(r'[\s\[]*\{\s*(?:"|\}|\Z)')
# The first mark of a template that is not in a comment of YAML; of a line only its first sign may begin one.
_MARK = re.compile(r"^(?![^\S\n]*+#)(?:(?!\{[{%]).)*+(?P<mark>\{\{.*?\}\}|\{%.*?%\})", re.MULTILINE)
_YAML_LINE = re.compile(r"^(?:---|[ \t]*#)", re.MULTILINE)


def read(source: Source, dialect: Dialect = MANIFEST) -> Stream:
    """Read a file, whose faults have the rules of `dialect`.

    What begins as JSON does and is not JSON is read as YAML, of which JSON is nearly a part, as kubectl does. What cannot be read and has
    marks of a template is said to be one.
    """
    stream = _read(source, dialect)
    if stream.unreadable and (mark := _MARK.search(source.text)):
        place = source.span(mark.start("mark"))
        fault = Fault(
            rule="manifest-template",
            message=f"this is a template, not a manifest: {mark['mark'][:80]}",
            line=place.line,
            column=place.column,
            hint="render the chart first: helm template CHART | codegen validate -",
            fatal=True,
        )
        return Stream(documents=stream.documents, faults=[each for each in stream.faults if not each.fatal] + [fault])
    return stream


def _read(source: Source, dialect: Dialect) -> Stream:
    text = source.text
    if text.lstrip(" \t\r\n")[:1] not in ("{", "["):
        return read_yaml(source, dialect)
    json = read_json(source, dialect)
    is_deep = any(fault.rule == dialect.rules.too_deep for fault in json.faults)  # which it is as YAML too
    if not json.unreadable or is_deep or source.path.lower().endswith(".json"):
        return json
    yaml = read_yaml(source, dialect)
    return json if yaml.unreadable and _is_json(text) else yaml


def _is_json(text: str) -> bool:
    """Whether the first key is in quotes, as those of JSON are, and no line begins as only one of YAML can."""
    return _FIRST_KEY.match(text) is not None and _YAML_LINE.search(text) is None
