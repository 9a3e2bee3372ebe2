"""Report CEL rules and patterns of a source that do not compile, with their locations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from codegen.cel.expressions import InvalidExpression, check_rule, find_expressions, find_invalid, walk_schemas
from codegen.cel.rule_schemas import PlacedRule, collect_rules
from codegen.cel.rule_types import infer_types
from codegen.cel.runtime.cel_engine import MISSING, engine
from codegen.core.diagnostics import CodegenError, Level, Report, Span
from codegen.core.escaping.controls import shorten
from codegen.core.locales import Locale
from codegen.core.source import load
from codegen.kube.errors import INVALID
from codegen.kube.patterns import compile_pattern
from codegen.model import Reference
from codegen.readers.documents.document import Document
from codegen.readers.documents.loader import expand_lists, read_manifests
from codegen.validation.cel_checks import unchecked_rules_finding
from codegen.validation.object_finding import Layer, ObjectFinding


def report_invalid_rules(reference: Reference, report: Report) -> None:
    """Warn of each invalid rule of a reference, or once if the library is not installed."""
    rules = [rule for definition in reference.definitions.values() for rule in collect_rules(definition)]
    if rules and engine() is None:
        report.warning(
            "cel-library-missing",
            f"rules in CEL (x-kubernetes-validations) that were not compiled, as {MISSING}: {len(rules)}",
            Span(path=rules[0].span.path),
            "pip install 'apiref-codegen[cel]'",
        )
        return
    types, place = None, ""
    read_documents = cache(_read_documents)
    for rule in rules:
        if rule.id != place:
            types, place = infer_types(rule), rule.id
        for wrong in filter(None, (check_rule(rule, word, types) for word in ("rule", "messageExpression"))):
            report.warning(
                "cel-rule-not-compiled",
                f"{rule.id}: the rule {shorten(wrong.expression.text, 100)} does not compile: {wrong.why}",
                _locate_rule(rule, wrong, read_documents(rule.span.path)),
                "a server refuses the definition; correct the rule",
            )


def find_invalid_expressions(document: Document, locale: Locale) -> list[ObjectFinding]:
    """Return the invalid expressions of an object, or the number of unchecked ones."""
    if engine() is None and (count := sum(1 for _ in find_expressions(document.data))):
        return [unchecked_rules_finding(count, MISSING, ("spec",), locale)]
    return [
        ObjectFinding(
            layer=Layer.SCHEMA,
            level=Level.ERR,
            rule="cel-expression-invalid",
            code=INVALID,
            message=f"Invalid value: the expression does not compile: {wrong.why}",
            steps=wrong.expression.steps,
            value=wrong.expression.text,
            fault="Invalid value",
            span=_locate_error(document, wrong, wrong.expression.steps),
        )
        for wrong in find_invalid(document.data)
    ]


def find_invalid_patterns(document: Document) -> Iterator[ObjectFinding]:
    """Yield the invalid patterns of a definition of custom resources."""
    for steps, schema in walk_schemas(document.data):
        if isinstance(pattern := schema.get("pattern"), str):
            try:
                compile_pattern(pattern)
            except ValueError as error:
                yield ObjectFinding(
                    layer=Layer.SCHEMA,
                    level=Level.ERR,
                    rule="pattern-invalid",
                    code=INVALID,
                    message=f"Invalid value: must be a valid regular expression, but isn't: {error}",
                    steps=(*steps, "pattern"),
                    value=pattern,
                    fault="Invalid value",
                )


def _read_documents(path: str) -> list[Document]:
    """Read the documents of a source again, as a reference keeps only the locations of fields."""
    try:
        return list(expand_lists(read_manifests(load(Path(path), path)).documents))
    except CodegenError:
        return []


def _locate_rule(rule: PlacedRule, wrong: InvalidExpression, documents: list[Document]) -> Span:
    """Return the location of an error, or of the field as a fallback."""
    span = rule.span
    for document in documents:
        for each in find_expressions(document.data):
            if each.text == wrong.expression.text and document.place(each.steps) > (span.line, span.column):
                return _locate_error(document, wrong, each.steps)
    return span


def _locate_error(document: Document, wrong: InvalidExpression, steps: tuple[Any, ...]) -> Span:
    """Return the location of an error in the expression at these steps."""
    return document.source.span(_offset_in_value(document.source.text, document.offset(steps), wrong))


# The characters of a scalar that are not blank, by the style of the scalar. A group marks them where blanks have escapes.
_PLAIN = re.compile(r"(\S)")
_QUOTED = {"'": re.compile(r"(''|\S)"), '"': re.compile(r"\\[ntr\n ]|(\\(?:u.{4}|U.{8}|x.{2}|.)|[^\s\\])")}


def _offset_in_value(text: str, at: int, wrong: InvalidExpression) -> int:
    """Return the offset of an error in a value from the offset `at`.

    Blanks do not count, as YAML changes them.
    """
    lines = wrong.expression.text.split("\n")[: wrong.line]
    before = "".join([*lines[:-1], lines[-1][: wrong.column - 1]])
    style = text[at : at + 1]
    begin = text.find("\n", at) + 1 if style in ("|", ">") else at + (style in _QUOTED)
    chars = (found.start() for found in _QUOTED.get(style, _PLAIN).finditer(text, begin) if found[1])
    return next(islice(chars, sum(not char.isspace() for char in before), None), len(text))
