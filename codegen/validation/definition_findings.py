"""Errors of definitions and policies beyond their schema: what a server checks in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from codegen.core.diagnostics import Level
from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.kube.errors import INVALID
from codegen.model import Reference, kubernetes
from codegen.readers.crd.server_checks import find_violations, locate_violation
from codegen.readers.documents.document import Document
from codegen.validation.cel_compilation import find_invalid_expressions
from codegen.validation.manifest_objects import DefinitionFile
from codegen.validation.object_finding import Layer, ObjectFinding

_CHECKED = (kubernetes.CUSTOM_DEFINITION, kubernetes.ADMISSION_POLICY)


def find_definition_errors(
    document: Document,
    by_schema: Iterable[ObjectFinding],
    reference: Reference | None,
    kubernetes_version: str,
    locale: Locale,
) -> Iterator[ObjectFinding]:
    """Yield the errors of a definition or policy. `by_schema` are those by its schema.

    `reference` has the kinds that a definition defines. Other objects have no such errors.
    """
    kind = _find_kind(document.data)
    if kind not in _CHECKED:
        return
    if kind == kubernetes.CUSTOM_DEFINITION:
        yield from _find_violations(document, by_schema)
    yield from find_invalid_expressions(document, reference, kubernetes_version, locale)


def find_errors_in_memory(
    obj: object, by_schema: Iterable[ObjectFinding], kubernetes_version: str, locale: Locale
) -> Iterator[ObjectFinding]:
    """Yield the errors of a definition or policy that is no file, so they have no location."""
    if _find_kind(obj) not in _CHECKED:
        return
    try:
        text = json.dumps(obj)
    except (TypeError, ValueError, RecursionError):
        return  # no JSON, which the schema reports
    file = DefinitionFile.read(Source(text, "object"))
    for document in file.stream.documents:
        errors = find_definition_errors(
            document, by_schema, file.reference, kubernetes_version, locale
        )
        for finding in errors:
            yield replace(finding, span=None)
    for refusal in file.refusals:
        yield ObjectFinding(
            layer=Layer.SCHEMA,
            level=Level.ERR,
            rule=refusal.rule,
            code=INVALID,
            message=refusal.message,
            advice=refusal.hint,
        )


def _find_kind(data: object) -> tuple[str, str] | None:
    """Return the group and kind of an object."""
    if not isinstance(data, dict):
        return None
    api_version, kind = data.get("apiVersion"), data.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str):
        return None
    group, _, _ = api_version.rpartition("/")
    return group, kind


def _find_violations(
    document: Document, by_schema: Iterable[ObjectFinding]
) -> Iterator[ObjectFinding]:
    """Yield the reasons of a server to refuse a definition, apart from those by its schema."""
    reported = {(finding.steps, finding.code) for finding in by_schema}
    for violation in find_violations(document.data):
        if (violation.steps, violation.code) not in reported:
            yield ObjectFinding(
                layer=Layer.SCHEMA,
                level=Level.ERR,
                rule=violation.rule,
                code=violation.code,
                message=violation.message,
                steps=violation.steps,
                advice=violation.hint,
                span=locate_violation(document, violation),
            )
