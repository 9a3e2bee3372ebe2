"""OpenAPI documents and JSON Schemas."""

from __future__ import annotations

from codegen.core.records import on_demand
from codegen.readers.form import DocumentForm
from codegen.readers.openapi.recognise import is_document

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
