"""Rules in CEL that cost more than a server allows by its estimate: of sources, and of definitions among manifests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from codegen.core.source import Source
from codegen.findings.diagnostics import CodegenError, Report, Span
from codegen.model import Definition, Reference
from codegen.outputs.python.costs import rules
from codegen.readers.documents.builder import Document, Stream
from codegen.validation.compiling import Places, Stated, has_library, report_wrong

_REPAIR = (
    "limit the lists, maps and strings that the rule looks at with maxItems, maxProperties and maxLength, also those around it, "
    "or simplify the rule"
)
# as k8s.io/apiextensions-apiserver says it, `getCostErrorMessage`
_TRY = "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)"
_WHAT = {"rule": "estimated rule cost", "messageExpression": "estimated messageExpression cost"}


class TooCostly(Struct, frozen=True, kw_only=True):
    """An expression, or all of a version, that cost too much: where in the definition, and the words of a server."""

    steps: tuple[Any, ...]
    text: str
    says: str


def report_rules(reference: Reference, report: Report) -> None:
    """Warn of the rules of a reference that do not compile, and of those that cost too much."""
    report_wrong(reference, report)
    if has_library():
        _report_costs(reference, report)


def _report_costs(reference: Reference, report: Report) -> None:
    """Warn of the rules of a reference that cost too much, each at its place in the file; and once of those that cannot be estimated."""
    places = Places()
    unknown: Counter[str] = Counter()
    first: Definition | None = None
    for definition in reference.definitions.values():
        costs = rules.costs_of(definition)
        for each in costs:
            if each.cost is None and each.why != rules.NOT_COMPILED:
                unknown[each.why] += 1
                first = first or definition
            elif each.cost is not None and each.is_too_high:
                factor = rules.factor(each.cost, rules.EXPRESSION_LIMIT)
                _warn(
                    report,
                    f"{each.rule.id}: {_WHAT[each.word]} exceeds budget by factor of {factor}",
                    places.of(each.rule, str(each.rule.data[each.word])),
                )
        if (cost := rules.total(costs)) > rules.VERSION_LIMIT:
            factor = rules.factor(cost, rules.VERSION_LIMIT)
            message = f"{definition.key}: estimated cost of all rules exceeds budget by factor of {factor}"
            _warn(report, message, definition.span)
    for why, count in unknown.items():
        report.warning(
            "cel-cost-unknown",
            f"rules in CEL whose costs were not estimated: {count}; {why}",
            Span(path=first.span.path if first is not None else ""),
            "pip install 'apiref-codegen[cel]'"
            if why == rules.NEEDS
            else "look at the rules; `codegen explain cel-cost-unknown` says what costs are",
        )


def _warn(report: Report, message: str, span: Span) -> None:
    report.warning("cel-rule-too-costly", message, span, f"a server refuses the definition; {_REPAIR}")


def too_costly(document: Document) -> Iterator[TooCostly]:
    """What costs too much in a CustomResourceDefinition; nothing of one that cannot be read, which is told elsewhere."""
    from codegen.readers.crd.reader import read_definitions

    try:
        reference = read_definitions(Source("", ""), Report(), stream=Stream(documents=[document]))
    except CodegenError:
        return
    stated = Stated([document])
    places = _versions(document.data) if reference.definitions else {}
    for definition in reference.definitions.values():
        costs = rules.costs_of(definition)
        for each in costs:
            if each.cost is not None and each.is_too_high:
                factor = rules.factor(each.cost, rules.EXPRESSION_LIMIT)
                says = f"Forbidden: {_WHAT[each.word]} exceeds budget by factor of {factor} {_TRY}"
                yield TooCostly(steps=stated.steps(each.rule, each.word), text=each.text, says=says)
        if (cost := rules.total(costs)) > rules.VERSION_LIMIT:
            factor = rules.factor(cost, rules.VERSION_LIMIT)
            says = f"Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of {factor} {_TRY}"
            yield TooCostly(
                steps=places[definition.gvk.version if definition.gvk is not None else ""], text="", says=says
            )


def _versions(data: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Where the schema of each version is; of those that share a name, that of the first."""
    found: dict[str, tuple[Any, ...]] = {}
    for at, each in enumerate(data["spec"]["versions"]):
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            found.setdefault(each["name"], ("spec", "versions", at, "schema", "openAPIV3Schema"))
    return found
