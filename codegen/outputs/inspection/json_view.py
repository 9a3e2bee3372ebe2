"""What `codegen inspect --format json` prints: the model as one JSON object of a fixed shape."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from codegen.findings.diagnostics import Diagnostic
from codegen.model import Operation, Parameter, Reference, Response
from codegen.outputs.inspection.openapi_v2 import schema, type_schema


def as_json(reference: Reference, diagnostics: Iterable[Diagnostic]) -> dict[str, Any]:
    """The object of `inspect --format json`; its shape is a fixed interface."""
    return {
        "definitions": {key: schema(each) for key, each in sorted(reference.definitions.items()) if each.documented},
        "operations": [_operation(reference, each) for _, each in sorted(reference.operations.items())],
        "prose": {
            locale: {prose_id: each.text for prose_id, each in sorted(texts.items())}
            for locale, texts in sorted(reference.prose.items())
        },
        "pages": [
            {
                "path": each.path,
                "layout": each.layout,
                "locale": each.locale,
                "kind": each.kind,
                "apiVersion": each.api_version,
                "import": each.import_path,
                "title": each.title,
                "weight": each.weight,
            }
            for each in reference.pages
        ],
        "diagnostics": [diagnostic_json(each) for each in diagnostics],
    }


def diagnostic_json(each: Diagnostic) -> dict[str, Any]:
    """One diagnostic as the JSON outputs of all commands have it."""
    return {
        "severity": str(each.severity),
        "rule": each.rule,
        "message": each.message,
        "path": each.span.path,
        "line": each.span.line or None,
        "column": each.span.column or None,
        "hint": each.hint,
    }


def _operation(reference: Reference, each: Operation) -> dict[str, Any]:
    summary = next(
        (text for locale in ("en", *sorted(reference.prose)) if (text := reference.text(locale, each.id))), ""
    )
    return {
        "method": each.method,
        "path": each.path,
        "verb": each.verb,
        "summary": summary,
        "parameters": [_parameter(parameter) for parameter in each.parameters],
        "responses": {response.status: _response(response) for response in each.responses},
    }


def _parameter(each: Parameter) -> dict[str, Any]:
    return {"name": each.name, "in": each.place, "required": each.required, **type_schema(each.type)}


def _response(each: Response) -> dict[str, Any]:
    return {"description": each.description, **(type_schema(each.type) if each.type is not None else {})}
