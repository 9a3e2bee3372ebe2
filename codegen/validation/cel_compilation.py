"""Report CEL rules and patterns of a source that do not compile, with their locations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from msgspec import Struct

from codegen.cel.expressions import (
    RESULTS,
    InvalidExpression,
    Steps,
    check_rule,
    check_untyped_expression,
    find_expressions,
)
from codegen.cel.rule_schemas import PlacedRule, collect_rules
from codegen.cel.runtime.cel_engine import MISSING, engine
from codegen.core import releases
from codegen.core.diagnostics import CodegenError, Level, Report, Span
from codegen.core.escaping.controls import shorten
from codegen.core.locales import Locale
from codegen.core.releases import Release
from codegen.core.source import load
from codegen.kube.errors import INVALID
from codegen.model import Reference
from codegen.readers.documents.document import Document
from codegen.readers.documents.loader import expand_lists, read_manifests
from codegen.validation.cel_checks import unchecked_rules_finding
from codegen.validation.object_finding import Layer, ObjectFinding

_INSIDE: Final = {"items": "[]", "additionalProperties": "{}"}


class LocatedExpression(Struct, frozen=True, kw_only=True):
    """An expression of a document."""

    document: Document
    steps: Steps


class InvalidRule(Struct, frozen=True, kw_only=True):
    """A rule of a reference with an invalid expression, and the word of the expression."""

    rule: PlacedRule
    word: str
    error: InvalidExpression


def report_invalid_rules(
    reference: Reference, report: Report, kubernetes_version: str = ""
) -> None:
    """Warn of each rule that servers of a release do not accept, or once if the library is not
    installed.
    """
    rules = _collect_rules(reference)
    if rules and engine() is None:
        report.warning(
            "cel-library-missing",
            f"rules in CEL (x-kubernetes-validations) that were not compiled, as {MISSING}: {len(rules)}",
            Span(path=rules[0].span.path),
            "pip install 'apiref-codegen[cel]'",
        )
        return
    read_documents = cache(_read_documents)
    for invalid in _find_invalid_rules(rules, _parse_release(kubernetes_version)):
        rule, error = invalid.rule, invalid.error
        report.warning(
            "cel-rule-not-compiled",
            f"{rule.id}: the rule {shorten(error.text, 100)} does not compile: {error.why}",
            _locate_rule(invalid, read_documents(rule.span.path)),
            "a server refuses the definition; correct the rule",
            arguments=(rule.id, error.text),
        )


def find_invalid_expressions(
    document: Document, reference: Reference | None, kubernetes_version: str, locale: Locale
) -> list[ObjectFinding]:
    """Return the expressions of an object that a release does not accept, or the number of
    unchecked ones.

    `reference` has the kinds that the file of the object defines, and with them the types of
    values.
    """
    expressions = list(find_expressions(document.data))
    if expressions and engine() is None:
        return [unchecked_rules_finding(len(expressions), MISSING, ("spec",), locale)]
    release = _parse_release(kubernetes_version)
    errors = {
        expression.steps: check_untyped_expression(expression, release)
        for expression in expressions
    }
    for rule in _collect_rules(reference) if reference is not None else ():
        for word in RESULTS:
            expression = _find_expression(rule, word, [document])
            if expression is not None:
                errors[expression.steps] = check_rule(rule, word, release)
    return [
        _make_finding(document, steps, error)
        for steps, error in errors.items()
        if error is not None
    ]


def _parse_release(kubernetes_version: str) -> Release | None:
    if kubernetes_version:
        return releases.parse(kubernetes_version)
    return None


def _make_finding(document: Document, steps: Steps, error: InvalidExpression) -> ObjectFinding:
    return ObjectFinding(
        layer=Layer.SCHEMA,
        level=Level.ERR,
        rule="cel-expression-invalid",
        code=INVALID,
        message=f"Invalid value: the expression does not compile: {error.why}",
        steps=steps,
        value=error.text,
        problem="Invalid value",
        span=_locate_error(document, error, steps),
    )


def _collect_rules(reference: Reference) -> list[PlacedRule]:
    """Return the rules of all definitions."""
    return [
        rule for definition in reference.definitions.values() for rule in collect_rules(definition)
    ]


def _find_invalid_rules(
    rules: Iterable[PlacedRule], release: Release | None
) -> Iterator[InvalidRule]:
    for rule in rules:
        for word in RESULTS:
            error = check_rule(rule, word, release)
            if error is not None:
                yield InvalidRule(rule=rule, word=word, error=error)


def _read_documents(path: str) -> list[Document]:
    """Read the documents of a source again, as a reference keeps only the locations of fields."""
    try:
        return list(expand_lists(read_manifests(load(Path(path), path)).documents))
    except CodegenError:
        return []


def _locate_rule(invalid: InvalidRule, documents: list[Document]) -> Span:
    """Return the location of an error, or of the field as a fallback."""
    expression = _find_expression(invalid.rule, invalid.word, documents)
    if expression is None:
        return invalid.rule.span
    return _locate_error(expression.document, invalid.error, expression.steps)


def _find_expression(
    rule: PlacedRule, word: str, documents: list[Document]
) -> LocatedExpression | None:
    """Return an expression of a rule in its document: the first one of its field after the field."""
    if "#" in rule.id:
        path = rule.id.partition("#")[2]
    else:
        path = rule.value.inside
    for document in documents:
        for expression in find_expressions(document.data):
            steps = expression.steps
            is_same = (
                expression.text == rule.data.get(word)
                and steps[-1] == word
                and _field_path(steps) == path
            )
            if is_same and document.place(steps) > (rule.span.line, rule.span.column):
                return LocatedExpression(document=document, steps=steps)
    return None


def _field_path(steps: Steps) -> str:
    """Return the path of the fields in steps, such as `spec.beds[]`, as ids of rules have it."""
    path, inside = list[str](), ""
    for step in steps:
        if isinstance(step, tuple):
            path.append(step[0])
            inside = ""
        elif step in _INSIDE:
            inside += _INSIDE[step]
    return f"{'.'.join(path)}{inside}"


def _locate_error(document: Document, wrong: InvalidExpression, steps: Steps) -> Span:
    """Return the location of an error in the expression at these steps."""
    return document.source.span(
        _offset_in_value(document.source.text, document.offset(steps), wrong)
    )


# The characters of a scalar that are not blank, by the style of the scalar. A group marks them
# where blanks have escapes.
_PLAIN = re.compile(r"(\S)")
_QUOTED = {
    "'": re.compile(r"(''|\S)"),
    '"': re.compile(r"\\[ntr\n ]|(\\(?:u.{4}|U.{8}|x.{2}|.)|[^\s\\])"),
}


def _offset_in_value(text: str, at: int, wrong: InvalidExpression) -> int:
    """Return the offset of an error in a value from the offset `at`.

    Blanks do not count, as YAML changes them.
    """
    lines = wrong.text.split("\n")[: wrong.line]
    before = "".join([*lines[:-1], lines[-1][: wrong.column - 1]])
    style = text[at : at + 1]
    if style in ("|", ">"):
        begin = text.find("\n", at) + 1
    else:
        begin = at + (style in _QUOTED)
    chars = (
        match.start() for match in _QUOTED.get(style, _PLAIN).finditer(text, begin) if match[1]
    )
    return next(islice(chars, sum(not char.isspace() for char in before), None), len(text))
