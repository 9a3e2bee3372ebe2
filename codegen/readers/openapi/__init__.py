"""Recognition of OpenAPI documents and JSON Schemas."""

from __future__ import annotations

import re

from codegen.core.records import on_demand
from codegen.core.source import Source
from codegen.readers.form import DocumentForm
from codegen.readers.shared.tokens import looks_like_json

_TOP = "|".join(map(re.escape, ("definitions", "components", "openapi", "swagger", "$defs")))
_DIALECT = re.compile(r"\$schema[\"']?\s*:\s*[\"']?https?://json-schema\.org/")  # unlike those of configuration files
_JSON_KEY = re.compile(rf'"(?:{_TOP})"\s*:')
_YAML_KEY = re.compile(rf"^([\"']?)({_TOP})\1[ \t]*:(?:\s|\Z)", re.MULTILINE)
_YAML_FIRST = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n|---[ \t]*\n)*[\"']?[\w$.-]+[\"']?[ \t]*:(?:\s|\Z)")
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n.*?^---[ \t]*$", re.DOTALL | re.MULTILINE)


def is_document(source: Source) -> bool:
    """Return whether a source is an OpenAPI document or JSON Schema, judging by its top-level keys without parsing."""
    text, is_json = source.text, looks_like_json(source)
    if not is_json and (not _YAML_FIRST.match(text) or _FRONT_MATTER.match(text)):
        return False
    return bool((_JSON_KEY if is_json else _YAML_KEY).search(text) or _DIALECT.search(text))


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
