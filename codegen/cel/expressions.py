"""Expressions in CEL of definitions, policies and schemas, with their compile errors."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from msgspec import Struct

from codegen.cel.libraries import RESERVED_WORDS, list_later_releases, select_libraries
from codegen.cel.rule_schemas import RULES, PlacedRule
from codegen.cel.rule_types import DYNAMIC, Types, infer_types
from codegen.cel.runtime.cel_engine import CannotRun, CompileError, Engine, engine
from codegen.cel.runtime.cel_environments import Declarations
from codegen.core import releases
from codegen.core.json_types import JsonList, JsonObject
from codegen.core.releases import Release
from codegen.model import kubernetes

Steps = tuple[Any, ...]
_OF_RULES = ("self", "oldSelf")
_OF_POLICIES = (
    "object",
    "oldObject",
    "request",
    "params",
    "namespaceObject",
    "variables",
    "authorizer",
)
_LISTS_OF_POLICIES = (
    ("variables", "expression"),
    ("matchConditions", "expression"),
    ("validations", "expression"),
    ("validations", "messageExpression"),
    ("auditAnnotations", "valueExpression"),
)
_DEEPEST = 200
RESULTS = {"rule": "bool", "messageExpression": "string"}  # the type of each expression of a rule


class Expression(Struct, frozen=True, kw_only=True):
    """An expression of a manifest with its location and variables."""

    steps: Steps
    text: str
    variables: tuple[str, ...]


class InvalidExpression(Struct, frozen=True, kw_only=True):
    """An invalid expression, with line and column of the error in its text."""

    text: str
    line: int
    column: int
    why: str


def find_expressions(data: object) -> Iterator[Expression]:
    """Yield the expressions of a definition of custom resources or of a policy."""
    if not isinstance(data, dict) or not isinstance(data.get("spec"), dict):
        return
    kind = str(data.get("apiVersion")).rpartition("/")[0], data.get("kind")
    if kind == kubernetes.CUSTOM_DEFINITION:
        for steps, schema in walk_schemas(data):
            for number, rule in enumerate(_read_list(schema, RULES)):
                yield from _find_texts(rule, tuple(RESULTS), (*steps, RULES, number), _OF_RULES)
    elif kind == kubernetes.ADMISSION_POLICY:
        for name, word in _LISTS_OF_POLICIES:
            for number, entry in enumerate(_read_list(data["spec"], name)):
                yield from _find_texts(entry, (word,), ("spec", name, number), _OF_POLICIES)


def _find_texts(
    entry: object, words: tuple[str, ...], steps: Steps, variables: tuple[str, ...]
) -> Iterator[Expression]:
    """Yield the expressions of an entry under these words."""
    if isinstance(entry, dict):
        for word in words:
            if isinstance(entry.get(word), str):
                yield Expression(steps=(*steps, word), text=entry[word], variables=variables)


def walk_schemas(data: JsonObject) -> Iterator[tuple[Steps, JsonObject]]:
    """Yield all schemas of a definition of custom resources with their steps, outer ones first."""
    spec = data.get("spec")
    for number, version in enumerate(
        _read_list(spec, "versions") if isinstance(spec, dict) else ()
    ):
        if isinstance(version, dict):
            schema = version.get("schema")
        else:
            schema = None
        if isinstance(schema, dict):
            steps = ("spec", "versions", number, "schema", "openAPIV3Schema")
            yield from _walk_parts(schema.get("openAPIV3Schema"), steps)


def _walk_parts(schema: object, steps: Steps) -> Iterator[tuple[Steps, JsonObject]]:
    if len(steps) > _DEEPEST:
        return
    if isinstance(schema, list):
        for number, part in enumerate(schema):
            yield from _walk_parts(part, (*steps, number))
    if not isinstance(schema, dict):
        return
    yield steps, schema
    for word, inner in schema.items():
        if word == "properties" and isinstance(inner, dict):
            for name, field in inner.items():
                yield from _walk_parts(field, (*steps, word, (name,)))
        elif word in ("items", "additionalProperties", "allOf", "anyOf", "oneOf", "not"):
            yield from _walk_parts(inner, (*steps, word))


def check_untyped_expression(
    expression: Expression, release: Release | None
) -> InvalidExpression | None:
    """Return the error of an expression over values of unknown types, such as those of policies, or
    None.
    """
    variables = tuple((name, DYNAMIC) for name in expression.variables)
    return _check(expression.text, variables, b"", "", release)


def check_rule(rule: PlacedRule, word: str, release: Release | None) -> InvalidExpression | None:
    """Return the error of an expression of a rule (`rule` or `messageExpression`), or None."""
    text = rule.data.get(word)
    if not isinstance(text, str):
        return None
    with_reserved_words = RESERVED_WORDS in select_libraries(release)
    types = infer_types(rule, with_reserved_words=with_reserved_words) or Types(
        of=DYNAMIC, messages=b""
    )
    if rule.data.get("optionalOldSelf") is True:
        old = f"optional_type<{types.of}>"
    else:
        old = types.of
    return _check(
        text, (("self", types.of), ("oldSelf", old)), types.messages, RESULTS[word], release
    )


@cache  # versions of a resource have the same rules over the same fields
def _check(
    text: str,
    variables: tuple[tuple[str, str], ...],
    messages: bytes,
    result: str,
    release: Release | None,
) -> InvalidExpression | None:
    """Return the error of an expression, or None, also if the library is not installed."""
    checker = engine()
    if checker is None or not text.strip():
        return None
    error = _find_error(
        checker, text, Declarations(variables, messages, select_libraries(release)), result
    )
    if error is None:
        return None
    why = error.text
    for later in list_later_releases(release):
        if (
            _find_error(
                checker, text, Declarations(variables, messages, select_libraries(later)), result
            )
            is None
        ):
            why = (
                f"Kubernetes {releases.format_release(later)} is the first release that accepts "
                f"it: {why}"
            )
            break
    return InvalidExpression(text=text, line=error.line, column=error.column, why=why)


def _find_error(
    checker: Engine, text: str, declarations: Declarations, result: str
) -> CompileError | None:
    try:
        checker.check(text, declarations, result)
    except CompileError as error:
        return error
    except CannotRun:
        pass  # reported as not checked when it runs
    return None


def _read_list(data: JsonObject, name: str) -> JsonList:
    value = data.get(name)
    if isinstance(value, list):
        return value
    return []
