"""Report CEL rules of a source that do not compile, with their locations."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from codegen.cel.expressions import Expression, InvalidExpression, check_rule, find_expressions
from codegen.cel.rule_schemas import RULES, PlacedRule, collect_rules
from codegen.cel.rule_types import infer_types
from codegen.cel.runtime.cel_engine import MISSING, engine
from codegen.core import source as sources
from codegen.core.diagnostics import CodegenError, Report, Span
from codegen.core.escaping.controls import shorten
from codegen.core.source import Source
from codegen.model import Reference
from codegen.readers.documents.builder import Document
from codegen.readers.documents.loader import read_manifests
from codegen.validation.stored_objects import expand_lists


def report_invalid_rules(reference: Reference, report: Report) -> None:
    """Warn of each rule of a reference that does not compile, or once of all if the library is not installed."""
    rules = [rule for definition in reference.definitions.values() for rule in collect_rules(definition)]
    if rules and engine() is None:
        report.warning(
            "cel-library-missing",
            f"rules in CEL (x-kubernetes-validations) that were not compiled, as {MISSING}: {len(rules)}",
            Span(path=(rules[0].field or rules[0].definition).span.path),
            "pip install 'apiref-codegen[cel]'",
        )
        return
    locator = ExpressionLocator()
    types, place = None, ""
    for rule in rules:
        if rule.id != place:
            types, place = infer_types(rule), rule.id
        for wrong in filter(None, (check_rule(rule, word, types) for word in ("rule", "messageExpression"))):
            report.warning(
                "cel-rule-not-compiled",
                f"{rule.id}: the rule {shorten(wrong.expression.text, 100)} does not compile: {wrong.why}",
                locator.locate(rule, wrong),
                "a server refuses the definition; correct the rule",
            )


def locate_error(document: Document, source: Source, wrong: InvalidExpression) -> tuple[int, int]:
    """Return line and column of an error in an expression."""
    return _locate_error_in_value(document, source, wrong.expression.steps, wrong)


class ExpressionLocator:
    """The locations of rules in their files. Each file is read once."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[Source, _Expressions] | None] = {}

    def locate(self, rule: PlacedRule, wrong: InvalidExpression) -> Span:
        """Return the location of an error in a rule, or of the rule's field as a fallback."""
        span = (rule.field or rule.definition).span
        if span.path not in self._files:
            self._files[span.path] = _read_expressions(span.path)
        known = self._files[span.path]
        found = known[1].find(rule, wrong.expression.text) if known is not None else None
        if known is None or found is None:
            return span
        document, expression = found
        line, column = _locate_error_in_value(document, known[0], expression.steps, wrong)
        return Span(path=span.path, line=line, column=column)


class _Expressions:
    """The expressions of documents, by text and by field."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._by_text: dict[str, tuple[Document, Expression]] = {}
        self._by_field: dict[tuple[_Field, str], tuple[Document, Expression]] = {}
        for document in documents:
            for each in find_expressions(document.data):
                self._by_text.setdefault(each.text, (document, each))
                if (field := _field_of_expression(each, document.data)) is not None:
                    self._by_field.setdefault((field, each.text), (document, each))

    def find(self, rule: PlacedRule, text: str) -> tuple[Document, Expression] | None:
        """Return an expression of a rule with its document, or else another one of the same text."""
        field = _field_of_rule(rule)
        found = self._by_field.get((field, text)) if field is not None else None
        return found or self._by_text.get(text)


_Field = tuple[Any, Any, Any, str]  # group, version, kind, and the path of the field with the part of its type


def _field_of_rule(rule: PlacedRule) -> _Field | None:
    gvk = rule.definition.gvk
    path = rule.id.removeprefix(rule.definition.key).removeprefix("#")
    return (gvk.group, gvk.version, gvk.kind, path) if gvk is not None else None


def _field_of_expression(expression: Expression, data: Any) -> _Field | None:
    """Return the field of an expression in a CustomResourceDefinition, or None in a policy."""
    if expression.steps[:2] != ("spec", "versions"):
        return None
    (_, _, at, _, _, *steps), spec = expression.steps, data["spec"]
    path = inside = ""
    waiting = iter(steps[: steps.index(RULES)])
    for step in waiting:
        if step == "properties":
            path, inside = f"{path}.{next(waiting)}", ""
        elif step in ("items", "additionalProperties"):
            inside += "[]" if step == "items" else "{}"
    names = spec.get("names")
    kind = names.get("kind") if isinstance(names, dict) else None
    field = (spec.get("group"), spec["versions"][at].get("name"), kind, f"{path[1:]}{inside}")
    return field if all(isinstance(part, str) for part in field) else None


def _read_expressions(path: str) -> tuple[Source, _Expressions] | None:
    try:
        source = sources.load(Path(path), path)
    except CodegenError:
        return None
    return source, _Expressions(expand_lists(read_manifests(source).documents))


def _locate_error_in_value(
    document: Document, source: Source, steps: tuple[Any, ...], wrong: InvalidExpression
) -> tuple[int, int]:
    span = source.span(_offset_in_value(source.text, source.offset(*document.place(steps)), wrong))
    return span.line, span.column


def _offset_in_value(text: str, at: int, wrong: InvalidExpression) -> int:
    """Return the offset of an error in a quoted, folded or indented value that begins at `at`.

    Blanks do not count, as YAML changes them.
    """
    lines = wrong.expression.text.split("\n")
    before = (
        "".join([*lines[: wrong.line - 1], lines[wrong.line - 1][: wrong.column - 1]])
        if wrong.line <= len(lines)
        else ""
    )
    left = sum(not char.isspace() for char in before)
    style = text[at : at + 1]
    if style in ("|", ">"):
        at = text.find("\n", at) + 1
    elif style in ("'", '"'):
        at += 1
    while at < len(text):
        width, counts = _measure_char(text, at, style)
        if counts and not left:
            break
        left -= counts
        at += width
    return at


def _measure_char(text: str, at: int, style: str) -> tuple[int, bool]:
    """Return the written width of a character, and whether it is not blank."""
    if style == "'" and text[at : at + 2] == "''":
        return 2, True
    if style == '"' and text[at] == "\\":
        following = text[at + 1 : at + 2]
        return {"u": 6, "U": 10, "x": 4}.get(following, 2), following not in ("n", "t", "r", "\n", " ")
    return 1, not text[at].isspace()
