"""Expressions in CEL of definitions, policies and schemas, with their compile errors."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from msgspec import Struct

from codegen.cel.rule_schemas import RULES, PlacedRule
from codegen.cel.rule_types import Types
from codegen.cel.runtime.cel_engine import CannotRun, CompileError, Engine, engine
from codegen.model import kubernetes

_POLICY = ("object", "oldObject", "request", "params", "namespaceObject", "variables")
_OF_POLICIES = (
    ("variables", "expression"),
    ("matchConditions", "expression"),
    ("validations", "expression"),
    ("validations", "messageExpression"),
    ("auditAnnotations", "valueExpression"),
)
_DEEPEST = 200


class Expression(Struct, frozen=True, kw_only=True):
    """An expression of a manifest with its place and variables. The variable `optional` may have no value."""

    steps: tuple[Any, ...]
    text: str
    variables: tuple[str, ...]
    optional: str = ""


class InvalidExpression(Struct, frozen=True, kw_only=True):
    """An invalid expression, with line and column of the error in its text."""

    expression: Expression
    line: int
    column: int
    why: str


def find_expressions(data: Any) -> Iterator[Expression]:
    """Yield the expressions of a definition of custom resources or of a policy."""
    if not isinstance(data, dict) or not isinstance(data.get("spec"), dict):
        return
    kind = str(data.get("apiVersion")).rpartition("/")[0], data.get("kind")
    if kind == kubernetes.CUSTOM_DEFINITION:
        for steps, schema in walk_schemas(data):
            for at, rule in enumerate(_read_list(schema, RULES)):
                if isinstance(rule, dict):
                    yield _expression_of_rule(rule, (*steps, RULES, at))
                    if isinstance(rule.get("messageExpression"), str):
                        yield _expression_of_rule(rule, (*steps, RULES, at), "messageExpression")
    elif kind == kubernetes.ADMISSION_POLICY:
        for name, word in _OF_POLICIES:
            for at, each in enumerate(_read_list(data["spec"], name)):
                if isinstance(each, dict) and isinstance(each.get(word), str):
                    yield Expression(steps=("spec", name, at, word), text=each[word], variables=_POLICY)


def walk_schemas(data: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Yield all schemas of a definition of custom resources with their steps, outer ones first."""
    spec = data.get("spec")
    for at, version in enumerate(_read_list(spec, "versions") if isinstance(spec, dict) else ()):
        schema = version.get("schema") if isinstance(version, dict) else None
        if isinstance(schema, dict):
            steps = ("spec", "versions", at, "schema", "openAPIV3Schema")
            yield from _walk_parts(schema.get("openAPIV3Schema"), steps)


def _walk_parts(schema: Any, steps: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    if len(steps) > _DEEPEST:
        return
    if isinstance(schema, list):
        for at, part in enumerate(schema):
            yield from _walk_parts(part, (*steps, at))
    if not isinstance(schema, dict):
        return
    yield steps, schema
    for word, inner in schema.items():
        if word == "properties" and isinstance(inner, dict):
            for name, field in inner.items():
                yield from _walk_parts(field, (*steps, word, name))
        elif word in ("items", "additionalProperties", "allOf", "anyOf", "oneOf", "not"):
            yield from _walk_parts(inner, (*steps, word))


def find_invalid(data: Any) -> Iterator[InvalidExpression]:
    """Yield the invalid expressions of an object, or nothing if the library is not installed."""
    yield from filter(None, map(_find_invalid_expression, find_expressions(data)))


def check_rule(rule: PlacedRule, word: str, types: Types | None) -> InvalidExpression | None:
    """Return the compile error of an expression of a rule (`rule` or `messageExpression`), or None."""
    return _find_invalid_expression(
        _expression_of_rule(rule.data, (), word), types, "bool" if word == "rule" else "string"
    )


def _find_invalid_expression(
    expression: Expression, types: Types | None = None, result: str = ""
) -> InvalidExpression | None:
    fault = _find_fault(engine(), expression.text, expression.variables, expression.optional, types, result)
    if fault is None:
        return None
    return InvalidExpression(expression=expression, line=fault.line, column=fault.column, why=fault.text)


@cache  # versions of a resource have the same rules over the same fields
def _find_fault(
    by: Engine | None, text: str, variables: tuple[str, ...], optional: str, types: Types | None, result: str
) -> CompileError | None:
    """Return the compile error of an expression, or None. Without types all variables are dynamic."""
    if by is None or not text.strip():
        return None
    try:
        if types is None:
            by.compile(text, variables, optional)
        else:
            by.check(text, variables, types.of, types.messages, result, optional)
    except CompileError as fault:
        return fault
    except CannotRun:
        pass  # reported as not checked when it runs
    return None


def _expression_of_rule(rule: dict[str, Any], steps: tuple[Any, ...], word: str = "rule") -> Expression:
    optional = "oldSelf" if rule.get("optionalOldSelf") is True else ""
    variables = ("self",) if optional else ("self", "oldSelf")
    return Expression(steps=(*steps, word), text=str(rule.get(word) or ""), variables=variables, optional=optional)


def _read_list(data: dict[str, Any], name: str) -> list[Any]:
    value = data.get(name)
    return value if isinstance(value, list) else []
