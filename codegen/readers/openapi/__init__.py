"""Recognition of OpenAPI documents and JSON Schemas."""

from __future__ import annotations

import re

from codegen.core.records import on_demand
from codegen.core.source import Source
from codegen.readers.form import DocumentForm
from codegen.readers.shared.tokens import looks_like_json

# In the order of sorted documents, so that the first search usually succeeds.
_TOP = ("definitions", "components", "openapi", "swagger", "$defs", "$schema")
_YAML_KEY = re.compile(rf"^([\"']?)({'|'.join(map(re.escape, _TOP))})\1[ \t]*:(?:\s|\Z)", re.MULTILINE)
_YAML_FIRST = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n|---[ \t]*\n)*[\"']?[\w$.-]+[\"']?[ \t]*:(?:\s|\Z)")
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n.*?^---[ \t]*$", re.DOTALL | re.MULTILINE)


def is_document(source: Source) -> bool:
    """Return whether a source is an OpenAPI document or JSON Schema, judging by its top-level keys without parsing."""
    if looks_like_json(source):
        return any(f'"{word}"' in source.text for word in _TOP)
    text = source.text
    return bool(_YAML_FIRST.match(text)) and not _FRONT_MATTER.match(text) and bool(_YAML_KEY.search(text))


FORMS = (
    DocumentForm(
        name="openapi",
        noun="OpenAPI document",
        recognises=is_document,
        read=on_demand("codegen.readers.openapi.reader", "read_document"),
        precedence=0,
        exactness=0,
    ),
)
