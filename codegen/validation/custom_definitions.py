"""Findings about definitions of custom resources and admission policies among the manifests."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from codegen.cel.expressions import InvalidExpression, find_expressions, find_invalid
from codegen.cel.runtime.cel_engine import MISSING, engine
from codegen.core.diagnostics import Finding, Level
from codegen.core.source import Source
from codegen.kube.errors import INVALID
from codegen.model import kubernetes
from codegen.readers.documents.document import Document
from codegen.validation.cel_checks import unchecked_rules_finding
from codegen.validation.cel_compilation import locate_error
from codegen.validation.manifest_objects import DefinitionFile, ManifestObject, ValidationOptions
from codegen.validation.object_finding import Layer, ObjectFinding


def add_refusals(objects: list[ManifestObject], definition_file: DefinitionFile) -> Iterator[ManifestObject]:
    """Add the reasons why a server refuses definitions of custom resources."""
    definitions = [each for each in objects if (each.group, each.kind) == kubernetes.CUSTOM_DEFINITION]
    faults: dict[int, list[Finding]] = {}
    is_known = any(each.schema for each in definitions)
    for error in definition_file.refusals if is_known else ():
        around = [each for each in definitions if each.document.place(()) <= (error.line, error.column)]
        if around:
            faults.setdefault(around[-1].number, []).append(error)
    for each in objects:
        more = faults.get(each.number)
        yield each if more is None else replace(each, faults=(*each.faults, *more), state="invalid")


def add_invalid_expressions(checked: ManifestObject, source: Source, options: ValidationOptions) -> ManifestObject:
    """Add the CEL expressions that do not compile, or the number of unchecked expressions."""
    if (checked.group, checked.kind) not in (kubernetes.CUSTOM_DEFINITION, kubernetes.ADMISSION_POLICY):
        return checked
    document = checked.document
    findings = [_invalid_expression_finding(each, document, source) for each in find_invalid(document.data)]
    if engine() is None and (count := sum(1 for _ in find_expressions(document.data))):
        findings = [unchecked_rules_finding(count, MISSING, ("spec",), options.words)]
    return replace(checked, findings=(*checked.findings, *findings), state="invalid") if findings else checked


def _invalid_expression_finding(wrong: InvalidExpression, document: Document, source: Source) -> ObjectFinding:
    return ObjectFinding(
        layer=Layer.SCHEMA,
        level=Level.ERR,
        rule="cel-expression-invalid",
        code=INVALID,
        message=f"Invalid value: the expression does not compile: {wrong.why}",
        steps=wrong.expression.steps,
        value=wrong.expression.text,
        fault="Invalid value",
        span=locate_error(document, source, wrong, wrong.expression.steps),
    )
