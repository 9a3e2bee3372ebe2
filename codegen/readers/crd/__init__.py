"""Recognition of CustomResourceDefinitions in single manifests, lists or streams."""

from __future__ import annotations

import re

from codegen.core.records import on_demand
from codegen.core.source import Source
from codegen.readers.form import DocumentForm
from codegen.readers.shared.tokens import looks_like_json

_GROUP = "apiextensions.k8s.io/"
_API_VERSION_IN_JSON = re.compile(r'"apiVersion"\s*:\s*"apiextensions\.k8s\.io/v')
_API_VERSION_IN_YAML = re.compile(
    r"^[ \t]*(?:-[ \t]+)*[\"']?apiVersion[\"']?[ \t]*:[ \t]+[\"']?apiextensions\.k8s\.io/v",
    re.MULTILINE,
)
# The beginning of an OpenAPI document in JSON, which may be large.
_OPENAPI_START = re.compile(r'\s*\{\s*"(?:components|definitions|openapi|swagger|\$defs|\$schema)"')
# Directives, empty documents and comments at the beginning.
_PREAMBLE = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n|%[^\n]*\n|---[^\n]*\n)*")
_SEPARATOR = re.compile(r"^---(?:[ \t]|$)", re.MULTILINE)
# A line at the left margin that no block of YAML has, as in code or Markdown around a manifest.
_NOT_YAML = re.compile(
    r"^(?![\"']?[\w$./-]+[\"']?[ \t]*:(?:[ \t\r]|$)|-(?:[ \t\r]|--|$)|\.\.\.|[ \t#%{}\]\r\n]|$)",
    re.MULTILINE,
)
_MANIFEST_KEY = re.compile(r"^[\"']?(?:apiVersion|kind)[\"']?[ \t]*:", re.MULTILINE)


def has_definitions(source: Source) -> bool:
    """Return whether a manifest stream contains a CustomResourceDefinition, without parsing it."""
    if looks_like_json(source):
        if _OPENAPI_START.match(source.text):
            return False
        return f'"{_GROUP}v' in source.text and bool(_API_VERSION_IN_JSON.search(source.text))
    text = source.text
    if _GROUP not in text:
        return False
    start = _PREAMBLE.match(text).end()  # type: ignore[union-attr]  # matches nothing too
    end = _SEPARATOR.search(text, start)
    first = text[start : end.start() if end else len(text)]
    if first.lstrip().startswith("{"):  # JSON or flow style of YAML in a stream
        return bool(_API_VERSION_IN_JSON.search(text))
    if _MANIFEST_KEY.search(first) is None:
        return False
    for document in _SEPARATOR.split(text):
        if _API_VERSION_IN_YAML.search(document) and not _NOT_YAML.search(document):
            return True
    return False


FORMS = (
    DocumentForm(
        name="crd",
        noun="custom resources",
        recognises=has_definitions,
        read=on_demand("codegen.readers.crd.reader", "read_definitions"),
        precedence=-1,  # a schema inside may have properties named like the keys of OpenAPI documents
        exactness=0,
    ),
)
