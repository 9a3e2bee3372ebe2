"""The model as one JSON object, for `codegen inspect --format json`."""

from __future__ import annotations

from collections.abc import Iterable

from codegen.core.diagnostics import Finding
from codegen.core.json_types import JsonObject
from codegen.model import Operation, Reference
from codegen.outputs.inspection.openapi_v2 import schema, type_schema


def as_json(reference: Reference, diagnostics: Iterable[Finding]) -> JsonObject:
    """Build the object of `inspect --format json`. Its shape is a fixed interface."""
    return {
        "definitions": {
            key: schema(definition)
            for key, definition in sorted(reference.definitions.items())
            if definition.documented
        },
        "operations": [
            _convert_operation(reference, operation)
            for _, operation in sorted(reference.operations.items())
        ],
        "prose": {
            locale: {prose_id: text.text for prose_id, text in sorted(texts.items())}
            for locale, texts in sorted(reference.prose.items())
        },
        "pages": [
            {
                "path": page.path,
                "layout": page.layout,
                "locale": page.locale,
                "kind": page.kind,
                "apiVersion": page.api_version,
                "import": page.import_path,
                "title": page.title,
                "weight": page.weight,
            }
            for page in reference.pages
        ],
        "diagnostics": [diagnostic.as_json() for diagnostic in diagnostics],
    }


def _convert_operation(reference: Reference, operation: Operation) -> JsonObject:
    summary = reference.first_text(("en", *sorted(reference.prose)), operation.id)
    return {
        "method": operation.method,
        "path": operation.path,
        "verb": operation.verb,
        "summary": summary,
        "parameters": [
            {
                "name": parameter.name,
                "in": parameter.place,
                "required": parameter.required,
                **type_schema(parameter.type),
            }
            for parameter in operation.parameters
        ],
        "responses": {
            response.status: {
                "description": response.description,
                **(type_schema(response.type) if response.type is not None else {}),
            }
            for response in operation.responses
        },
    }
