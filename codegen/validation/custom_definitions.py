"""Findings about definitions of custom resources and admission policies among the manifests."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from codegen.cel.expressions import InvalidExpression, find_expressions, find_invalid
from codegen.cel.runtime.cel_engine import MISSING, engine
from codegen.core.diagnostics import Level
from codegen.core.source import Source
from codegen.kube.errors import INVALID
from codegen.model import kubernetes
from codegen.readers.documents.builder import Document, DocumentFault
from codegen.validation.cel_checks import NOT_CHECKED
from codegen.validation.cel_compilation import locate_error
from codegen.validation.manifest_objects import DefinitionFile, LocatedFinding, ManifestObject, ValidationOptions
from codegen.validation.object_finding import Layer, ObjectFinding, ValueDetail


def add_refusals(
    resources: list[ManifestObject], source: Source, definition_file: DefinitionFile | None
) -> Iterator[ManifestObject]:
    """Add the reasons why a server refuses definitions of custom resources."""
    group, kind = kubernetes.CUSTOM_DEFINITION
    definitions = [each for each in resources if (each.api_version.rpartition("/")[0], each.kind) == (group, kind)]
    placed: dict[int, list[LocatedFinding]] = {}
    is_known = any(each.schema for each in definitions)
    for error in (definition_file or DefinitionFile.read(source)).refusals if is_known else ():
        line, column = error.span.line, error.span.column
        above = [each for each in definitions if (each.line, each.column) <= (line, column)]
        if above:
            fault = DocumentFault(rule=error.rule, message=error.message, line=line, column=column, hint=error.hint)
            placed.setdefault(above[-1].number, []).append(LocatedFinding(line=line, column=column, fault=fault))
    for each in resources:
        more = placed.get(each.number)
        yield each if more is None else replace(each, placed=(*each.placed, *more), state="invalid")


def add_invalid_expressions(
    resource: ManifestObject, document: Document, source: Source, options: ValidationOptions
) -> ManifestObject:
    """Add the CEL expressions that do not compile, or the number of unchecked expressions."""
    group = resource.api_version.rpartition("/")[0]
    if (group, resource.kind) not in (kubernetes.CUSTOM_DEFINITION, kubernetes.ADMISSION_POLICY):
        return resource
    placed: list[LocatedFinding] = []
    if engine() is None and (count := sum(1 for _ in find_expressions(document.data))):
        finding = ObjectFinding(
            layer=Layer.SCHEMA,
            level=Level.ERR,
            rule="cel-rule-not-checked",
            code=NOT_CHECKED,
            message=options.words.findings["rules_unchecked"].format(count=count, why=MISSING),
            steps=("spec",),
        )
        placed.append(LocatedFinding.locate(finding, document))
    for wrong in find_invalid(document.data):
        line, column = locate_error(document, source, wrong)
        placed.append(LocatedFinding(line=line, column=column, finding=_invalid_expression_finding(wrong)))
    return replace(resource, placed=(*resource.placed, *placed), state="invalid") if placed else resource


def _invalid_expression_finding(wrong: InvalidExpression) -> ObjectFinding:
    detail = ValueDetail(fault="Invalid value", text=f"the expression does not compile: {wrong.why}")
    return ObjectFinding(
        layer=Layer.SCHEMA,
        level=Level.ERR,
        rule="cel-expression-invalid",
        code=INVALID,
        message=f"{detail.fault}: {detail.text}",
        steps=wrong.expression.steps,
        value=wrong.expression.text,
        detail=detail,
    )
